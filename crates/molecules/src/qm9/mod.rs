//! QM9: small organic molecules with properties from density-functional theory.
//!
//! - [`read`]: MoleculeNet's table, a table with a `smiles` column only, or a plain list of
//!   SMILES, compressed with gzip or not;
//! - [`Property`]: the columns, with units;
//! - [`Source`]: where to look for the files, and molecules to use where there are none.
//!
//! Rows whose SMILES is not a molecule are left out and kept with their reason in
//! [`Set::refused`]; a table that is damaged is an error that names file, line and column.
//!
//! Reference: R. Ramakrishnan, P. O. Dral, M. Rupp, O. A. von Lilienfeld, *Quantum chemistry
//! structures and properties of 134 kilo molecules*, Scientific Data 1 (2014), 140022.

mod property;
mod read;
mod source;

pub use property::Property;
pub use read::{Entry, Origin, Refused, Set, read};
pub use source::{DATA_VARIABLE, Source};
