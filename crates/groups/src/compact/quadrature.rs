//! Gauss–Legendre quadrature.

use std::f64::consts::PI;

/// `n` nodes in `(−1, 1)` and weights that integrate polynomials of degree up to `2n − 1` exactly:
/// `Σ w_i p(x_i) = ∫₋₁¹ p`. The nodes are the roots of the Legendre polynomial `P_n`, by Newton's
/// method from Tricomi's estimate.
///
/// ```
/// let sum: f64 =
///     groups::compact::gauss_legendre(3).iter().map(|(x, w)| w * x.powi(4)).sum();
/// assert!((sum - 2.0 / 5.0).abs() < 1e-15);
/// ```
pub fn gauss_legendre(n: usize) -> Vec<(f64, f64)> {
    (0..n)
        .map(|i| {
            let mut x = (PI * (i as f64 + 0.75) / (n as f64 + 0.5)).cos();
            let mut slope = 1.0;
            // Quadratic from a good start: at most five steps to rounding.
            for _ in 0..8 {
                let (mut before, mut value) = (1.0, x);
                for k in 2..=n {
                    let k = k as f64;
                    (before, value) =
                        (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k);
                }
                slope = n as f64 * (x * value - before) / (x * x - 1.0);
                x -= value / slope;
            }
            (x, 2.0 / ((1.0 - x * x) * slope * slope))
        })
        .collect()
}
