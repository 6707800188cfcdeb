//! A value with its interval.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A value with an interval and the number of observations behind it.
///
/// # Example
/// ```
/// use analysis::statistics::Estimate;
///
/// let accuracy = Estimate { value: 0.9612, low: 0.9541, high: 0.9683, n: 2000 };
/// assert_eq!(accuracy.percent(1), "96.1 % [95.4, 96.8]");
/// assert_eq!(accuracy.decimals(3), "0.961 [0.954, 0.968]");
/// let gain = Estimate { value: 0.25, low: 0.2, high: 0.3, n: 2000 };
/// assert_eq!(gain.points(1), "+25.0 points [+20.0, +30.0]");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The point estimate.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Observations: samples for a bootstrap, runs for a t-interval.
    pub n: usize,
}

impl Estimate {
    /// As a share of one: `96.1 % [95.4, 96.8]`.
    pub fn percent(&self, decimals: usize) -> String {
        let [v, l, h] = [self.value, self.low, self.high].map(|x| fixed(100.0 * x, decimals));
        format!("{v} % [{l}, {h}]")
    }

    /// As a difference of two shares, in percentage points with a sign: `+25.0 points [+20.0, +30.0]`.
    pub fn points(&self, decimals: usize) -> String {
        let [v, l, h] = [self.value, self.low, self.high].map(|x| signed(100.0 * x, decimals));
        format!("{v} points [{l}, {h}]")
    }

    /// As a plain number: `0.961 [0.954, 0.968]`.
    pub fn decimals(&self, decimals: usize) -> String {
        let [v, l, h] = [self.value, self.low, self.high].map(|x| fixed(x, decimals));
        format!("{v} [{l}, {h}]")
    }

    /// Value and interval times `factor ≥ 0`, for another unit.
    pub fn scaled(&self, factor: f64) -> Self {
        let [value, low, high] = [self.value, self.low, self.high].map(|x| x * factor);
        Self { value, low, high, n: self.n }
    }

    /// The difference of two independent estimates: half widths add in quadrature.
    ///
    /// For two methods on the same samples,
    /// [`bootstrap_paired_difference`](super::bootstrap_paired_difference) is sharper.
    pub fn minus(&self, other: &Self) -> Self {
        let value = self.value - other.value;
        let below = (self.value - self.low).hypot(other.high - other.value);
        let above = (self.high - self.value).hypot(other.value - other.low);
        Self { value, low: value - below, high: value + above, n: self.n.min(other.n) }
    }

    /// One estimate from several runs: the run's own interval for one, for more the t-interval of
    /// their values.
    ///
    /// # Errors
    /// As [`t_interval`](super::t_interval).
    pub fn over_runs(runs: &[Self]) -> Result<Self, crate::AnalysisError> {
        match runs {
            [one] => Ok(*one),
            several => {
                let values: Vec<f64> = several.iter().map(|e| e.value).collect();
                super::t_interval(&values, 0.95)
            }
        }
    }

    /// Whether the whole interval lies above `threshold`.
    pub fn is_above(&self, threshold: f64) -> bool {
        self.low > threshold
    }

    /// Whether the whole interval lies below `threshold`.
    pub fn is_below(&self, threshold: f64) -> bool {
        self.high < threshold
    }
}

impl From<Estimate> for figures::Interval {
    fn from(Estimate { value, low, high, .. }: Estimate) -> Self {
        Self { value, low, high }
    }
}

impl fmt::Display for Estimate {
    /// [`Estimate::decimals`] with the formatter's precision, three by default.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.decimals(f.precision().unwrap_or(3)))
    }
}

/// Without the sign of a zero that was rounded from below, and with a true minus sign.
fn fixed(x: f64, decimals: usize) -> String {
    let text = format!("{x:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().all(|c| matches!(c, '0' | '.')) => digits.to_owned(),
        Some(digits) => format!("\u{2212}{digits}"),
        None => text,
    }
}

fn signed(x: f64, decimals: usize) -> String {
    let text = fixed(x, decimals);
    if text.starts_with('\u{2212}') { text } else { format!("+{text}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negative_numbers_and_rounded_zeros_read_well() {
        let e = Estimate { value: -0.0001, low: -0.25, high: 0.1, n: 3 };
        assert_eq!(e.decimals(2), "0.00 [−0.25, 0.10]");
        assert_eq!(e.points(0), "+0 points [−25, +10]");
        assert_eq!(format!("{e:.1}"), "0.0 [−0.2, 0.1]");
    }
}
