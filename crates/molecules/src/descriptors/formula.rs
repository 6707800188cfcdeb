//! Formula and weight.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::Element;
use crate::descriptors::hydrogens;
use crate::molecule::Molecule;

/// The molecular formula in Hill's order: carbon, hydrogen, the rest by symbol, all by symbol
/// where there is no carbon; then the total charge. Isotopes are not told apart.
///
/// ```
/// use molecules::{descriptors::formula, smiles::parse};
/// assert_eq!(formula(&parse("C[NH3+]")?), "CH6N+");
/// assert_eq!(formula(&parse("O")?), "H2O");
/// # Ok::<(), molecules::SmilesError>(())
/// ```
pub fn formula(molecule: &Molecule) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for atom in molecule.atoms().filter(|atom| atom.element != Element::H) {
        *counts.entry(atom.element.symbol()).or_default() += 1;
    }
    let hydrogens = hydrogens(molecule);
    if hydrogens > 0 {
        counts.insert("H", hydrogens);
    }
    let mut order: Vec<(&str, usize)> = Vec::with_capacity(counts.len());
    if let Some(carbons) = counts.remove("C") {
        order.push(("C", carbons));
        order.extend(counts.remove("H").map(|count| ("H", count)));
    }
    order.extend(counts);
    let mut text = String::new();
    for (symbol, count) in order {
        text.push_str(symbol);
        if count > 1 {
            // Writing to a String does not fail.
            let _ = write!(text, "{count}");
        }
    }
    let charge: i64 = molecule.atoms().map(|atom| i64::from(atom.charge)).sum();
    match charge {
        0 => {}
        1 => text.push('+'),
        -1 => text.push('-'),
        charge => {
            let _ = write!(text, "{charge:+}");
        }
    }
    text
}

/// Molecular weight in g/mol: standard atomic weights, and the mass of the isotope for atoms whose
/// isotope is given ([`Element::isotope_mass`]). Added as integers, so that the order of atoms does
/// not matter.
///
/// ```
/// use molecules::{descriptors::molecular_weight, smiles::parse};
/// assert_eq!(molecular_weight(&parse("CC[17O][2H]")?), 48.075234);
/// # Ok::<(), molecules::SmilesError>(())
/// ```
pub fn molecular_weight(molecule: &Molecule) -> f64 {
    let hydrogen = Element::H.micro_mass(None);
    let sum: i64 = molecule
        .atoms()
        .map(|atom| atom.element.micro_mass(atom.isotope) + i64::from(atom.hydrogens()) * hydrogen)
        .sum();
    sum as f64 / 1e6
}
