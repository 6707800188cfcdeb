//! Groups as values: elements, representations, actions, orbits and the quotient metric.
//!
//! This crate is the innermost of its workspace. It knows nothing of tensors, data sets or
//! networks.
//!
//! | you want | look at |
//! |---|---|
//! | a group and how it acts as one value, by name or by types | [`Space`], [`AnyGroup`], [`Element`] |
//! | what finite groups and rotations have in common | [`Symmetry`] |
//! | a group, its elements and its law | [`Group`], [`FiniteGroup`], [`HasIrreps`], [`PlanarGroup`] |
//! | a named group | [`Cyclic`], [`Dihedral`], [`Symmetric`]; `A_n`, `Q_8`, `B_n`, those of the Platonic solids as constructors of the next |
//! | a group by generators or by its table | [`PermutationGroup`], [`MatrixGroup`], [`TableGroup`] |
//! | a group made of others | [`Product`], [`Semidirect`], [`Wreath`] |
//! | rotations and reflections of the plane and of space | [`compact`] |
//! | a group acting linearly on codes | [`Representation`] |
//! | conjugacy classes and characters | [`ConjugacyClasses`], [`CharacterTable`] |
//! | irreps of any finite group up to order 6,000 | [`Irreps`], [`WithIrreps`] |
//! | the parts of a representation, Clebsch–Gordan coefficients | [`Decomposition`] |
//! | irreps of a finite or compact group alike | [`IrrepTheory`], [`IrrepsTo`] |
//! | linear maps that commute with a group | [`Representation::intertwiners`], [`Decomposition::intertwiners`] |
//! | subgroups, restriction and induction | [`Inclusion`] |
//! | a group acting on images | [`action::image`] |
//! | orbits and stabilizers | [`orbit`] |
//! | `d([z],[w]) = min_g ‖z − ρ(g)w‖` and the minimising `g` | [`quotient`] |
//! | groups, representations and elements by name, as in `c8` and `16 x regular` | [`spec`] |
//! | to check a group or representation of your own | [`laws`] |
//! | to learn representation theory | [`guide`] |
//!
//! # Example
//!
//! ```
//! use groups::{Cyclic, FiniteGroup, Representation, quotient::QuotientMetric};
//!
//! // Four fields of the regular representation of C_8: codes of dimension 32.
//! let group = Cyclic::new(8)?;
//! let rep = Representation::regular(&group).copies(4);
//! let metric = QuotientMetric::new(&rep)?;
//!
//! let z: Vec<f64> = (0..rep.dim()).map(|i| (i as f64).sin()).collect();
//! let w = rep.act(&3, &z); // the same thing, seen from another pose
//! assert!(metric.distance(&z, &w) < 1e-6);
//! assert_eq!(group.order(), 8);
//! # Ok::<(), groups::GroupError>(())
//! ```

pub mod action;
mod characters;
pub mod compact;
mod error;
mod families;
mod group;
pub mod guide;
mod inclusion;
mod irreps;
pub mod laws;
pub mod linalg;
mod multiplication_table;
pub mod orbit;
pub mod quotient;
mod real;
mod representation;
mod space;
pub mod spec;

pub use characters::{CharacterTable, ConjugacyClasses};
pub use error::GroupError;
pub use families::{
    cyclic::Cyclic,
    dihedral::{Dihedral, DihedralElement},
    matrix_group::MatrixGroup,
    permutation_group::{GroupOrder, PermutationGroup},
    product::Product,
    semidirect::Semidirect,
    symmetric::{Permutation, Symmetric},
    table_group::TableGroup,
    wreath::Wreath,
};
pub use group::{ByPermutation, FiniteGroup, Group, HasIrreps, PlanarGroup, Structure};
pub use inclusion::Inclusion;
pub use irreps::{
    ClebschGordan, ComplexIrrep, Component, Decomposition, IrrepTheory, Irreps, IrrepsTo, Isotypic,
    WithIrreps,
};
pub use real::Real;
pub use representation::{Block, BlockKind, Irrep, IrrepType, Operator, Representation};
pub use space::{AnyFinite, AnyGroup, AnyIsometries, Element, Kind, Order, Space, Symmetry};

/// The examples of the README are tested with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
