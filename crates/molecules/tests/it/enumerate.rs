//! Exhaustive enumeration against numbers of isomers that are known.

use std::collections::BTreeMap;

use molecules::descriptors::formula;
use molecules::enumerate::Enumeration;
use molecules::smiles::{canonical, parse};
use molecules::{Element, Molecule};

fn isomers(molecules: &[Molecule]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for molecule in molecules {
        *counts.entry(formula(molecule)).or_default() += 1;
    }
    counts
}

#[test]
fn hydrocarbons() {
    let settings = Enumeration { elements: vec![Element::C], heavy_atoms: 6 };
    let counts = isomers(&settings.run().unwrap());
    // Constitutional isomers as generators of molecular graphs give them; C6H6 has 217.
    for (formula, count) in [
        ("CH4", 1),
        ("C2H6", 1),
        ("C2H4", 1),
        ("C2H2", 1),
        ("C3H6", 2),
        ("C3H4", 3),
        ("C4H10", 2),
        ("C4H8", 5),
        ("C4H6", 9),
        ("C5H12", 3),
        ("C5H10", 10),
        ("C5H8", 26),
        ("C6H14", 5),
        ("C6H12", 25),
        ("C6H10", 77),
        ("C6H6", 217),
    ] {
        assert_eq!(counts.get(formula), Some(&count), "{formula}");
    }
}

#[test]
fn two_heavy_atoms_of_carbon_nitrogen_oxygen_and_fluorine() {
    let settings = Enumeration { heavy_atoms: 2, ..Enumeration::default() };
    // 4 atoms; pairs with every bond order that both valences allow.
    assert_eq!(settings.run().unwrap().len(), 4 + 3 + 3 + 2 + 1 + 3 + 2 + 1 + 2 + 1 + 1);
}

#[test]
fn numbers_do_not_change() {
    for (heavy_atoms, count) in [(1, 4), (2, 23), (3, 117), (4, 738), (5, 5453)] {
        let settings = Enumeration { heavy_atoms, ..Enumeration::default() };
        assert_eq!(settings.run().unwrap().len(), count);
    }
}

#[test]
fn isomers_with_hetero_atoms() {
    let settings = Enumeration { heavy_atoms: 4, ..Enumeration::default() };
    let molecules = settings.run().unwrap();
    let counts = isomers(&molecules);
    for (formula, count) in [("C2H6O", 2), ("C3H8O", 3), ("C3H9N", 4), ("C2H4O", 3), ("C3H6O", 9)] {
        assert_eq!(counts.get(formula), Some(&count), "{formula}");
    }
    let texts: Vec<String> = molecules.iter().map(canonical).collect();
    for text in &texts {
        assert_eq!(&canonical(&parse(text).unwrap()), text);
    }
    let mut unique = texts.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), texts.len());
}

#[test]
fn samples_depend_on_the_seed_only() {
    let settings = Enumeration { heavy_atoms: 9, ..Enumeration::default() };
    let texts = |seed| -> Vec<String> {
        settings.sample(200, seed).unwrap().iter().map(canonical).collect()
    };
    let first = texts(5);
    assert_eq!(first.len(), 200);
    assert_eq!(first, texts(5));
    assert_ne!(first, texts(6));
    assert!(settings.sample(50, 1).unwrap().iter().all(|m| m.atom_count() == 9));
}
