//! Pooling over fields.

use candle_core::{D, Tensor};
use ndarray::Array2;

use super::codes::{Codes, columns, constant, norm};
use super::{Differentiable, DifferentiableError, choice};
use crate::{BlockNorms, GroupMax, GroupMean, GroupNorm};

impl Differentiable for BlockNorms {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<f64, _>(self, codes)?;
        let largest = codes.largest()?;
        let z = codes.tensor.broadcast_div(&largest)?;
        let of_block = |&(offset, dim, scalar): &(usize, usize, bool)| {
            let block = columns(&z, offset..offset + dim)?;
            if scalar { Ok(block) } else { norm(&block) }
        };
        let norms = self.blocks.iter().map(of_block).collect::<candle_core::Result<Vec<_>>>()?;
        Ok(Tensor::cat(&norms, 1)?.broadcast_mul(&largest)?)
    }
}

impl Differentiable for GroupMean {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<f64, _>(self, codes)?.tensor;
        let mut weights = Array2::<f64>::zeros((codes.dim(1)?, self.fields.len()));
        for (f, field) in self.fields.iter().enumerate() {
            field.iter().for_each(|&i| weights[(i, f)] = 1.0 / field.len() as f64);
        }
        Ok(codes.matmul(&constant(weights.view(), &codes)?)?)
    }
}

/// The values of each field along the last axis, `(n, F, longest)`. Shorter fields repeat their first
/// value, which chooses no other maximum.
fn by_field(codes: &Tensor, fields: &[Vec<usize>]) -> candle_core::Result<Tensor> {
    let longest = fields.iter().map(Vec::len).max().unwrap_or(0);
    let padded = fields
        .iter()
        .flat_map(|field| (0..longest).filter_map(|h| field.get(h).or(field.first()).copied()));
    columns(codes, padded)?.reshape((codes.dim(0)?, fields.len(), longest))
}

impl Differentiable for GroupMax {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<f64, _>(self, codes)?.tensor;
        Ok(choice::largest(&by_field(&codes, &self.fields)?)?)
    }
}

impl Differentiable for GroupNorm {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<f64, _>(self, codes)?.tensor;
        let values = by_field(&codes, &self.fields)?;
        // What was repeated does not count.
        let longest = values.dim(D::Minus1)?;
        let once = Array2::from_shape_fn((self.fields.len(), longest), |(f, h)| {
            if h < self.fields[f].len() { 1.0 } else { 0.0 }
        });
        let values = values.broadcast_mul(&constant::<f64>(once.view(), &codes)?)?;
        // Scaled, so that neither huge nor tiny values overflow or vanish when squared.
        let largest = choice::largest(&values.detach().abs()?)?.unsqueeze(D::Minus1)?;
        let largest = (&largest + largest.eq(0.0)?.to_dtype(largest.dtype())?)?;
        let norms = norm(&values.broadcast_div(&largest)?)?;
        Ok((norms * largest)?.squeeze(D::Minus1)?)
    }
}
