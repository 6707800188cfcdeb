//! Small molecules: SMILES, perception, descriptors, QM9 and exhaustive enumeration.
//!
//! | you want | look at |
//! |---|---|
//! | a molecule as a graph | [`Molecule`], [`MoleculeBuilder`] |
//! | text to molecule and back, one text for each molecule | [`smiles`] |
//! | rings, valences | [`perception`] |
//! | formula, weight, polar surface, logP … | [`descriptors`] |
//! | whether two molecules are the same | [`is_isomorphic`] |
//! | a drawing | [`depict`] |
//! | QM9 and other files of molecules | [`qm9`] |
//! | molecules where there are no files | [`enumerate`] |
//! | graphs of molecules as arrays | [`graph`] |
//! | a permutation-equivariant variational autoencoder | `vae`, with the feature of that name |
//!
//! # Example
//!
//! ```
//! use molecules::descriptors::Descriptors;
//! use molecules::smiles;
//!
//! let caffeine = smiles::parse("CN1C=NC2=C1C(=O)N(C(=O)N2C)C")?;
//! let numbers = Descriptors::of(&caffeine);
//! assert_eq!((numbers.formula.as_str(), numbers.rings), ("C8H10N4O2", 2));
//! # Ok::<(), molecules::SmilesError>(())
//! ```
#![forbid(unsafe_code)]

pub mod depict;
pub mod descriptors;
mod element;
pub mod enumerate;
mod error;
pub mod graph;
mod isomorphism;
mod isotopes;
mod molecule;
pub mod perception;
pub mod qm9;
pub mod smiles;
#[cfg(feature = "vae")]
pub mod vae;

pub use element::Element;
pub use error::{DataError, MoleculeError, SmilesError};
pub use isomorphism::is_isomorphic;
pub use molecule::{Atom, Bond, BondOrder, Link, MAX_ATOMS, Molecule, MoleculeBuilder};

/// The examples of the README are tested with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
