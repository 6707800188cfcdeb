//! Rotated digits: every image turned about its centre by an angle of its own.
//!
//! `(g·f)(x) = f(g⁻¹x)` about the centre of the pixel grid, counter-clockwise for a positive
//! angle, zero outside; see [`groups::action::image`] for the interpolation. Rotated MNIST in the
//! literature is [`Rotator`] with its default angle `π`, the full circle.
//!
//! Angles come from a stream of random numbers of their own, chosen by seed, [`Purpose`] and
//! epoch. Angle `i` depends on these and on `i` only: not on the number of threads, nor on how
//! many images follow.

use std::f64::consts::PI;

use groups::action::image::{Interpolation, rotation, transform};
use ndarray::{Array3, ArrayView3, Axis};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::ImageError;

/// What rotated images are for. Purposes share no random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// The training set, turned once before training.
    TrainingSet,
    /// The test set.
    TestSet,
    /// Augmentation: anew in each epoch.
    Augmentation,
    /// Images that serve as neighbours, or to fit probes.
    Reference,
}

impl Purpose {
    fn stream(self, epoch: u32) -> u64 {
        let purpose: u64 = match self {
            Self::TrainingSet => 1,
            Self::TestSet => 2,
            Self::Augmentation => 3,
            Self::Reference => 4,
        };
        purpose << 32 | u64::from(epoch)
    }
}

/// How to rotate a set of images at random.
///
/// ```
/// use images::rotate::{Purpose, Rotator};
///
/// let (upright, _) = images::digits::generate(1, 0, 8);
/// let rotator = Rotator::new(42);
/// let (turned, angles) = rotator.rotate(upright.view(), Purpose::TrainingSet, 0)?;
/// assert_eq!((turned.dim(), angles.len()), (upright.dim(), 8));
/// # Ok::<(), images::ImageError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rotator {
    /// Seed of the angles.
    pub seed: u64,
    /// Angles are uniform in `[-max_angle, max_angle)` radians; `π`, the default, is every angle.
    pub max_angle: f64,
    /// How values between pixel centres are found; bilinear by default.
    pub interpolation: Interpolation,
    /// Whether to cut values off to `[0, 1]`, beyond which bicubic interpolation overshoots; yes
    /// by default.
    pub clamp: bool,
}

impl Rotator {
    /// Rotations by any angle, bilinear.
    pub fn new(seed: u64) -> Self {
        Self { seed, max_angle: PI, interpolation: Interpolation::Bilinear, clamp: true }
    }

    /// `count` angles in radians, uniform in `[-max_angle, max_angle)`.
    ///
    /// # Errors
    /// [`ImageError::InvalidParameter`] where `max_angle` is not in `[0, π]`.
    pub fn angles(
        &self,
        count: usize,
        purpose: Purpose,
        epoch: u32,
    ) -> Result<Vec<f64>, ImageError> {
        if !(0.0..=PI).contains(&self.max_angle) {
            return Err(ImageError::InvalidParameter {
                operation: "drawing angles",
                expected: "a largest angle from 0 to pi",
                found: self.max_angle.to_string(),
            });
        }
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(purpose.stream(epoch));
        Ok((0..count).map(|_| (2.0 * rng.random::<f64>() - 1.0) * self.max_angle).collect())
    }

    /// Rotates each of `images` `(n, height, width)` by an angle of its own; returns the rotated
    /// images, of the same shape, and the `n` angles in radians.
    ///
    /// # Errors
    /// As [`Rotator::angles`].
    pub fn rotate(
        &self,
        images: ArrayView3<'_, f32>,
        purpose: Purpose,
        epoch: u32,
    ) -> Result<(Array3<f32>, Vec<f64>), ImageError> {
        let angles = self.angles(images.dim().0, purpose, epoch)?;
        let mut rotated = rotate_by(images, &angles, self.interpolation)?;
        if self.clamp {
            rotated.par_mapv_inplace(|value| value.clamp(0.0, 1.0));
        }
        Ok((rotated, angles))
    }
}

/// Rotates image `i` of `images` `(n, height, width)` by `angles[i]` radians counter-clockwise,
/// in parallel over the images.
///
/// Multiples of `π/2`, to within `1e-12`, move pixels of square images exactly. A pixel that is
/// NaN spreads to its neighbours in the result and no further.
///
/// # Errors
/// [`ImageError::InvalidParameter`] where there is not one finite angle for each image.
pub fn rotate_by(
    images: ArrayView3<'_, f32>,
    angles: &[f64],
    interpolation: Interpolation,
) -> Result<Array3<f32>, ImageError> {
    let count = images.len_of(Axis(0));
    if angles.len() != count {
        return Err(ImageError::InvalidParameter {
            operation: "rotating images",
            expected: "one angle for each image",
            found: format!("{} angles for {count} images", angles.len()),
        });
    }
    if let Some(angle) = angles.iter().find(|angle| !angle.is_finite()) {
        return Err(ImageError::InvalidParameter {
            operation: "rotating images",
            expected: "finite angles",
            found: angle.to_string(),
        });
    }
    let mut rotated = Array3::zeros(images.dim());
    let turned = rotated.axis_iter_mut(Axis(0)).into_par_iter();
    turned.zip(images.axis_iter(Axis(0))).zip(angles).for_each(|((mut out, image), &angle)| {
        // The sine of the nearest number to pi is 1e-16 and not 0; a quarter turn is meant.
        let matrix = rotation(angle).map(|x| if x.abs() < 1e-12 { 0.0 } else { x });
        let matrix = matrix.map(|x| if 1.0 - x.abs() < 1e-12 { x.signum() } else { x });
        out.assign(&transform(image, &matrix, interpolation));
    });
    Ok(rotated)
}
