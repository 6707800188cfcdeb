//! Sorting of entries, columns and slices.

use candle_core::{D, Tensor};
use ndarray::{Array2, ArrayView2};

use super::codes::{Codes, constant};
use super::{Differentiable, DifferentiableError, choice};
use crate::{ColumnSort, FourierSliced, Sort, SortPool, SortedKeys};

impl Differentiable for Sort {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        Ok(choice::ascending(&Codes::of::<f64, _>(self, codes)?.tensor)?)
    }
}

impl Differentiable for ColumnSort {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<f64, _>(self, codes)?.tensor;
        let (nodes, features) = (self.nodes, self.features);
        let sets = codes.reshape((codes.dim(0)?, nodes, features))?;
        let sorted = choice::ascending(&sets.transpose(1, 2)?)?;
        Ok(sorted.transpose(1, 2)?.reshape(codes.shape())?)
    }
}

/// The values of each set along each direction, ascending along the last axis: `(n, k, nodes)` for
/// `(k, d)` directions.
fn slices(
    codes: &Tensor,
    nodes: usize,
    directions: ArrayView2<'_, f64>,
) -> candle_core::Result<Tensor> {
    let (k, d) = directions.dim();
    let rows = codes.dim(0)?;
    let along = codes.reshape((rows * nodes, d))?.matmul(&constant(directions.t(), codes)?)?;
    choice::ascending(&along.reshape((rows, nodes, k))?.transpose(1, 2)?)
}

impl Differentiable for SortedKeys {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<f64, _>(self, codes)?.tensor;
        let sorted = slices(&codes, self.nodes, self.keys.view())?;
        Ok(sorted.transpose(1, 2)?.flatten_from(1)?)
    }
}

/// The values of each set along each key, sorted and weighted: one number a key.
fn weighted<'a>(
    codes: &Tensor,
    nodes: usize,
    features: usize,
    keys: impl ExactSizeIterator<Item = (&'a [f64], &'a [f64])>,
) -> candle_core::Result<Tensor> {
    let mut directions = Array2::zeros((keys.len(), features));
    let mut weights = Array2::<f64>::zeros((keys.len(), nodes));
    for (j, (direction, weight)) in keys.enumerate() {
        directions.row_mut(j).iter_mut().zip(direction).for_each(|(out, v)| *out = *v);
        weights.row_mut(j).iter_mut().zip(weight).for_each(|(out, v)| *out = *v);
    }
    let sorted = slices(codes, nodes, directions.view())?;
    sorted.broadcast_mul(&constant(weights.view(), codes)?)?.sum(D::Minus1)
}

impl Differentiable for FourierSliced {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<f64, _>(self, codes)?.tensor;
        let keys = self.slices.iter().map(|s| (&s.direction[..], &s.weights[..]));
        Ok(weighted(&codes, self.nodes, self.features, keys)?)
    }
}

impl Differentiable for SortPool {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<f64, _>(self, codes)?.tensor;
        let keys = self.columns.iter().map(|c| (&c.key[..], &c.weights[..]));
        Ok(weighted(&codes, self.nodes, self.features, keys)?)
    }
}
