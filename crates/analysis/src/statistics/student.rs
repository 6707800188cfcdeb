//! Student's t: intervals from a handful of runs.

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

/// The `p`-quantile of Student's t with `freedom` degrees of freedom, `0 < p < 1`.
///
/// To about 1e-10, by bisection of the distribution function.
pub fn t_quantile(p: f64, freedom: f64) -> f64 {
    if p < 0.5 {
        return -t_quantile(1.0 - p, freedom);
    }
    let (mut low, mut high) = (0.0, 1.0);
    while t_cdf(high, freedom) < p && high < 1e12 {
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if t_cdf(middle, freedom) < p { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// `P(T ≤ t)` for `t ≥ 0`: `1 − I_x(ν/2, 1/2)/2` with `x = ν/(ν + t²)`.
fn t_cdf(t: f64, freedom: f64) -> f64 {
    1.0 - 0.5 * incomplete_beta(freedom / (freedom + t * t), freedom / 2.0, 0.5)
}

/// The regularised incomplete beta function `I_x(a, b)` by its continued fraction
/// (Abramowitz & Stegun 26.5.8, evaluated by Lentz's method).
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, b, a);
    }
    let guard = |v: f64| if v.abs() < 1e-300 { 1e-300 } else { v };
    let (mut c, mut d) = (1.0, 1.0 / guard(1.0 - (a + b) * x / (a + 1.0)));
    let mut fraction = d;
    for m in 1..500 {
        let k = f64::from(m);
        let even = k * (b - k) * x / ((a + 2.0 * k - 1.0) * (a + 2.0 * k));
        let odd = -(a + k) * (a + b + k) * x / ((a + 2.0 * k) * (a + 2.0 * k + 1.0));
        for coefficient in [even, odd] {
            d = 1.0 / guard(1.0 + coefficient * d);
            c = guard(1.0 + coefficient / c);
            fraction *= c * d;
        }
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    let log_front = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln();
    log_front.exp() * fraction / a
}

/// `ln Γ(x)` for `x > 0` by Stirling's series after shifting `x` above 10.
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0);
    while x < 10.0 {
        shift -= x.ln();
        x += 1.0;
    }
    let i = 1.0 / (x * x);
    let series = (1.0 / 12.0 - i * (1.0 / 360.0 - i * (1.0 / 1260.0 - i / 1680.0))) / x;
    shift + (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_agree_with_tables() {
        // scipy.stats.t.ppf
        for (p, freedom, expected) in [
            (0.975, 1.0, 12.706_204_736_432_095),
            (0.975, 2.0, 4.302_652_729_911_275),
            (0.975, 4.0, 2.776_445_105_197_798_7),
            (0.95, 9.0, 1.833_112_932_653_633_3),
            (0.975, 200.0, 1.971_896_224_171_541_6),
        ] {
            let t = t_quantile(p, freedom);
            assert!((t - expected).abs() < 1e-7 * expected, "t({p}, {freedom}) = {t}");
        }
        assert!((t_quantile(0.1, 5.0) + t_quantile(0.9, 5.0)).abs() < 1e-12);
    }
}
