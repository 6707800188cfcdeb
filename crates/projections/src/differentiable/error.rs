//! What can go wrong when tensors are projected.

use candle_core::DType;

use crate::ProjectionError;

/// An error of a differentiable form.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DifferentiableError {
    /// The codes are refused as a batch of them would be: wrong dimension, NaN, infinity.
    #[error(transparent)]
    Projection(#[from] ProjectionError),

    /// The tensor is not a matrix with one code a row. Flatten feature maps first.
    #[error("{projection}: expected codes of shape (n, {dim}), got a tensor of shape {got:?}")]
    Shape {
        /// The projection.
        projection: &'static str,
        /// Dimension of the codes.
        dim: usize,
        /// The shape that came.
        got: Vec<usize>,
    },

    /// The tensor is neither `f32` nor `f64`. Convert it with `to_dtype`.
    #[error("{projection}: expected codes of f32 or f64, got {got:?}")]
    Type {
        /// The projection.
        projection: &'static str,
        /// The type that came.
        got: DType,
    },

    /// The projection has no differentiable form.
    #[error("{projection} has no differentiable form")]
    NoGradient {
        /// The projection.
        projection: &'static str,
    },

    /// candle refused an operation. Its message names the operation and the shapes.
    #[error(transparent)]
    Candle(#[from] candle_core::Error),
}
