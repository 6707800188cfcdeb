//! Surroundings of atoms: what the table of types asks for, and whether an atom has it.

use super::Type;
use crate::molecule::Molecule;
use crate::{Bond, BondOrder, Element};

/// A set of kinds of atoms: an element, aromatic or not.
pub(super) type Kinds = u16;

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
pub(super) const ANY: Kinds = Kinds::MAX;

impl Arm {
    /// The neighbours that it may be, as in [`Own::near`].
    fn near(&self) -> u64 {
        u64::from(self.1.kinds()) << (16 * self.0 as u32)
    }
}

/// Bonds, none of them aromatic but the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joined {
    Single,
    Double,
    Triple,
    Aromatic,
}

impl Joined {
    fn by(bond: Bond) -> Option<Self> {
        Some(match bond.order {
            _ if bond.aromatic => Self::Aromatic,
            BondOrder::Single => Self::Single,
            BondOrder::Double => Self::Double,
            BondOrder::Triple => Self::Triple,
            BondOrder::Quadruple => return None,
        })
    }
}

/// What is asked of an atom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Test {
    /// Kinds, numbers of hydrogens and numbers of connections that fit, as in [`Own::bits`].
    bits: u64,
    /// Least and largest charge.
    charges: (i8, i8),
    /// Different neighbours.
    arms: &'static [Arm],
}

/// Where numbers of hydrogens begin in bits: bit `n` for `n`, bit 15 for more.
const HYDROGENS: u32 = 16;

/// Where numbers of bonded atoms and hydrogens begin.
const CONNECTIONS: u32 = 32;

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
    let bits = kinds as u64 | 0xffff << HYDROGENS | 0xffff << CONNECTIONS;
    Test { bits, charges: (i8::MIN, i8::MAX), arms: &[] }
}

impl Test {
    /// With so many hydrogens, from the least to the most.
    pub(super) const fn hydrogens(mut self, least: u32, most: u32) -> Self {
        let fitting = (2 << most) - (1 << least);
        self.bits &= !(0xffff << HYDROGENS) | fitting << HYDROGENS;
        self
    }

    /// With so many bonded atoms and hydrogens.
    pub(super) const fn connections(mut self, count: u32) -> Self {
        self.bits &= !(0xffff << CONNECTIONS) | 1 << count << CONNECTIONS;
        self
    }

    fn kinds(&self) -> Kinds {
        self.bits as Kinds
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
    /// Kind, number of hydrogens and of connections, one bit each.
    bits: u64,
    charge: i8,
    /// Kinds of neighbours, 16 bits for each way of being joined.
    near: u64,
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
        let bit = |count: usize| 1u64 << count.min(15);
        let kind = |index: usize| {
            let atom = molecule.at(index);
            kind(atom.element, atom.aromatic)
        };
        let own = molecule.atoms().enumerate().map(|(index, atom)| {
            let links = molecule.links(index);
            let hydrogens = atom.hydrogens() as usize;
            let mut bonded = 0;
            let mut near = if hydrogens > 0 { u64::from(H) } else { 0 };
            for link in links {
                let kind = kind(link.atom);
                bonded += usize::from(kind == H);
                if let Some(joined) = Joined::by(molecule.bond_at(link.bond)) {
                    near |= u64::from(kind) << (16 * joined as u32);
                }
            }
            Own {
                bits: u64::from(kind(index))
                    | bit(hydrogens + bonded) << HYDROGENS
                    | bit(hydrogens + links.len()) << CONNECTIONS,
                charge: atom.charge,
                near,
            }
        });
        let own = own.collect();
        Self { molecule, own }
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
        own.bits & !test.bits == 0
            && (least..=most).contains(&own.charge)
            // Each arm finds a neighbour, before they are to be different ones.
            && test.arms.iter().all(|arm| own.near & arm.near() != 0)
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
                || Joined::by(self.molecule.bond_at(link.bond)) != Some(*joined)
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
            && test.kinds() & H != 0
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
