//! Differentiable forms: the projections on candle tensors, for training through them.
//!
//! [`Differentiable::forward`] maps `(n, D)` codes to `(n, k)` invariants, in `f32` or `f64`, on the
//! graph of candle, so that a loss of the invariants trains what made the codes. Values are those of
//! [`Projection::project`](crate::Projection::project) to rounding.
//!
//! | file | projections | gradient |
//! |---|---|---|
//! | `linear` | [`Reynolds`](crate::Reynolds), [`RandomLinear`](crate::RandomLinear) | the map |
//! | `pool` | [`GroupMean`](crate::GroupMean), [`GroupMax`](crate::GroupMax), [`GroupNorm`](crate::GroupNorm), [`BlockNorms`](crate::BlockNorms) | of the chosen value; of the norm |
//! | `moments` | [`Moments`](crate::Moments) | polynomial |
//! | `filters` | [`MaxFilter`](crate::MaxFilter), [`SoftMaxFilter`](crate::SoftMaxFilter), [`CoOrbit`](crate::CoOrbit), [`TightCoOrbit`](crate::TightCoOrbit), [`SeparatingPolynomials`](crate::SeparatingPolynomials) | the chosen poses, or their softmax; polynomial |
//! | `sorting` | [`Sort`](crate::Sort), [`ColumnSort`](crate::ColumnSort), [`SortedKeys`](crate::SortedKeys), [`FourierSliced`](crate::FourierSliced), [`SortPool`](crate::SortPool) | the sorting permutation |
//! | `sections` | [`LexSort`](crate::LexSort), [`Canonicalize`](crate::Canonicalize), [`WeylChamber`](crate::WeylChamber) | `ρ(g*)`, with `g*` held fixed |
//! | `spectra` | [`PowerSpectrum`](crate::PowerSpectrum), [`Bispectrum`](crate::Bispectrum), [`DihedralBispectrum`](crate::DihedralBispectrum), [`IrrepBispectrum`](crate::IrrepBispectrum) | smooth but at 0 |
//! | `matrices` | [`SpectralSection`](crate::SpectralSection), [`RootGram`](crate::RootGram), [`IsotypicGram`](crate::IsotypicGram) | singular and eigenvectors |
//! | `compose` | [`Then`](crate::Then), [`PerField`](crate::PerField) | the chain rule |
//!
//! [`RotationAlignment`](crate::RotationAlignment) has none here: its rotation depends on the code, so
//! that holding it fixed would not give the derivative. Neither has
//! [`WeightedFrame`](crate::WeightedFrame), nor [`Blockwise`](crate::Blockwise), whose parts are of any kind.
//!
//! **Ties.** A bi-Lipschitz invariant cannot be differentiable at codes with a stabilizer (Cahill,
//! Iverson & Mixon 2023). What chooses (the best pose, the order of values) is decided on detached
//! values, the *first* of equals in the group's order, and the derivative is that of the choice. For
//! convex invariants, such as max filters, this is a subgradient. candle's own reduction would give
//! the whole gradient to each of the tied elements. Norms have the gradient 0 at 0, a subgradient too.
//!
//! **Cost.** That of the batch form by dense products, and one copy of the codes to the host, which
//! is looked through for NaN. Singular values of [`RootGram`](crate::RootGram), alone or within
//! [`IsotypicGram`](crate::IsotypicGram), are found on the host too.
//!
//! # Example
//!
//! ```
//! use candle_core::{Device, Var};
//! use groups::{Cyclic, Representation};
//! use projections::{MaxFilter, differentiable::Differentiable};
//!
//! let rep = Representation::regular(&Cyclic::new(4)?);
//! let filter = MaxFilter::with_templates(&rep, ndarray::array![[1.0, 0.0, 0.0, 0.0]].view())?;
//! // The largest entry, and where it stands.
//! let code = Var::new(&[[2.0, 5.0, 3.0, 1.0]], &Device::Cpu)?;
//! let s = filter.forward(&code)?;
//! assert_eq!(s.to_vec2::<f64>()?, [[5.0]]);
//! let gradient = s.sum_all()?.backward()?.get(&code).ok_or("no gradient")?.to_vec2::<f64>()?;
//! assert_eq!(gradient, [[0.0, 1.0, 0.0, 0.0]]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod choice;
mod codes;
mod compose;
mod error;
mod filters;
mod linear;
mod matrices;
mod moments;
mod pool;
mod sections;
mod sorting;
mod spectra;

use std::fmt;

use candle_core::Tensor;

pub use check::{check_gradient, gradient};
pub use codes::Codes;
pub use error::DifferentiableError;

/// A projection that gradients pass through.
pub trait Differentiable: fmt::Debug + Send + Sync {
    /// Projects a batch: `(n, D)` codes, one a row, to `(n, k)` invariants of the same type, on the
    /// same device.
    ///
    /// # Errors
    /// [`DifferentiableError::Shape`] and [`DifferentiableError::Type`] for tensors that are not
    /// `(n, D)` of `f32` or `f64`; as [`Projection::project`](crate::Projection::project) for codes of
    /// another dimension or with NaN, naming row and column;
    /// [`DifferentiableError::Candle`] where candle refuses an operation.
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError>;
}
