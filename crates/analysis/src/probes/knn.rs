//! Probes by nearest neighbours: they use no other structure of the codes than distances.

use super::{Classification, Regression};
use crate::neighbours::Neighbours;
use crate::{AnalysisError, checks};

/// Classifies each query by the majority among its `k` nearest base codes.
///
/// A tie goes to the class with the nearest member. `neighbours` may hold more than `k`, so one
/// search serves several `k`; found in the quotient it gives the orbit-wise classifier.
///
/// # Errors
/// [`AnalysisError::TooFew`] if `k = 0` or `neighbours` holds fewer than `k`;
/// [`AnalysisError::Shape`] if a neighbour has no label, or queries and `truth` differ in number.
///
/// # Example
/// ```
/// use analysis::{neighbours::{SelfMatches, nearest}, probes::knn_classify};
/// use ndarray::array;
///
/// let base = array![[0.0], [0.1], [5.0], [5.1]];
/// let queries = array![[0.2], [4.0]];
/// let found = nearest(queries.view(), base.view(), 3, SelfMatches::Keep)?;
/// let outcome = knn_classify(&found, &[7, 7, 9, 9], &[7, 7], 3)?;
/// assert_eq!(outcome.predicted(), [7, 9]);
/// assert_eq!(outcome.accuracy(), 0.5);
/// # Ok::<(), analysis::AnalysisError>(())
/// ```
pub fn knn_classify(
    neighbours: &Neighbours,
    base_labels: &[usize],
    truth: &[usize],
    k: usize,
) -> Result<Classification, AnalysisError> {
    const OPERATION: &str = "knn_classify";
    check(OPERATION, neighbours, base_labels.len(), truth.len(), k)?;
    let mut votes: Vec<(usize, usize)> = Vec::with_capacity(k);
    let mut predicted = Vec::with_capacity(truth.len());
    for row in neighbours.indices().rows() {
        votes.clear();
        for index in row.iter().take(k) {
            let label = base_labels[*index];
            match votes.iter_mut().find(|vote| vote.0 == label) {
                Some(vote) => vote.1 += 1,
                None => votes.push((label, 1)),
            }
        }
        // Classes stand in the order of their nearest members, and the first of the best wins.
        let mut best = (0, 0);
        for vote in &votes {
            if vote.1 > best.1 {
                best = *vote;
            }
        }
        predicted.push(best.0);
    }
    Classification::new(predicted, truth.to_vec())
}

/// Predicts for each query the mean target of its `k` nearest base codes.
///
/// # Errors
/// As [`knn_classify`]; [`AnalysisError::NotFinite`] for NaN or infinite targets.
pub fn knn_regress(
    neighbours: &Neighbours,
    base_targets: &[f64],
    truth: &[f64],
    k: usize,
) -> Result<Regression, AnalysisError> {
    const OPERATION: &str = "knn_regress";
    check(OPERATION, neighbours, base_targets.len(), truth.len(), k)?;
    checks::finite_values(OPERATION, base_targets)?;
    checks::finite_values(OPERATION, truth)?;
    let mean = |row: ndarray::ArrayView1<'_, usize>| {
        row.iter().take(k).map(|i| base_targets[*i]).sum::<f64>() / k as f64
    };
    let predicted = neighbours.indices().rows().into_iter().map(mean).collect();
    Regression::new(predicted, truth.to_vec())
}

fn check(
    operation: &'static str,
    neighbours: &Neighbours,
    base: usize,
    queries: usize,
    k: usize,
) -> Result<(), AnalysisError> {
    checks::at_least(operation, "neighbours (k)", 1, k)?;
    checks::at_least(operation, "neighbours of each query", k, neighbours.k())?;
    checks::same(operation, "true values, one per query", neighbours.len(), queries)?;
    let largest = neighbours.indices().iter().max().copied().unwrap_or(0);
    if !neighbours.is_empty() && largest >= base {
        return Err(AnalysisError::Shape {
            operation,
            expected: format!("at least {} values for base codes", largest + 1),
            got: base.to_string(),
        });
    }
    Ok(())
}
