//! Linear invariants.

use candle_core::Tensor;
use groups::Real;
use ndarray::Array2;

use super::codes::{Codes, constant};
use super::{Differentiable, DifferentiableError};
use crate::{Projection, RandomLinear, Reynolds};

fn apply<T: Real, P: Projection<T>>(
    projection: &P,
    map: &Array2<T>,
    codes: &Tensor,
) -> Result<Tensor, DifferentiableError> {
    let codes = Codes::of(projection, codes)?.tensor;
    Ok(codes.matmul(&constant(map.t(), &codes)?)?)
}

impl<T: Real> Differentiable for Reynolds<T> {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        apply(self, &self.map, codes)
    }
}

impl<T: Real> Differentiable for RandomLinear<T> {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        apply(self, &self.map, codes)
    }
}
