//! Point clouds of solids, and networks whose codes turn with them.
//!
//! | you want | look at |
//! |---|---|
//! | clouds of ten solids, seeded | [`Clouds`], [`Solid`] |
//! | to turn them | [`Pose`] |
//! | a network for the rotations of the cube, regular codes | [`SolidNetwork`] |
//! | a network for all rotations, codes of irreps | [`RotationNetwork`] |
//! | to train one | [`train`] |
//!
//! The networks are made of the layers of [`equivariant_nn`] for groups that it does not know.
//!
//! # Example
//!
//! ```
//! use groups::Group;
//! use shapes::{CloudNetwork, Clouds, SolidNetwork};
//!
//! let clouds = Clouds::generate(10, 32, 0);
//! let network = SolidNetwork::new(&Default::default(), 0)?;
//! let codes = network.encode(clouds.points.view())?;
//! assert_eq!(codes.dim(), (10, network.representation().dim()));
//! # Ok::<(), shapes::ShapesError>(())
//! ```
#![forbid(unsafe_code)]

mod clouds;
mod error;
mod network;
mod solid;
mod training;

pub use clouds::{Clouds, Pose};
pub use error::ShapesError;
pub use network::{
    CloudNetwork, RotationArchitecture, RotationNetwork, SolidArchitecture, SolidNetwork,
};
pub use solid::Solid;
pub use training::{TrainingConfig, train};

/// The examples of the README are tested with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
