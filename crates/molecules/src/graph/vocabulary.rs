//! Kinds of atoms.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Element, Molecule};

/// What a node is: an element with a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AtomKind {
    /// Atomic number.
    pub number: u8,
    /// Formal charge.
    pub charge: i8,
}

impl fmt::Display for AtomKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let symbol = Element::from_atomic_number(self.number).map_or("?", Element::symbol);
        match self.charge {
            0 => f.write_str(symbol),
            charge => write!(f, "{symbol}{charge:+}"),
        }
    }
}

/// The kinds of atoms of a data set, in ascending order. Kind 0 of a [`super::Graph`] is a missing node;
/// kind `k` is `kinds()[k − 1]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Vocabulary {
    kinds: Vec<AtomKind>,
}

impl Vocabulary {
    /// The kinds that occur.
    ///
    /// ```
    /// use molecules::graph::Vocabulary;
    /// let nitromethane = molecules::smiles::parse("C[N+](=O)[O-]")?;
    /// let kinds = Vocabulary::of([&nitromethane]);
    /// assert_eq!(kinds.to_string(), "C, N+1, O-1, O");
    /// # Ok::<(), molecules::SmilesError>(())
    /// ```
    pub fn of<'a>(molecules: impl IntoIterator<Item = &'a Molecule>) -> Self {
        let kinds: BTreeSet<AtomKind> =
            molecules.into_iter().flat_map(Molecule::atoms).map(AtomKind::of).collect();
        Self { kinds: kinds.into_iter().collect() }
    }

    /// The kinds, without the missing node.
    pub fn kinds(&self) -> &[AtomKind] {
        &self.kinds
    }

    /// The number that stands for a kind, from 1.
    pub fn index(&self, kind: AtomKind) -> Option<u8> {
        let at = self.kinds.binary_search(&kind).ok()?;
        u8::try_from(at + 1).ok()
    }
}

impl AtomKind {
    /// The kind of an atom.
    pub fn of(atom: &crate::Atom) -> Self {
        Self { number: atom.element.atomic_number(), charge: atom.charge }
    }
}

impl fmt::Display for Vocabulary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.kinds.iter().map(AtomKind::to_string).collect();
        f.write_str(&names.join(", "))
    }
}
