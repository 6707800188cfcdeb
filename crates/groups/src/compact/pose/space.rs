//! The best rotation of space.

use nalgebra::{DMatrix, Matrix3, Rotation3, UnitQuaternion};

use crate::compact::SpaceRotation;
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

    /// The rotation that makes `⟨z, ρ(g)w⟩` largest, after the inversion or without, and the part of
    /// this product that depends on the pose.
    pub(in crate::compact) fn best(
        &self,
        z: &[f64],
        w: &[f64],
        inverted: bool,
    ) -> (SpaceRotation, f64) {
        let mut sum = Matrix3::<f64>::zeros();
        for (places, odd) in &self.vectors {
            let sign = if *odd && inverted { -1.0 } else { 1.0 };
            sum += Matrix3::from_fn(|i, j| sign * z[places[i]] * w[places[j]]);
        }
        let sign = if inverted { -1.0 } else { 1.0 };
        let constant: f64 = self.signs.iter().map(|&at| sign * z[at] * w[at]).sum();
        if sum.iter().any(|v| !v.is_finite()) {
            return (UnitQuaternion::identity(), f64::NAN);
        }
        let factors = svd(&DMatrix::from_fn(3, 3, |i, j| sum[(i, j)]));
        let (u, v) = (fixed(&factors.u), fixed(&factors.v));
        let last = if u.determinant() * v.determinant() < 0.0 { -1.0 } else { 1.0 };
        let rotation = u * Matrix3::from_diagonal(&[1.0, 1.0, last].into()) * v.transpose();
        let values = &factors.singular_values;
        let value = values[0] + values[1] + last * values[2];
        let rotation = Rotation3::from_matrix_unchecked(rotation);
        (UnitQuaternion::from_rotation_matrix(&rotation), value + constant)
    }
}

fn fixed(m: &DMatrix<f64>) -> Matrix3<f64> {
    Matrix3::from_fn(|i, j| m[(i, j)])
}
