//! Surroundings of atoms: what the table of types asks for, and whether an atom has it.

use super::Type;
use crate::molecule::Molecule;
use crate::{Bond, Element};

/// A set of kinds of atoms: an element, aromatic or not.
pub(super) type Kinds = u32;

pub(super) const H: Kinds = 1 << 0;
pub(super) const C: Kinds = 1 << 1;
pub(super) const N: Kinds = 1 << 2;
pub(super) const O: Kinds = 1 << 3;
pub(super) const P: Kinds = 1 << 4;
pub(super) const S: Kinds = 1 << 5;
pub(super) const F: Kinds = 1 << 6;
pub(super) const CL: Kinds = 1 << 7;
pub(super) const BR: Kinds = 1 << 8;
pub(super) const I: Kinds = 1 << 9;
/// Every other element, not aromatic.
pub(super) const OTHER: Kinds = 1 << 10;
pub(super) const AROMATIC_C: Kinds = 1 << 11;
pub(super) const AROMATIC_N: Kinds = 1 << 12;
pub(super) const AROMATIC_O: Kinds = 1 << 13;
pub(super) const AROMATIC_S: Kinds = 1 << 14;
pub(super) const AROMATIC_OTHER: Kinds = 1 << 15;
pub(super) const ANY: Kinds = (1 << 16) - 1;

/// Bonds, none of them aromatic but the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joined {
    Single,
    Double,
    Triple,
    Aromatic,
}

impl Joined {
    fn fits(self, bond: Bond) -> bool {
        match self {
            Self::Single => bond.is_single(),
            Self::Double => bond.is_double(),
            Self::Triple => bond.is_triple() && !bond.aromatic,
            Self::Aromatic => bond.aromatic,
        }
    }
}

/// What is asked of an atom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Test {
    kinds: Kinds,
    /// Bit `n` for `n` hydrogens, bit 15 for more.
    hydrogens: u16,
    /// Bit `n` for `n` bonded atoms and hydrogens, bit 15 for more.
    connections: u16,
    /// Least and largest charge.
    charges: (i8, i8),
    /// Different neighbours.
    arms: &'static [Arm],
}

/// A bond to an atom, and what is asked of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arm(pub(super) Joined, pub(super) Test);

/// A type, and what an atom of it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) of: Type,
    pub(super) test: Test,
}

/// Any atom of these kinds.
pub(super) const fn atom(kinds: Kinds) -> Test {
    let (hydrogens, connections, charges) = (u16::MAX, u16::MAX, (i8::MIN, i8::MAX));
    Test { kinds, hydrogens, connections, charges, arms: &[] }
}

impl Test {
    /// With so many hydrogens, from the least to the most.
    pub(super) const fn hydrogens(mut self, least: u32, most: u32) -> Self {
        self.hydrogens = (2 << most) - (1 << least);
        self
    }

    /// With so many bonded atoms and hydrogens.
    pub(super) const fn connections(mut self, count: u32) -> Self {
        self.connections = 1 << count;
        self
    }

    /// With a charge from the least to the most.
    pub(super) const fn charge(mut self, least: i8, most: i8) -> Self {
        self.charges = (least, most);
        self
    }

    /// With these neighbours, each a different one, and maybe more.
    pub(super) const fn with(mut self, arms: &'static [Arm]) -> Self {
        self.arms = arms;
        self
    }
}

/// What rules ask of an atom itself.
#[derive(Clone, Copy, Debug)]
struct Own {
    kind: Kinds,
    hydrogens: u16,
    connections: u16,
    charge: i8,
}

/// A molecule with what rules ask of its atoms.
pub(super) struct Environment<'a> {
    pub(super) molecule: &'a Molecule,
    own: Vec<Own>,
}

/// Arms of a test: at most so many.
const MOST_ARMS: usize = 4;

impl<'a> Environment<'a> {
    pub(super) fn of(molecule: &'a Molecule) -> Self {
        let bit = |count: usize| 1u16 << count.min(15);
        let own = (0..molecule.atom_count()).map(|index| {
            let atom = molecule.at(index);
            let links = molecule.links(index);
            let hydrogens = atom.hydrogens() as usize;
            let bonded = links.iter().filter(|l| molecule.at(l.atom).element == Element::HYDROGEN);
            Own {
                kind: kind(atom.element, atom.aromatic),
                hydrogens: bit(hydrogens + bonded.count()),
                connections: bit(hydrogens + links.len()),
                charge: atom.charge,
            }
        });
        Self { molecule, own: own.collect() }
    }

    /// Whether an atom passes a test.
    pub(super) fn fits(&self, test: &Test, atom: usize) -> bool {
        self.fits_from(test, atom, None, 0)
    }

    /// Whether the host of a hydrogen passes a test with its other neighbours. The hydrogen is an
    /// atom of the graph, or one of those counted on the host.
    pub(super) fn host_fits(&self, test: &Test, host: usize, hydrogen: Option<usize>) -> bool {
        self.fits_from(test, host, hydrogen, u32::from(hydrogen.is_none()))
    }

    /// As [`Self::fits`], without the neighbour `from` and so many of the hydrogens.
    fn fits_from(&self, test: &Test, atom: usize, from: Option<usize>, taken: u32) -> bool {
        let own = &self.own[atom];
        let (least, most) = test.charges;
        own.kind & test.kinds != 0
            && own.hydrogens & test.hydrogens != 0
            && own.connections & test.connections != 0
            && (least..=most).contains(&own.charge)
            && (test.arms.is_empty()
                || self.places(test.arms, atom, from, taken, &mut [usize::MAX; MOST_ARMS], 0))
    }

    /// Whether the arms from `at` on find neighbours that those before have not taken.
    fn places(
        &self,
        arms: &[Arm],
        atom: usize,
        from: Option<usize>,
        taken: u32,
        chosen: &mut [usize; MOST_ARMS],
        at: usize,
    ) -> bool {
        let Some(Arm(joined, test)) = arms.get(at) else { return true };
        for link in self.molecule.links(atom) {
            if Some(link.atom) == from
                || chosen[..at].contains(&link.atom)
                || !joined.fits(self.molecule.bond_at(link.bond))
                || !self.fits_from(test, link.atom, Some(atom), 0)
            {
                continue;
            }
            chosen[at] = link.atom;
            if self.places(arms, atom, from, taken, chosen, at + 1) {
                return true;
            }
        }
        // Hydrogens that are no atoms of the graph.
        *joined == Joined::Single
            && test.kinds & H != 0
            && test.arms.is_empty()
            && taken < self.molecule.at(atom).hydrogens()
            && {
                chosen[at] = usize::MAX;
                self.places(arms, atom, from, taken + 1, chosen, at + 1)
            }
    }
}

fn kind(element: Element, aromatic: bool) -> Kinds {
    match (element.atomic_number(), aromatic) {
        (1, _) => H,
        (6, false) => C,
        (7, false) => N,
        (8, false) => O,
        (15, false) => P,
        (16, false) => S,
        (9, false) => F,
        (17, false) => CL,
        (35, false) => BR,
        (53, false) => I,
        (_, false) => OTHER,
        (6, true) => AROMATIC_C,
        (7, true) => AROMATIC_N,
        (8, true) => AROMATIC_O,
        (16, true) => AROMATIC_S,
        (_, true) => AROMATIC_OTHER,
    }
}
