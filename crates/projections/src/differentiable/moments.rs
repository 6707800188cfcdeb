//! Moments: products of columns.

use candle_core::{D, DType, Tensor};

use super::codes::{Codes, columns};
use super::{Differentiable, DifferentiableError};
use crate::Moments;

impl Differentiable for Moments {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<f64, _>(self, codes)?.tensor;
        // Powers of large codes may exceed the range of the type: the nearest finite number then.
        let bound = match codes.dtype() {
            DType::F32 => f64::from(f32::MAX),
            _ => f64::MAX,
        };
        let shape =
            |monomial: &Vec<Vec<usize>>| (monomial.len(), monomial.first().map_or(0, Vec::len));
        let mut moments = Vec::new();
        // Means over as many points of as many factors, together.
        for alike in self.monomials.chunk_by(|a, b| shape(a) == shape(b)) {
            let (points, degree) = shape(&alike[0]);
            let factor = |j: usize| {
                columns(&codes, alike.iter().flat_map(|m| m.iter().map(move |point| point[j])))
            };
            let mut product = factor(0)?;
            for j in 1..degree {
                product = (product * factor(j)?)?.clamp(-bound, bound)?;
            }
            let parts = product.affine(1.0 / points as f64, 0.0)?;
            moments.push(parts.reshape((codes.dim(0)?, alike.len(), points))?.sum(D::Minus1)?);
        }
        Ok(Tensor::cat(&moments, 1)?)
    }
}
