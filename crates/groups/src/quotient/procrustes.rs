//! The quotient metric of `O(d)` acting on point sets, by singular values.

use std::borrow::Cow;

use nalgebra::DMatrix;

use super::balance::balance;
use crate::linalg::orthogonal_fit::sharpened;
use crate::linalg::{Svd, norm, svd};
use crate::{GroupError, Real};

/// Squared distances, and sums of the two least singular values, above this part of the largest are not
/// hidden by the rounding of products.
const CLEAR: f64 = 1e-3;

/// The best rotation or reflection of one point set onto another.
#[derive(Debug, Clone, PartialEq)]
pub struct Procrustes {
    /// The orthogonal `d × d` matrix `R* = argmin_R Σ_i ‖x_i − R y_i‖²`.
    pub matrix: DMatrix<f64>,
    /// `(Σ_i ‖x_i − R* y_i‖²)^{1/2}`.
    pub distance: f64,
}

/// The quotient metric of `O(d)` on `R^{n×d}`, `n` points stored row by row.
///
/// With the singular value decomposition `XᵀY = UΣVᵀ` the best map is `R* = UVᵀ`
/// (Schönemann 1966, *A generalized solution of the orthogonal Procrustes problem*). Where its rounding may
/// hide a better one, as the points come close to each other or have large vectors in common, it is
/// sharpened by differences. Points may have any size.
///
/// # Errors
/// [`GroupError::Dimension`] where the sets differ in size or are not made of points of dimension
/// `d`; [`GroupError::NoConvergence`] for NaN or infinite entries.
///
/// ```
/// use groups::quotient::procrustes::procrustes;
/// let x = [1.0, 0.0, 0.0, 2.0];
/// let y = [0.0, 1.0, -2.0, 0.0]; // a quarter turn further
/// assert!(procrustes(&x, &y, 2)?.distance < 1e-12);
/// # Ok::<(), groups::GroupError>(())
/// ```
pub fn procrustes<T: Real>(x: &[T], y: &[T], d: usize) -> Result<Procrustes, GroupError> {
    const OPERATION: &str = "orthogonal Procrustes alignment";
    if x.len() != y.len() || d == 0 || !x.len().is_multiple_of(d) {
        let expected = if d == 0 { 1 } else { x.len().next_multiple_of(d) };
        return Err(GroupError::Dimension { operation: OPERATION, expected, got: y.len() });
    }
    let matrix = |p: &[T]| DMatrix::from_fn(p.len() / d, d, |i, j| p[i * d + j].as_f64());
    let (x, y) = (matrix(x), matrix(y));
    if x.iter().chain(y.iter()).any(|v| !v.is_finite()) {
        return Err(GroupError::NoConvergence { operation: OPERATION });
    }
    let apart = |x: &DMatrix<f64>, y: &DMatrix<f64>, r: &DMatrix<f64>| {
        norm((x - y * r.transpose()).iter().copied())
    };
    let (x_given, y_given) = (&x, &y);
    let (mut x, mut y) = (Cow::Borrowed(x.as_slice()), Cow::Borrowed(y.as_slice()));
    balance(&mut x, &mut y);
    let balanced = |values: &[f64]| DMatrix::from_column_slice(values.len() / d, d, values);
    let (x, y) = (balanced(&x), balanced(&y));
    let Svd { u, singular_values, v } = svd(&(x.transpose() * &y));
    let mut matrix = &u * v.transpose();
    let close = apart(&x, &y, &matrix).powi(2) < CLEAR * (x.norm_squared() + y.norm_squared());
    let least = |i: usize| singular_values.len().checked_sub(i).map_or(0.0, |i| singular_values[i]);
    if close || least(1) + least(2) < CLEAR * singular_values[0] {
        // The sign of the determinant may be rounding too.
        let sharp = [1.0, -1.0].map(|determinant| sharpened(&x, &y, &matrix, &u, determinant));
        let [proper, mirrored] = [0, 1].map(|i| apart(&x, &y, &sharp[i]));
        let [first, second] = sharp;
        matrix = if mirrored < proper { second } else { first };
    }
    let distance = apart(x_given, y_given, &matrix);
    Ok(Procrustes { matrix, distance })
}
