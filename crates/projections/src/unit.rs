//! Codes as a length and a direction, so that products of entries neither overflow nor vanish.

use groups::Real;
use ndarray::{Array2, ArrayView2, ArrayViewMut1};

/// The codes divided by their lengths, and the lengths. Codes that are zero stay so. Row by row in memory,
/// whatever the layout of `codes`, so that they can be read as fields.
pub(crate) fn directions<T: Real>(codes: ArrayView2<'_, T>) -> (Array2<f64>, Vec<f64>) {
    let mut directions = Array2::zeros(codes.dim());
    directions.zip_mut_with(&codes, |to, from| *to = from.as_f64());
    let lengths = directions.rows_mut().into_iter().map(normalize).collect();
    (directions, lengths)
}

/// Divides a code by its length, which is returned.
pub(crate) fn normalize(mut code: ArrayViewMut1<'_, f64>) -> f64 {
    let largest = code.fold(0.0f64, |m, v| m.max(v.abs()));
    if largest == 0.0 {
        return 0.0;
    }
    code /= largest;
    let length = code.dot(&code).sqrt();
    code /= length;
    length * largest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_have_length_one_whatever_the_size() {
        for factor in [1e-310, 1e-160, 1.0, 1e160, 1e300] {
            let codes = ndarray::array![[3.0, -4.0], [0.0, 0.0]] * factor;
            let (directions, lengths) = directions(codes.view());
            assert!((directions[(0, 0)] - 0.6).abs() < 1e-12, "{directions}");
            assert!((directions[(0, 1)] + 0.8).abs() < 1e-12, "{directions}");
            assert!((lengths[0] / factor - 5.0).abs() < 1e-12, "{lengths:?}");
            assert_eq!((directions[(1, 0)], lengths[1]), (0.0, 0.0));
        }
    }
}
