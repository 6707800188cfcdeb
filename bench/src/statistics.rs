//! Quartiles of times, and slopes of curves.

use anyhow::ensure;
use serde::{Deserialize, Serialize};

/// How long something took, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Summary {
    /// Half of the samples were faster.
    pub(crate) median: f64,
    /// A quarter of the samples were faster.
    pub(crate) q1: f64,
    /// Three quarters of the samples were faster.
    pub(crate) q3: f64,
    /// How often it was measured.
    pub(crate) samples: usize,
}

impl Summary {
    /// Of at least one time.
    pub(crate) fn of(times: &[f64]) -> anyhow::Result<Self> {
        ensure!(!times.is_empty(), "no samples");
        ensure!(times.iter().all(|t| t.is_finite()), "a time is not finite");
        let mut sorted = times.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |share: f64| quantile(&sorted, share);
        Ok(Self { median: at(0.5), q1: at(0.25), q3: at(0.75), samples: times.len() })
    }
}

/// A quantile of ascending values, linear between them, as NumPy's default.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (below, part) = (place.floor() as usize, place.fract());
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + part * (sorted[above] - sorted[below])
}

/// The exponent `p` of `y = c·x^p`: the slope of the least-squares line through the logarithms.
/// Nothing where fewer than two different `x` are given.
pub(crate) fn exponent(points: &[[f64; 2]]) -> Option<f64> {
    let n = points.len() as f64;
    let logs: Vec<[f64; 2]> = points.iter().map(|p| p.map(f64::ln)).collect();
    let mean = |axis: usize| logs.iter().map(|p| p[axis]).sum::<f64>() / n;
    let (x, y) = (mean(0), mean(1));
    let spread: f64 = logs.iter().map(|p| (p[0] - x).powi(2)).sum();
    let joint: f64 = logs.iter().map(|p| (p[0] - x) * (p[1] - y)).sum();
    (spread > 0.0).then(|| joint / spread).filter(|slope| slope.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_are_those_of_numpy() {
        let summary = Summary::of(&[4.0, 1.0, 3.0, 2.0]).unwrap();
        assert_eq!((summary.q1, summary.median, summary.q3), (1.75, 2.5, 3.25));
        assert_eq!(summary.samples, 4);
        let one = Summary::of(&[7.0]).unwrap();
        assert_eq!((one.q1, one.median, one.q3), (7.0, 7.0, 7.0));
        assert!(Summary::of(&[]).is_err());
        assert!(Summary::of(&[f64::NAN]).is_err());
    }

    #[test]
    fn exponents_are_slopes() {
        let cubic: Vec<[f64; 2]> =
            (1..6).map(|x| [f64::from(x), f64::from(x).powi(3) * 0.2]).collect();
        assert!((exponent(&cubic).unwrap() - 3.0).abs() < 1e-12);
        assert_eq!(exponent(&[[2.0, 1.0], [2.0, 3.0]]), None);
        assert_eq!(exponent(&[]), None);
    }
}
