//! Equivariant neural network layers for [candle](candle_core), with their gradients checked.
//!
//! A layer `f` is equivariant when `f(g·x) = g·f(x)` for every element `g` of a group. Those
//! for images work over any finite group of rotations and reflections of the plane
//! ([`groups::PlanarGroup`]), those for point clouds over any finite group of matrices, those for
//! codes between any representations of any group, finite or compact. Each knows the [`FieldType`]
//! of what it takes and gives and refuses anything else by name.
//!
//! | you want | look at |
//! |---|---|
//! | how the group acts on a tensor | [`FieldType`], [`action`] |
//! | convolutions, normalisations, pooling, dropout | [`layers`] |
//! | layers over sets and graphs, for all permutations of nodes | [`permutation`] |
//! | to chain layers whose types fit | [`Layer`], [`Sequential`], [`Mode`] |
//! | filters that turn without interpolation | [`filter`] |
//! | an ordinary network with the same outputs, for use elsewhere | [`plain`], [`Layer::export`] |
//! | decompositions kept between runs | [`BasisCache`] |
//! | to know how equivariant something is | [`check`] |
//! | seeded parameters that save and load | [`Parameters`], [`init`], [`checkpoint`] |
//! | to train, and to resume bit for bit | [`training`], [`AdamW`], [`Schedule`] |
//! | the kernels under the layers | [`ops`] |
//!
//! On the CPU all results are the same for any number of threads, and no random number comes from
//! anywhere but a seed.
//!
//! # Layout
//!
//! Feature maps are (B, F·N, H, W) and codes (B, F·N): channel `f·N + i` belongs to field `f` and
//! group element `element(i)`, and `(g·φ)_f(x, h) = φ_f(g⁻¹x, g⁻¹h)`. Images have `x` to the right
//! and `y` up; the centre of the image is the centre of rotation.
//!
//! # Example
//!
//! ```
//! use candle_core::{DType, Device, Tensor};
//! use equivariant_nn::check::{CheckConfig, check_equivariance, worst};
//! use equivariant_nn::layers::{
//!     AntialiasedPool, BatchNormConfig, ConvConfig, FieldBatchNorm, GroupConv, LiftingConv,
//!     SpatialPool, Window,
//! };
//! use equivariant_nn::{FieldType, Layer, Mode, Parameters, Sequential};
//! use groups::Dihedral;
//!
//! let group = Dihedral::new(4)?;
//! let parameters = Parameters::new(7, DType::F32, Device::Cpu);
//! let vb = parameters.builder();
//! let relu = BatchNormConfig { relu: true, ..Default::default() };
//! let ty = |fields| FieldType::regular(&group, fields);
//!
//! let lift = LiftingConv::new(&group, 1, 4, &ConvConfig::new(5), vb.pp("lift"))?;
//! let encoder = Sequential::new("encoder", lift)
//!     .then(FieldBatchNorm::new(ty(4), relu, vb.pp("norm"))?)?
//!     .then(AntialiasedPool::new(ty(4), Window::Binomial)?)?
//!     .then(GroupConv::new(&group, 4, 6, &ConvConfig::new(3), vb.pp("conv"))?)?
//!     .then(SpatialPool::mean(ty(6))?)?;
//!
//! let images = Tensor::arange(0f32, 288.0, &Device::Cpu)?.sin()?.reshape((2, 1, 12, 12))?;
//! let codes = encoder.forward(&images, Mode::Eval)?;
//! assert_eq!(codes.dims(), [2, 6 * 8]);
//!
//! // Codes of a turned image are the turned codes of the image.
//! let errors = check_equivariance(
//!     &group, encoder.input(), encoder.output(), &images, CheckConfig::default(),
//!     |x| encoder.forward(x, Mode::Eval),
//! )?;
//! assert_eq!(errors.len(), 8);
//! assert!(worst(&errors) < 1e-5);
//! # Ok::<(), equivariant_nn::NnError>(())
//! ```
#![forbid(unsafe_code)]

pub mod action;
mod basis_cache;
pub mod check;
pub mod checkpoint;
mod divergence;
mod error;
mod field_type;
pub mod filter;
pub mod init;
mod layer;
pub mod layers;
pub mod ops;
mod optim;
mod parameters;
pub mod permutation;
pub mod plain;
mod same_group;
mod schedule;
pub mod training;

pub use basis_cache::BasisCache;
pub use divergence::Divergence;
pub use error::NnError;
pub use field_type::{Domain, FieldBlock, FieldKind, FieldType};
pub use layer::{Layer, Mode, Sequential};
pub use optim::{AdamW, AdamWConfig, StepReport};
pub use parameters::Parameters;
pub use schedule::Schedule;
