//! Rotated digits, rotation-equivariant image networks, and ordinary ones to compare with.
//!
//! | you want | look at |
//! |---|---|
//! | MNIST files, plain or gzip | [`idx`] |
//! | digits with labels, real or generated, and subsets of them | [`dataset`] |
//! | every image at a random angle | [`rotate`] |
//! | every image at an angle of its own | [`canonical`] |
//! | digits where there are no files | [`digits`] |
//! | images as PNG | [`png`] |
//! | a rotation-equivariant network, an ordinary one, an ordinary autoencoder | [`cnn`] |
//! | to train one with or without rotations, interrupt it and resume it | [`training`] |
//!
//! # Example
//!
//! ```
//! use images::dataset::Source;
//! use images::rotate::{Purpose, Rotator};
//!
//! let source = Source { generated: true, train: Some(200), test: Some(50), ..Source::default() };
//! let split = source.load()?;
//! let rotator = Rotator::new(42);
//! let (rotated, angles) = rotator.rotate(split.train.images.view(), Purpose::TrainingSet, 0)?;
//! assert_eq!((rotated.dim(), angles.len()), ((200, 28, 28), 200));
//! # Ok::<(), images::ImageError>(())
//! ```
#![forbid(unsafe_code)]

pub mod canonical;
pub mod cnn;
pub mod dataset;
pub mod digits;
mod error;
pub mod idx;
pub mod png;
pub mod rotate;
pub mod training;

pub use error::ImageError;

/// The examples of the README are tested with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
