//! Means and cross-products of batches of codes, summed in fixed chunks.

use std::ops::Range;

use groups::Real;
use groups::linalg::matmul;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis, Slice, Zip};
use rayon::prelude::*;

use crate::blocks::{ranges, rows};

/// Rows that one task sums. Fixed, so that sums do not depend on the number of threads.
pub(crate) const ROWS: usize = 2048;

/// The mean of each column.
pub(crate) fn column_means<T: Real>(codes: ArrayView2<'_, T>) -> Array1<f64> {
    let chunks: Vec<_> = ranges(codes.nrows(), ROWS).collect();
    let partial: Vec<Array1<f64>> = chunks
        .into_par_iter()
        .map(|range| {
            let mut sum = Array1::zeros(codes.ncols());
            for code in rows(codes, range).rows() {
                sum.zip_mut_with(&code, |sum, value| *sum += value.as_f64());
            }
            sum
        })
        .collect();
    let mut total = Array1::zeros(codes.ncols());
    partial.iter().for_each(|sum| total += sum);
    total / codes.nrows().max(1) as f64
}

/// A copy with `mean` subtracted from each row.
pub(crate) fn centred(codes: ArrayView2<'_, f64>, mean: ArrayView1<'_, f64>) -> Array2<f64> {
    &codes - &mean
}

/// Some rows in double precision, with `mean` subtracted from each.
pub(crate) fn centred_rows<T: Real>(
    codes: ArrayView2<'_, T>,
    mean: ArrayView1<'_, f64>,
    range: Range<usize>,
) -> Array2<f64> {
    let codes = rows(codes, range);
    let mut centred = Array2::zeros(codes.raw_dim());
    for (mut out, code) in centred.rows_mut().into_iter().zip(codes.rows()) {
        Zip::from(&mut out).and(&code).and(&mean).for_each(|out, v, mean| *out = v.as_f64() - mean);
    }
    centred
}

/// `(X − 1mᵀ)ᵀ(X − 1mᵀ)` for codes `X` and their mean `m`. No centred copy of all codes is made, and what
/// lies below the diagonal blocks is not computed a second time.
pub(crate) fn centred_products<T: Real>(
    codes: ArrayView2<'_, T>,
    mean: ArrayView1<'_, f64>,
) -> Array2<f64> {
    /// Columns of a block.
    const COLUMNS: usize = 32;
    let d = codes.ncols();
    let mut products = sum(codes.nrows(), (d, d), |range, mut product| {
        let x = centred_rows(codes, mean, range);
        for columns in ranges(d, COLUMNS) {
            let above = Slice::from(..columns.end);
            let columns = Slice::from(columns);
            let mut out = product.slice_axis_mut(Axis(0), above);
            let out = out.slice_axis_mut(Axis(1), columns);
            let (a, b) = (x.slice_axis(Axis(1), above), x.slice_axis(Axis(1), columns));
            matmul(1.0, a.t(), b, 0.0, out);
        }
    });
    for i in 0..d {
        for j in 0..i {
            products[(i, j)] = products[(j, i)];
        }
    }
    products
}

/// `aᵀ b` for `(n, p)` and `(n, q)` arrays of the same `n`.
pub(crate) fn cross_products(a: ArrayView2<'_, f64>, b: ArrayView2<'_, f64>) -> Array2<f64> {
    sum(a.nrows(), (a.ncols(), b.ncols()), |range, mut product| {
        let (a, b) = (rows(a, range.clone()), rows(b, range));
        matmul(1.0, a.t(), b, 0.0, product.view_mut());
    })
}

/// The sum of what `part` makes of each chunk of rows.
fn sum(
    n: usize,
    shape: (usize, usize),
    part: impl Fn(Range<usize>, ArrayViewMut2<'_, f64>) + Sync,
) -> Array2<f64> {
    let chunks: Vec<_> = ranges(n, ROWS).collect();
    let partial: Vec<Array2<f64>> = chunks
        .into_par_iter()
        .map(|range| {
            let mut product = Array2::zeros(shape);
            part(range, product.view_mut());
            product
        })
        .collect();
    let mut total = Array2::zeros(shape);
    for product in &partial {
        total += product;
    }
    total
}
