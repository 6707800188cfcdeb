//! What a probe said about each sample, beside the truth.

use crate::statistics::{Bootstrap, Estimate, PerSample, bootstrap};
use crate::{AnalysisError, checks};

/// Predicted classes beside the true ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classification {
    predicted: Vec<usize>,
    truth: Vec<usize>,
}

impl Classification {
    /// Predictions and truths of the same samples.
    ///
    /// # Errors
    /// [`AnalysisError::Shape`] if the lengths differ.
    pub fn new(predicted: Vec<usize>, truth: Vec<usize>) -> Result<Self, AnalysisError> {
        checks::same("Classification::new", "predictions", truth.len(), predicted.len())?;
        Ok(Self { predicted, truth })
    }

    /// The predicted class of each sample.
    pub fn predicted(&self) -> &[usize] {
        &self.predicted
    }

    /// The true class of each sample.
    pub fn truth(&self) -> &[usize] {
        &self.truth
    }

    /// The share of samples whose predicted class is the true one; NaN without samples.
    pub fn accuracy(&self) -> f64 {
        self.correct().mean()
    }

    /// 1 for each sample classified rightly, 0 for the others: its mean is the accuracy.
    pub fn correct(&self) -> PerSample {
        let pairs = self.predicted.iter().zip(&self.truth);
        PerSample::new(pairs.map(|(p, t)| f64::from(u8::from(p == t))).collect())
    }
}

/// Predicted numbers beside the true ones.
#[derive(Debug, Clone, PartialEq)]
pub struct Regression {
    predicted: Vec<f64>,
    truth: Vec<f64>,
}

impl Regression {
    /// Predictions and truths of the same samples.
    ///
    /// # Errors
    /// [`AnalysisError::Shape`] if the lengths differ.
    pub fn new(predicted: Vec<f64>, truth: Vec<f64>) -> Result<Self, AnalysisError> {
        checks::same("Regression::new", "predictions", truth.len(), predicted.len())?;
        Ok(Self { predicted, truth })
    }

    /// The predicted value of each sample.
    pub fn predicted(&self) -> &[f64] {
        &self.predicted
    }

    /// The true value of each sample.
    pub fn truth(&self) -> &[f64] {
        &self.truth
    }

    /// `R² = 1 − Σ(ŷ − y)² / Σ(y − ȳ)²`, with `ȳ` the mean of these samples.
    ///
    /// NaN without samples and where the truth is constant.
    pub fn r2(&self) -> f64 {
        let all: Vec<usize> = (0..self.truth.len()).collect();
        self.r2_of(&all)
    }

    /// R² with its bootstrap interval over samples.
    ///
    /// # Errors
    /// As [`bootstrap`]; [`AnalysisError::NotFinite`] where the truth is constant.
    pub fn r2_estimate(&self, options: &Bootstrap) -> Result<Estimate, AnalysisError> {
        bootstrap(self.truth.len(), |indices| self.r2_of(indices), options)
    }

    /// `(ŷ − y)²` of each sample.
    pub fn squared_errors(&self) -> PerSample {
        let pairs = self.predicted.iter().zip(&self.truth);
        PerSample::new(pairs.map(|(p, t)| (p - t).powi(2)).collect())
    }

    fn r2_of(&self, indices: &[usize]) -> f64 {
        let mean = indices.iter().map(|i| self.truth[*i]).sum::<f64>() / indices.len() as f64;
        let (mut residual, mut total) = (0.0, 0.0);
        for i in indices {
            residual += (self.predicted[*i] - self.truth[*i]).powi(2);
            total += (self.truth[*i] - mean).powi(2);
        }
        if total > 0.0 { 1.0 - residual / total } else { f64::NAN }
    }
}
