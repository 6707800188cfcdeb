//! Features of mean zero and unit variance.

use ndarray::{Array1, Array2, ArrayView2, Axis};

use crate::moments::column_means;

/// Column means and scales of a training set, to be applied to any codes.
///
/// `x ↦ (x − mean)/scale`, with `scale` the standard deviation (divisor `n`). A column that is
/// constant in training has scale 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Standardisation {
    mean: Array1<f64>,
    scale: Array1<f64>,
}

impl Standardisation {
    /// Means and scales of the columns of `(n, dim)` training codes.
    pub fn fit(codes: ArrayView2<'_, f64>) -> Self {
        let mean = column_means(codes);
        let scale = codes
            .axis_iter(Axis(1))
            .zip(&mean)
            .map(|(column, m)| {
                let variance =
                    column.iter().map(|v| (v - m).powi(2)).sum::<f64>() / column.len() as f64;
                // Rounding leaves a constant column with a spread of about ε·|mean|.
                let noise = 1e-14 * m.abs();
                if variance.sqrt() > noise { variance.sqrt() } else { 1.0 }
            })
            .collect();
        Self { mean, scale }
    }

    pub(crate) fn identity(dim: usize) -> Self {
        Self { mean: Array1::zeros(dim), scale: Array1::ones(dim) }
    }

    /// Standardised codes, `(n, dim)`.
    ///
    /// # Panics
    /// If the codes are of another dimension, as array operations do.
    pub fn apply(&self, codes: ArrayView2<'_, f64>) -> Array2<f64> {
        (&codes - &self.mean) / &self.scale
    }

    /// What is subtracted from each column.
    pub fn mean(&self) -> &Array1<f64> {
        &self.mean
    }

    /// What each column is divided by.
    pub fn scale(&self) -> &Array1<f64> {
        &self.scale
    }
}
