//! The search itself: blocks of products, running best few, exact distances at the end.

use std::sync::OnceLock;

use groups::Real;
use ndarray::{Array2, ArrayView2, Axis};
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
    let base = Cloud::new(base.as_standard_layout().into_owned());
    let (quick, wide) = (Search { geometry, base: &base, k, exclude }, OnceLock::new());

    let blocks: Vec<_> = ranges(queries.nrows(), QUERY_ROWS).collect();
    let found: Vec<Vec<Entries>> = blocks
        .into_par_iter()
        .map(|range| {
            let codes = checks::widen(rows(queries, range.clone()));
            let numbers: Vec<usize> = range.collect();
            let mut found = quick.block(codes.view(), &numbers);
            let unsure: Vec<usize> = (0..found.len()).filter(|row| found[*row].is_none()).collect();
            if !unsure.is_empty() {
                let base = wide.get_or_init(|| Cloud::new(checks::widen(base.codes.view())));
                let search = Search { geometry, base, k, exclude };
                let codes = codes.select(Axis(0), &unsure);
                let numbers: Vec<usize> = unsure.iter().map(|row| numbers[*row]).collect();
                let again = search.block(codes.view(), &numbers);
                for (i, (row, entries)) in unsure.into_iter().zip(again).enumerate() {
                    let code = rows(codes.view(), i..i + 1);
                    found[row] = Some(entries.unwrap_or_else(|| search.all(code, numbers[i])));
                }
            }
            found.into_iter().flatten().collect()
        })
        .collect();

    let mut indices = Array2::zeros((queries.nrows(), k));
    let mut distances = Array2::zeros((queries.nrows(), k));
    for (row, entries) in found.into_iter().flatten().enumerate() {
        for (column, (distance, index)) in entries.into_iter().enumerate() {
            indices[[row, column]] = index;
            distances[[row, column]] = distance;
        }
    }
    Ok(Neighbours { indices, distances })
}

/// `(d, index)` of neighbours, nearest first.
type Entries = Vec<(f64, usize)>;

/// What is searched, and for how many.
struct Search<'a, G, S> {
    geometry: &'a G,
    base: &'a Cloud<S>,
    k: usize,
    /// Whether query `i` leaves out base code `i`.
    exclude: bool,
}

impl<G: Geometry, S: Real> Search<'_, G, S> {
    /// The base code that the query with this number leaves out; no code has the largest number.
    fn itself(&self, query: usize) -> usize {
        if self.exclude { query } else { usize::MAX }
    }

    /// The nearest of each query of a block, exact; nothing where rounding leaves a doubt. `numbers` are
    /// those of the queries.
    fn block(&self, codes: ArrayView2<'_, f64>, numbers: &[usize]) -> Vec<Option<Entries>> {
        let Self { geometry, base, k, .. } = *self;
        let block = QueryBlock::<S>::new(geometry, codes);
        let mut tops: Vec<Top> = numbers.iter().map(|_| Top::new(k + SPARE)).collect();
        let errors: Vec<f64> = (0..numbers.len()).map(|row| block.error(row, base)).collect();
        let shape = (numbers.len(), BASE_ROWS.min(base.len()));
        let (mut scratch, mut squared) = (Array2::zeros(shape), Array2::zeros(shape));
        for range in base.blocks() {
            block.squared_distances(base, range.clone(), &mut scratch, squared.view_mut());
            // Candidates only come closer: once they are within the error, the doubt stays.
            if tops.iter().zip(&errors).all(|(top, error)| top.threshold() <= *error) {
                return vec![None; numbers.len()];
            }
            for ((row, top), query) in tops.iter_mut().enumerate().zip(numbers) {
                let row = squared.row(row);
                let row = &row.as_slice().unwrap_or(&[])[..range.len()];
                offer(top, row, range.start, self.itself(*query));
            }
        }
        tops.iter()
            .zip(errors)
            .enumerate()
            .map(|(row, (top, error))| {
                let mut exact = Top::new(k);
                for (_, index) in top.entries() {
                    exact.offer(block.exact(row, base.codes.row(*index)), *index);
                }
                let missed_none = top.entries().len() < k + SPARE
                    || exact.threshold().powi(2) < top.threshold() - error;
                missed_none.then(|| exact.entries().to_vec())
            })
            .collect()
    }

    /// The nearest of one query, each measured by subtraction.
    fn all(&self, code: ArrayView2<'_, f64>, query: usize) -> Entries {
        let block = QueryBlock::<S>::new(self.geometry, code);
        let mut exact = Top::new(self.k);
        for index in (0..self.base.len()).filter(|index| *index != self.itself(query)) {
            exact.offer(block.exact(0, self.base.codes.row(index)), index);
        }
        exact.entries().to_vec()
    }
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
