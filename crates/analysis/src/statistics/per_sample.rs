//! One number per sample, of which the mean is reported.

use super::{Bootstrap, Estimate, bootstrap_mean};
use crate::AnalysisError;

/// A quantity measured on each sample; its mean is the figure that is reported.
///
/// Keeping the samples is what makes intervals and paired comparisons possible.
#[derive(Debug, Clone, PartialEq)]
pub struct PerSample {
    values: Vec<f64>,
}

impl PerSample {
    /// One value per sample, in the samples' order.
    pub fn new(values: Vec<f64>) -> Self {
        Self { values }
    }

    /// The values in the samples' order.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The mean over samples; NaN if there are none.
    pub fn mean(&self) -> f64 {
        self.values.iter().sum::<f64>() / self.values.len() as f64
    }

    /// The mean with its bootstrap interval over samples.
    ///
    /// # Errors
    /// As [`bootstrap_mean`].
    pub fn estimate(&self, options: &Bootstrap) -> Result<Estimate, AnalysisError> {
        bootstrap_mean(&self.values, options)
    }
}
