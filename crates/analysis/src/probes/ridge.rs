//! Ridge regression in closed form.

use groups::Real;
use nalgebra::{DMatrix, DVector};
use ndarray::{Array1, ArrayView2, Axis};

use super::Regression;
use crate::moments::{centred, column_means, cross_products};
use crate::{AnalysisError, checks};

const FIT: &str = "Ridge::fit";
const EVALUATE: &str = "FittedRidge";

/// Linear regression with an L2 penalty, `min Σ(y − xβ − b)² + penalty·‖β‖²`.
///
/// The intercept `b` is not penalised: `β = (XᵀX + penalty·I)⁻¹Xᵀy` on centred data, as in
/// scikit-learn's `Ridge(alpha = penalty)`. No standardisation. `O(n·dim² + dim³)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ridge {
    /// Weight of the penalty, at least 0.
    pub penalty: f64,
}

impl Default for Ridge {
    /// Penalty 1.
    fn default() -> Self {
        Self { penalty: 1.0 }
    }
}

impl Ridge {
    /// Fits `(n, dim)` training codes to their targets.
    ///
    /// # Errors
    /// - [`AnalysisError::Shape`] if codes and targets differ in number;
    /// - [`AnalysisError::TooFew`] without codes;
    /// - [`AnalysisError::NotFinite`] for NaN or infinities;
    /// - [`AnalysisError::Option`] for a negative penalty;
    /// - [`AnalysisError::Singular`] for collinear codes without a penalty.
    pub fn fit<T: Real>(
        &self,
        codes: ArrayView2<'_, T>,
        targets: &[f64],
    ) -> Result<FittedRidge, AnalysisError> {
        checks::same(FIT, "targets, one per code", codes.nrows(), targets.len())?;
        checks::at_least(FIT, "codes", 1, targets.len())?;
        if !(self.penalty >= 0.0 && self.penalty.is_finite()) {
            return Err(AnalysisError::Option {
                operation: FIT,
                option: "penalty",
                expected: "finite and at least 0",
                got: self.penalty.to_string(),
            });
        }
        checks::finite_values(FIT, targets)?;
        let codes = checks::to_f64(FIT, codes)?;
        let mean = column_means(codes.view());
        let x = centred(codes.view(), mean.view());
        let target_mean = targets.iter().sum::<f64>() / targets.len() as f64;
        let y: Array1<f64> = targets.iter().map(|t| t - target_mean).collect();

        let gram = cross_products(x.view(), x.view());
        let moment = cross_products(x.view(), y.view().insert_axis(Axis(1)));
        let dim = x.ncols();
        let system = DMatrix::from_fn(dim, dim, |i, j| {
            gram[[i, j]] + if i == j { self.penalty } else { 0.0 }
        });
        let largest = system.diagonal().iter().copied().fold(0.0, f64::max);
        let singular = AnalysisError::Singular { operation: FIT, order: dim };
        let factor = system.cholesky().ok_or(singular.clone())?;
        let pivots = factor.l_dirty().diagonal().map(|v| v * v);
        if pivots.iter().any(|p| *p <= 1e-14 * largest) {
            return Err(singular);
        }
        let solution = factor.solve(&DVector::from_iterator(dim, moment.iter().copied()));
        let coefficients: Array1<f64> = solution.iter().copied().collect();
        let intercept = target_mean - mean.dot(&coefficients);
        Ok(FittedRidge { coefficients, intercept })
    }
}

/// A fitted [`Ridge`].
#[derive(Debug, Clone, PartialEq)]
pub struct FittedRidge {
    coefficients: Array1<f64>,
    intercept: f64,
}

impl FittedRidge {
    /// `β`, one per feature.
    pub fn coefficients(&self) -> &Array1<f64> {
        &self.coefficients
    }

    /// `b`.
    pub fn intercept(&self) -> f64 {
        self.intercept
    }

    /// Predicts `xβ + b` for each code.
    ///
    /// # Errors
    /// [`AnalysisError::Shape`] for codes of another dimension or a different number of truths,
    /// [`AnalysisError::NotFinite`] for NaN or infinities.
    pub fn evaluate<T: Real>(
        &self,
        codes: ArrayView2<'_, T>,
        truth: &[f64],
    ) -> Result<Regression, AnalysisError> {
        checks::same(EVALUATE, "columns", self.coefficients.len(), codes.ncols())?;
        checks::finite_values(EVALUATE, truth)?;
        let predicted = checks::to_f64(EVALUATE, codes)?.dot(&self.coefficients) + self.intercept;
        Regression::new(predicted.to_vec(), truth.to_vec())
    }
}
