//! Means and cross-products of batches of codes, summed in fixed chunks.

use groups::linalg::matmul;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use rayon::prelude::*;

use crate::blocks::{ranges, rows};

/// Rows that one task sums. Fixed, so that sums do not depend on the number of threads.
const ROWS: usize = 2048;

/// The mean of each column.
pub(crate) fn column_means(codes: ArrayView2<'_, f64>) -> Array1<f64> {
    codes.sum_axis(Axis(0)) / codes.nrows().max(1) as f64
}

/// A copy with `mean` subtracted from each row.
pub(crate) fn centred(codes: ArrayView2<'_, f64>, mean: ArrayView1<'_, f64>) -> Array2<f64> {
    &codes - &mean
}

/// `aᵀ b` for `(n, p)` and `(n, q)` arrays of the same `n`.
pub(crate) fn cross_products(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>) -> Array2<f64> {
    let chunks: Vec<_> = ranges(a.nrows(), ROWS).collect();
    let partial: Vec<Array2<f64>> = chunks
        .into_par_iter()
        .map(|range| {
            let mut product = Array2::zeros((a.ncols(), b.ncols()));
            let (a, b) = (rows(a, range.clone()), rows(b, range));
            matmul(1.0, a.t(), b, 0.0, product.view_mut());
            product
        })
        .collect();
    let mut total = Array2::zeros((a.ncols(), b.ncols()));
    for product in &partial {
        total += product;
    }
    total
}
