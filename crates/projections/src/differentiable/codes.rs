//! From tensors to arrays and back.

use candle_core::{D, DType, Device, Tensor};
use groups::Real;
use ndarray::{Array2, ArrayView2};

use super::DifferentiableError;
use crate::{Projection, ProjectionError};

/// Checked codes: what a differentiable form of your own starts from.
///
/// Choices, such as the best pose or an order, are made on [`values`](Self::values) and gathered from
/// [`tensor`](Self::tensor).
#[derive(Debug)]
pub struct Codes {
    /// `(n, D)`, contiguous.
    pub tensor: Tensor,
    /// A copy, widened, which changes no `f32`.
    pub values: Array2<f64>,
}

impl Codes {
    /// The codes of a projection.
    ///
    /// # Errors
    /// As [`Differentiable::forward`](super::Differentiable::forward).
    pub fn of<T: Real, P: Projection<T>>(
        projection: &P,
        codes: &Tensor,
    ) -> Result<Self, DifferentiableError> {
        Self::checked(projection.metadata().name, projection.input_dim(), codes)
    }

    pub(super) fn checked(
        projection: &'static str,
        dim: usize,
        codes: &Tensor,
    ) -> Result<Self, DifferentiableError> {
        let got = codes.dtype();
        if !matches!(got, DType::F32 | DType::F64) {
            return Err(DifferentiableError::Type { projection, got });
        }
        let &[rows, columns] = codes.dims() else {
            let got = codes.dims().to_vec();
            return Err(DifferentiableError::Shape { projection, dim, got });
        };
        if columns != dim {
            return Err(
                ProjectionError::Dimension { projection, expected: dim, got: columns }.into()
            );
        }
        let tensor = match rows {
            // A narrowed view of nothing cannot be read.
            0 => Tensor::zeros((0, columns), got, codes.device())?,
            _ => codes.contiguous()?,
        };
        let values = Array2::from_shape_vec((rows, columns), host(&tensor)?)
            .map_err(|e| candle_core::Error::Msg(e.to_string()))?;
        crate::projection::check(projection, dim, values.view())?;
        Ok(Self { tensor, values })
    }

    /// `n`.
    pub(super) fn rows(&self) -> usize {
        self.values.nrows()
    }

    /// The largest absolute value of each code, 1 for the zero code, `(n, 1)`: powers of a code
    /// divided by it neither overflow nor vanish.
    pub(super) fn largest(&self) -> candle_core::Result<Tensor> {
        let of_row = |row: ndarray::ArrayView1<'_, f64>| {
            let largest = row.fold(0.0f64, |m, v| m.max(v.abs()));
            if largest == 0.0 { 1.0 } else { largest }
        };
        let largest: Vec<f64> = self.values.rows().into_iter().map(of_row).collect();
        Tensor::from_vec(largest, (self.rows(), 1), &Device::Cpu)?
            .to_dtype(self.tensor.dtype())?
            .to_device(self.tensor.device())
    }
}

/// The values of a tensor in row-major order, apart from the graph.
pub(super) fn host(tensor: &Tensor) -> candle_core::Result<Vec<f64>> {
    // On the CPU first: not every accelerator knows double precision.
    tensor.detach().to_device(&Device::Cpu)?.to_dtype(DType::F64)?.flatten_all()?.to_vec1()
}

/// A matrix as a constant of the type and on the device of `like`.
pub(super) fn constant<T: Real>(
    matrix: ArrayView2<'_, T>,
    like: &Tensor,
) -> candle_core::Result<Tensor> {
    let values: Vec<f64> = matrix.iter().map(|v| v.as_f64()).collect();
    let matrix = Tensor::from_vec(values, matrix.dim(), &Device::Cpu)?;
    matrix.to_dtype(like.dtype())?.to_device(like.device())
}

/// Columns of an `(n, D)` tensor by their numbers, which may repeat.
pub(super) fn columns(
    tensor: &Tensor,
    numbers: impl IntoIterator<Item = usize>,
) -> candle_core::Result<Tensor> {
    let numbers: Vec<u32> = numbers.into_iter().map(|i| i as u32).collect();
    let count = numbers.len();
    if count == 0 {
        // An accelerator refuses to gather nothing.
        return tensor.narrow(1, 0, 0);
    }
    tensor.index_select(&Tensor::from_vec(numbers, count, tensor.device())?, 1)
}

/// Tensors `(n, ·)` as one, without those that have no column: accelerators refuse to copy nothing.
pub(super) fn concatenate(mut parts: Vec<Tensor>) -> candle_core::Result<Tensor> {
    if parts.iter().any(|part| part.elem_count() > 0) {
        parts.retain(|part| part.elem_count() > 0);
    }
    Tensor::cat(&parts, 1)
}

/// `√x` with the gradient 0 where `x = 0`.
pub(super) fn root(x: &Tensor) -> candle_core::Result<Tensor> {
    let zero = x.detach().eq(0.0)?.to_dtype(x.dtype())?;
    (x + &zero)?.sqrt()? * zero.affine(-1.0, 1.0)?
}

/// `1/x`, and 0 with the gradient 0 where `x = 0`.
pub(super) fn reciprocal(x: &Tensor) -> candle_core::Result<Tensor> {
    let zero = x.detach().eq(0.0)?.to_dtype(x.dtype())?;
    (x + &zero)?.recip()? * zero.affine(-1.0, 1.0)?
}

/// `‖x‖` along the last axis, which is kept.
pub(super) fn norm(x: &Tensor) -> candle_core::Result<Tensor> {
    root(&x.sqr()?.sum_keepdim(D::Minus1)?)
}
