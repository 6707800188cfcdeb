//! Lengths, also of vectors whose squares are no numbers.

use crate::Real;

/// `(Σ v²)^{1/2}`, also where squares overflow or vanish.
///
/// ```
/// use groups::linalg::norm;
/// assert!((norm([3e200, -4e200].into_iter()) / 5e200 - 1.0).abs() < 1e-15);
/// ```
pub fn norm(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let square: f64 = values.clone().map(|v| v * v).sum();
    if square.is_normal() {
        return square.sqrt();
    }
    let largest = values.clone().fold(0.0f64, |m, v| m.max(v.abs()));
    if square.is_nan() || largest == 0.0 || largest.is_infinite() {
        return if square.is_nan() { square } else { largest };
    }
    values.map(|v| (v / largest).powi(2)).sum::<f64>().sqrt() * largest
}

/// `‖z − w‖`, by subtraction in double precision, also where its square overflows or vanishes.
///
/// ```
/// use groups::linalg::distance;
/// assert_eq!(distance(&[3e-200, 0.0], &[0.0, 4e-200]), 5e-200);
/// ```
pub fn distance<T: Real>(z: &[T], w: &[T]) -> f64 {
    norm(z.iter().zip(w).map(|(a, b)| a.as_f64() - b.as_f64()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_any_size() {
        for factor in [1e-310_f64, 1e-200, 3e-9, 1.0, 7e11, 1e300] {
            let length = norm([3.0 * factor, -4.0 * factor, 0.0].into_iter());
            assert!((length / factor - 5.0).abs() < 1e-12, "{factor:e}: {length:e}");
        }
        assert_eq!(distance(&[1.0, 2.0], &[1.0, 2.0]), 0.0);
        assert_eq!(distance(&[1e-45f32], &[0.0]), f64::from(1e-45f32));
        assert_eq!(norm([f64::INFINITY, 1.0].into_iter()), f64::INFINITY);
        assert!(norm([f64::NAN, 1.0].into_iter()).is_nan());
        assert!(norm([f64::NAN, f64::INFINITY].into_iter()).is_nan());
        assert_eq!(norm([].into_iter()), 0.0);
    }
}
