//! Connected parts of a molecule in canonical order.

use std::collections::BTreeMap;

use crate::molecule::{Links, Molecule};
use crate::perception::Rings;
use crate::smiles::canonical_ranks;

/// What a part is made of: sorts parts, equal for equal parts.
type Key = (std::cmp::Reverse<usize>, Vec<(u8, i8, u32)>, Vec<[usize; 2]>);

/// Rings up to which all of [`Rings::all`] are drawn as regular as can be; beyond, a basis is.
const MOST_RINGS: usize = 60;

/// A connected part of a molecule. Atoms are numbered by their canonical rank, so that whatever is
/// computed from it does not depend on the order of the molecule's atoms.
#[derive(Debug)]
pub(super) struct Part {
    /// The molecule's index of each atom.
    pub(super) atoms: Vec<usize>,
    /// The neighbours of each atom, ascending.
    pub(super) near: Vec<Vec<usize>>,
    /// The bonds, ascending, each with its smaller atom first.
    pub(super) bonds: Vec<[usize; 2]>,
    /// Whether the two bonds of an atom lie on a line.
    pub(super) linear: Vec<bool>,
    /// Whether an atom is neither carbon nor hydrogen.
    pub(super) hetero: Vec<bool>,
    /// The rings, each with its bonded atoms one after the other, small ones first.
    pub(super) rings: Vec<Vec<usize>>,
}

impl Part {
    /// The parts of a molecule, large ones first.
    pub(super) fn all(molecule: &Molecule) -> Vec<Self> {
        let ranks = canonical_ranks(molecule);
        let mut parts: Vec<(Key, Self)> = components(molecule)
            .into_iter()
            .map(|mut atoms| {
                atoms.sort_by_key(|&atom| ranks[atom]);
                let part = Self::of(molecule, atoms);
                (part.key(molecule), part)
            })
            .collect();
        parts.sort_by(|a, b| a.0.cmp(&b.0));
        parts.into_iter().map(|(_, part)| part).collect()
    }

    fn of(molecule: &Molecule, atoms: Vec<usize>) -> Self {
        let place: BTreeMap<usize, usize> = atoms.iter().copied().zip(0..).collect();
        let local = |atom: &usize| place.get(atom).copied();
        let near: Vec<Vec<usize>> = atoms
            .iter()
            .map(|&atom| {
                let mut near: Vec<usize> =
                    molecule.links(atom).iter().filter_map(|link| local(&link.atom)).collect();
                near.sort_unstable();
                near
            })
            .collect();
        let mut bonds = Vec::new();
        for (a, near) in near.iter().enumerate() {
            bonds.extend(near.iter().filter(|&&b| a < b).map(|&b| [a, b]));
        }
        let linear = atoms.iter().map(|&atom| is_linear(molecule, atom)).collect();
        let hetero = atoms
            .iter()
            .map(|&atom| !matches!(molecule.at(atom).element.atomic_number(), 1 | 6))
            .collect();
        // Found anew in the order of the part: a basis depends on it.
        let found = Rings::find(&Links::new(atoms.len(), bonds.iter().copied()), bonds.len());
        let few = found.count() <= MOST_RINGS;
        let kept = found.all().iter().filter(|ring| few || ring.in_basis);
        let mut rings: Vec<Vec<usize>> = kept.map(|ring| from_least(ring.atoms.clone())).collect();
        rings.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        Self { atoms, near, bonds, linear, hetero, rings }
    }

    fn key(&self, molecule: &Molecule) -> Key {
        let atom = |&atom: &usize| {
            let atom = molecule.at(atom);
            (atom.element.atomic_number(), atom.charge, atom.hydrogens())
        };
        let atoms = self.atoms.iter().map(atom).collect();
        (std::cmp::Reverse(self.atoms.len()), atoms, self.bonds.clone())
    }

    /// Number of atoms.
    pub(super) fn len(&self) -> usize {
        self.near.len()
    }
}

/// The atoms of each connected part.
fn components(molecule: &Molecule) -> Vec<Vec<usize>> {
    let mut seen = vec![false; molecule.atom_count()];
    let mut components = Vec::new();
    for root in 0..molecule.atom_count() {
        let mut atoms = Vec::new();
        let mut open = vec![root];
        while let Some(atom) = open.pop() {
            if !std::mem::replace(&mut seen[atom], true) {
                atoms.push(atom);
                open.extend(molecule.links(atom).iter().map(|link| link.atom));
            }
        }
        if !atoms.is_empty() {
            components.push(atoms);
        }
    }
    components
}

/// Two neighbours, and a triple bond or two double bonds to them.
fn is_linear(molecule: &Molecule, atom: usize) -> bool {
    let links = molecule.links(atom);
    let bonds = || links.iter().map(|link| molecule.bond_at(link.bond));
    links.len() == 2
        && (bonds().any(|bond| bond.order.pairs() > 2) || bonds().all(|bond| bond.is_double()))
}

/// The ring as it starts at its least atom, towards the lesser of its neighbours.
fn from_least(mut ring: Vec<usize>) -> Vec<usize> {
    let least = ring.iter().enumerate().min_by_key(|(_, atom)| **atom).map_or(0, |(at, _)| at);
    ring.rotate_left(least);
    if ring[1] > ring[ring.len() - 1] {
        ring[1..].reverse();
    }
    ring
}
