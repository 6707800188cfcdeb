//! Percentile bootstrap (Efron 1979), seeded and the same for any number of threads.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::{Estimate, quantile};
use crate::{AnalysisError, checks};

/// How an interval is bootstrapped.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bootstrap {
    /// Resamples with replacement. 2,000 settle the ends of a 95 % interval to about a tenth of
    /// its width.
    pub resamples: usize,
    /// Coverage of the interval, in (0, 1).
    pub confidence: f64,
    /// Seed; resample `r` draws from stream `r` of it.
    pub seed: u64,
}

impl Default for Bootstrap {
    /// 2,000 resamples, 95 %, seed 0.
    fn default() -> Self {
        Self { resamples: 2000, confidence: 0.95, seed: 0 }
    }
}

/// Percentile interval of any statistic of `n` samples.
///
/// `statistic` receives the indices of the samples, repetitions included; the point estimate is
/// `statistic(0..n)`.
///
/// # Errors
/// - [`AnalysisError::TooFew`] for fewer than 2 samples or no resamples;
/// - [`AnalysisError::Option`] for a confidence outside (0, 1);
/// - [`AnalysisError::NotFinite`] if the statistic is NaN or infinite on all samples or on a
///   resample (its row is the resample's number).
pub fn bootstrap(
    n: usize,
    statistic: impl Fn(&[usize]) -> f64 + Sync,
    options: &Bootstrap,
) -> Result<Estimate, AnalysisError> {
    const OPERATION: &str = "bootstrap";
    checks::at_least(OPERATION, "samples", 2, n)?;
    checks::at_least(OPERATION, "resamples", 1, options.resamples)?;
    check_confidence(OPERATION, options.confidence)?;
    let all: Vec<usize> = (0..n).collect();
    let value = statistic(&all);
    checks::finite_values(OPERATION, &[value])?;
    let mut draws: Vec<f64> = (0..options.resamples)
        .into_par_iter()
        .map_init(
            || vec![0; n],
            |indices, resample| {
                let mut rng = ChaCha8Rng::seed_from_u64(options.seed);
                rng.set_stream(resample as u64);
                indices.fill_with(|| rng.random_range(0..n));
                statistic(indices)
            },
        )
        .collect();
    checks::finite_values(OPERATION, &draws)?;
    draws.sort_by(f64::total_cmp);
    let tail = (1.0 - options.confidence) / 2.0;
    Ok(Estimate { value, low: quantile(&draws, tail), high: quantile(&draws, 1.0 - tail), n })
}

/// Percentile interval of the mean of `values`.
///
/// # Errors
/// As [`bootstrap`]; [`AnalysisError::NotFinite`] if a value is NaN or infinite.
///
/// # Example
/// ```
/// use analysis::statistics::{Bootstrap, bootstrap_mean};
///
/// let correct: Vec<f64> = (0..200).map(|i| f64::from(i % 10 != 0)).collect();
/// let accuracy = bootstrap_mean(&correct, &Bootstrap::default())?;
/// assert_eq!(accuracy.value, 0.9);
/// assert!(accuracy.low > 0.85 && accuracy.high < 0.95);
/// # Ok::<(), analysis::AnalysisError>(())
/// ```
pub fn bootstrap_mean(values: &[f64], options: &Bootstrap) -> Result<Estimate, AnalysisError> {
    checks::finite_values("bootstrap_mean", values)?;
    bootstrap(values.len(), |indices| mean_at(values, indices), options)
}

/// Percentile interval of `mean(a) − mean(b)` where `a[i]` and `b[i]` belong to the same sample.
///
/// Pairing removes what the samples have in common, and so is much sharper than comparing two
/// intervals.
///
/// # Errors
/// As [`bootstrap_mean`]; [`AnalysisError::Shape`] if the lengths differ.
pub fn bootstrap_paired_difference(
    a: &[f64],
    b: &[f64],
    options: &Bootstrap,
) -> Result<Estimate, AnalysisError> {
    checks::same("bootstrap_paired_difference", "outcomes in the second list", a.len(), b.len())?;
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    bootstrap_mean(&differences, options)
}

fn mean_at(values: &[f64], indices: &[usize]) -> f64 {
    indices.iter().map(|i| values[*i]).sum::<f64>() / indices.len() as f64
}

pub(crate) fn check_confidence(
    operation: &'static str,
    confidence: f64,
) -> Result<(), AnalysisError> {
    if confidence > 0.0 && confidence < 1.0 {
        return Ok(());
    }
    Err(AnalysisError::Option {
        operation,
        option: "confidence",
        expected: "strictly between 0 and 1",
        got: confidence.to_string(),
    })
}
