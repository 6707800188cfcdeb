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

/// All rows in double precision, with `mean` subtracted from each.
pub(crate) fn centred_rows<T: Real>(
    codes: ArrayView2<'_, T>,
    mean: ArrayView1<'_, f64>,
) -> Array2<f64> {
    let mut centred = Array2::zeros(codes.raw_dim());
    centre(codes, mean, centred.view_mut());
    centred
}

/// Hands on some rows with `mean` subtracted from each, `few` at a time, with the range of each few.
pub(crate) fn centred_blocks<T: Real, U: Real>(
    codes: ArrayView2<'_, T>,
    mean: ArrayView1<'_, f64>,
    range: Range<usize>,
    few: usize,
    mut work: impl FnMut(Range<usize>, ArrayView2<'_, U>),
) {
    let mut room = Array2::zeros((few.min(range.len()), codes.ncols()));
    for start in range.clone().step_by(few) {
        let block = start..range.end.min(start + few);
        let mut x = room.slice_axis_mut(Axis(0), Slice::from(..block.len()));
        centre(rows(codes, block.clone()), mean, x.view_mut());
        work(block, x.view());
    }
}

fn centre<T: Real, U: Real>(
    codes: ArrayView2<'_, T>,
    mean: ArrayView1<'_, f64>,
    mut out: ArrayViewMut2<'_, U>,
) {
    for (mut out, code) in out.rows_mut().into_iter().zip(codes.rows()) {
        Zip::from(&mut out)
            .and(&code)
            .and(&mean)
            .for_each(|out, v, mean| *out = U::of(v.as_f64() - mean));
    }
}

/// `(X − 1mᵀ)ᵀ(X − 1mᵀ)` for codes `X` and their mean `m`. No centred copy of all codes is made, and what
/// lies below the diagonal blocks is not computed a second time.
///
/// Products are made in the precision of the codes and summed in double precision after each few rows:
/// the error is of the size of what rounding the codes changes. Rows whose squares leave the range of
/// that precision are multiplied in double precision.
pub(crate) fn centred_products<T: Real>(
    codes: ArrayView2<'_, T>,
    mean: ArrayView1<'_, f64>,
) -> Array2<f64> {
    /// Rows whose products are summed in the precision of the codes.
    const FEW: usize = 256;
    let d = codes.ncols();
    let mut products = sum(codes.nrows(), (d, d), |range, mut product| {
        let mut part = Array2::<T>::zeros((d, d));
        centred_blocks(codes, mean, range, FEW, |block, x: ArrayView2<'_, T>| {
            upper_products(x, &mut part);
            // No product of two columns is larger than both of their squares.
            let largest = part.diag().iter().fold(0.0, |m, v| v.as_f64().max(m));
            if (1e-24..1e30).contains(&largest) {
                product.zip_mut_with(&part, |sum, value| *sum += value.as_f64());
            } else {
                let mut part = Array2::zeros((d, d));
                upper_products(centred_rows(rows(codes, block), mean).view(), &mut part);
                product += &part;
            }
        });
    });
    for i in 0..d {
        for j in 0..i {
            products[(i, j)] = products[(j, i)];
        }
    }
    products
}

/// `xᵀx`, in blocks of rows from the diagonal on.
fn upper_products<T: Real>(x: ArrayView2<'_, T>, out: &mut Array2<T>) {
    /// Rows of a block: a register of single precision is full.
    const ROWS: usize = 16;
    for rows in ranges(x.ncols(), ROWS) {
        let right = Slice::from(rows.start..);
        let rows = Slice::from(rows);
        let mut out = out.slice_axis_mut(Axis(0), rows);
        let out = out.slice_axis_mut(Axis(1), right);
        let (a, b) = (x.slice_axis(Axis(1), rows), x.slice_axis(Axis(1), right));
        matmul(T::one(), a.t(), b, T::zero(), out);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// In single precision the products are those in double precision, whatever the size of codes, that of
    /// rows from one block to the next, and that of columns.
    #[test]
    fn products_are_as_exact_as_the_codes() {
        for (size, rows, columns) in [
            (1e-30, 1.0, 1.0),
            (1e-13, 1.0, 1.0),
            (1e-3, 1.0, 1.0),
            (1.0, 1.0, 1.0),
            (1e5, 1.0, 1.0),
            (1e14, 1.0, 1.0),
            (1e30, 1.0, 1.0),
            (1.0, 1e-20, 1.0),
            (1.0, 1e20, 1.0),
            (1.0, 1.0, 1e-20),
            (1e-12, 1.0, 1e-9),
            (1e12, 1.0, 1e9),
        ] {
            let codes = Array2::from_shape_fn((1000, 40), |(i, j)| {
                let size =
                    size * if i < 512 { 1.0 } else { rows } * if j % 3 > 0 { 1.0 } else { columns };
                size * ((i * 7919 + j * 104_729) as f64 * 0.618).sin()
            });
            let codes = codes.mapv(|v| v as f32);
            let mean = column_means(codes.view());
            let x = codes.mapv(f64::from) - &mean;
            let exact = x.t().dot(&x);
            let found = centred_products(codes.view(), mean.view());
            let scale = exact.diag().iter().fold(0.0, |m: f64, v| m.max(*v));
            for (a, b) in found.iter().zip(&exact) {
                assert!((a - b).abs() <= 1e-6 * scale, "{size} {rows} {columns}: {a} {b}");
            }
        }
    }
}
