//! Aromatic rings, by the model that RDKit documents as its own.
//!
//! Every atom of a candidate ring gives 0, 1 or 2 electrons to it; a ring, or a union of up to six
//! rings that share bonds, is aromatic where they add up to `4n + 2`. An exocyclic double bond to
//! a more electronegative atom takes its electron away.
//!
//! Reference: *The RDKit Book*, section "Aromaticity".

use std::collections::BTreeSet;

use crate::molecule::Molecule;
use crate::perception::Ring;
use crate::{BondOrder, Element};

/// Most rings in one union.
const MOST_FUSED: usize = 6;

/// Larger rings are looked at alone.
const LARGEST_FUSED: usize = 24;

/// Unions tried for one system of rings. Beyond it only what was found so far is aromatic.
const MOST_UNIONS: usize = 20_000;

/// Electrons that an atom gives to a ring.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Donor {
    Cannot,
    Gives(u32),
}

/// The atoms and bonds that are aromatic.
pub(crate) fn aromatic(molecule: &Molecule) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let (mut atoms, mut bonds) = (BTreeSet::new(), BTreeSet::new());
    let rings = molecule.rings();
    if rings.all().is_empty() {
        return (atoms, bonds);
    }
    let donors: Vec<Donor> = (0..molecule.atom_count()).map(|atom| donor(molecule, atom)).collect();
    let candidates: Vec<&Ring> = rings
        .complete()
        .filter(|ring| ring.atoms.iter().all(|&atom| donors[atom] != Donor::Cannot))
        .collect();
    if candidates.is_empty() {
        return (atoms, bonds);
    }
    let share = |a: &Ring, b: &Ring| a.bonds.iter().any(|bond| b.bonds.contains(bond));
    let fusible = |ring: &Ring| ring.size() <= LARGEST_FUSED;
    let near: Vec<Vec<usize>> = (0..candidates.len())
        .map(|i| {
            let fused = |&j: &usize| {
                i != j
                    && fusible(candidates[i])
                    && fusible(candidates[j])
                    && share(candidates[i], candidates[j])
            };
            (0..candidates.len()).filter(fused).collect()
        })
        .collect();
    let mut done = vec![false; candidates.len()];
    for start in 0..candidates.len() {
        if done[start] {
            continue;
        }
        let mut system = vec![start];
        done[start] = true;
        let mut next = 0;
        while let Some(&ring) = system.get(next) {
            next += 1;
            for &other in &near[ring] {
                if !std::mem::replace(&mut done[other], true) {
                    system.push(other);
                }
            }
        }
        mark(&candidates, &near, &system, &donors, &mut atoms, &mut bonds);
    }
    (atoms, bonds)
}

/// Marks the aromatic unions of one system of fused rings, smallest unions first, until all its
/// bonds are aromatic.
fn mark(
    rings: &[&Ring],
    near: &[Vec<usize>],
    system: &[usize],
    donors: &[Donor],
    atoms: &mut BTreeSet<usize>,
    bonds: &mut BTreeSet<usize>,
) {
    let all: BTreeSet<usize> =
        system.iter().flat_map(|&ring| rings[ring].bonds.iter().copied()).collect();
    let mut unions: BTreeSet<Vec<usize>> = system.iter().map(|&ring| vec![ring]).collect();
    let mut tried = 0;
    for _ in 0..MOST_FUSED.min(system.len()) {
        for union in &unions {
            tried += 1;
            // Atoms inside, which three rings share, take no part in the outer cycle.
            let count = |values: &mut dyn Iterator<Item = usize>| {
                let mut sorted: Vec<usize> = values.collect();
                sorted.sort_unstable();
                sorted
                    .chunk_by(|a, b| a == b)
                    .map(|chunk| (chunk[0], chunk.len()))
                    .collect::<Vec<_>>()
            };
            let members = count(&mut union.iter().flat_map(|&r| rings[r].atoms.iter().copied()));
            let electrons: u32 = members
                .iter()
                .filter(|(_, times)| *times <= 2)
                .map(|&(atom, _)| match donors[atom] {
                    Donor::Gives(electrons) => electrons,
                    Donor::Cannot => 0,
                })
                .sum();
            if electrons % 4 != 2 {
                continue;
            }
            atoms.extend(members.iter().map(|(atom, _)| *atom));
            let around = count(&mut union.iter().flat_map(|&r| rings[r].bonds.iter().copied()));
            bonds.extend(around.iter().filter(|(_, times)| *times == 1).map(|(bond, _)| *bond));
        }
        if all.is_subset(bonds) || tried > MOST_UNIONS {
            break;
        }
        let mut larger = BTreeSet::new();
        for union in &unions {
            for &ring in union {
                for &other in &near[ring] {
                    if let Err(place) = union.binary_search(&other) {
                        let mut more = union.clone();
                        more.insert(place, other);
                        larger.insert(more);
                    }
                }
            }
            // Some of them would be a choice by the order of atoms.
            if larger.len() > MOST_UNIONS {
                return;
            }
        }
        unions = larger;
    }
}

