//! The best rotation of space.

use nalgebra::{DMatrix, Matrix3, Rotation3, UnitQuaternion, Vector3};

use super::CLEAR;
use crate::compact::{SpaceIsometry, SpaceRotation};
use crate::linalg::orthogonal_fit::sharpened;
use crate::linalg::svd;
use crate::representation::{Block, BlockKind};

/// Coordinates of an irrep of degree 1 are those of `(y, z, x)`.
const AXES: [usize; 3] = [1, 2, 0];

/// Codes made of vectors and scalars of either parity.
///
/// With `A = Σ z wᵀ` over the vectors, `⟨z, Rw⟩ = tr(RᵀA)`. Of `A = UΣVᵀ` the best rotation is
/// `U diag(1, 1, ±1) Vᵀ` with the sign that makes its determinant 1 (Kabsch 1976, *A solution for the
/// best rotation to relate two sets of vectors*).
#[derive(Debug, Clone, Default)]
pub(in crate::compact) struct Arrows {
    /// Places of `x`, `y` and `z`, and whether the inversion changes the sign.
    vectors: Vec<([usize; 3], bool)>,
    /// Places of numbers whose sign the inversion changes.
    signs: Vec<usize>,
}

impl Arrows {
    /// The layout, where every block is a vector or a scalar.
    pub(in crate::compact) fn of(blocks: &[Block]) -> Option<Self> {
        let mut arrows = Self::default();
        for block in blocks {
            let at = block.offset;
            match block.kind {
                BlockKind::Trivial | BlockKind::Harmonic { degree: 0, odd: false } => {}
                BlockKind::Harmonic { degree: 0, odd: true } => arrows.signs.push(at),
                BlockKind::Vectors => arrows.vectors.push(([at, at + 1, at + 2], true)),
                BlockKind::Harmonic { degree: 1, odd } => {
                    let mut places = [0; 3];
                    AXES.iter().enumerate().for_each(|(i, axis)| places[*axis] = at + i);
                    arrows.vectors.push((places, odd));
                }
                _ => return None,
            }
        }
        Some(arrows)
    }

    /// The rotation, with the inversion where this is better and `inverts` allows it, that minimises
    /// `‖z − ρ(g)w‖`.
    ///
    /// The largest product is found first. Where its rounding may hide a better rotation, as the codes come
    /// close to each other or have large vectors in common, it is sharpened and measured by differences.
    pub(in crate::compact) fn best(&self, z: &[f64], w: &[f64], inverts: bool) -> SpaceIsometry {
        let proper = self.largest(z, w, false);
        let inverted = inverts.then(|| self.largest(z, w, true));
        let best = match &inverted {
            Some(inverted) if inverted.value > proper.value => inverted,
            _ => &proper,
        };
        let sizes = self.size(z) + self.size(w);
        let close = sizes - 2.0 * best.value < CLEAR * sizes;
        let (mut pose, mut least) = (best.pose(), f64::INFINITY);
        for largest in [Some(&proper), inverted.as_ref()].into_iter().flatten() {
            if !close && !largest.open {
                continue;
            }
            if least == f64::INFINITY {
                least = self.squared_distance(z, w, &pose);
            }
            let sharp = SpaceIsometry {
                rotation: self.sharpened(z, w, largest),
                inverted: largest.inverted,
            };
            let square = self.squared_distance(z, w, &sharp);
            if square < least {
                (pose, least) = (sharp, square);
            }
        }
        pose
    }

