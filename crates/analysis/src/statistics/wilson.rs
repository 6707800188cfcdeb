//! Intervals of a share.

use statrs::distribution::{ContinuousCDF, Normal};

use super::Estimate;
use crate::{AnalysisError, checks};

/// The share `successes/trials` with its 95 % interval by Wilson's score.
///
/// Unlike a bootstrap it has a width where all trials, or none, succeed.
///
/// `(p̂ + z²/2n ± z √(p̂(1 − p̂)/n + z²/4n²)) / (1 + z²/n)`, `z = 1.96` (Wilson 1927).
///
/// ```
/// use analysis::statistics::wilson;
/// let e = wilson(1200, 1200)?;
/// assert!(e.value == 1.0 && e.high == 1.0 && e.low > 0.9967);
/// # Ok::<(), analysis::AnalysisError>(())
/// ```
///
/// # Errors
/// [`AnalysisError::TooFew`] without trials, [`AnalysisError::Option`] for more successes than
/// trials.
pub fn wilson(successes: usize, trials: usize) -> Result<Estimate, AnalysisError> {
    const OPERATION: &str = "wilson";
    checks::at_least(OPERATION, "trials", 1, trials)?;
    if successes > trials {
        return Err(AnalysisError::Option {
            operation: OPERATION,
            option: "successes",
            expected: "at most the number of trials",
            got: successes.to_string(),
        });
    }
    let (n, z) = (trials as f64, Normal::standard().inverse_cdf(0.975));
    let share = successes as f64 / n;
    let scale = 1.0 + z * z / n;
    let centre = (share + z * z / (2.0 * n)) / scale;
    let half = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt() / scale;
    // At the ends rounding would leave them by a little.
    let low = if successes == 0 { 0.0 } else { centre - half };
    let high = if successes == trials { 1.0 } else { centre + half };
    Ok(Estimate { value: share, low, high, n: trials })
}

#[cfg(test)]
mod tests {
    use super::wilson;

    #[test]
    fn intervals_are_those_of_the_formula() {
        // The formula for 8 of 10, computed elsewhere in double precision.
        let e = wilson(8, 10).unwrap();
        assert!((e.low - 0.490_162_471_536_642_6).abs() < 1e-12, "{e:?}");
        assert!((e.high - 0.943_317_848_545_624_7).abs() < 1e-12, "{e:?}");
        assert_eq!(wilson(0, 5).unwrap().low, 0.0);
        assert!(wilson(1, 0).is_err() && wilson(2, 1).is_err());
    }
}
