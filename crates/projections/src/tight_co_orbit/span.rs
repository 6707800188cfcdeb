//! Which sorted values follow from others.

use groups::{FiniteGroup, linalg};
use nalgebra::DMatrix;
use ndarray::{Array2, ArrayView2, Axis};

use super::frame::Frame;
use crate::random::gaussian;

/// The fewest codes at which sorted values are taken.
const FEWEST: usize = 1024;

/// Codes for every element, and templates that they are shared among.
const SAMPLES: usize = 8;

/// Eigenvalues of the Gram matrix below this share of the largest are zero.
const TOLERANCE: f64 = 1e-12;

/// The templates with a part in the same components, and the span of their sorted values.
pub(super) fn spans<G: FiniteGroup>(
    frame: &Frame<G>,
    templates: ArrayView2<'_, f64>,
) -> Vec<(Vec<usize>, Array2<f64>)> {
    let mut parts: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
    for (i, template) in templates.rows().into_iter().enumerate() {
        let support = frame.support(template);
        match parts.iter_mut().find(|(known, _)| *known == support) {
            Some((_, members)) => members.push(i),
            None => parts.push((support, vec![i])),
        }
    }
    parts.into_iter().map(|(support, members)| (members, span(frame, &support))).collect()
}

/// Orthonormal rows that span `sort_g ⟨z, ρ(g)t⟩` for all `z` and all templates `t` with a part in the
/// given components, `(rank, N)`.
///
/// Sorting is linear on finitely many cones, and continuous in `z` and `t`: enough random pairs span
/// what all do. The span depends on the components alone, not on the templates of a bank: one
/// template may meet a cone so rarely that its own samples miss it.
pub(super) fn span<G: FiniteGroup>(frame: &Frame<G>, support: &[usize]) -> Array2<f64> {
    let (order, dim) = (frame.operators().len(), frame.representation().dim());
    let codes = (SAMPLES * order).max(FEWEST) / SAMPLES;
    let drawn = gaussian::<f64>(SAMPLES * (1 + codes), dim, 0);
    let (templates, codes) = drawn.view().split_at(Axis(0), SAMPLES);
    let templates = frame.restricted(&templates.to_owned(), &vec![support.to_vec(); SAMPLES]);
    // Σ of squares of sorted values, template by template.
    let mut gram = DMatrix::<f64>::zeros(order, order);
    for (template, codes) in
        templates.rows().into_iter().zip(codes.axis_chunks_iter(Axis(0), codes.nrows() / SAMPLES))
    {
        let template = template.to_vec();
        let poses: Vec<f64> = frame.operators().iter().flat_map(|g| g.apply(&template)).collect();
        let Ok(poses) = ArrayView2::from_shape((order, template.len()), &poses) else { continue };
        let mut sorted = Array2::zeros((codes.nrows(), order));
        linalg::matmul(1.0, codes, poses.t(), 0.0, sorted.view_mut());
        for mut row in sorted.rows_mut() {
            let mut values = row.to_vec();
            values.sort_unstable_by(f64::total_cmp);
            row.assign(&ndarray::ArrayView1::from(&values));
        }
        let squares = sorted.t().dot(&sorted);
        gram += DMatrix::from_fn(order, order, |i, j| squares[(i, j)]);
    }
    let eigen = gram.symmetric_eigen();
    let largest = eigen.eigenvalues.max();
    let mut kept: Vec<usize> = (0..order)
        .filter(|i| eigen.eigenvalues[*i] > TOLERANCE * largest && largest > 0.0)
        .collect();
    kept.sort_by(|a, b| eigen.eigenvalues[*b].total_cmp(&eigen.eigenvalues[*a]));
    Array2::from_shape_fn((kept.len(), order), |(i, j)| eigen.eigenvectors[(j, kept[i])])
}