/// What an atom gives to a ring that it is in.
fn donor(molecule: &Molecule, index: usize) -> Donor {
    if !molecule.rings().contains_atom(index) {
        return Donor::Cannot;
    }
    let atom = molecule.at(index);
    let (Some(valences), Some(outer)) = (atom.element.valences(), atom.element.outer_electrons())
    else {
        return Donor::Cannot;
    };
    let number = atom.element.atomic_number();
    if number > 18 && number != 34 && number != 52 {
        return Donor::Cannot;
    }
    let lowest = valences.first().copied().map_or(0, i32::from);
    let links = molecule.links(index);
    let degree = links.len() as i32 + atom.hydrogens() as i32;
    if lowest <= 1 || degree > 3 {
        return Donor::Cannot;
    }

    let pairs: i32 =
        links.iter().map(|link| molecule.bond_at(link.bond).order.pairs() as i32).sum();
    let valence = pairs + atom.hydrogens() as i32;
    let usual = atom.element.valences_with_charge(atom.charge).and_then(<[u8]>::first);
    if usual.is_some_and(|&usual| valence > i32::from(usual)) {
        return Donor::Cannot;
    }
    let radicals = unpaired(i32::from(outer), valence, i32::from(atom.charge));
    if radicals > 0 && atom.element != Element::C {
        return Donor::Cannot;
    }
    let multiple =
        links.iter().filter(|link| molecule.bond_at(link.bond).order > BondOrder::Single);
    if multiple.clone().count() > 1 {
        return Donor::Cannot;
    }
    let multiple = multiple.clone().next();
    let exocyclic = multiple.filter(|link| !molecule.rings().contains_bond(link.bond));
    let drawn = exocyclic
        .is_some_and(|link| molecule.at(link.atom).element.is_more_electronegative(atom.element));

    let lone = (i32::from(outer) - lowest - i32::from(atom.charge)).max(0);
    let mut electrons = lowest - degree + lone - radicals;
    if electrons > 1 && pairs - links.len() as i32 > 1 {
        electrons = 1;
    }
    match electrons {
        ..0 => Donor::Cannot,
        0 if exocyclic.is_some() => Donor::Gives(0),
        0 if multiple.is_some() => Donor::Gives(1),
        0 => Donor::Cannot,
        1 if exocyclic.is_some() => Donor::Gives(u32::from(!drawn)),
        1 if multiple.is_some() => Donor::Gives(1),
        1 if atom.charge == 1 => Donor::Gives(0),
        1 => Donor::Cannot,
        _ => match (electrons - i32::from(drawn)) % 2 {
            1 => Donor::Gives(1),
            _ => Donor::Gives(2),
        },
    }
}

/// Unpaired electrons of an atom, from the electrons that its shell lacks and those it has left.
fn unpaired(outer: i32, valence: i32, charge: i32) -> i32 {
    let lacking = (8 - outer - valence + charge).max(0);
    let left = outer - valence - charge;
    if left >= 0 { lacking.min(left) } else { lacking }
}

#[cfg(test)]
mod tests {
    use crate::smiles;

    fn aromatic_atoms(text: &str) -> usize {
        smiles::parse(text).unwrap().atoms().filter(|atom| atom.aromatic).count()
    }

    #[test]
    fn the_rule_of_hueckel() {
        for (text, count) in [
            ("C1=CC=CC=C1", 6),
            ("C1=CC=C1", 0),
            ("C1=CC=CC=CC=C1", 0),
            ("C1=CNC=C1", 5),
            ("C1=COC=C1", 5),
            ("C1=CSC=C1", 5),
            ("C1C=CC=C1", 0),
            ("[CH-]1C=CC=C1", 5),
            ("[CH+]1C=CC=CC=C1", 7),
            ("[CH+]1C=C1", 3),
            ("O=C1C=CC=CN1", 6),
            ("O=C1C=CC(=O)C=C1", 0),
            ("C=C1C=CC=C1", 0),
            ("C1=CC=C2C=CC=CC2=C1", 10),
            ("C1=CC=C2C=CC=C2C=C1", 10),
            ("C1=CC=C(C=C1)C1=CC=CC=C1", 12),
            // All bonds of a system count, not only its atoms: both acenaphthylenes are whole.
            ("S1C2=C(C3=CC=CC4=C3C2=CC=C4)C5=C1C6=C7C(=CC=C6)C=CC=C57", 25),
            ("C1=CC=CC=CC=CN1", 9),
            ("C1=CC=CC=CC=CC=CC=CC=CC=CC=C1", 18),
            // Not so in RDKit: docs/molecules.md.
            ("C1=CC2=CC3=CC=C(N3)C=C3C=CC(=N3)C=C3C=CC(=CC1=N2)N3", 24),
            ("O=C1C2=CC=CC1=CC=CC=C2", 11),
            ("C1=CC2=CC=CC(=C1)O2", 9),
            ("C1=CC=CC=CC=CO1", 9),
            ("C1=CN=CC=NC=CO1", 9),
        ] {
            assert_eq!(aromatic_atoms(text), count, "{text}");
        }
    }
}
