//! The search itself: blocks of products, running best few, exact distances at the end.

use std::sync::OnceLock;

use groups::Real;
use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;

use super::top::Top;
use super::{Neighbours, SelfMatches};
use crate::blocks::{ranges, rows};
use crate::geometry::{BASE_ROWS, Cloud, Geometry, QUERY_ROWS, QueryBlock};
use crate::{AnalysisError, checks};

const OPERATION: &str = "nearest";

/// Candidates kept beyond `k`, so that rounding in the products rarely matters.
const SPARE: usize = 8;

/// Distances that are compared with the farthest candidate at once.
const CHUNK: usize = 32;

/// The exact `k` nearest neighbours in any [`Geometry`].
///
/// Candidates come from `‖z‖² + ‖w‖² − 2⟨z, w⟩` in the precision of the codes; those kept are measured
/// again in double precision by subtraction. Where a bound on the rounding error cannot rule out that a
/// neighbour was missed, the query is searched again with products in double precision, and where that
/// leaves a doubt too (many equal distances) by subtraction, so the result is exact.
///
/// # Errors
/// - [`AnalysisError::Shape`] if dimensions differ, or if `Exclude` is asked for and queries and
///   base differ in number;
/// - [`AnalysisError::TooFew`] if `k = 0` or there are fewer than `k` (other) base codes;
/// - [`AnalysisError::NotFinite`] for NaN or infinities.
pub fn nearest_in<T: Real>(
    geometry: &impl Geometry,
    queries: ArrayView2<'_, T>,
    base: ArrayView2<'_, T>,
    k: usize,
    self_matches: SelfMatches,
) -> Result<Neighbours, AnalysisError> {
    checks::same(OPERATION, "columns of the base", queries.ncols(), base.ncols())?;
    if let Some(dim) = geometry.dim() {
        checks::same(OPERATION, "columns of the queries", dim, queries.ncols())?;
    }
    checks::at_least(OPERATION, "neighbours", 1, k)?;
    let exclude = self_matches == SelfMatches::Exclude;
    if exclude {
        checks::same(
            OPERATION,
            "base codes, as self-matches are excluded",
            queries.nrows(),
            base.nrows(),
        )?;
    }
    checks::at_least(OPERATION, "base codes", k + usize::from(exclude), base.nrows())?;
    checks::finite(OPERATION, queries)?;
    checks::finite(OPERATION, base)?;
    let (base, wide) = (Cloud::new(base.as_standard_layout().into_owned()), OnceLock::new());

    let blocks: Vec<_> = ranges(queries.nrows(), QUERY_ROWS).collect();
    let found: Vec<Vec<Entries>> = blocks
        .into_par_iter()
        .map(|range| {
            let codes = checks::widen(rows(queries, range.clone()));
            let mut found = search_block(geometry, codes.view(), range.start, &base, k, exclude);
            let unsure: Vec<usize> = (0..found.len()).filter(|row| found[*row].is_none()).collect();
            for row in unsure {
                let base = wide.get_or_init(|| Cloud::new(checks::widen(base.codes.view())));
                let code = rows(codes.view(), row..row + 1);
                let first = range.start + row;
                let again = search_block::<f64>(geometry, code, first, base, k, exclude).pop();
                found[row] = again.flatten();
                if found[row].is_none() {
                    found[row] = Some(search_all(geometry, code, first, base, k, exclude));
                }
            }
            found.into_iter().flatten().collect()
        })
        .collect();

    let mut indices = Array2::zeros((queries.nrows(), k));
    let mut distances = Array2::zeros((queries.nrows(), k));
    for (row, entries) in found.into_iter().flatten().enumerate() {
        for (column, (squared, index)) in entries.into_iter().enumerate() {
            indices[[row, column]] = index;
            distances[[row, column]] = squared.sqrt();
        }
    }
    Ok(Neighbours { indices, distances })
}

/// `(d², index)` of neighbours, nearest first.
type Entries = Vec<(f64, usize)>;

/// The `k` nearest of each query of a block, exact; nothing where rounding leaves a doubt.
fn search_block<S: Real>(
    geometry: &impl Geometry,
    codes: ArrayView2<'_, f64>,
    first: usize,
    base: &Cloud<S>,
    k: usize,
    exclude: bool,
) -> Vec<Option<Entries>> {
    let block = QueryBlock::<S>::new(geometry, codes);
    let height = block.norms.len();
    let mut tops: Vec<Top> = (0..height).map(|_| Top::new(k + SPARE)).collect();
    let columns = BASE_ROWS.min(base.len());
    let mut scratch = Array2::zeros((height, columns));
    let mut squared = Array2::zeros((height, columns));
    for range in base.blocks() {
        block.squared_distances(base, range.clone(), &mut scratch, squared.view_mut());
        for (row, top) in tops.iter_mut().enumerate() {
            let itself = if exclude { first + row } else { usize::MAX };
            let row = squared.row(row);
            let row = &row.as_slice().unwrap_or(&[])[..range.len()];
            offer(top, row, range.start, itself);
        }
    }
    tops.iter()
        .enumerate()
        .map(|(row, top)| {
            let mut exact = Top::new(k);
            for (_, index) in top.entries() {
                exact.offer(block.exact(row, base.codes.row(*index)), *index);
            }
            let missed_none = top.entries().len() < k + SPARE
                || exact.threshold() < top.threshold() - block.error(row, base);
            missed_none.then(|| exact.entries().to_vec())
        })
        .collect()
}

/// Offers the distances to base codes from `start` on, all but the one to `itself`.
fn offer<S: Real>(top: &mut Top, squared: &[S], start: usize, itself: usize) {
    for (chunk, values) in squared.chunks(CHUNK).enumerate() {
        // Nearly always all of them are too far; that is seen of many at once.
        let threshold = S::of(top.threshold());
        if !values.iter().fold(false, |any, value| any | (*value <= threshold)) {
            continue;
        }
        for (i, value) in values.iter().enumerate() {
            let index = start + chunk * CHUNK + i;
            if index != itself {
                top.offer(value.as_f64(), index);
            }
        }
    }
}

/// The `k` nearest of one query, each measured by subtraction.
fn search_all(
    geometry: &impl Geometry,
    code: ArrayView2<'_, f64>,
    itself: usize,
    base: &Cloud<f64>,
    k: usize,
    exclude: bool,
) -> Entries {
    let block = QueryBlock::<f64>::new(geometry, code);
    let mut exact = Top::new(k);
    for index in (0..base.len()).filter(|index| !exclude || *index != itself) {
        exact.offer(block.exact(0, base.codes.row(index)), index);
    }
    exact.entries().to_vec()
}
