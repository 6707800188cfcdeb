//! Sharpens the rotation that brings vectors closest to others.

use nalgebra::DMatrix;

use super::{Svd, svd};

/// Sweeps over all planes; convergence is quadratic.
const SWEEPS: usize = 12;

/// Angles below this are rounding.
const STILL: f64 = 4.0 * f64::EPSILON;

/// An orthogonal `R` with the given determinant, 1 or −1, and the least `‖Z − WRᵀ‖`, for `n` vectors in the
/// rows of `Z` and of `W`, where `start` is one to the rounding of `ZᵀW = UΣVᵀ` and `basis` is `U`.
///
/// Products of large common vectors hide what small ones say of the rotation about them. In the basis `U`,
/// one plane after the other, the best angle has the tangent
/// `Σ(z_q − w_q)w_p − (z_p − w_p)w_q` by `Σ z_p w_p + z_q w_q`, whose errors are relative to the coordinates
/// in this plane and to what is still apart.
pub(crate) fn sharpened(
    z: &DMatrix<f64>,
    w: &DMatrix<f64>,
    start: &DMatrix<f64>,
    basis: &DMatrix<f64>,
    determinant: f64,
) -> DMatrix<f64> {
    let d = basis.ncols();
    // Where singular values are small, neither is orthogonal to rounding.
    let mut basis = orthonormal(basis.clone());
    let mut turn = orthonormal(start.transpose() * &basis).transpose();
    if d > 0 && basis.determinant() * turn.determinant() * determinant < 0.0 {
        turn.row_mut(d - 1).neg_mut();
    }
    let (mut z, mut w) = (z * &basis, w * turn.transpose());
    // Beside large directions the small ones are lost; a plane that is left finds its angle below.
    for first in 1..d.saturating_sub(2) {
        let (z_rest, w_rest) = (z.columns(first, d - first), w.columns(first, d - first));
        let Svd { u, v, .. } = svd(&z_rest.tr_mul(&w_rest));
        let (u, mut v) = (orthonormal(u), orthonormal(v));
        if u.determinant() * v.determinant() < 0.0 {
            v.column_mut(d - first - 1).neg_mut();
        }
        for (matrix, turned) in [(&mut z, &u), (&mut basis, &u), (&mut w, &v)] {
            let rest = matrix.columns(first, d - first) * turned;
            matrix.columns_mut(first, d - first).copy_from(&rest);
        }
        let rest = v.tr_mul(&turn.rows(first, d - first));
        turn.rows_mut(first, d - first).copy_from(&rest);
    }
    for _ in 0..SWEEPS {
        let mut largest = 0.0f64;
        for p in (0..d).rev() {
            for q in p + 1..d {
                let (mut along, mut across) = (0.0, 0.0);
                for i in 0..z.nrows() {
                    let (zp, zq, wp, wq) = (z[(i, p)], z[(i, q)], w[(i, p)], w[(i, q)]);
                    along += zp * wp + zq * wq;
                    across += (zq - wq) * wp - (zp - wp) * wq;
                }
                let angle: f64 = across.atan2(along);
                if angle.abs() <= STILL {
                    continue;
                }
                largest = largest.max(angle.abs());
                let (sin, cos) = angle.sin_cos();
                for i in 0..w.nrows() {
                    let (wp, wq) = (w[(i, p)], w[(i, q)]);
                    (w[(i, p)], w[(i, q)]) = (cos * wp - sin * wq, sin * wp + cos * wq);
                }
                for j in 0..d {
                    let (tp, tq) = (turn[(p, j)], turn[(q, j)]);
                    (turn[(p, j)], turn[(q, j)]) = (cos * tp - sin * tq, sin * tp + cos * tq);
                }
            }
        }
        if largest <= STILL {
            break;
        }
    }
    basis * turn
}

/// Orthonormal columns that span what the first, the first two, … columns span, in their directions.
fn orthonormal(matrix: DMatrix<f64>) -> DMatrix<f64> {
    let qr = matrix.qr();
    let mut q = qr.q();
    for (mut column, diagonal) in q.column_iter_mut().zip(qr.r().diagonal().iter()) {
        if *diagonal < 0.0 {
            column.neg_mut();
        }
    }
    q
}
