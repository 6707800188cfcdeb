//! Exact neighbours in the quotient of any group, and what labels can be read from neighbours.

use groups::FiniteGroup;
use groups::quotient::QuotientMetric;
use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;

use crate::AnalysisError;
use crate::neighbours::Neighbours;
use crate::probes::knn_classify;

/// Neighbours whose majority is a prediction.
pub(super) const VOTES: usize = 5;

/// All distances `d([z_i],[z_j])`, `(n, n)`.
pub(super) fn all_distances<G: FiniteGroup>(
    metric: &QuotientMetric<G>,
    codes: ArrayView2<'_, f64>,
) -> Array2<f64> {
    let n = codes.nrows();
    let rows: Vec<Vec<f64>> = codes.rows().into_iter().map(|row| row.to_vec()).collect();
    let below: Vec<Vec<f64>> = (0..n)
        .into_par_iter()
        .map(|i| (0..i).map(|j| metric.distance(&rows[i], &rows[j])).collect())
        .collect();
    Array2::from_shape_fn((n, n), |(i, j)| match i.cmp(&j) {
        std::cmp::Ordering::Less => below[j][i],
        std::cmp::Ordering::Equal => 0.0,
        std::cmp::Ordering::Greater => below[i][j],
    })
}

/// The `k` nearest of `base` for each of `queries`, by numbers of rows of the distances; a code is
/// not its own neighbour. Indices are positions in `base`.
pub(super) fn from_distances(
    distances: ArrayView2<'_, f64>,
    queries: &[usize],
    base: &[usize],
    k: usize,
) -> Result<Neighbours, AnalysisError> {
    let mut indices = Array2::zeros((queries.len(), k));
    let mut values = Array2::zeros((queries.len(), k));
    for (row, &query) in queries.iter().enumerate() {
        let mut order: Vec<(f64, usize)> = base
            .iter()
            .enumerate()
            .filter(|(_, code)| **code != query)
            .map(|(place, code)| (distances[(query, *code)], place))
            .collect();
        crate::checks::at_least("judgement", "other codes", k, order.len())?;
        order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (column, (distance, place)) in order.into_iter().take(k).enumerate() {
            indices[(row, column)] = place;
            values[(row, column)] = distance;
        }
    }
    Neighbours::from_parts(indices, values)
}

/// Codes with labels in two halves: what is known, and what is asked about.
#[derive(Debug, Clone)]
pub(super) struct Labelled {
    pub(super) known: Vec<usize>,
    pub(super) asked: Vec<usize>,
    pub(super) known_labels: Vec<usize>,
    pub(super) asked_labels: Vec<usize>,
    /// Accuracy of the neighbours in the quotient.
    pub(super) oracle: f64,
    /// Accuracy of the most frequent known label.
    pub(super) chance: f64,
}

impl Labelled {
    /// Rows with even numbers are known, those with odd numbers asked about.
    pub(super) fn new(
        labels: &[usize],
        distances: ArrayView2<'_, f64>,
    ) -> Result<Self, AnalysisError> {
        crate::checks::same("judgement", "labels, one a code", distances.nrows(), labels.len())?;
        let half = |odd: usize| -> Vec<usize> { (odd..labels.len()).step_by(2).collect() };
        let (known, asked) = (half(0), half(1));
        let pick = |rows: &[usize]| -> Vec<usize> { rows.iter().map(|i| labels[*i]).collect() };
        let (known_labels, asked_labels) = (pick(&known), pick(&asked));
        let neighbours = from_distances(distances, &asked, &known, VOTES)?;
        let oracle = knn_classify(&neighbours, &known_labels, &asked_labels, VOTES)?.accuracy();
        let count = |label: usize| known_labels.iter().filter(|l| **l == label).count();
        let mode = known_labels.iter().copied().max_by_key(|l| (count(*l), usize::MAX - l));
        let hits = asked_labels.iter().filter(|l| Some(**l) == mode).count();
        let chance = hits as f64 / asked_labels.len().max(1) as f64;
        Ok(Self { known, asked, known_labels, asked_labels, oracle, chance })
    }

    /// Accuracy of the neighbours of projected codes.
    pub(super) fn accuracy(&self, images: ArrayView2<'_, f64>) -> Result<f64, AnalysisError> {
        let (base, queries) =
            (images.select(Axis(0), &self.known), images.select(Axis(0), &self.asked));
        let keep = crate::neighbours::SelfMatches::Keep;
        let found = crate::neighbours::nearest(queries.view(), base.view(), VOTES, keep)?;
        Ok(knn_classify(&found, &self.known_labels, &self.asked_labels, VOTES)?.accuracy())
    }
}
