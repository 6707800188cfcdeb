//! Trustworthiness and continuity of a picture (Venna & Kaski 2001).

use groups::Real;
use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;

use crate::blocks::{self, columns_mut, ranges};
use crate::geometry::{BASE_ROWS, Cloud, Euclidean, Geometry, QueryBlock, comparable};
use crate::neighbours::{Neighbours, SelfMatches, nearest, nearest_in};
use crate::statistics::PerSample;
use crate::{AnalysisError, checks};

/// Rows whose distances to all codes a task holds at once.
const ROWS: usize = 16;

/// How far the `k` neighbours in the picture can be trusted to be neighbours of the codes.
///
/// ```text
/// T(k) = 1 − 2/(n·k·(2n − 3k − 1)) Σ_i Σ_{j ∈ U_i} (r(i, j) − k)
/// ```
///
/// where `U_i` are the `k` nearest of `i` in the picture that are not among its `k` nearest codes,
/// and `r(i, j)` is the rank of `j` by distance from code `i`. 1 is perfect. Returned per sample;
/// the mean is `T(k)`. Exact, `O(n²·(dim + k))` time in parallel, `O(n·(dim + k))` memory.
///
/// # Errors
/// - [`AnalysisError::Shape`] if codes and picture differ in number;
/// - [`AnalysisError::Option`] unless `1 ≤ k < n/2`;
/// - [`AnalysisError::NotFinite`] for NaN or infinities.
pub fn trustworthiness<T: Real, U: Real>(
    codes: ArrayView2<'_, T>,
    picture: ArrayView2<'_, U>,
    k: usize,
) -> Result<PerSample, AnalysisError> {
    trustworthiness_in(&Euclidean, codes, picture, k)
}

/// [`trustworthiness`] with the codes' ranks taken in any [`Geometry`], such as the quotient.
///
/// # Errors
/// As [`trustworthiness`], and [`AnalysisError::Shape`] if the geometry is of another dimension.
pub fn trustworthiness_in<T: Real, U: Real>(
    geometry: &impl Geometry,
    codes: ArrayView2<'_, T>,
    picture: ArrayView2<'_, U>,
    k: usize,
) -> Result<PerSample, AnalysisError> {
    const OPERATION: &str = "trustworthiness";
    check(OPERATION, codes.nrows(), picture.nrows(), k)?;
    check_dim(OPERATION, geometry, codes.ncols())?;
    let shown = nearest(picture, picture, k, SelfMatches::Exclude)?;
    rank_penalty(geometry, checks::to_f64(OPERATION, codes)?, &shown)
}

/// How far the `k` neighbours of the codes are kept as neighbours in the picture.
///
/// [`trustworthiness`] with the parts exchanged: ranks in the picture of the `k` nearest codes
/// that are not among the `k` nearest in the picture.
///
/// # Errors
/// As [`trustworthiness`].
pub fn continuity<T: Real, U: Real>(
    codes: ArrayView2<'_, T>,
    picture: ArrayView2<'_, U>,
    k: usize,
) -> Result<PerSample, AnalysisError> {
    continuity_in(&Euclidean, codes, picture, k)
}

/// [`continuity`] with the codes' neighbours found in any [`Geometry`], such as the quotient.
///
/// # Errors
/// As [`trustworthiness_in`].
pub fn continuity_in<T: Real, U: Real>(
    geometry: &impl Geometry,
    codes: ArrayView2<'_, T>,
    picture: ArrayView2<'_, U>,
    k: usize,
) -> Result<PerSample, AnalysisError> {
    const OPERATION: &str = "continuity";
    check(OPERATION, codes.nrows(), picture.nrows(), k)?;
    check_dim(OPERATION, geometry, codes.ncols())?;
    let true_neighbours = nearest_in(geometry, codes, codes, k, SelfMatches::Exclude)?;
    rank_penalty(&Euclidean, checks::to_f64(OPERATION, picture)?, &true_neighbours)
}

/// `1 − 2/(k(2n − 3k − 1)) Σ_j max(r(i, j) − k, 0)` over the `claimed` neighbours `j` of each `i`,
/// with ranks by distance in `reference`.
fn rank_penalty(
    geometry: &impl Geometry,
    reference: Array2<f64>,
    claimed: &Neighbours,
) -> Result<PerSample, AnalysisError> {
    let base = Cloud::new(comparable(geometry, reference));
    let (n, k) = (base.len(), claimed.k());
    let scale = 2.0 / (k as f64 * (2.0 * n as f64 - 3.0 * k as f64 - 1.0));
    let queries: Vec<_> = ranges(n, ROWS).collect();
    let values = queries
        .into_par_iter()
        .flat_map_iter(|rows| {
            let block =
                QueryBlock::<f64>::new(geometry, blocks::rows(base.codes.view(), rows.clone()));
            let mut scratch = Array2::zeros((rows.len(), BASE_ROWS.min(n)));
            let mut squared = Array2::zeros((rows.len(), n));
            for range in base.blocks() {
                let part = columns_mut(squared.view_mut(), range.clone());
                block.squared_distances(&base, range, &mut scratch, part);
            }
            let scores: Vec<f64> = rows
                .enumerate()
                .map(|(row, i)| {
                    let distances = squared.row(row);
                    let penalty: usize = claimed
                        .indices()
                        .row(i)
                        .iter()
                        .map(|j| {
                            let d = distances[*j];
                            let nearer = distances
                                .iter()
                                .enumerate()
                                .filter(|(l, v)| **v < d || (**v == d && l < j))
                                .count();
                            // Itself, at distance 0, is no neighbour.
                            let itself = distances[i] < d || (distances[i] == d && i < *j);
                            let rank = nearer - usize::from(itself) + 1;
                            rank.saturating_sub(k)
                        })
                        .sum();
                    1.0 - scale * penalty as f64
                })
                .collect();
            scores
        })
        .collect();
    Ok(PerSample::new(values))
}

fn check(
    operation: &'static str,
    codes: usize,
    picture: usize,
    k: usize,
) -> Result<(), AnalysisError> {
    checks::same(operation, "points in the picture, one per code", codes, picture)?;
    if k == 0 || 2 * k >= codes {
        return Err(AnalysisError::Option {
            operation,
            option: "k",
            expected: "at least 1 and below half the number of codes",
            got: format!("{k} for {codes} codes"),
        });
    }
    Ok(())
}

fn check_dim(
    operation: &'static str,
    geometry: &impl Geometry,
    columns: usize,
) -> Result<(), AnalysisError> {
    match geometry.dim() {
        Some(dim) => checks::same(operation, "columns", dim, columns),
        None => Ok(()),
    }
}
