//! Codes of any size, as they are compared.

use std::borrow::Cow;

/// Scales two codes such that neither squares nor sums of both lose one of them, and returns `‖z‖² + ‖w‖²`
/// as they are then.
///
/// The best element is that of codes of any other lengths. Codes of like lengths keep their ratio, as what
/// they have in common cancels. The factors are powers of two, which change no digit.
pub(super) fn balance<'a>(z: &mut Cow<'a, [f64]>, w: &mut Cow<'a, [f64]>) -> f64 {
    let (a, b) = (square(z), square(w));
    let ordinary = |square: f64| (1e-200..1e200).contains(&square);
    if ordinary(a) && ordinary(b) && a <= 16.0 * b && b <= 16.0 * a {
        return a + b;
    }
    let (mut z_power, mut w_power) = (power(z.iter()), power(w.iter()));
    if (0.5..=2.0).contains(&(z_power / w_power)) {
        z_power = z_power.max(w_power);
        w_power = z_power;
    }
    for (code, power) in [(&mut *z, z_power), (&mut *w, w_power)] {
        if power != 1.0 {
            code.to_mut().iter_mut().for_each(|v| *v /= power);
        }
    }
    square(z) + square(w)
}

/// `‖z‖²`.
fn square(code: &[f64]) -> f64 {
    sum(code, code, |v, _| v * v)
}

/// `‖z − w‖²`, in another order than one by one.
pub(super) fn squared_difference(z: &[f64], w: &[f64]) -> f64 {
    sum(z, w, |z, w| (z - w) * (z - w))
}

/// Eight sums side by side.
fn sum(z: &[f64], w: &[f64], term: impl Fn(f64, f64) -> f64) -> f64 {
    let mut sums = [0.0; 8];
    let (z_chunks, w_chunks) = (z.chunks_exact(8), w.chunks_exact(8));
    let rest = z_chunks.remainder().iter().zip(w_chunks.remainder());
    let rest: f64 = rest.map(|(z, w)| term(*z, *w)).sum();
    for (z, w) in z_chunks.zip(w_chunks) {
        for ((sum, z), w) in sums.iter_mut().zip(z).zip(w) {
            *sum += term(*z, *w);
        }
    }
    sums.iter().sum::<f64>() + rest
}

/// The power of two at or below the largest number.
pub(super) fn power<'a>(values: impl Iterator<Item = &'a f64>) -> f64 {
    let largest = values.fold(0.0f64, |m, v| m.max(v.abs()));
    if largest == 0.0 || !largest.is_finite() { 1.0 } else { largest.log2().floor().exp2() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn balance(z: &mut [f64], w: &mut [f64]) -> f64 {
        let (mut a, mut b) = (Cow::Borrowed(&*z), Cow::Borrowed(&*w));
        let squares = super::balance(&mut a, &mut b);
        let (a, b) = (a.into_owned(), b.into_owned());
        z.copy_from_slice(&a);
        w.copy_from_slice(&b);
        squares
    }

    #[test]
    fn sizes_change_by_powers_of_two() {
        for factor in [1e-310_f64, 1e-200, 3e-9, 1.0, 7e11, 1e300] {
            let mut z = [3.0 * factor, -4.0 * factor, 0.0];
            let mut w = [1.0, 2.0, -1.0];
            let squares = balance(&mut z, &mut w);
            assert!((2.0..40.0).contains(&squares), "{factor:e}: {z:?} {w:?}");
            assert!((z[0] / z[1] + 0.75).abs() < 1e-12);
            // Together, where they are alike.
            let (mut z, mut w) = ([3.0 * factor, -4.0 * factor], [2.0 * factor, 3.0 * factor]);
            let ratio = w[0] / z[1];
            balance(&mut z, &mut w);
            assert_eq!(w[0] / z[1], ratio);
        }
        let (mut z, mut w) = ([0.0, 0.0], [1e200, 0.0]);
        assert!((1.0..4.0).contains(&balance(&mut z, &mut w)));
        assert_eq!(z, [0.0, 0.0]);
    }
}
