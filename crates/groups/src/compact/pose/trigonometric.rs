//! The largest value of a trigonometric polynomial.

use std::f64::consts::{PI, TAU};

use num_complex::Complex;

/// Values that differ by less, relative to `Σ|C_k|`, are equal.
const ROUNDING: f64 = 1e-15;

/// Halvings of the intervals. The last bound is `4⁻²⁸` of the first.
const HALVINGS: usize = 28;

/// Intervals that are kept at a time: more are left only where the polynomial is flat to rounding.
const MOST_INTERVALS: usize = 4096;

/// `θ` in `[0, 2π)` at which `f(θ) = Re Σ_k C_k e^{ikθ}` is largest, and this value; frequencies are
/// positive and each stands there once.
///
/// Of one frequency it is known. Else by branch and bound: in an interval of half-width `r` about `c`,
/// `f ≤ f(c) + |f'(c)| r + Λr²/2` with `Λ = Σ k²|C_k| ≥ |f''|`, so that intervals whose bound is below
/// the best value found are left out, and the others halved. The maximum is global to rounding; a few
/// steps of Newton's method sharpen its place.
pub(super) fn maximise(terms: &[(usize, Complex<f64>)]) -> (f64, f64) {
    let scale: f64 = terms.iter().map(|(_, c)| c.norm()).sum();
    // Sums of NaN are compared with nothing either.
    if scale.partial_cmp(&0.0) != Some(std::cmp::Ordering::Greater) || !scale.is_finite() {
        return (0.0, 0.0);
    }
    let terms: Vec<_> =
        terms.iter().filter(|(_, c)| c.norm() > ROUNDING * scale).copied().collect();
    if let [(k, c)] = terms[..] {
        return ((-c.arg() / k as f64).rem_euclid(TAU / k as f64), c.norm());
    }
    // A common divisor shortens the period.
    let divisor = terms.iter().fold(0, |d, (k, _)| gcd(d, *k));
    let wave = Wave::new(&terms, divisor);
    let (angle, value) = wave.search(scale, -ROUNDING * scale).best;
    (angle.rem_euclid(TAU) / divisor as f64, value)
}

