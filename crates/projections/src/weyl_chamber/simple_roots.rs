//! The finite reflection groups by name, and the test that roots are simple.

use std::f64::consts::PI;

use nalgebra::DMatrix;
use ndarray::{Array2, ArrayView2};
use serde::{Deserialize, Serialize};

use super::WeylChamber;
use crate::ProjectionError;

/// A finite reflection group: one of Coxeter's irreducible ones.
///
/// [`WeylChamber::product`] makes the others from these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ReflectionGroup {
    /// `S_n` on `R^n`, type `A_{n−1}`. Chamber: `x_1 ≤ … ≤ x_n`.
    A(usize),
    /// Signed permutations of `R^n`, types `B_n` and `C_n`. Chamber: `0 ≤ x_1 ≤ … ≤ x_n`.
    B(usize),
    /// Signed permutations of `R^n` with an even number of signs, `n ≥ 2`. Chamber:
    /// `|x_1| ≤ x_2 ≤ … ≤ x_n`.
    D(usize),
    /// The symmetries of the regular `m`-gon on the plane, `m ≥ 1`; `m = 1` is one reflection.
    /// Chamber: angles from `0` to `π/m`.
    I2(usize),
    /// The symmetries of the icosahedron on `R³`, order 120.
    H3,
    /// The symmetries of the 120-cell on `R⁴`, order 14,400.
    H4,
    /// The symmetries of the 24-cell on `R⁴`, order 1,152.
    F4,
    /// Order 51,840, on `R⁶`.
    E6,
    /// Order 2,903,040, on `R⁷`.
    E7,
    /// Order 696,729,600, on `R⁸`.
    E8,
}

impl ReflectionGroup {
    /// Simple roots, one a row. Those of `H`, `F` and `E` have length 1 and are the rows of the
    /// Cholesky factor of their Gram matrix, `⟨r_i, r_j⟩ = −cos(π/m_ij)`.
    ///
    /// # Errors
    /// [`ProjectionError::OutOfRange`] where the group does not exist.
    pub fn simple_roots(&self) -> Result<Array2<f64>, ProjectionError> {
        let least = |parameter, range, n: usize, least: usize| {
            if n >= least {
                return Ok(());
            }
            let (projection, value) = (WeylChamber::NAME, n as f64);
            Err(ProjectionError::OutOfRange { projection, parameter, range, value })
        };
        Ok(match *self {
            Self::A(n) => {
                least("rank", "at least 1", n, 1)?;
                differences(n, &[])
            }
            Self::B(n) => {
                least("rank", "at least 1", n, 1)?;
                differences(n, &[(0, 1.0)])
            }
            Self::D(n) => {
                least("rank", "at least 2", n, 2)?;
                differences(n, &[(0, 1.0), (1, 1.0)])
            }
            Self::I2(m) => {
                least("number of corners", "at least 1", m, 1)?;
                let (sin, cos) = (PI / m as f64).sin_cos();
                let roots = [0.0, 1.0, sin, -cos];
                let count = if m == 1 { 1 } else { 2 };
                Array2::from_shape_fn((count, 2), |(i, j)| roots[2 * i + j])
            }
            Self::H3 => from_diagram(3, &[(0, 1, 5), (1, 2, 3)]),
            Self::H4 => from_diagram(4, &[(0, 1, 5), (1, 2, 3), (2, 3, 3)]),
            Self::F4 => from_diagram(4, &[(0, 1, 3), (1, 2, 4), (2, 3, 3)]),
            Self::E6 => from_diagram(6, &E_DIAGRAM[..5]),
            Self::E7 => from_diagram(7, &E_DIAGRAM[..6]),
            Self::E8 => from_diagram(8, &E_DIAGRAM),
        })
    }

    /// How many reflections the group has: the number of positive roots.
    pub fn reflections(&self) -> usize {
        match *self {
            Self::A(n) => n * n.saturating_sub(1) / 2,
            Self::B(n) => n * n,
            Self::D(n) => n * n.saturating_sub(1),
            Self::I2(m) => m,
            Self::H3 => 15,
            Self::H4 => 60,
            Self::F4 => 24,
            Self::E6 => 36,
            Self::E7 => 63,
            Self::E8 => 120,
        }
    }
}

/// Bourbaki's numbering less one: a chain 0–2–3–4–5–6–7, and 1 beside 3.
const E_DIAGRAM: [(usize, usize, u32); 7] =
    [(0, 2, 3), (1, 3, 3), (2, 3, 3), (3, 4, 3), (4, 5, 3), (5, 6, 3), (6, 7, 3)];

/// `e_{i+1} − e_i` for all `i`, behind a first root if that has entries.
fn differences(n: usize, first: &[(usize, f64)]) -> Array2<f64> {
    let offset = usize::from(!first.is_empty());
    let mut roots = Array2::zeros((n - 1 + offset, n));
    first.iter().for_each(|&(j, value)| roots[(0, j)] = value);
    for i in 0..n - 1 {
        roots[(offset + i, i)] = -1.0;
        roots[(offset + i, i + 1)] = 1.0;
    }
    roots
}

/// Unit roots of a Coxeter diagram, given by its edges and their labels.
fn from_diagram(rank: usize, edges: &[(usize, usize, u32)]) -> Array2<f64> {
    let mut gram = Array2::<f64>::eye(rank);
    for &(i, j, m) in edges {
        let cos = -(PI / f64::from(m)).cos();
        gram[(i, j)] = cos;
        gram[(j, i)] = cos;
    }
    // The Cholesky factor; the Gram matrices of finite groups are positive definite.
    let mut factor = Array2::zeros((rank, rank));
    for i in 0..rank {
        for j in 0..=i {
            let sum: f64 = (0..j).map(|k| factor[(i, k)] * factor[(j, k)]).sum();
            let rest: f64 = gram[(i, j)] - sum;
            factor[(i, j)] = if i == j { rest.sqrt() } else { rest / factor[(j, j)] };
        }
    }
    factor
}

/// Whether roots are linearly independent at angles `π − π/m`.
pub(super) fn check(roots: ArrayView2<'_, f64>) -> Result<(), ProjectionError> {
    let fault = |fault: String| Err(ProjectionError::NotSimpleRoots { fault });
    let k = roots.nrows();
    let norms: Vec<f64> = roots.rows().into_iter().map(|r| r.dot(&r).sqrt()).collect();
    if let Some(i) = norms.iter().position(|n| *n == 0.0) {
        return fault(format!("root {i} is zero"));
    }
    let gram =
        DMatrix::from_fn(k, k, |i, j| roots.row(i).dot(&roots.row(j)) / (norms[i] * norms[j]));
    for i in 0..k {
        for j in 0..i {
            let ratio = PI / (-gram[(i, j)]).clamp(-1.0, 1.0).acos();
            let off = (gram[(i, j)] + (PI / ratio.round()).cos()).abs();
            if !(ratio.round() >= 2.0 && off < 1e-9) {
                let angle = gram[(i, j)].clamp(-1.0, 1.0).acos().to_degrees();
                return fault(format!(
                    "the angle of {angle:.3}° between roots {j} and {i} is not 180° − 180°/m"
                ));
            }
        }
    }
    if k == 0 {
        return Ok(());
    }
    match gram.symmetric_eigenvalues().iter().copied().fold(f64::INFINITY, f64::min) {
        least if least > 1e-9 => Ok(()),
        _ => fault("the roots are linearly dependent, so the group is not finite".into()),
    }
}
