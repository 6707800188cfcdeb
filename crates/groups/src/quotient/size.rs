//! Codes that are so large, or so small, that products of them overflow or vanish.

use std::borrow::Cow;

use crate::Real;

/// The code itself, or a positive multiple of it where its largest entry is not between 2⁻¹⁰ and 2¹⁰: then
/// neither squares nor sums of two codes lose one of them. The factor is a power of two, which changes no
/// digit.
pub(super) fn of_ordinary_size<T: Real>(code: &[T]) -> Cow<'_, [T]> {
    let largest = largest(code.iter().map(|v| v.as_f64()));
    if largest == 0.0 || !largest.is_finite() || (1.0 / 1024.0..1024.0).contains(&largest) {
        return Cow::Borrowed(code);
    }
    let power = largest.log2().floor().exp2();
    Cow::Owned(code.iter().map(|v| T::of(v.as_f64() / power)).collect())
}

/// `‖z − w‖`, also where its square is no number.
pub(super) fn euclidean_distance<T: Real>(z: &[T], w: &[T]) -> f64 {
    let differences = || z.iter().zip(w).map(|(a, b)| a.as_f64() - b.as_f64());
    let square: f64 = differences().map(|v| v * v).sum();
    if square.is_normal() {
        return square.sqrt();
    }
    let largest = largest(differences());
    if largest == 0.0 || !largest.is_finite() {
        return largest;
    }
    differences().map(|v| (v / largest).powi(2)).sum::<f64>().sqrt() * largest
}

fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |m, v| m.max(v.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_change_by_powers_of_two_and_distances_by_the_size() {
        for factor in [1e-310_f64, 1e-200, 3e-9, 1.0, 7e11, 1e300] {
            let code = [3.0 * factor, -4.0 * factor, 0.0];
            let scaled = of_ordinary_size(&code);
            assert!((1.0 / 1024.0..1024.0).contains(&scaled[1].abs()), "{factor:e}: {scaled:?}");
            assert!((scaled[0] / scaled[1] + 0.75).abs() < 1e-12);
            let distance = euclidean_distance(&code, &[0.0; 3]);
            assert!((distance / factor - 5.0).abs() < 1e-12, "{factor:e}: {distance:e}");
        }
        assert_eq!(of_ordinary_size(&[0.0f32, 0.0]).as_ref(), [0.0, 0.0]);
        assert_eq!(euclidean_distance(&[1.0, 2.0], &[1.0, 2.0]), 0.0);
        assert_eq!(euclidean_distance(&[1e-45f32], &[0.0]), f64::from(1e-45f32));
    }
}
