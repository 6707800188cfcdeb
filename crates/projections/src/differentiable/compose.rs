//! Projections made of projections.

use candle_core::Tensor;

use super::codes::Codes;
use super::{Differentiable, DifferentiableError};
use crate::{PerField, ProjectionError, Then};

impl<P: Differentiable, Q: Differentiable> Differentiable for Then<P, Q> {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        self.second().forward(&self.first().forward(codes)?)
    }
}

impl<P: Differentiable> Differentiable for PerField<P> {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        const NAME: &str = "per-field";
        let (fields, columns) = (self.fields, codes.dims().last().copied().unwrap_or(0));
        if columns % fields != 0 {
            let expected = columns.next_multiple_of(fields);
            return Err(
                ProjectionError::Dimension { projection: NAME, expected, got: columns }.into()
            );
        }
        // Here, so that an error names the column of the whole code.
        let codes = Codes::checked(NAME, columns, codes)?.tensor;
        let dim = columns / fields;
        let images: Vec<Tensor> = (0..fields)
            .map(|f| self.projection().forward(&codes.narrow(1, f * dim, dim)?))
            .collect::<Result<_, DifferentiableError>>()?;
        Ok(Tensor::cat(&images, 1)?)
    }
}