    /// The rotation that makes `⟨z, ρ(g)w⟩` largest, after the inversion or without.
    fn largest(&self, z: &[f64], w: &[f64], inverted: bool) -> Largest {
        let mut sum = Matrix3::<f64>::zeros();
        for (places, odd) in &self.vectors {
            let sign = if *odd && inverted { -1.0 } else { 1.0 };
            sum += Matrix3::from_fn(|i, j| sign * z[places[i]] * w[places[j]]);
        }
        let sign = if inverted { -1.0 } else { 1.0 };
        let constant: f64 = self.signs.iter().map(|&at| sign * z[at] * w[at]).sum();
        if sum.iter().any(|v| !v.is_finite()) {
            let unit = Matrix3::identity();
            return Largest { rotation: unit, inverted, value: f64::NAN, basis: unit, open: false };
        }
        let factors = svd(&DMatrix::from_fn(3, 3, |i, j| sum[(i, j)]));
        let (u, v) = (fixed(&factors.u), fixed(&factors.v));
        let last = if u.determinant() * v.determinant() < 0.0 { -1.0 } else { 1.0 };
        let values = &factors.singular_values;
        Largest {
            rotation: u * Matrix3::from_diagonal(&[1.0, 1.0, last].into()) * v.transpose(),
            inverted,
            value: values[0] + values[1] + last * values[2] + constant,
            basis: u,
            open: values[1] + last * values[2] < CLEAR * values[0],
        }
    }

    /// The rotation with the rounding of products taken out.
    fn sharpened(&self, z: &[f64], w: &[f64], largest: &Largest) -> SpaceRotation {
        let vectors = |code: &[f64], inverted: bool| {
            DMatrix::from_fn(self.vectors.len(), 3, |i, axis| {
                let (places, odd) = &self.vectors[i];
                if *odd && inverted { -code[places[axis]] } else { code[places[axis]] }
            })
        };
        let dynamic = |m: &Matrix3<f64>| DMatrix::from_fn(3, 3, |i, j| m[(i, j)]);
        let (start, basis) = (dynamic(&largest.rotation), dynamic(&largest.basis));
        let (z, w) = (vectors(z, false), vectors(w, largest.inverted));
        quaternion(fixed(&sharpened(&z, &w, &start, &basis, 1.0)))
    }

    /// `‖z − ρ(g)w‖²` without what nothing changes.
    fn squared_distance(&self, z: &[f64], w: &[f64], g: &SpaceIsometry) -> f64 {
        let turn = *g.rotation.to_rotation_matrix().matrix();
        let mut sum = 0.0;
        for (places, odd) in &self.vectors {
            let sign = if *odd && g.inverted { -1.0 } else { 1.0 };
            let moved = turn * Vector3::from_fn(|axis, _| sign * w[places[axis]]);
            sum += (Vector3::from_fn(|axis, _| z[places[axis]]) - moved).norm_squared();
        }
        let sign = if g.inverted { -1.0 } else { 1.0 };
        sum + self.signs.iter().map(|&at| (z[at] - sign * w[at]).powi(2)).sum::<f64>()
    }

    /// `‖z‖²` without what nothing changes.
    fn size(&self, code: &[f64]) -> f64 {
        let vectors = self.vectors.iter().flat_map(|(places, _)| places);
        vectors.chain(&self.signs).map(|&at| code[at].powi(2)).sum()
    }
}

/// The rotation of the largest product, with or without the inversion.
struct Largest {
    rotation: Matrix3<f64>,
    inverted: bool,
    /// The product, without what nothing changes.
    value: f64,
    /// `U`.
    basis: Matrix3<f64>,
    /// Whether the angle about the largest direction is little more than rounding.
    open: bool,
}

impl Largest {
    fn pose(&self) -> SpaceIsometry {
        SpaceIsometry { rotation: quaternion(self.rotation), inverted: self.inverted }
    }
}

/// Of unit length, also where singular vectors are orthogonal to a few digits only.
fn quaternion(rotation: Matrix3<f64>) -> SpaceRotation {
    let rotation = Rotation3::from_matrix_unchecked(rotation);
    UnitQuaternion::new_normalize(UnitQuaternion::from_rotation_matrix(&rotation).into_inner())
}

fn fixed(m: &DMatrix<f64>) -> Matrix3<f64> {
    Matrix3::from_fn(|i, j| m[(i, j)])
}
