//! The share of neighbours that two searches have in common.

use crate::neighbours::Neighbours;
use crate::statistics::PerSample;
use crate::{AnalysisError, checks};

/// For each query, the share of its `k` neighbours in `a` that are also among those in `b`.
///
/// With `a` by `‖z − w‖` and `b` in the quotient, one minus the mean is the share of neighbours
/// that raw distances get wrong. Two unrelated searches share `k/(N − 1)` by chance.
///
/// # Errors
/// [`AnalysisError::Shape`] if the two differ in queries or in `k`.
///
/// # Example
/// ```
/// use analysis::{metrics::neighbour_overlap, neighbours::{SelfMatches, nearest}};
/// use ndarray::array;
///
/// let a = array![[0.0], [1.0], [3.0], [3.5]];
/// let b = array![[0.0], [3.1], [3.0], [1.0]];
/// let a = nearest(a.view(), a.view(), 1, SelfMatches::Exclude)?;
/// let b = nearest(b.view(), b.view(), 1, SelfMatches::Exclude)?;
/// assert_eq!(neighbour_overlap(&a, &b)?.values(), [0.0, 0.0, 0.0, 0.0]);
/// # Ok::<(), analysis::AnalysisError>(())
/// ```
pub fn neighbour_overlap(a: &Neighbours, b: &Neighbours) -> Result<PerSample, AnalysisError> {
    const OPERATION: &str = "neighbour_overlap";
    checks::same(OPERATION, "queries", a.len(), b.len())?;
    checks::same(OPERATION, "neighbours of each query", a.k(), b.k())?;
    let mut sorted = Vec::with_capacity(b.k());
    let values = a
        .indices()
        .rows()
        .into_iter()
        .zip(b.indices().rows())
        .map(|(a, b)| {
            sorted.clear();
            sorted.extend(b.iter().copied());
            sorted.sort_unstable();
            let shared = a.iter().filter(|i| sorted.binary_search(i).is_ok()).count();
            shared as f64 / a.len() as f64
        })
        .collect();
    Ok(PerSample::new(values))
}
