//! Rings of graphs whose rings are known.

use std::collections::BTreeSet;

use molecules::Molecule;
use molecules::enumerate::Enumeration;
use molecules::smiles::{canonical, parse};

/// So many benzenes in a ring, joined at opposite atoms.
pub(crate) fn cycloparaphenylene(benzenes: usize) -> String {
    let inner = "c1ccc(cc1)".repeat(benzenes - 2);
    format!("c1%10ccc(cc1){inner}c1ccc%10cc1").replace(")c", ")-c")
}

/// So many cyclobutanes in a ring, joined at opposite atoms.
pub(crate) fn ring_of_squares(squares: usize) -> String {
    format!("C1%10CC(C1){}C1CC%10C1", "C1CC(C1)".repeat(squares - 2))
}

/// Each benzene can be passed on two sides: `2ⁿ` large rings and `n` small ones.
#[test]
fn rings_of_rings_are_all_counted() {
    for (text, count, listed) in [
        (cycloparaphenylene(4), 16 + 4, 20),
        (cycloparaphenylene(10), 1024 + 10, 1034),
        (cycloparaphenylene(11), 2048 + 11, 11 + 1),
        (cycloparaphenylene(16), 65_536 + 16, 16 + 1),
        (ring_of_squares(30), (1 << 30) + 30, 30 + 1),
        // Does not fit.
        (ring_of_squares(70), usize::MAX, 70 + 1),
        // C60, C20, prismane and adamantane: faces.
        (include_str!("../data/c60.smi").trim().to_owned(), 12 + 20, 32),
        ("C12C3C4C5C1C1C6C2C2C3C3C4C4C5C1C1C6C2C3C41".to_owned(), 12, 12),
    ] {
        let molecule = parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let rings = molecule.rings();
        assert_eq!((rings.count(), rings.all().len()), (count, listed), "{text}");
        let complete = rings.all().last().is_some_and(|ring| rings.is_complete(ring.size()));
        assert_eq!(complete, count == listed, "{text}");
        let basis = molecule.bond_count() + 1 - molecule.atom_count();
        assert_eq!(rings.smallest().count(), basis, "{text}");
    }
}

/// Against the definition: a cycle is relevant where it is no sum of shorter cycles.
#[test]
fn relevant_cycles_are_no_sums_of_shorter_ones() {
    let molecules = Enumeration { heavy_atoms: 9, ..Enumeration::default() };
    let mut checked = 0;
    for molecule in molecules.sample(400, 5).unwrap() {
        let cycles = all_cycles(&molecule);
        let relevant: BTreeSet<Vec<usize>> = cycles
            .iter()
            .filter(|cycle| {
                let shorter = cycles.iter().filter(|other| other.len() < cycle.len());
                let rows: Vec<u64> = shorter.map(|other| bits(other)).collect();
                rank(&rows) < rank(&[rows.as_slice(), &[bits(cycle)]].concat())
            })
            .cloned()
            .collect();
        let found: BTreeSet<Vec<usize>> = molecule
            .rings()
            .all()
            .iter()
            .map(|ring| {
                let mut bonds = ring.bonds.clone();
                bonds.sort_unstable();
                bonds
            })
            .collect();
        assert_eq!(found, relevant, "{}", canonical(&molecule));
        checked += usize::from(relevant.len() > 2);
    }
    assert!(checked > 50, "{checked} with three rings and more");
}

/// The bonds of every cycle, ascending.
fn all_cycles(molecule: &Molecule) -> BTreeSet<Vec<usize>> {
    fn walk(
        molecule: &Molecule,
        atoms: &mut Vec<usize>,
        bonds: &mut Vec<usize>,
        cycles: &mut BTreeSet<Vec<usize>>,
    ) {
        for link in molecule.links(atoms[atoms.len() - 1]) {
            if link.atom == atoms[0] && atoms.len() > 2 {
                let mut cycle = bonds.clone();
                cycle.push(link.bond);
                cycle.sort_unstable();
                cycles.insert(cycle);
            } else if link.atom > atoms[0] && !atoms.contains(&link.atom) {
                atoms.push(link.atom);
                bonds.push(link.bond);
                walk(molecule, atoms, bonds, cycles);
                atoms.pop();
                bonds.pop();
            }
        }
    }
    let mut cycles = BTreeSet::new();
    for start in 0..molecule.atom_count() {
        walk(molecule, &mut vec![start], &mut Vec::new(), &mut cycles);
    }
    cycles
}

fn bits(bonds: &[usize]) -> u64 {
    bonds.iter().fold(0, |bits, bond| bits | 1 << bond)
}

/// Over the field of two elements.
fn rank(rows: &[u64]) -> usize {
    let mut basis: Vec<u64> = Vec::new();
    for &row in rows {
        let left = basis.iter().fold(row, |row, &other| row.min(row ^ other));
        if left != 0 {
            basis.push(left);
        }
    }
    basis.len()
}

#[test]
fn counts_of_smallest_and_relevant_rings() {
    // (SMILES, size of the basis, relevant cycles)
    for (text, basis, relevant) in [
        ("CCCC", 0, 0),
        ("C1CC1", 1, 1),
        ("C1CC1C1CC1", 2, 2),
        ("C1CCC2CC2C1", 2, 2),
        ("C1CC2CC1CC2", 2, 2),
        ("C1CC2CC1C2", 2, 3),
        ("C1CC2CCC1CC2", 2, 3),
        ("C12C3C4C1C5C2C3C45", 5, 6),
        ("C12C3C1C23", 3, 4),
        ("C1C2CC3CC1CC(C2)C3", 3, 4),
        ("c1ccc2ccccc2c1", 2, 2),
        ("C1CC1.C1CCC1", 2, 2),
    ] {
        let molecule = parse(text).unwrap();
        let rings = molecule.rings();
        assert_eq!(rings.smallest().count(), basis, "{text}");
        assert_eq!(rings.count(), relevant, "{text}");
        for ring in rings.all() {
            assert_eq!(ring.atoms.len(), ring.bonds.len());
            for (place, &bond) in ring.bonds.iter().enumerate() {
                let next = ring.atoms[(place + 1) % ring.size()];
                let link = molecule.links(ring.atoms[place]).iter().find(|l| l.bond == bond);
                assert_eq!(link.map(|link| link.atom), Some(next), "{text}");
            }
        }
    }
}
