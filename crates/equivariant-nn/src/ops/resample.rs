//! Linear resampling of images, one matrix for the rows and one for the columns.

use std::sync::Arc;

use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor, WithDType};
use groups::Real;
use groups::linalg::matmul;
use rayon::prelude::*;

use super::element::{
    Element, dispatch, entries, half_on_cpu, has_kernel, sized, view, view_mut, widened,
    with_entries,
};

/// A matrix with few non-zero entries a row, side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct BandMatrix {
    columns: usize,
    /// For each row the first column and the weights from there on.
    bands: Vec<(usize, Vec<f64>)>,
}

impl BandMatrix {
    /// The `rows × columns` matrix with the entries `f(row, column)`; the zeros at both ends of a
    /// row are dropped.
    pub fn from_fn(rows: usize, columns: usize, f: impl Fn(usize, usize) -> f64) -> Self {
        let bands = (0..rows)
            .map(|row| {
                let weights: Vec<f64> = (0..columns).map(|column| f(row, column)).collect();
                let first = weights.iter().position(|&w| w != 0.0).unwrap_or(0);
                let end = weights.iter().rposition(|&w| w != 0.0).map_or(first, |last| last + 1);
                (first, weights[first..end].to_vec())
            })
            .collect();
        Self { columns, bands }
    }

    /// Number of rows, the size of the result.
    pub fn rows(&self) -> usize {
        self.bands.len()
    }

    /// Number of columns, the size of the input.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// One entry; zero outside the matrix.
    pub fn get(&self, row: usize, column: usize) -> f64 {
        self.bands
            .get(row)
            .and_then(|(first, weights)| weights.get(column.checked_sub(*first)?))
            .copied()
            .unwrap_or(0.0)
    }

    /// The transposed matrix.
    pub fn transposed(&self) -> Self {
        Self::from_fn(self.columns, self.rows(), |row, column| self.get(column, row))
    }

    fn dense<T: Real>(&self) -> Vec<T> {
        (0..self.rows())
            .flat_map(|r| (0..self.columns).map(move |c| T::of(self.get(r, c))))
            .collect()
    }
}

/// `Y = R X Cᵀ` for each plane `X` of `x`.
///
/// # Shapes
/// `x`: (B, C, H, W); `rows`: H'×H; `columns`: W'×W; result: (B, C, H', W'). The gradient is the
/// same operation with the transposed matrices.
///
/// # Errors
/// If the shapes do not fit.
pub fn separable_resample(
    x: &Tensor,
    rows: &Arc<BandMatrix>,
    columns: &Arc<BandMatrix>,
) -> Result<Tensor> {
    let (_, _, h, w) = x.dims4()?;
    if (rows.columns(), columns.columns()) != (h, w) {
        candle_core::bail!(
            "separable_resample: planes of {}×{} expected, got {h}×{w}",
            rows.columns(),
            columns.columns()
        );
    }
    if has_kernel(x) {
        return x.apply_op1(Resample { rows: rows.clone(), columns: columns.clone() });
    }
    if half_on_cpu(x) {
        return separable_resample(&widened(x)?, rows, columns)?.to_dtype(x.dtype());
    }
    let matrix = |m: &BandMatrix| {
        Tensor::from_vec(m.dense::<f64>(), (m.rows(), m.columns()), x.device())?.to_dtype(x.dtype())
    };
    x.contiguous()?
        .broadcast_matmul(&matrix(columns)?.t()?)?
        .transpose(2, 3)?
        .contiguous()?
        .broadcast_matmul(&matrix(rows)?.t()?)?
        .transpose(2, 3)?
        .contiguous()
}

#[derive(Debug)]
struct Resample {
    rows: Arc<BandMatrix>,
    columns: Arc<BandMatrix>,
}

/// Rows first (on whole lines), then all columns of a sample as one product.
fn resample<T: Element>(
    x: &[T],
    channels: usize,
    rows: &BandMatrix,
    columns: &BandMatrix,
) -> Vec<T> {
    let (h, w, h2, w2) = (rows.columns(), columns.columns(), rows.rows(), columns.rows());
    let (size_in, size_out) = (channels * h * w, channels * h2 * w2);
    if size_in == 0 || size_out == 0 {
        return vec![T::zero(); x.len() / size_in.max(1) * size_out];
    }
    let mut y = vec![T::zero(); x.len() / size_in * size_out];
    let matrix = columns.transposed().dense::<T>();
    let weights: Vec<(usize, Vec<T>)> = rows
        .bands
        .iter()
        .map(|(first, w)| (*first, w.iter().map(|&w| T::of(w)).collect()))
        .collect();
    y.par_chunks_mut(size_out).zip(x.par_chunks(size_in)).for_each(|(y, x)| {
        T::with_scratch(|scratch| {
            let lines = sized(&mut scratch.dense, channels * h2 * w);
            for (plane, lines) in x.chunks_exact(h * w).zip(lines.chunks_exact_mut(h2 * w)) {
                for (line, (first, weights)) in lines.chunks_exact_mut(w).zip(&weights) {
                    let mut sources = plane[first * w..].chunks_exact(w).zip(weights);
                    match sources.next() {
                        Some((source, &weight)) => {
                            line.iter_mut().zip(source).for_each(|(out, &v)| *out = weight * v);
                        }
                        None => line.fill(T::zero()),
                    }
                    for (source, &weight) in sources {
                        for (out, &v) in line.iter_mut().zip(source) {
                            *out += weight * v;
                        }
                    }
                }
            }
            let out = view_mut(y, channels * h2, w2);
            matmul(T::one(), view(&*lines, channels * h2, w), view(&matrix, w, w2), T::zero(), out);
        });
    });
    y
}

impl CustomOp1 for Resample {
    fn name(&self) -> &'static str {
        "equivariant-nn separable_resample"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (batch, channels, _, _) = layout.shape().dims4()?;
        let shape = Shape::from((batch, channels, self.rows.rows(), self.columns.rows()));
        dispatch!(x.dtype(), "separable_resample", T => {
            let y = resample::<T>(&entries(x, layout)?, channels, &self.rows, &self.columns);
            Ok((T::to_cpu_storage_owned(y), shape))
        })
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, dy: &Tensor) -> Result<Option<Tensor>> {
        let (rows, columns) = (self.rows.transposed(), self.columns.transposed());
        dispatch!(x.dtype(), "separable_resample", T => {
            with_entries::<T, 1, _>([dy], |[dys]| {
                let dx = resample(dys, x.dim(1)?, &rows, &columns);
                Ok(Some(Tensor::from_vec(dx, x.shape(), x.device())?))
            })
        })
    }
}
