//! How far projected codes move when their inputs are transformed.

use groups::Real;
use groups::linalg::norm;
use ndarray::{ArrayView1, ArrayView2};

use super::orbit_spread::rms_pair_distance;
use crate::statistics::PerSample;
use crate::{AnalysisError, checks};

/// `max_g ‖s(gz) − s(z)‖` of each sample, beside the RMS distance between samples.
#[derive(Debug, Clone, PartialEq)]
pub struct InvarianceError {
    relative: PerSample,
    spread: f64,
}

impl InvarianceError {
    /// `max_g ‖s(gz) − s(z)‖ / spread` for each sample.
    pub fn relative(&self) -> &PerSample {
        &self.relative
    }

    /// The largest relative error over samples: what "invariant to 1e-6" means.
    pub fn max(&self) -> f64 {
        self.relative.values().iter().copied().fold(0.0, f64::max)
    }

    /// The mean relative error over samples.
    pub fn mean(&self) -> f64 {
        self.relative.mean()
    }

    /// The RMS distance between two different samples: the unit of the relative errors.
    pub fn spread(&self) -> f64 {
        self.spread
    }
}

/// The invariance error of projected codes: `reference` is `s(z)`, `transformed[g]` is `s(gz)` for
/// the group elements that were tried, all `(n, dim)`.
///
/// Fill `transformed` by acting on codes, which measures the projection alone, or by encoding
/// transformed inputs, which adds the encoder's own error and that of interpolation.
///
/// # Errors
/// - [`AnalysisError::Shape`] if shapes differ;
/// - [`AnalysisError::TooFew`] for fewer than 2 samples or no transformed codes;
/// - [`AnalysisError::NotFinite`] for NaN or infinities;
/// - [`AnalysisError::Option`] if all samples have the same code: a constant is invariant and
///   says nothing.
pub fn invariance_error<T: Real>(
    reference: ArrayView2<'_, T>,
    transformed: &[ArrayView2<'_, T>],
) -> Result<InvarianceError, AnalysisError> {
    const OPERATION: &str = "invariance_error";
    checks::at_least(OPERATION, "samples", 2, reference.nrows())?;
    checks::at_least(OPERATION, "transformed batches", 1, transformed.len())?;
    let reference = checks::to_f64(OPERATION, reference)?;
    let spread = rms_pair_distance(reference.view());
    if spread == 0.0 {
        return Err(AnalysisError::Option {
            operation: OPERATION,
            option: "reference",
            expected: "codes that are not all equal",
            got: "a constant".to_owned(),
        });
    }
    let mut largest = vec![0.0f64; reference.nrows()];
    for codes in transformed {
        checks::same(OPERATION, "rows in each batch", reference.nrows(), codes.nrows())?;
        checks::same(OPERATION, "columns in each batch", reference.ncols(), codes.ncols())?;
        let codes = checks::to_f64(OPERATION, *codes)?;
        for (row, largest) in largest.iter_mut().enumerate() {
            *largest = largest.max(distance(reference.row(row), codes.row(row)));
        }
    }
    let relative = largest.into_iter().map(|error| error / spread).collect();
    Ok(InvarianceError { relative: PerSample::new(relative), spread })
}

fn distance(a: ArrayView1<'_, f64>, b: ArrayView1<'_, f64>) -> f64 {
    norm(a.iter().zip(b).map(|(a, b)| a - b))
}
