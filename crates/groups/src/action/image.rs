//! The action of plane rotations and reflections on images.
//!
//! An image is a function on the pixel grid, `(g·f)(x) = f(g⁻¹x)` about the centre of the grid,
//! with `x` to the right and `y` up (rows are numbered downwards). Elements that map the grid to
//! itself, the quarter turns and flips of a square image, move pixels exactly. For all others the
//! image is interpolated, and the action is only approximately one: rotating by `a` and then by
//! `b` blurs more than rotating by `a + b`.

use nalgebra::Matrix2;

use crate::PlanarGroup;

/// How values between pixel centres are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Interpolation {
    /// Linear in both directions; never leaves the range of the pixels.
    Bilinear,
    /// Catmull–Rom cubic convolution (Keys 1981, a = −1/2): sharper, may overshoot slightly.
    Bicubic,
}

/// The rotation of the plane by `angle` radians, counter-clockwise.
pub fn rotation(angle: f64) -> Matrix2<f64> {
    let (sin, cos) = angle.sin_cos();
    Matrix2::new(cos, -sin, sin, cos)
}

/// Writes `g·image` to `out`, where `matrix` is the orthogonal matrix of `g`. Outside the image
/// lies zero.
///
/// Where `matrix` has entries 0 and ±1 only and the grid is square (or the matrix diagonal), every
/// output pixel is an input pixel, bit for bit.
///
/// # Panics
/// If `image` or `out` does not hold `height · width` values, as slice operations do.
pub fn transform_into(
    image: &[f32],
    height: usize,
    width: usize,
    matrix: &Matrix2<f64>,
    interpolation: Interpolation,
    out: &mut [f32],
) {
    assert_eq!(image.len(), height * width, "image is not {height}×{width}");
    assert_eq!(out.len(), height * width, "output is not {height}×{width}");
    let (cy, cx) = ((height as f64 - 1.0) / 2.0, (width as f64 - 1.0) / 2.0);
    let back = matrix.transpose();
    let source = Pixels { image, height, width };
    for row in 0..height {
        for col in 0..width {
            let (x, y) = (col as f64 - cx, cy - row as f64);
            let from_col = back[(0, 0)] * x + back[(0, 1)] * y + cx;
            let from_row = cy - (back[(1, 0)] * x + back[(1, 1)] * y);
            out[row * width + col] = match interpolation {
                Interpolation::Bilinear => source.bilinear(from_row, from_col),
                Interpolation::Bicubic => source.bicubic(from_row, from_col),
            };
        }
    }
}

/// `g·image` as a new image: see [`transform_into`].
pub fn transform(
    image: &[f32],
    height: usize,
    width: usize,
    matrix: &Matrix2<f64>,
    interpolation: Interpolation,
) -> Vec<f32> {
    let mut out = vec![0.0; image.len()];
    transform_into(image, height, width, matrix, interpolation, &mut out);
    out
}

/// `g·image` for an element of a group that acts on the plane.
///
/// ```
/// use groups::{action::image::{self, Interpolation}, Cyclic};
/// let c4 = Cyclic::new(4)?;
/// // A quarter turn counter-clockwise.
/// let turned = image::act(&c4, &1, &[1.0, 2.0, 3.0, 4.0], 2, 2, Interpolation::Bilinear);
/// assert_eq!(turned, [2.0, 4.0, 1.0, 3.0]);
/// # Ok::<(), groups::GroupError>(())
/// ```
///
/// # Panics
/// As [`transform_into`].
pub fn act<G: PlanarGroup>(
    group: &G,
    g: &G::Element,
    image: &[f32],
    height: usize,
    width: usize,
    interpolation: Interpolation,
) -> Vec<f32> {
    transform(image, height, width, &group.planar_matrix(g), interpolation)
}

struct Pixels<'a> {
    image: &'a [f32],
    height: usize,
    width: usize,
}

impl Pixels<'_> {
    fn at(&self, row: isize, col: isize) -> f32 {
        let inside =
            (0..self.height as isize).contains(&row) && (0..self.width as isize).contains(&col);
        if inside { self.image[row as usize * self.width + col as usize] } else { 0.0 }
    }

    fn bilinear(&self, row: f64, col: f64) -> f32 {
        let (r, c) = (row.floor(), col.floor());
        let (u, v) = ((row - r) as f32, (col - c) as f32);
        let (r, c) = (r as isize, c as isize);
        // Weights of exactly zero must not pull in a neighbour: 0 · x is x's NaN otherwise.
        let blend = |row: isize| {
            let left = self.at(row, c);
            if v == 0.0 { left } else { left * (1.0 - v) + self.at(row, c + 1) * v }
        };
        let top = blend(r);
        if u == 0.0 { top } else { top * (1.0 - u) + blend(r + 1) * u }
    }

    fn bicubic(&self, row: f64, col: f64) -> f32 {
        let (r, c) = (row.floor(), col.floor());
        let (wr, wc) = (catmull_rom(row - r), catmull_rom(col - c));
        let (r, c) = (r as isize, c as isize);
        let mut sum = 0.0f64;
        for (i, wr) in wr.iter().enumerate() {
            for (j, wc) in wc.iter().enumerate() {
                let weight = wr * wc;
                if weight != 0.0 {
                    sum += weight * f64::from(self.at(r + i as isize - 1, c + j as isize - 1));
                }
            }
        }
        sum as f32
    }
}

/// Weights of the samples at −1, 0, 1, 2 for a point at `t ∈ [0, 1)`.
fn catmull_rom(t: f64) -> [f64; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [
        -0.5 * t + t2 - 0.5 * t3,
        1.0 - 2.5 * t2 + 1.5 * t3,
        0.5 * t + 2.0 * t2 - 1.5 * t3,
        -0.5 * t2 + 0.5 * t3,
    ]
}
