//! A descent to codes with the image of another one.

use nalgebra::{DMatrix, DVector};
use ndarray::Array2;

use super::pairs::{norm, rows};
use crate::Projection;

/// Steps of a descent.
const STEPS: usize = 24;

/// Step of finite differences.
const DIFFERENCE: f64 = 1e-6;

/// Images of codes, one a row.
pub(super) fn images(projection: &dyn Projection<f64>, codes: &Array2<f64>) -> Array2<f64> {
    let mut out = Array2::zeros((codes.nrows(), projection.output_dim()));
    projection.project_rows(codes.view(), out.view_mut());
    out
}

/// The derivative at a code by central differences, `(k, D)`.
pub(super) fn derivative(projection: &dyn Projection<f64>, z: &[f64], step: f64) -> DMatrix<f64> {
    let dim = z.len();
    let around = Array2::from_shape_fn((2 * dim, dim), |(i, j)| {
        z[j] + if i / 2 == j { if i % 2 == 0 { step } else { -step } } else { 0.0 }
    });
    let images = images(projection, &around);
    DMatrix::from_fn(images.ncols(), dim, |k, j| {
        (images[(2 * j, k)] - images[(2 * j + 1, k)]) / (2.0 * step)
    })
}

/// Moves `w` such that its image comes close to that of `z`: damped Gauss–Newton steps (Levenberg, Marquardt).
pub(super) fn descend(projection: &dyn Projection<f64>, z: &[f64], w: &[f64]) -> Vec<f64> {
    let both = images(projection, &rows(&[z, w]));
    let goal = DVector::from_iterator(both.ncols(), both.row(0).iter().copied());
    let mut best = w.to_vec();
    let mut rest = DVector::from_iterator(both.ncols(), both.row(1).iter().copied()) - &goal;
    let mut damping = 1e-2;
    for _ in 0..STEPS {
        let jacobian = derivative(projection, &best, DIFFERENCE * (1.0 + norm(&best)));
        let mut square = jacobian.tr_mul(&jacobian);
        let scale = square.diagonal().max();
        if !(scale > 0.0 && scale.is_finite()) {
            break;
        }
        (0..best.len()).for_each(|i| square[(i, i)] += damping * scale);
        let Some(solved) = square.cholesky() else { break };
        let step = solved.solve(&jacobian.tr_mul(&rest));
        // The whole step and shorter ones, as the derivative holds on one side of a kink only.
        let tried: Vec<Vec<f64>> = [1.0, 0.5, 0.1, 0.01]
            .iter()
            .map(|part| best.iter().zip(&step).map(|(w, s)| w - part * s).collect())
            .collect();
        let found = images(projection, &rows(&tried.iter().map(Vec::as_slice).collect::<Vec<_>>()));
        let rests = found
            .rows()
            .into_iter()
            .map(|s| DVector::from_iterator(s.len(), s.iter().copied()) - &goal);
        let nearest = rests.enumerate().min_by(|a, b| a.1.norm().total_cmp(&b.1.norm()));
        match nearest {
            Some((i, next)) if next.norm() < rest.norm() => {
                damping = (damping * if i == 0 { 0.1 } else { 1.0 }).max(1e-14);
                (best, rest) = (tried[i].clone(), next);
            }
            _ if damping > 1e3 => break,
            _ => damping *= 10.0,
        }
    }
    best
}
