//! What follows from atoms and bonds: hydrogens, Kekulé forms, rings, aromaticity.

mod aromaticity;
mod kekule;
mod rings;
mod valence;

pub(crate) use aromaticity::aromatic;
pub(crate) use kekule::{Candidate, double_bonds};
pub(crate) use rings::bridges;
pub use rings::{Ring, Rings};
pub use valence::{implicit_hydrogens, most_bonds};
