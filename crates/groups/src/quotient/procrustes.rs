//! The quotient metric of `O(d)` acting on point sets, by singular values.

use nalgebra::DMatrix;

use crate::linalg::svd;
use crate::{GroupError, Real};

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
/// (Schönemann 1966, *A generalized solution of the orthogonal Procrustes problem*).
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
    let svd = svd(&(x.transpose() * &y));
    let matrix = svd.u * svd.v.transpose();
    let distance = (x - y * matrix.transpose()).norm();
    Ok(Procrustes { matrix, distance })
}
