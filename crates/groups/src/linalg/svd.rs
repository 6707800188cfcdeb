//! The singular value decomposition of small matrices, by one-sided Jacobi rotations.

use nalgebra::DMatrix;

/// Two columns are orthogonal where the cosine between them is below this.
const ORTHOGONAL: f64 = 1e-15;

/// Singular values below this part of the largest belong to the null space.
const NULL: f64 = 1e-13;

/// Sweeps over all pairs of columns; convergence is quadratic, and seldom are ten needed.
const SWEEPS: usize = 60;

/// `A = UΣVᵀ`.
#[derive(Debug, Clone, PartialEq)]
pub struct Svd {
    /// `U`, `m × min(m,n)` with orthonormal columns.
    pub u: DMatrix<f64>,
    /// The singular values, in descending order.
    pub singular_values: Vec<f64>,
    /// `V`, `n × min(m,n)` with orthonormal columns.
    pub v: DMatrix<f64>,
}

/// The thin singular value decomposition, with orthonormal factors whatever the rank.
///
/// One-sided Jacobi rotations (Hestenes 1958; Demmel & Veselić 1992): small singular values and their
/// vectors are accurate too. nalgebra 0.35's own decomposition, of Golub and Kahan, is wrong in the
/// first digit for some matrices of deficient rank, such as points less their mean (dimforge/nalgebra
/// issue 1172).
///
/// Entries that are not finite give NaN. Cost about `10·m·n²` for `m ≥ n`; meant for small matrices.
///
/// ```
/// use groups::linalg::svd;
/// use nalgebra::dmatrix;
/// let a = dmatrix![3.0, 0.0; 0.0, -5.0];
/// assert_eq!(svd(&a).singular_values, [5.0, 3.0]);
/// ```
pub fn svd(a: &DMatrix<f64>) -> Svd {
    if a.nrows() < a.ncols() {
        let Svd { u, singular_values, v } = svd(&a.transpose());
        return Svd { u: v, singular_values, v: u };
    }
    let (m, n) = a.shape();
    // Scaled, so that neither huge nor tiny values overflow or vanish when squared.
    let largest = a.iter().fold(0.0f64, |max, x| max.max(x.abs()));
    let scale = if largest > 0.0 { largest } else { 1.0 };
    let mut columns = a / scale;
    let mut v = DMatrix::identity(n, n);
    let negligible = f64::EPSILON.powi(2) * columns.norm_squared();
    for _ in 0..SWEEPS {
        let mut rotated = false;
        for q in 1..n {
            for p in 0..q {
                let product = columns.column(p).dot(&columns.column(q));
                let squares = (columns.column(p).norm_squared(), columns.column(q).norm_squared());
                let bound = (ORTHOGONAL * (squares.0 * squares.1).sqrt()).max(negligible);
                if product.abs() > bound {
                    let zeta = (squares.1 - squares.0) / (2.0 * product);
                    let t = zeta.signum() / (zeta.abs() + zeta.hypot(1.0));
                    let cos = t.hypot(1.0).recip();
                    rotate(&mut columns, p, q, cos, cos * t);
                    rotate(&mut v, p, q, cos, cos * t);
                    rotated = true;
                }
            }
        }
        if !rotated {
            break;
        }
    }
    let norms: Vec<f64> = columns.column_iter().map(|c| c.norm()).collect();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| norms[j].total_cmp(&norms[i]));
    let greatest = order.first().map_or(0.0, |&i| norms[i]);
    let mut u = DMatrix::zeros(m, n);
    let mut rank = 0;
    for (k, &i) in order.iter().enumerate() {
        if norms[i] > NULL * greatest {
            u.set_column(k, &(columns.column(i) / norms[i]));
            rank = k + 1;
        }
    }
    complete(&mut u, rank);
    Svd {
        u,
        singular_values: order.iter().map(|&i| norms[i] * scale).collect(),
        v: DMatrix::from_fn(n, n, |i, k| v[(i, order[k])]),
    }
}

/// Turns columns `p` and `q` in their plane.
fn rotate(matrix: &mut DMatrix<f64>, p: usize, q: usize, cos: f64, sin: f64) {
    for i in 0..matrix.nrows() {
        let (x, y) = (matrix[(i, p)], matrix[(i, q)]);
        matrix[(i, p)] = cos * x - sin * y;
        matrix[(i, q)] = sin * x + cos * y;
    }
}

/// Fills the columns from `rank` on such that all are orthonormal: each is the unit vector that is
/// farthest from the span so far, less its part in it.
fn complete(u: &mut DMatrix<f64>, rank: usize) {
    for k in rank..u.ncols() {
        let span = u.columns(0, k).into_owned();
        let outside = |i: usize| 1.0 - span.row(i).norm_squared();
        let Some(i) = (0..u.nrows()).max_by(|&i, &j| outside(i).total_cmp(&outside(j))) else {
            return;
        };
        let mut vector = nalgebra::DVector::zeros(u.nrows());
        vector[i] = 1.0;
        // Twice is enough.
        for _ in 0..2 {
            vector -= &span * (span.transpose() * &vector);
        }
        u.set_column(k, &vector.normalize());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::{RngExt, SeedableRng};

    use super::*;

    fn orthonormal(u: &DMatrix<f64>) -> f64 {
        (u.transpose() * u - DMatrix::identity(u.ncols(), u.ncols())).amax()
    }

    proptest! {
        /// `A = UΣVᵀ` with orthonormal factors, for any shape and rank.
        #[test]
        fn factors(m in 0usize..9, n in 0usize..9, rank in 0usize..9, scale in -150i32..150, seed: u64) {
            let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
            let mut random = |m, n| DMatrix::from_fn(m, n, |_, _| rng.random_range(-1.0..1.0));
            let (left, right) = (random(m, rank), random(rank, n));
            let scale = 10f64.powi(scale);
            let a = left * right * scale;
            let Svd { u, singular_values, v } = svd(&a);
            prop_assert!(orthonormal(&u) < 1e-13 && orthonormal(&v) < 1e-13);
            prop_assert!(singular_values.is_sorted_by(|a, b| a >= b));
            let sigma = DMatrix::from_diagonal(&singular_values.clone().into());
            let error = (&u * sigma * v.transpose() - &a) / scale;
            prop_assert!(error.iter().all(|e| e.abs() < 1e-12));
            let numerical = singular_values.iter().filter(|s| **s > 1e-12 * scale).count();
            prop_assert!(numerical <= rank);
        }

        /// Points less their mean.
        #[test]
        fn centred_points(n in 1usize..8, d in 1usize..8, seed: u64) {
            let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
            let mut x = DMatrix::from_fn(n, d, |_, _| rng.random_range(-1.0..1.0));
            let mean = x.row_mean();
            x.row_iter_mut().for_each(|mut row| row -= &mean);
            let Svd { u, singular_values, .. } = svd(&x);
            let sigma = DMatrix::from_diagonal(&singular_values.into());
            let root = &u * sigma * u.transpose();
            prop_assert!((&root * &root - &x * x.transpose()).amax() < 1e-13);
        }
    }
}
