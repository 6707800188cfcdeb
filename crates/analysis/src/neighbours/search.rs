//! The search itself: blocks of products, running best few, exact distances at the end.

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

/// The exact `k` nearest neighbours in any [`Geometry`].
///
/// Candidates come from `‖z‖² + ‖w‖² − 2⟨z, w⟩` in double precision; those kept are measured again
/// by subtraction. Where a bound on the rounding error cannot rule out that a neighbour was
/// missed (many equal distances), the query is searched again by subtraction, so the result is
/// exact.
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
    let base = Cloud::new(checks::to_f64(OPERATION, base)?);

    let blocks: Vec<_> = ranges(queries.nrows(), QUERY_ROWS).collect();
    let found: Vec<Vec<Vec<(f64, usize)>>> = blocks
        .into_par_iter()
        .map(|range| {
            let codes = checks::widen(rows(queries, range.clone()));
            let block = QueryBlock::new(geometry, codes.view());
            search_block(&block, range.start, &base, k, exclude)
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

/// The `(d², index)` of the `k` nearest of each query of a block, exact.
fn search_block(
    block: &QueryBlock,
    first: usize,
    base: &Cloud,
    k: usize,
    exclude: bool,
) -> Vec<Vec<(f64, usize)>> {
    let height = block.norms.len();
    let mut tops: Vec<Top> = (0..height).map(|_| Top::new(k + SPARE)).collect();
    let columns = BASE_ROWS.min(base.len());
    let mut scratch = Array2::zeros((height, columns));
    let mut squared = Array2::zeros((height, columns));
    for range in base.blocks() {
        block.squared_distances(base, range.clone(), &mut scratch, squared.view_mut());
        for (row, top) in tops.iter_mut().enumerate() {
            let itself = if exclude { first + row } else { usize::MAX };
            let mut threshold = top.threshold();
            for (value, index) in squared.row(row).iter().zip(range.clone()) {
                if *value <= threshold && index != itself {
                    top.offer(*value, index);
                    threshold = top.threshold();
                }
            }
        }
    }

    let radius = base.radius();
    // |computed − true| ≤ bound for `‖z‖² + ‖w‖² − 2⟨z, w⟩` summed over `dim` terms.
    let relative = 2.0 * (base.codes.ncols() + 4) as f64 * f64::EPSILON;
    tops.iter()
        .enumerate()
        .map(|(row, top)| {
            let mut exact = Top::new(k);
            for (_, index) in top.entries() {
                exact.offer(block.exact(row, base.codes.row(*index)), *index);
            }
            let bound = relative * (block.norms[row].sqrt() + radius).powi(2);
            let missed_none =
                top.entries().len() < k + SPARE || exact.threshold() < top.threshold() - bound;
            if !missed_none {
                let itself = if exclude { first + row } else { usize::MAX };
                for index in (0..base.len()).filter(|i| *i != itself) {
                    if exact.entries().iter().all(|e| e.1 != index) {
                        exact.offer(block.exact(row, base.codes.row(index)), index);
                    }
                }
            }
            exact.entries().to_vec()
        })
        .collect()
}
