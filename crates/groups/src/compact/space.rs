//! `SO(3)` and `O(3)`.

use std::f64::consts::TAU;

use nalgebra::{DMatrix, Matrix3, Quaternion, Rotation3, UnitQuaternion, Vector3};
use rand::{Rng, RngExt};

use super::wigner::wigner_matrices;
use super::{CompactGroup, SAME, gauss_legendre};
use crate::linalg::orthogonal::{ROUNDED, nearest_orthogonal, off_orthogonal};
use crate::representation::{BlockKind, Irrep, IrrepType};
use crate::{Group, GroupError, Representation};

/// A rotation of space.
pub type SpaceRotation = UnitQuaternion<f64>;

/// The highest degree whose matrices are made: entries are right to 10⁻¹¹ up to there.
const MAX_DEGREE: usize = 50;

/// The rotations of space. Elements are unit quaternions; `q` and `−q` are the same rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SO3;

impl SO3 {
    /// The irrep of degree `l`, of dimension `2l + 1`, on the real spherical harmonics of that
    /// degree: see [`wigner_matrices`].
    ///
    /// # Errors
    /// [`GroupError::NoSuchIrrep`] above degree 50.
    pub fn irrep(&self, degree: usize) -> Result<Irrep<Self>, GroupError> {
        check_degree(self, degree)?;
        Ok(self.irrep_of_degree(degree))
    }

    fn irrep_of_degree(&self, l: usize) -> Irrep<Self> {
        if l == 0 {
            return Irrep::new(Representation::trivial(self), IrrepType::Real);
        }
        let matrix = move |g: &SpaceRotation| last_matrix(g, l);
        let kind = BlockKind::Harmonic { degree: l, odd: false };
        let rep = Representation::of_kind(self, format!("degree {l}"), 2 * l + 1, kind, matrix);
        Irrep::new(rep, IrrepType::Real)
    }

    /// The action on vectors `(x, y, z)`; the irrep of degree 1 in another order of coordinates.
    pub fn vectors(&self) -> Representation<Self> {
        let matrix = |g: &SpaceRotation| dynamic(g.to_rotation_matrix().matrix());
        Representation::of_kind(self, "vectors".into(), 3, BlockKind::Vectors, matrix)
    }
}

impl Group for SO3 {
    type Element = SpaceRotation;

    fn name(&self) -> String {
        "SO(3)".into()
    }

    fn identity(&self) -> SpaceRotation {
        UnitQuaternion::identity()
    }

    fn compose(&self, a: &SpaceRotation, b: &SpaceRotation) -> SpaceRotation {
        UnitQuaternion::new_normalize((a * b).into_inner())
    }

    fn inverse(&self, a: &SpaceRotation) -> SpaceRotation {
        a.inverse()
    }

    /// One radian about `z` and one about `x`.
    fn generators(&self) -> Vec<SpaceRotation> {
        [Vector3::z(), Vector3::x()].map(UnitQuaternion::new).to_vec()
    }

    /// Uniform on the unit quaternions: a point of the ball that is not too close to its centre,
    /// divided by its length.
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> SpaceRotation {
        loop {
            let [w, x, y, z] = std::array::from_fn(|_| rng.random_range(-1.0..1.0));
            let q = Quaternion::new(w, x, y, z);
            let square = q.norm_squared();
            if (1e-6..=1.0).contains(&square) {
                return UnitQuaternion::new_normalize(q);
            }
        }
    }

    fn same(&self, a: &SpaceRotation, b: &SpaceRotation) -> bool {
        let (a, b) = (a.as_vector(), b.as_vector());
        (a - b).amax() < SAME || (a + b).amax() < SAME
    }
}

impl CompactGroup for SO3 {
    /// Euler angles `R_z(α) R_y(β) R_z(γ)`: `α` and `γ` evenly, `cos β` by Gauss and Legendre;
    /// about `degree³/2` elements.
    fn quadrature(&self, degree: usize) -> Vec<(SpaceRotation, f64)> {
        let n = degree + 1;
        let turns: Vec<_> = (0..n)
            .map(|i| UnitQuaternion::new(Vector3::z() * (TAU * i as f64 / n as f64)))
            .collect();
        let mut nodes = Vec::with_capacity(n * n * n.div_ceil(2));
        for (cosine, w) in gauss_legendre(n.div_ceil(2)) {
            let tilt = UnitQuaternion::new(Vector3::y() * cosine.acos());
            for first in &turns {
                for last in &turns {
                    nodes.push((first * tilt * last, w / 2.0 / (n * n) as f64));
                }
            }
        }
        nodes
    }

    /// Up to degree 50.
    fn irreps_to(&self, degree: usize) -> Vec<Irrep<Self>> {
        (0..=degree.min(MAX_DEGREE)).map(|l| self.irrep_of_degree(l)).collect()
    }
}

/// A rotation of space, followed by the inversion `v ↦ −v` where asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpaceIsometry {
    /// The rotation.
    pub rotation: SpaceRotation,
    /// Whether the inversion is part of it.
    pub inverted: bool,
}

impl SpaceIsometry {
    /// The orthogonal matrix.
    pub fn matrix(&self) -> Matrix3<f64> {
        let m = *self.rotation.to_rotation_matrix().matrix();
        if self.inverted { -m } else { m }
    }

