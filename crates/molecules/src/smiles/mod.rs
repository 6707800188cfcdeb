//! SMILES: reading, writing, and one canonical text for each molecule.
//!
//! - [`parse`], [`read`]: text to molecule, with errors that say where and what was expected;
//! - [`write()`]: molecule to text, in the order of its atoms or any other;
//! - [`canonical()`], [`canonical_ranks`]: the same text for every order of the atoms.
//!
//! The grammar is that of OpenSMILES: organic subset, bracket atoms with isotope, hydrogens,
//! charge and class, ring bonds `1`, `%12` and `%(123)`, branches, aromatic atoms and bonds, and
//! parts divided by `.`. Stereo marks (`@`, `@@`, `@TH1`…, `/`, `\`) are read, dropped and
//! counted. Atoms marked aromatic must be in rings and have a Kekulé form.
//!
//! ```
//! use molecules::smiles;
//! let a = smiles::parse("OC1=CC=CC=C1")?;
//! let b = smiles::parse("c1cc(O)ccc1")?;
//! assert_eq!(smiles::canonical(&a), smiles::canonical(&b));
//!
//! let error = smiles::parse("CC(C").unwrap_err();
//! assert_eq!((error.offset(), error.reason()), (2, "syntax"));
//! # Ok::<(), molecules::SmilesError>(())
//! ```

mod assemble;
mod bracket;
mod canonical;
mod read;
mod write;

pub(crate) use canonical::rank_graph;
pub use canonical::{canonical, canonical_ranks};
pub use read::{Reading, parse, read};
pub use write::write;
