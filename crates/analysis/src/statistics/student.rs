//! Student's t: intervals from a handful of runs.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::Estimate;
use super::bootstrap::check_confidence;
use crate::{AnalysisError, checks};

/// The interval `mean ± t·s/√n` of the mean over independent runs, such as seeds.
///
/// # Errors
/// - [`AnalysisError::TooFew`] for fewer than 2 values: one run has no spread;
/// - [`AnalysisError::Option`] for a confidence outside (0, 1);
/// - [`AnalysisError::NotFinite`] for NaN or infinities.
///
/// # Example
/// ```
/// use analysis::statistics::t_interval;
/// let e = t_interval(&[0.95, 0.96, 0.97], 0.95)?;
/// assert!((e.value - 0.96).abs() < 1e-12);
/// assert!((e.high - e.value - 4.302653 * 0.01 / 3f64.sqrt()).abs() < 1e-6);
/// # Ok::<(), analysis::AnalysisError>(())
/// ```
pub fn t_interval(values: &[f64], confidence: f64) -> Result<Estimate, AnalysisError> {
    const OPERATION: &str = "t_interval";
    checks::at_least(OPERATION, "values", 2, values.len())?;
    checks::finite_values(OPERATION, values)?;
    check_confidence(OPERATION, confidence)?;
    let n = values.len() as f64;
    let value = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - value).powi(2)).sum::<f64>() / (n - 1.0);
    let half = t_quantile(1.0 - (1.0 - confidence) / 2.0, n - 1.0) * (variance / n).sqrt();
    Ok(Estimate { value, low: value - half, high: value + half, n: values.len() })
}

/// The `p`-quantile of Student's t with `freedom` degrees of freedom: `±∞` at 0 and 1, NaN for a
/// `p` outside of `[0, 1]` and for degrees of freedom that are not positive.
pub fn t_quantile(p: f64, freedom: f64) -> f64 {
    match StudentsT::new(0.0, 1.0, freedom) {
        Ok(distribution) if (0.0..=1.0).contains(&p) => distribution.inverse_cdf(p),
        _ => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_agree_with_tables() {
        // scipy.stats.t.ppf; with one degree of freedom tan(0.475 π), which SciPy misses by 3e-10.
        for (p, freedom, expected) in [
            (0.975, 1.0, 12.706_204_736_174_698),
            (0.975, 2.0, 4.302_652_729_911_275),
            (0.975, 4.0, 2.776_445_105_197_798_7),
            (0.95, 9.0, 1.833_112_932_653_633_3),
            (0.975, 200.0, 1.971_896_224_171_541_6),
        ] {
            let t = t_quantile(p, freedom);
            assert!((t - expected).abs() < 1e-9 * expected, "t({p}, {freedom}) = {t}");
        }
        assert!(t_quantile(1.5, 5.0).is_nan() && t_quantile(0.5, -1.0).is_nan());
        assert!((t_quantile(0.1, 5.0) + t_quantile(0.9, 5.0)).abs() < 1e-9);
    }
}
