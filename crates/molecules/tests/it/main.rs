//! Tests of the molecule crate. One program, so that it is linked once.

mod depict;
mod enumerate;
mod graph;
mod oracle;
mod qm9;
mod renumbering;
mod rings;
mod smiles;
#[cfg(feature = "vae")]
mod vae;
mod valences;
