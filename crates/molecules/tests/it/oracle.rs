//! Agreement with RDKit on molecules of QM9. See `tests/data/README.md`.

#![allow(clippy::print_stdout)] // rates are what the test is run for

use std::collections::BTreeMap;
use std::path::Path;

use molecules::descriptors::Descriptors;
use molecules::{is_isomorphic, smiles};

/// Names a full reference file of the same columns.
const VARIABLE: &str = "MOLECULES_REFERENCE";

/// Rows of the reference that agree, of those compared, by property.
#[derive(Default)]
struct Tally(BTreeMap<&'static str, (usize, usize)>);

impl Tally {
    fn count(&mut self, property: &'static str, agrees: bool, row: &str) {
        let entry = self.0.entry(property).or_default();
        entry.1 += 1;
        if agrees {
            entry.0 += 1;
        } else {
            println!("{property}: {row}");
        }
    }

    fn check(&self, property: &str, bar: f64) {
        let (agree, all) = self.0[property];
        let rate = agree as f64 / all as f64;
        println!(
            "{property:14} {agree:5} of {all:5}  {:7.3} %  (bar {:.1} %)",
            rate * 100.0,
            bar * 100.0
        );
        assert!(rate >= bar, "{property}: {rate} is below {bar}");
    }
}

fn compare(path: &Path) {
    let mut tally = Tally::default();
    let mut table = csv::Reader::from_path(path).unwrap();
    let header = table.headers().unwrap().clone();
    for row in table.records() {
        let row = row.unwrap();
        let field = |name: &str| row.get(header.iter().position(|h| h == name).unwrap()).unwrap();
        let number = |name: &str| field(name).parse::<f64>().unwrap();
        let text = field("smiles");
        let molecule = smiles::parse(text);
        let valid = field("valid") == "1";
        tally.count("valid", molecule.is_ok() == valid, text);
        let (true, Ok(molecule)) = (valid, molecule) else { continue };

        let canonical = smiles::canonical(&molecule);
        let same = |text: &str| match smiles::parse(text) {
            Ok(other) => smiles::canonical(&other) == canonical && is_isomorphic(&molecule, &other),
            Err(_) => false,
        };
        let one = same(field("smiles_random")) && same(field("smiles_kekule")) && same(&canonical);
        tally.count("canonical", one, text);

        let ours = Descriptors::of(&molecule);
        let near = |value: f64, name: &str, within: f64| (value - number(name)).abs() <= within;
        let equal = |value: usize, name: &str| value as f64 == number(name);
        tally.count("formula", ours.formula == field("formula"), text);
        tally.count("mol_wt", near(ours.molecular_weight, "mol_wt", 1e-3 + 1e-9), text);
        tally.count("heavy_atoms", equal(ours.heavy_atoms, "heavy_atoms"), text);
        tally.count("total_h", equal(ours.hydrogens, "total_h"), text);
        tally.count("rings", equal(ours.rings, "rings"), text);
        tally.count("aromatic_rings", equal(ours.aromatic_rings, "aromatic_rings"), text);
        tally.count("rotatable", equal(ours.rotatable_bonds, "rotatable"), text);
        tally.count("hbd", equal(ours.hydrogen_bond_donors, "hbd"), text);
        tally.count("hba", equal(ours.hydrogen_bond_acceptors, "hba"), text);
        tally.count("tpsa", near(ours.tpsa, "tpsa", 0.1), text);
        tally.count("logp", near(ours.log_p, "logp", 0.01), text);
    }
    for (property, bar) in [
        ("valid", 0.995),
        ("canonical", 0.999),
        ("formula", 0.999),
        ("mol_wt", 0.999),
        ("heavy_atoms", 0.999),
        ("total_h", 0.999),
        ("rings", 0.995),
        ("aromatic_rings", 0.995),
        ("rotatable", 0.995),
        ("hbd", 0.995),
        ("hba", 0.995),
        ("tpsa", 0.99),
        ("logp", 0.98),
    ] {
        tally.check(property, bar);
    }
}

#[test]
fn agrees_with_rdkit_on_the_sample() {
    compare(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/molecules_rdkit_sample.csv"));
}

#[test]
fn agrees_with_rdkit_on_the_full_reference() {
    match std::env::var_os(VARIABLE) {
        Some(path) => compare(Path::new(&path)),
        None => println!("skipped: {VARIABLE} names no file"),
    }
}
