//! The action of plane rotations and reflections on images.
//!
//! An image is a function on the pixel grid, `(g·f)(x) = f(g⁻¹x)` about the centre of the grid,
//! with `x` to the right and `y` up (rows are numbered downwards). Elements that map the grid to
//! itself, the quarter turns and flips of a square image, move pixels exactly. For all others the
//! image is interpolated, and the action is only approximately one: rotating by `a` and then by
//! `b` blurs more than rotating by `a + b`.

use nalgebra::Matrix2;
use ndarray::{Array2, ArrayView2};

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

/// `g·image`, of the same shape `(height, width)`, where `matrix` is the orthogonal matrix of `g`.
/// Outside the image lies zero.
///
/// Where `matrix` has entries 0 and ±1 only and the grid is square (or the matrix diagonal), every
/// output pixel is an input pixel, bit for bit.
pub fn transform(
    image: ArrayView2<'_, f32>,
    matrix: &Matrix2<f64>,
    interpolation: Interpolation,
) -> Array2<f32> {
    let (height, width) = image.dim();
    let (cy, cx) = ((height as f64 - 1.0) / 2.0, (width as f64 - 1.0) / 2.0);
    let back = matrix.transpose();
    let source = Pixels(image);
    Array2::from_shape_fn((height, width), |(row, col)| {
        let (x, y) = (col as f64 - cx, cy - row as f64);
        let from_col = back[(0, 0)] * x + back[(0, 1)] * y + cx;
        let from_row = cy - (back[(1, 0)] * x + back[(1, 1)] * y);
        match interpolation {
            Interpolation::Bilinear => source.bilinear(from_row, from_col),
            Interpolation::Bicubic => source.bicubic(from_row, from_col),
        }
    })
}

/// `g·image` for an element of a group that acts on the plane.
///
/// ```
/// use groups::{action::image::{self, Interpolation}, Cyclic};
/// use ndarray::array;
/// let c4 = Cyclic::new(4)?;
/// // A quarter turn counter-clockwise.
/// let turned = image::act(&c4, &1, array![[1.0, 2.0], [3.0, 4.0]].view(), Interpolation::Bilinear);
/// assert_eq!(turned, array![[2.0, 4.0], [1.0, 3.0]]);
/// # Ok::<(), groups::GroupError>(())
/// ```
pub fn act<G: PlanarGroup>(
    group: &G,
    g: &G::Element,
    image: ArrayView2<'_, f32>,
    interpolation: Interpolation,
) -> Array2<f32> {
    transform(image, &group.planar_matrix(g), interpolation)
}

struct Pixels<'a>(ArrayView2<'a, f32>);

impl Pixels<'_> {
    fn at(&self, row: isize, col: isize) -> f32 {
        let place = usize::try_from(row).ok().zip(usize::try_from(col).ok());
        place.and_then(|place| self.0.get(place)).copied().unwrap_or(0.0)
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
