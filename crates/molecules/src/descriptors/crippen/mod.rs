//! Octanol–water partition coefficient from atom types.

mod pattern;
mod table;

use crate::Element;
use crate::molecule::Molecule;
use pattern::{Environment, Rule};

/// Contributions are sums of these parts of one.
const UNITS: f64 = 1e5;

/// A row of the published table: its name and its contribution in [`UNITS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Type {
    name: &'static str,
    log_p: i64,
}

/// The decadic logarithm of the octanol–water partition coefficient: each atom, hydrogens
/// included, has a type with a contribution; the contributions add up.
///
/// The types are the 72 of the paper, in the definitions and the order of precedence of RDKit: of
/// several types that an atom fits the first one counts. Atoms without a type, such as noble gases
/// and cations of chlorine, give nothing. Contributions are added as integers, so that the order
/// of atoms does not matter.
///
/// Reference: S. A. Wildman, G. M. Crippen, *Prediction of physicochemical parameters by atomic
/// contributions*, Journal of Chemical Information and Computer Sciences 39 (1999), table 1.
pub fn crippen_log_p(molecule: &Molecule) -> f64 {
    let environment = Environment::of(molecule);
    let mut sum = 0;
    for atom in 0..molecule.atom_count() {
        sum += own_type(&environment, atom).map_or(0, |own| own.log_p);
        let hydrogens = i64::from(molecule.at(atom).hydrogens());
        if hydrogens > 0 {
            sum += hydrogens * hydrogen_type(&environment, atom, None).log_p;
        }
    }
    sum as f64 / UNITS
}

/// The type of an atom of the graph; none for elements and ions that the table lacks.
fn own_type(environment: &Environment<'_>, atom: usize) -> Option<Type> {
    let of = environment.molecule.at(atom);
    let rules: &[Rule] = match (of.element, of.aromatic) {
        (Element::H, _) => {
            // In `[HH]` one of the two is counted on the other.
            if of.hydrogens() > 0 {
                return Some(table::H1);
            }
            let host = environment.molecule.links(atom).first().map(|link| link.atom);
            return Some(
                host.map_or(table::HS, |host| hydrogen_type(environment, host, Some(atom))),
            );
        }
        (Element::C, false) => table::CARBON,
        (Element::C, true) => table::AROMATIC_CARBON,
        (Element::N, false) => table::NITROGEN,
        (Element::N, true) => table::AROMATIC_NITROGEN,
        (Element::O, false) => table::OXYGEN,
        (Element::O, true) => return Some(table::O1),
        (Element::S, false) => table::SULFUR,
        (Element::S, true) => return Some(table::S3),
        _ => return table::other(of.element.atomic_number(), of.charge),
    };
    rules.iter().find(|rule| environment.fits(&rule.test, atom)).map(|rule| rule.of)
}

/// The type of a hydrogen: an atom of the graph, or one counted on its host.
fn hydrogen_type(environment: &Environment<'_>, host: usize, hydrogen: Option<usize>) -> Type {
    let fits = |rule: &&Rule| environment.host_fits(&rule.test, host, hydrogen);
    table::HOST.iter().find(fits).map_or(table::HS, |rule| rule.of)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::smiles;

    /// Values of RDKit for molecules that have every type, and the types themselves.
    #[test]
    fn all_types_agree_with_rdkit() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/crippen_rdkit.csv");
        let mut table = csv::Reader::from_path(path).unwrap();
        let mut names = BTreeSet::new();
        for row in table.records() {
            let row = row.unwrap();
            let molecule = smiles::parse(&row[0]).unwrap_or_else(|e| panic!("{}: {e}", &row[0]));
            let environment = Environment::of(&molecule);
            let mut found = Vec::new();
            for atom in 0..molecule.atom_count() {
                found.push(own_type(&environment, atom).map_or("-", |own| own.name));
                let on_it = hydrogen_type(&environment, atom, None).name;
                found.extend((0..molecule.at(atom).hydrogens()).map(|_| on_it));
            }
            names.extend(found.clone());
            found.sort_unstable();
            assert_eq!(found.join(" "), &row[2], "{}", &row[0]);
            let log_p: f64 = row[1].parse().unwrap();
            let ours = crippen_log_p(&molecule);
            assert!((ours - log_p).abs() < 1e-9, "{}: {ours}, not {log_p}", &row[0]);
        }
        names.remove("-");
        assert_eq!(names.len(), 72, "{names:?}");
    }
}
