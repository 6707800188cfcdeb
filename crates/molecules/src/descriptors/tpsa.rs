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
pub fn tpsa(molecule: &Molecule) -> f64 {
    Site::all(molecule)
        .map(|site| match site.element {
            Element::NITROGEN => Bonds::of(site).nitrogen(),
            Element::OXYGEN => Bonds::of(site).oxygen(),
            _ => 0.0,
        })
        .sum()
}

/// The surroundings that the table distinguishes.
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

    fn beyond_table(&self, base: f64, each: f64) -> f64 {
        let sum = base - each * f64::from(self.neighbours()) + 1.5 * f64::from(self.hydrogens);
        sum.max(0.0)
    }

    fn nitrogen(&self) -> f64 {
        let bonds = (self.single, self.double, self.triple, self.aromatic);
        match (self.hydrogens, self.charge, bonds) {
            (0, 0, (3, 0, 0, 0)) if self.in_triangle => 3.01,
            (0, 0, (3, 0, 0, 0)) => 3.24,
            (0, 0, (1, 1, 0, 0)) => 12.36,
            (0, 0, (0, 0, 1, 0)) => 23.79,
            (0, 0, (1, 2, 0, 0)) => 11.68,
            (0, 0, (0, 1, 1, 0)) => 13.60,
            (1, 0, (2, 0, 0, 0)) if self.in_triangle => 21.94,
            (1, 0, (2, 0, 0, 0)) => 12.03,
            (1, 0, (0, 1, 0, 0)) => 23.85,
            (2, 0, (1, 0, 0, 0)) => 26.02,
            (0, 1, (4, 0, 0, 0)) => 0.0,
            (0, 1, (2, 1, 0, 0)) => 3.01,
            (0, 1, (1, 0, 1, 0)) => 4.36,
            (1, 1, (3, 0, 0, 0)) => 4.44,
            (1, 1, (1, 1, 0, 0)) => 13.97,
            (2, 1, (2, 0, 0, 0)) => 16.61,
            (2, 1, (0, 1, 0, 0)) => 25.59,
            (3, 1, (1, 0, 0, 0)) => 27.64,
            (0, 0, (0, 0, 0, 2)) => 12.89,
            (0, 0, (0, 0, 0, 3)) => 4.41,
            (0, 0, (1, 0, 0, 2)) => 4.93,
            (0, 0, (0, 1, 0, 2)) => 8.39,
            (1, 0, (0, 0, 0, 2)) => 15.79,
            (0, 1, (0, 0, 0, 3)) => 4.10,
            (0, 1, (1, 0, 0, 2)) => 3.88,
            (1, 1, (0, 0, 0, 2)) => 14.14,
            _ => self.beyond_table(30.5, 8.2),
        }
    }

    fn oxygen(&self) -> f64 {
        let bonds = (self.single, self.double, self.aromatic);
        match (self.hydrogens, self.charge, bonds) {
            (0, 0, (2, 0, 0)) if self.in_triangle => 12.53,
            (0, 0, (2, 0, 0)) => 9.23,
            (0, 0, (0, 1, 0)) => 17.07,
            (0, -1, (1, 0, 0)) => 23.06,
            (1, 0, (1, 0, 0)) => 20.23,
            (0, 0, (0, 0, 2)) => 13.14,
            _ => self.beyond_table(28.5, 8.6),
        }
    }
}
