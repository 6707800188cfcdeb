//! Topological polar surface area.

use crate::Element;
use crate::descriptors::Site;
use crate::molecule::Molecule;

/// The topological polar surface area in Å²: a sum of contributions of nitrogen and oxygen atoms.
///
/// Atoms that the published table lacks contribute `30.5 − 8.2 d + 1.5 h` (N) or
/// `28.5 − 8.6 d + 1.5 h` (O), at least 0, for `d` heavy neighbours and `h` hydrogens.
///
/// Reference: P. Ertl, B. Rohde, P. Selzer, *Fast calculation of molecular polar surface area as a
/// sum of fragment-based contributions*, Journal of Medicinal Chemistry 43 (2000), table 1, without
/// sulfur and phosphorus.
///
/// Contributions are added as integers, so that the order of atoms does not matter.
pub fn tpsa(molecule: &Molecule) -> f64 {
    let sum: i64 = Site::of(molecule, &[Element::N, Element::O])
        .map(|site| match site.element {
            Element::N => Bonds::of(site).nitrogen(),
            Element::O => Bonds::of(site).oxygen(),
            _ => 0,
        })
        .sum();
    sum as f64 / 100.0
}

/// The surroundings that the table distinguishes. Contributions are in hundredths of Å².
struct Bonds {
    hydrogens: u32,
    charge: i8,
    single: u32,
    double: u32,
    triple: u32,
    aromatic: u32,
    in_triangle: bool,
}

impl Bonds {
    fn of(site: Site<'_>) -> Self {
        let count = |kind: fn(crate::Bond) -> bool| {
            site.heavy().filter(|(bond, _)| kind(*bond)).count() as u32
        };
        Self {
            hydrogens: site.hydrogens,
            charge: site.charge,
            single: count(|bond| bond.is_single()),
            double: count(|bond| bond.is_double()),
            triple: count(|bond| bond.is_triple() && !bond.aromatic),
            aromatic: count(|bond| bond.aromatic),
            in_triangle: site.molecule.rings().contains_atom_in_size(site.index, 3),
        }
    }

    fn neighbours(&self) -> u32 {
        self.single + self.double + self.triple + self.aromatic
    }

    fn beyond_table(&self, base: i64, each: i64) -> i64 {
        let sum = base - each * i64::from(self.neighbours()) + 150 * i64::from(self.hydrogens);
        sum.max(0)
    }

    fn nitrogen(&self) -> i64 {
        let bonds = (self.single, self.double, self.triple, self.aromatic);
        match (self.hydrogens, self.charge, bonds) {
            (0, 0, (3, 0, 0, 0)) if self.in_triangle => 301,
            (0, 0, (3, 0, 0, 0)) => 324,
            (0, 0, (1, 1, 0, 0)) => 1_236,
            (0, 0, (0, 0, 1, 0)) => 2_379,
            (0, 0, (1, 2, 0, 0)) => 1_168,
            (0, 0, (0, 1, 1, 0)) => 1_360,
            (1, 0, (2, 0, 0, 0)) if self.in_triangle => 2_194,
            (1, 0, (2, 0, 0, 0)) => 1_203,
            (1, 0, (0, 1, 0, 0)) => 2_385,
            (2, 0, (1, 0, 0, 0)) => 2_602,
            (0, 1, (4, 0, 0, 0)) => 0,
            (0, 1, (2, 1, 0, 0)) => 301,
            (0, 1, (1, 0, 1, 0)) => 436,
            (1, 1, (3, 0, 0, 0)) => 444,
            (1, 1, (1, 1, 0, 0)) => 1_397,
            (2, 1, (2, 0, 0, 0)) => 1_661,
            (2, 1, (0, 1, 0, 0)) => 2_559,
            (3, 1, (1, 0, 0, 0)) => 2_764,
            (0, 0, (0, 0, 0, 2)) => 1_289,
            (0, 0, (0, 0, 0, 3)) => 441,
            (0, 0, (1, 0, 0, 2)) => 493,
            (0, 0, (0, 1, 0, 2)) => 839,
            (1, 0, (0, 0, 0, 2)) => 1_579,
            (0, 1, (0, 0, 0, 3)) => 410,
            (0, 1, (1, 0, 0, 2)) => 388,
            (1, 1, (0, 0, 0, 2)) => 1_414,
            _ => self.beyond_table(3_050, 820),
        }
    }

    fn oxygen(&self) -> i64 {
        let bonds = (self.single, self.double, self.aromatic);
        match (self.hydrogens, self.charge, bonds) {
            (0, 0, (2, 0, 0)) if self.in_triangle => 1_253,
            (0, 0, (2, 0, 0)) => 923,
            (0, 0, (0, 1, 0)) => 1_707,
            (0, -1, (1, 0, 0)) => 2_306,
            (1, 0, (1, 0, 0)) => 2_023,
            (0, 0, (0, 0, 2)) => 1_314,
            _ => self.beyond_table(2_850, 860),
        }
    }
}
