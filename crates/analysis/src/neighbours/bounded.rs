//! Neighbours between orbits of large groups, by lower bounds.

use groups::linalg::norm;
use groups::quotient::QuotientMetric;
use groups::{Group, Real};
use ndarray::{Array2, ArrayView1, ArrayView2};
use rayon::prelude::*;

use super::{Neighbours, SelfMatches};
use crate::{AnalysisError, checks};

const OPERATION: &str = "nearest_by_bound";

/// Codes beside invariants of them that never lie farther apart than the orbits do.
#[derive(Debug, Clone, Copy)]
pub struct Bounded<'a, T> {
    /// Codes, `(n, dim)`.
    pub codes: ArrayView2<'a, T>,
    /// Their invariants under a 1-Lipschitz projection, `‖s(z) − s(w)‖ ≤ d([z],[w])`, `(n, k)`:
    /// the codes of a set with each column sorted, norms, …
    pub invariants: ArrayView2<'a, T>,
}

/// The exact `k` nearest neighbours by the quotient distance, for groups too large to list.
///
/// Base codes are visited in ascending order of `‖s(z) − s(w)‖`, which bounds the quotient distance
/// from below; the search ends when the bound passes the `k`-th best distance found by more than rounding
/// may do, `(dim + k + 8)ε/2` of the codes' lengths. Exact whenever `s` is 1-Lipschitz and rounded no worse; the closer to isometric, the fewer distances are computed. Distances
/// are those of [`QuotientMetric::distance`], one assignment each for `S_n` on `R^{n×d}`.
///
/// # Errors
/// As [`super::nearest_in`]; [`AnalysisError::Shape`] where codes and invariants differ in number or
/// the metric is of another dimension.
pub fn nearest_by_bound<'a, T: Real, G: Group>(
    metric: &QuotientMetric<G>,
    queries: Bounded<'a, T>,
    base: Bounded<'a, T>,
    k: usize,
    self_matches: SelfMatches,
) -> Result<Neighbours, AnalysisError> {
    let dim = metric.representation().dim();
    let skip = matches!(self_matches, SelfMatches::Exclude);
    for side in [&queries, &base] {
        checks::same(OPERATION, "columns", dim, side.codes.ncols())?;
        checks::same(OPERATION, "invariants", side.codes.nrows(), side.invariants.nrows())?;
        checks::finite(OPERATION, side.codes)?;
        checks::finite(OPERATION, side.invariants)?;
    }
    let columns = queries.invariants.ncols();
    // Invariants are rounded, relative to the codes that they are of: by more than the distance, where codes
    // have much in common.
    let rounding = (dim + columns + 8) as f64 * T::epsilon().as_f64() / 2.0;
    checks::same(OPERATION, "columns of invariants", columns, base.invariants.ncols())?;
    checks::at_least(OPERATION, "neighbours (k)", 1, k)?;
    checks::at_least(OPERATION, "base codes", k + usize::from(skip), base.codes.nrows())?;
    let rows: Vec<Vec<T>> = base.codes.rows().into_iter().map(|row| row.to_vec()).collect();
    let largest = base.codes.rows().into_iter().map(length).fold(0.0, f64::max);
    let found: Vec<Vec<(f64, usize)>> = (0..queries.codes.nrows())
        .into_par_iter()
        .map(|i| {
            let (code, invariant) = (queries.codes.row(i).to_vec(), queries.invariants.row(i));
            let mut order: Vec<(f64, usize)> = base
                .invariants
                .rows()
                .into_iter()
                .enumerate()
                .filter(|&(j, _)| !(skip && i == j))
                .map(|(j, row)| (bound(invariant, row), j))
                .collect();
            order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
            let slack = rounding * (length(queries.codes.row(i)) + largest);
            let mut best: Vec<(f64, usize)> = Vec::with_capacity(k + 1);
            for (bound, j) in order {
                if best.len() == k && bound > best[k - 1].0 + slack {
                    break;
                }
                let candidate = (metric.distance(&code, &rows[j]), j);
                let place = best.partition_point(|b| (b.0, b.1) <= candidate);
                if place < k {
                    best.insert(place, candidate);
                    best.truncate(k);
                }
            }
            best
        })
        .collect();
    let pick = |row: usize, place: usize| found[row][place];
    let shape = (found.len(), k);
    Neighbours::from_parts(
        Array2::from_shape_fn(shape, |(i, j)| pick(i, j).1),
        Array2::from_shape_fn(shape, |(i, j)| pick(i, j).0),
    )
}

fn bound<T: Real>(a: ArrayView1<'_, T>, b: ArrayView1<'_, T>) -> f64 {
    norm(a.iter().zip(b).map(|(a, b)| a.as_f64() - b.as_f64()))
}

fn length<T: Real>(code: ArrayView1<'_, T>) -> f64 {
    norm(code.iter().map(|v| v.as_f64()))
}
