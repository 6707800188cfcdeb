//! A pose of its own for every image.

use ndarray::{Array3, ArrayView2, ArrayView3};

use crate::ImageError;
use crate::rotate::rotate_by;
use groups::action::image::Interpolation;

/// The angle of an image's principal axis, counter-clockwise from the horizontal, in radians.
///
/// With `μ` the central moments of the ink, `½ atan2(2μ₁₁, μ₂₀ − μ₀₂)` is the direction along which
/// the ink is spread most (Hu 1962). It is known up to a half turn; of the two the one is taken along
/// which the third moment is not negative, so that the longer tail points ahead. A picture that is
/// turned by `θ` has an angle that is larger by `θ`, apart from interpolation and from pictures
/// whose second moments are the same in all directions, for which no direction stands out. 0 for
/// an image without ink.
///
/// ```
/// use images::canonical::principal_angle;
/// use ndarray::Array2;
/// let bar = Array2::from_shape_fn((9, 9), |(row, _)| f32::from(u8::from(row == 4)));
/// assert!(principal_angle(bar.view()).sin().abs() < 1e-6);
/// ```
pub fn principal_angle(image: ArrayView2<'_, f32>) -> f64 {
    let middle = |side: usize| (side as f64 - 1.0) / 2.0;
    let (rows, columns) = image.dim();
    let points: Vec<(f64, f64, f64)> = image
        .indexed_iter()
        .map(|((r, c), &ink)| (c as f64 - middle(columns), middle(rows) - r as f64, f64::from(ink)))
        .collect();
    let ink: f64 = points.iter().map(|p| p.2).sum();
    if ink <= 0.0 {
        return 0.0;
    }
    let x = points.iter().map(|p| p.2 * p.0).sum::<f64>() / ink;
    let y = points.iter().map(|p| p.2 * p.1).sum::<f64>() / ink;
    let moment = |f: &dyn Fn(f64, f64) -> f64| -> f64 {
        points.iter().map(|p| p.2 * f(p.0 - x, p.1 - y)).sum()
    };
    let axis =
        0.5 * (2.0 * moment(&|x, y| x * y)).atan2(moment(&|x, _| x * x) - moment(&|_, y| y * y));
    let (sin, cos) = axis.sin_cos();
    let skew = moment(&|x, y| (cos * x + sin * y).powi(3));
    if skew >= 0.0 { axis } else { axis + std::f64::consts::PI }
}

/// Images `(n, height, width)`, each turned so that its principal axis is horizontal: the
/// canonicalization of inputs.
///
/// # Errors
/// As [`rotate_by`].
pub fn canonicalize(images: ArrayView3<'_, f32>) -> Result<Array3<f32>, ImageError> {
    let angles: Vec<f64> = images.outer_iter().map(|image| -principal_angle(image)).collect();
    rotate_by(images, &angles, Interpolation::Bicubic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Digits;
    use std::f64::consts::TAU;

    /// A turn of the picture turns its axis by as much.
    #[test]
    fn the_axis_turns_with_the_picture() {
        let digits = Digits::generated(3, 0, 40).unwrap();
        let turn = 0.7;
        let angles = vec![turn; 40];
        let turned = rotate_by(digits.images.view(), &angles, Interpolation::Bicubic).unwrap();
        let mut close = 0;
        for (image, moved) in digits.images.outer_iter().zip(turned.outer_iter()) {
            let difference = principal_angle(moved) - principal_angle(image) - turn;
            let difference = (difference + TAU / 2.0).rem_euclid(TAU) - TAU / 2.0;
            close += usize::from(difference.abs() < 0.1);
        }
        // Round digits have no axis that stands out.
        assert!(close >= 34, "{close} of 40");
    }

    #[test]
    fn images_without_ink_have_angle_zero() {
        assert_eq!(principal_angle(ndarray::Array2::zeros((5, 5)).view()), 0.0);
    }
}
