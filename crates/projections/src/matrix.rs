//! Small dense matrices: norms and random rotations.

use nalgebra::DMatrix;
use ndarray::{Array2, ArrayView2};

use crate::random::gaussian;

/// `σ_max(A)`, by the eigenvalues of the smaller of `AAᵀ` and `AᵀA`.
pub(crate) fn spectral_norm(a: ArrayView2<'_, f64>) -> f64 {
    let gram = if a.nrows() < a.ncols() { a.dot(&a.t()) } else { a.t().dot(&a) };
    if gram.is_empty() {
        return 0.0;
    }
    let gram = DMatrix::from_fn(gram.nrows(), gram.ncols(), |i, j| gram[(i, j)]);
    gram.symmetric_eigenvalues().iter().copied().fold(0.0, f64::max).sqrt()
}

/// A random orthogonal `d × d` matrix, drawn from the Haar measure: the factor `Q` of a Gaussian
/// matrix, its columns signed by the diagonal of `R` (Mezzadri 2007).
pub(crate) fn random_rotation(d: usize, seed: u64) -> Array2<f64> {
    let normal = gaussian::<f64>(d, d, seed);
    let (q, r) = DMatrix::from_fn(d, d, |i, j| normal[(i, j)]).qr().unpack();
    Array2::from_shape_fn((d, d), |(i, j)| q[(i, j)] * r[(j, j)].signum())
}
