//! Principal component analysis.

use groups::{Real, linalg::matmul, linalg::par_matmul};
use nalgebra::{DMatrix, SymmetricEigen};
use ndarray::{Array1, Array2, ArrayView2, Axis, Slice};
use rayon::prelude::*;

use crate::blocks::ranges;
use crate::moments::{ROWS, centred_blocks, centred_products, centred_rows, column_means};
use crate::{AnalysisError, checks};

const FIT: &str = "Pca::fit";

/// Principal components of a batch of codes.
///
/// With centred codes `X` of shape `(n, dim)`, the components are the leading eigenvectors of
/// `XᵀX/(n − 1)`, computed from this matrix or, if there are fewer codes than dimensions, from
/// the Gram matrix `XXᵀ`. The sign of each is such that its loading of largest absolute value
/// is positive (the first of equals). `O(n·m² + m³)` with `m = min(n, dim)`.
///
/// # Example
/// ```
/// use analysis::embed::Pca;
/// use ndarray::array;
///
/// let codes = array![[0.0, 0.0], [1.0, 2.0], [2.0, 4.0]];
/// let pca = Pca::fit(codes.view(), 1)?;
/// assert!((pca.explained_variance_ratio()[0] - 1.0).abs() < 1e-12);
/// let scores = pca.transform(codes.view())?;
/// assert!((scores[[2, 0]] - 5f64.sqrt()).abs() < 1e-12);
/// # Ok::<(), analysis::AnalysisError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Pca {
    mean: Array1<f64>,
    components: Array2<f64>,
    explained_variance: Array1<f64>,
    explained_variance_ratio: Array1<f64>,
}

impl Pca {
    /// Finds the `components` directions of largest variance.
    ///
    /// Products of codes in `f32` are made in that precision and summed in `f64`: variances below about
    /// `1e-7` of the largest are rounding.
    ///
    /// A direction without variance, where codes are fewer than dimensions, has zero loadings.
    ///
    /// # Errors
    /// - [`AnalysisError::TooFew`] for fewer than 2 codes;
    /// - [`AnalysisError::Option`] unless `1 ≤ components ≤ min(n, dim)`;
    /// - [`AnalysisError::NotFinite`] for NaN or infinities.
    pub fn fit<T: Real>(
        codes: ArrayView2<'_, T>,
        components: usize,
    ) -> Result<Self, AnalysisError> {
        let (n, dim) = codes.dim();
        checks::at_least(FIT, "codes", 2, n)?;
        if components == 0 || components > n.min(dim) {
            return Err(AnalysisError::Option {
                operation: FIT,
                option: "components",
                expected: "at least 1 and at most the smaller of codes and dimensions",
                got: format!("{components} for {n} codes of dimension {dim}"),
            });
        }
        let mean = column_means(codes);
        // What is not finite makes the mean of its column so.
        if !mean.iter().all(|v| v.is_finite()) {
            checks::finite(FIT, codes)?;
        }
        let (sum_of_squares, variances, mut loadings) = if dim <= n {
            let products = centred_products(codes, mean.view());
            let (variances, loadings) = leading(&products, components);
            (products.diag().sum(), variances, loadings)
        } else {
            let x = centred_rows(codes, mean.view());
            let (variances, loadings) = from_gram(&x, components);
            (x.iter().map(|v| v * v).sum(), variances, loadings)
        };
        for mut row in loadings.rows_mut() {
            let largest = row.iter().fold(0.0, |m: f64, v| if v.abs() > m.abs() { *v } else { m });
            if largest < 0.0 {
                row.mapv_inplace(|v| -v);
            }
        }
        let freedom = (n - 1) as f64;
        let total: f64 = sum_of_squares / freedom;
        let explained_variance = variances / freedom;
        let explained_variance_ratio =
            explained_variance.mapv(|v| if total > 0.0 { v / total } else { 0.0 });
        Ok(Self { mean, components: loadings, explained_variance, explained_variance_ratio })
    }

    /// The scores `(x − mean)·componentsᵀ`, shape `(n, components)`.
    ///
    /// # Errors
    /// [`AnalysisError::Shape`] for codes of another dimension, [`AnalysisError::NotFinite`] for
    /// NaN or infinities.
    pub fn transform<T: Real>(
        &self,
        codes: ArrayView2<'_, T>,
    ) -> Result<Array2<f64>, AnalysisError> {
        const OPERATION: &str = "Pca::transform";
        checks::same(OPERATION, "columns", self.mean.len(), codes.ncols())?;
        let components = self.components.nrows();
        // What few products are made of stays in the nearest cache.
        let few = if components <= 16 { 16 } else { 256 };
        let mut scores = Array2::zeros((codes.nrows(), components));
        let chunks: Vec<_> = ranges(codes.nrows(), ROWS).collect();
        scores.axis_chunks_iter_mut(Axis(0), ROWS).into_par_iter().zip(chunks).for_each(
            |(mut scores, range)| {
                let first = range.start;
                centred_blocks(codes, self.mean.view(), range, few, |block, x| {
                    let block = Slice::from(block.start - first..block.end - first);
                    let scores = scores.slice_axis_mut(Axis(0), block);
                    matmul(1.0, x, self.components.t(), 0.0, scores);
                });
            },
        );
        // What is not finite makes the scores of its code so.
        if !scores.iter().all(|v| v.is_finite()) {
            checks::finite(OPERATION, codes)?;
        }
        Ok(scores)
    }

    /// The mean of the codes that were fitted, length `dim`.
    pub fn mean(&self) -> &Array1<f64> {
        &self.mean
    }

    /// Unit directions, one per row: `(components, dim)`.
    pub fn components(&self) -> ArrayView2<'_, f64> {
        self.components.view()
    }

    /// The variance along each component (divisor `n − 1`), descending.
    pub fn explained_variance(&self) -> &Array1<f64> {
        &self.explained_variance
    }

    /// The share of the total variance along each component; 0 if there is no variance.
    pub fn explained_variance_ratio(&self) -> &Array1<f64> {
        &self.explained_variance_ratio
    }
}

/// Largest eigenvalues of `matrix`, descending and at least 0, with their vectors as rows.
fn leading(matrix: &Array2<f64>, count: usize) -> (Array1<f64>, Array2<f64>) {
    let n = matrix.nrows();
    let eigen = SymmetricEigen::new(DMatrix::from_fn(n, n, |i, j| matrix[[i, j]]));
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| eigen.eigenvalues[*b].total_cmp(&eigen.eigenvalues[*a]));
    let values = order.iter().take(count).map(|i| eigen.eigenvalues[*i].max(0.0)).collect();
    let vectors = Array2::from_shape_fn((count, n), |(row, j)| eigen.eigenvectors[(j, order[row])]);
    (values, vectors)
}

fn from_gram(x: &Array2<f64>, components: usize) -> (Array1<f64>, Array2<f64>) {
    let mut gram = Array2::zeros((x.nrows(), x.nrows()));
    par_matmul(1.0, x.view(), x.t(), 0.0, gram.view_mut());
    let (values, vectors) = leading(&gram, components);
    let mut loadings = Array2::zeros((components, x.ncols()));
    matmul(1.0, vectors.view(), x.view(), 0.0, loadings.view_mut());
    let noise = 1e-12 * values[0];
    for (mut row, value) in loadings.rows_mut().into_iter().zip(&values) {
        let scale = if *value > noise { value.sqrt().recip() } else { 0.0 };
        row.mapv_inplace(|v| v * scale);
    }
    (values, loadings)
}