    /// The isometry with the given orthogonal matrix. Of one that is rounded to the digits of 32-bit numbers
    /// the nearest orthogonal matrix is taken, and `tracing` says so.
    ///
    /// # Errors
    /// [`GroupError::NotOrthogonal`] where it is further than 10⁻⁵ from orthogonal.
    pub fn from_matrix(matrix: &Matrix3<f64>) -> Result<Self, GroupError> {
        let mut matrix = *matrix;
        let off = off_orthogonal(&dynamic(&matrix));
        let orthogonal = off <= ROUNDED;
        if !orthogonal {
            return Err(GroupError::NotOrthogonal { dim: 3, off });
        }
        if off > SAME {
            tracing::warn!("a matrix is off by {off:.1e}; the orthogonal one next to it is taken");
            matrix = nearest_orthogonal(&dynamic(&matrix)).fixed_view::<3, 3>(0, 0).into_owned();
        }
        let inverted = matrix.determinant() < 0.0;
        let proper = if inverted { -matrix } else { matrix };
        let rotation =
            UnitQuaternion::from_rotation_matrix(&Rotation3::from_matrix_unchecked(proper));
        Ok(Self { rotation, inverted })
    }
}

/// The rotations and reflections of space, `O(3) = SO(3) × {±1}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct O3;

impl O3 {
    /// The irrep of degree `l` in which the inversion acts as `+1` (`odd = false`) or `−1`.
    /// Spherical harmonics are those with the parity of `l`; degree 0, odd, is the determinant.
    ///
    /// # Errors
    /// [`GroupError::NoSuchIrrep`] above degree 50.
    pub fn irrep(&self, degree: usize, odd: bool) -> Result<Irrep<Self>, GroupError> {
        check_degree(self, degree)?;
        Ok(self.irrep_of_degree(degree, odd))
    }

    fn irrep_of_degree(&self, l: usize, odd: bool) -> Irrep<Self> {
        if l == 0 && !odd {
            return Irrep::new(Representation::trivial(self), IrrepType::Real);
        }
        let matrix = move |g: &SpaceIsometry| {
            let rotation = last_matrix(&g.rotation, l);
            if odd && g.inverted { -rotation } else { rotation }
        };
        let name = format!("degree {l}, {}", if odd { "odd" } else { "even" });
        let kind = BlockKind::Harmonic { degree: l, odd };
        Irrep::new(Representation::of_kind(self, name, 2 * l + 1, kind, matrix), IrrepType::Real)
    }

    /// The action on vectors `(x, y, z)`.
    pub fn vectors(&self) -> Representation<Self> {
        let matrix = |g: &SpaceIsometry| dynamic(&g.matrix());
        Representation::of_kind(self, "vectors".into(), 3, BlockKind::Vectors, matrix)
    }
}

impl Group for O3 {
    type Element = SpaceIsometry;

    fn name(&self) -> String {
        "O(3)".into()
    }

    fn identity(&self) -> SpaceIsometry {
        SpaceIsometry { rotation: SO3.identity(), inverted: false }
    }

    fn compose(&self, a: &SpaceIsometry, b: &SpaceIsometry) -> SpaceIsometry {
        SpaceIsometry {
            rotation: SO3.compose(&a.rotation, &b.rotation),
            inverted: a.inverted != b.inverted,
        }
    }

    fn inverse(&self, a: &SpaceIsometry) -> SpaceIsometry {
        SpaceIsometry { rotation: a.rotation.inverse(), inverted: a.inverted }
    }

    fn generators(&self) -> Vec<SpaceIsometry> {
        let mut generators: Vec<_> = SO3
            .generators()
            .into_iter()
            .map(|rotation| SpaceIsometry { rotation, inverted: false })
            .collect();
        generators.push(SpaceIsometry { rotation: SO3.identity(), inverted: true });
        generators
    }

    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> SpaceIsometry {
        SpaceIsometry { rotation: SO3.sample(rng), inverted: rng.random() }
    }

    fn same(&self, a: &SpaceIsometry, b: &SpaceIsometry) -> bool {
        a.inverted == b.inverted && SO3.same(&a.rotation, &b.rotation)
    }
}

impl CompactGroup for O3 {
    fn quadrature(&self, degree: usize) -> Vec<(SpaceIsometry, f64)> {
        let rotations = SO3.quadrature(degree).into_iter();
        rotations
            .flat_map(|(rotation, w)| {
                [false, true].map(|inverted| (SpaceIsometry { rotation, inverted }, w / 2.0))
            })
            .collect()
    }

    /// Even before odd in each degree, up to degree 50.
    fn irreps_to(&self, degree: usize) -> Vec<Irrep<Self>> {
        (0..=degree.min(MAX_DEGREE))
            .flat_map(|l| [false, true].map(|odd| self.irrep_of_degree(l, odd)))
            .collect()
    }
}

fn check_degree<G: Group>(group: &G, degree: usize) -> Result<(), GroupError> {
    if degree <= MAX_DEGREE {
        return Ok(());
    }
    Err(GroupError::NoSuchIrrep {
        group: group.name(),
        irrep: format!("of degree {degree}"),
        available: format!("degrees 0 to {MAX_DEGREE}"),
    })
}

fn last_matrix(g: &SpaceRotation, l: usize) -> DMatrix<f64> {
    let mut all = wigner_matrices(g.to_rotation_matrix().matrix(), l);
    all.pop().unwrap_or_else(|| DMatrix::identity(1, 1))
}

fn dynamic(m: &Matrix3<f64>) -> DMatrix<f64> {
    DMatrix::from_iterator(3, 3, m.iter().copied())
}