/// The angles of all local maxima, one in each period, whose value may be within `error` of the largest.
pub(super) fn maxima(terms: &[(usize, Complex<f64>)], error: f64) -> Vec<f64> {
    let scale: f64 = terms.iter().map(|(_, c)| c.norm()).sum();
    if scale <= 0.0 || !scale.is_finite() {
        return vec![0.0];
    }
    let terms: Vec<_> = terms.iter().filter(|(_, c)| c.norm() > 0.0).copied().collect();
    let divisor = terms.iter().fold(0, |d, (k, _)| gcd(d, *k));
    let wave = Wave::new(&terms, divisor);
    let Found { centres, radius, .. } = wave.search(scale, error.max(ROUNDING * scale));
    // Intervals that touch are one maximum.
    let mut peaks: Vec<(f64, f64)> = Vec::new();
    let mut last = f64::NEG_INFINITY;
    for centre in centres {
        let value = wave.at(centre)[0];
        match peaks.last_mut() {
            Some(peak) if centre - last < 2.5 * radius => {
                if value > peak.1 {
                    *peak = (centre, value);
                }
            }
            _ => peaks.push((centre, value)),
        }
        last = centre;
    }
    let sharp = |peak| wave.sharpened(peak, scale).0.rem_euclid(TAU) / divisor as f64;
    peaks.into_iter().map(sharp).collect()
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

struct Wave {
    terms: Vec<(f64, Complex<f64>)>,
}

/// What a search ends with.
struct Found {
    /// Angle and value.
    best: (f64, f64),
    /// Ascending, of the intervals that are left.
    centres: Vec<f64>,
    /// Half their width.
    radius: f64,
}

impl Wave {
    /// With frequencies divided by what they have in common.
    fn new(terms: &[(usize, Complex<f64>)], divisor: usize) -> Self {
        Self { terms: terms.iter().map(|(k, c)| ((k / divisor) as f64, *c)).collect() }
    }

    /// `f`, `f'` and `f''`.
    fn at(&self, angle: f64) -> [f64; 3] {
        let mut sums = [0.0; 3];
        for (k, c) in &self.terms {
            let turned = c * Complex::from_polar(1.0, k * angle);
            sums[0] += turned.re;
            sums[1] -= k * turned.im;
            sums[2] -= k * k * turned.re;
        }
        sums
    }

    /// Leaves out intervals whose values are all below the largest by more than `error`, which may be
    /// negative.
    fn search(&self, scale: f64, error: f64) -> Found {
        let highest = self.terms.iter().map(|(k, _)| *k).fold(0.0, f64::max);
        let curvature: f64 = self.terms.iter().map(|(k, c)| k * k * c.norm()).sum();
        let count = (4.0 * highest) as usize;
        let mut radius = PI / count as f64;
        let mut centres: Vec<f64> = (0..count).map(|i| TAU * i as f64 / count as f64).collect();
        let mut best = (0.0, f64::NEG_INFINITY);
        for _ in 0..HALVINGS {
            let values: Vec<_> = centres.iter().map(|&c| (c, self.at(c))).collect();
            for &(centre, [value, ..]) in &values {
                if value > best.1 {
                    best = (centre, value);
                }
            }
            best = self.sharpened(best, scale);
            let slack = curvature * radius * radius / 2.0;
            let bar = best.1 - error;
            centres = values
                .into_iter()
                .filter(|(_, [value, slope, _])| value + slope.abs() * radius + slack > bar)
                .flat_map(|(centre, _)| [centre - radius / 2.0, centre + radius / 2.0])
                .collect();
            radius /= 2.0;
            if centres.is_empty() || centres.len() > MOST_INTERVALS || slack < error {
                break;
            }
        }
        Found { best, centres, radius }
    }

    /// A nearby maximum, by Newton's method.
    fn sharpened(&self, mut best: (f64, f64), scale: f64) -> (f64, f64) {
        for _ in 0..4 {
            let [_, slope, bend] = self.at(best.0);
            if bend >= 0.0 || slope == 0.0 {
                break;
            }
            let angle = best.0 - slope / bend;
            let [value, closer, _] = self.at(angle);
            // At the top values are equal to rounding, but slopes are not.
            if value < best.1 - 8.0 * f64::EPSILON * scale || closer.abs() >= slope.abs() {
                break;
            }
            best = (angle, value);
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No angle of a fine grid has a larger value, and the slope at the maximum vanishes.
    #[test]
    fn maxima_are_global() {
        let coefficient = |seed: usize| {
            let x = (seed as f64 * 12.9898).sin() * 43758.5453;
            Complex::from_polar(x.fract().abs() + 0.01, x)
        };
        for seed in 0..200 {
            let ks = [vec![1, 2, 3], vec![2, 4], vec![1, 7], vec![3], vec![5, 6, 7, 8]];
            let ks = &ks[seed % ks.len()];
            let terms: Vec<_> =
                ks.iter().enumerate().map(|(i, &k)| (k, coefficient(10 * seed + i))).collect();
            let (angle, value) = maximise(&terms);
            let wave = Wave { terms: terms.iter().map(|&(k, c)| (k as f64, c)).collect() };
            let [found, slope, _] = wave.at(angle);
            assert!((found - value).abs() < 1e-13, "{terms:?}");
            assert!(slope.abs() < 1e-12, "{terms:?}: {slope}");
            let grid = (0..5000).map(|i| wave.at(TAU * i as f64 / 5000.0)[0]);
            assert!(grid.fold(f64::NEG_INFINITY, f64::max) <= value + 1e-13, "{terms:?}");
        }
    }

    #[test]
    fn nothing_to_choose() {
        assert_eq!(maximise(&[]), (0.0, 0.0));
        assert_eq!(maximise(&[(3, Complex::new(0.0, 0.0))]), (0.0, 0.0));
        assert_eq!(maximise(&[(1, Complex::new(f64::NAN, 0.0))]), (0.0, 0.0));
    }
}
