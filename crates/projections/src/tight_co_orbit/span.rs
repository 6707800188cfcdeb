//! Which sorted values follow from others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use groups::{FiniteGroup, linalg};
use nalgebra::DMatrix;
use ndarray::{Array2, ArrayView2, Axis};

use super::cyclic;
use super::frame::{Frame, SMALL_ORDER};
use crate::random::gaussian;

/// The fewest codes at which sorted values are taken.
const FEWEST: usize = 1024;

/// Codes for every element, and templates that they are shared among.
const SAMPLES: usize = 8;

/// Eigenvalues of the Gram matrix below this share of the largest are zero.
const TOLERANCE: f64 = 1e-12;

/// Spans that are known.
#[derive(Debug, Clone)]
pub(super) struct Spans {
    known: Arc<Mutex<HashMap<Vec<usize>, Array2<f64>>>>,
    /// Of larger cyclic groups, the frequency of each component.
    frequencies: Option<Vec<usize>>,
}

impl Spans {
    pub(super) fn new(frequencies: Option<Vec<usize>>) -> Self {
        Self { known: Arc::default(), frequencies }
    }

    /// [`span`], which is computed once.
    pub(super) fn of<G: FiniteGroup>(&self, frame: &Frame<G>, support: &[usize]) -> Array2<f64> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(span) = known().get(support) {
            return span.clone();
        }
        let span = match (&self.frequencies, support) {
            (Some(frequencies), [one]) => cyclic::span(frame.operators().len(), frequencies[*one]),
            _ => span(frame, support),
        };
        known().insert(support.to_vec(), span.clone());
        span
    }
}

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
    parts
        .into_iter()
        .map(|(support, members)| (members, frame.spans().of(frame, &support)))
        .collect()
}

/// Orthonormal rows that span `sort_g ⟨z, ρ(g)t⟩` for all `z` and all templates `t` with a part in the
/// given components, `(rank, N)`.
///
/// Sorting is linear on finitely many cones, and continuous in `z` and `t`: enough random pairs span
/// what all do. The span depends on the components alone, not on the templates of a bank: one
/// template may meet a cone so rarely that its own samples miss it.
fn span<G: FiniteGroup>(frame: &Frame<G>, support: &[usize]) -> Array2<f64> {
    let (order, dim) = (frame.operators().len(), frame.representation().dim());
    let codes = (SAMPLES * order).max(FEWEST) / SAMPLES;
    let drawn = gaussian::<f64>(SAMPLES * (1 + codes), dim, 0);
    let (templates, codes) = drawn.view().split_at(Axis(0), SAMPLES);
    let templates = frame.restricted(&templates.to_owned(), &vec![support.to_vec(); SAMPLES]);
    // Σ of squares of sorted values, template by template.
    let mut gram = DMatrix::<f64>::zeros(order, order);
    let mut basis = Basis { rows: Array2::zeros((0, order)), largest: 0.0 };
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
        if order > SMALL_ORDER {
            sorted.axis_chunks_iter(Axis(0), AT_ONCE).for_each(|rows| basis.add(rows));
            continue;
        }
        let squares = sorted.t().dot(&sorted);
        gram += DMatrix::from_fn(order, order, |i, j| squares[(i, j)]);
    }
    if order > SMALL_ORDER {
        return basis.rows;
    }
    let eigen = gram.symmetric_eigen();
    let largest = eigen.eigenvalues.max();
    let mut kept: Vec<usize> = (0..order)
        .filter(|i| eigen.eigenvalues[*i] > TOLERANCE * largest && largest > 0.0)
        .collect();
    kept.sort_by(|a, b| eigen.eigenvalues[*b].total_cmp(&eigen.eigenvalues[*a]));
    Array2::from_shape_fn((kept.len(), order), |(i, j)| eigen.eigenvectors[(j, kept[i])])
}

/// Rows that are compared with a basis at once.
const AT_ONCE: usize = 64;

/// An orthonormal basis that grows by what rows add to it: for larger groups, whose Gram matrix takes long to
/// be diagonalized.
pub(super) struct Basis {
    pub(super) rows: Array2<f64>,
    /// The largest row so far.
    pub(super) largest: f64,
}

impl Basis {
    /// Adds the rows less what the basis has, by Gram and Schmidt, twice. Rows without a sum cannot have more
    /// than one dimension less than entries.
    pub(super) fn add(&mut self, rows: ArrayView2<'_, f64>) {
        let full = self.rows.nrows() + 1 >= self.rows.ncols();
        if full {
            return;
        }
        let length = |row: &ndarray::ArrayView1<'_, f64>| row.dot(row).sqrt();
        self.largest = rows.rows().into_iter().map(|r| length(&r)).fold(self.largest, f64::max);
        let mut rest = rows.to_owned();
        for _ in 0..2 {
            let mut parts = Array2::zeros((rest.nrows(), self.rows.nrows()));
            linalg::par_matmul(1.0, rest.view(), self.rows.t(), 0.0, parts.view_mut());
            linalg::par_matmul(-1.0, parts.view(), self.rows.view(), 1.0, rest.view_mut());
        }
        let known = self.rows.nrows();
        for mut row in rest.rows().into_iter().map(|row| row.to_owned()) {
            for _ in 0..2 {
                for other in self.rows.rows().into_iter().skip(known) {
                    let part = row.dot(&other);
                    row.scaled_add(-part, &other);
                }
            }
            let left = length(&row.view());
            if left > TOLERANCE.sqrt() * self.largest && self.rows.nrows() + 1 < self.rows.ncols() {
                row /= left;
                // The row has as many entries as the others.
                let _ = self.rows.push_row(row.view());
            }
        }
    }
}
