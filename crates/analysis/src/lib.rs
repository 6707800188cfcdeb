//! Quotient-aware analysis of latent codes: neighbours, probes, embeddings, metrics, audits.
//!
//! Codes of an equivariant encoder obey `E(g·x) = ρ(g)E(x)`, so `z` and `ρ(g)z` encode the same
//! thing and the distance that matters is between orbits, `d([z], [w]) = min_g ‖z − ρ(g)w‖`. This
//! crate measures what analysis by `‖z − w‖` gets wrong, and what an invariant projection keeps.
//!
//! Codes are `(n, dim)` arrays of `f32` or `f64`, one code per row. Sums are taken in double
//! precision and in fixed order: every result is the same for any number of threads.
//!
//! | you want | look at |
//! |---|---|
//! | exact nearest neighbours, also between orbits | [`neighbours`] |
//! | a distance as a value | [`geometry`] |
//! | what a simple model reads from codes | [`probes`] |
//! | PCA, t-SNE | [`embed`] |
//! | silhouette, trustworthiness, orbit spread, distortion, CKA | [`metrics`] |
//! | how ambiguous codes are, and which projection to use | [`audit`] |
//! | a verdict on a projection, hard pairs included | [`judgement`] |
//! | the action that an ordinary network has learnt | [`action`] |
//! | intervals | [`statistics`] |
//! | codes in files: `.safetensors`, `.npy`, `.npz`, `.csv`, `.parquet` | the crate `latents` |
//! | a figure as SVG, a page that shows it all | the crate [`figures`] |
//!
//! # Example
//!
//! ```
//! use analysis::{neighbours::{SelfMatches, nearest, nearest_in_quotient}, probes::knn_classify};
//! use groups::{Cyclic, Representation};
//! use ndarray::array;
//!
//! // Two signals on C_4 and rotated copies of them.
//! let base = array![[4.0, 1.0, 0.0, 0.0], [2.0, 0.0, 3.0, 0.0]];
//! let queries = array![[0.0, 4.0, 1.0, 0.0], [0.0, 2.0, 0.0, 3.0]];
//! let rep = Representation::regular(&Cyclic::new(4)?);
//!
//! let orbits = nearest_in_quotient(queries.view(), base.view(), &rep, 1, SelfMatches::Keep)?;
//! assert_eq!(knn_classify(&orbits, &[0, 1], &[0, 1], 1)?.accuracy(), 1.0);
//! let raw = nearest(queries.view(), base.view(), 1, SelfMatches::Keep)?;
//! assert!(raw.distances()[[0, 0]] > 3.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

pub mod action;
pub mod audit;
mod blocks;
mod checks;
pub mod embed;
mod error;
pub mod geometry;
pub mod judgement;
pub mod metrics;
mod moments;
pub mod neighbours;
pub mod probes;
mod scaling;
pub mod statistics;

pub use error::AnalysisError;

/// The examples of the README are tested with the others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
