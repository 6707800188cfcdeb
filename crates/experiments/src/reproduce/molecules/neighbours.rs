//! How ambiguous raw codes are: neighbours that change when distances are those of orbits.

use analysis::metrics::neighbour_overlap;
use analysis::neighbours::{Bounded, Neighbours, SelfMatches, nearest, nearest_by_bound};
use analysis::statistics::{Bootstrap, Estimate, PerSample};
use groups::Symmetric;
use groups::quotient::QuotientMetric;
use ndarray::{ArrayView2, Axis, Slice};
use projections::{ColumnSort, Projection};
use serde::{Deserialize, Serialize};

use super::codes::Codes;
use super::settings::Settings;

/// Neighbours of held-out codes among the training codes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Ambiguity {
    /// Share of the `k` nearest by `‖z − w‖` that are not among the `k` nearest between orbits.
    pub(super) changed: Estimate,
    /// The same for each projection.
    pub(super) changed_after: Vec<(String, Estimate)>,
    /// RMS distance between two random members of a code's orbit over RMS distance between codes.
    pub(super) orbit_spread: f64,
}

/// The exact nearest training codes of held-out codes, between orbits.
pub(super) fn between_orbits(
    codes: &Codes,
    queries: ArrayView2<'_, f32>,
    k: usize,
) -> anyhow::Result<Neighbours> {
    let rep = Symmetric::new(codes.nodes)?.node_features(codes.latent);
    let metric = QuotientMetric::new(&rep)?;
    // Each feature sorted by itself: distances are never above those of orbits.
    let bound = ColumnSort::new(codes.nodes, codes.latent)?;
    let (of_queries, of_base) = (bound.project(queries)?, bound.project(codes.training())?);
    Ok(nearest_by_bound(
        &metric,
        Bounded { codes: queries, invariants: of_queries.view() },
        Bounded { codes: codes.training(), invariants: of_base.view() },
        k,
        SelfMatches::Keep,
    )?)
}

/// Measures how many neighbours change.
pub(super) fn measure(codes: &Codes, settings: &Settings, seed: u64) -> anyhow::Result<Ambiguity> {
    let held_out = codes.held_out();
    let some = Slice::from(..settings.queries.min(held_out.nrows()));
    let queries = held_out.slice_axis(Axis(0), some);
    let orbits = between_orbits(codes, queries, settings.k)?;
    let changed = |found: &Neighbours| -> anyhow::Result<Estimate> {
        let kept = neighbour_overlap(found, &orbits)?;
        let changed = PerSample::new(kept.values().iter().map(|v| 1.0 - v).collect());
        Ok(changed.estimate(&Bootstrap { seed, ..Bootstrap::default() })?)
    };
    let raw = nearest(queries, codes.training(), settings.k, SelfMatches::Keep)?;
    let mut changed_after = Vec::new();
    for projection in codes.catalogue(settings, seed)? {
        let (of_queries, of_base) =
            (projection.project(queries)?, projection.project(codes.training())?);
        let found = nearest(of_queries.view(), of_base.view(), settings.k, SelfMatches::Keep)?;
        changed_after.push((projection.metadata().name.to_owned(), changed(&found)?));
    }
    Ok(Ambiguity {
        changed: changed(&raw)?,
        changed_after,
        orbit_spread: orbit_spread(codes, held_out),
    })
}

/// For random permutations `g, h` the mean of `‖ρ(g)z − ρ(h)z‖²` over nodes is twice the variance of
/// the nodes of `z`, times `n`; over RMS distance between codes whose nodes are in random order.
fn orbit_spread(codes: &Codes, some: ArrayView2<'_, f32>) -> f64 {
    let (n, d) = (codes.nodes, codes.latent);
    let mut within = 0.0;
    let mut mean = vec![0.0; d];
    let mut square = 0.0;
    for row in some.rows() {
        let row: Vec<f64> = row.iter().map(|&v| f64::from(v)).collect();
        for feature in 0..d {
            let values: Vec<f64> = (0..n).map(|node| row[node * d + feature]).collect();
            let centre = values.iter().sum::<f64>() / n as f64;
            within += 2.0 * values.iter().map(|v| (v - centre).powi(2)).sum::<f64>();
            mean[feature] += values.iter().sum::<f64>();
            square += values.iter().map(|v| v * v).sum::<f64>();
        }
    }
    let count = some.nrows() as f64;
    let centre: f64 = mean.iter().map(|m| (m / (count * n as f64)).powi(2) * n as f64).sum();
    let between = 2.0 * (square / count - centre);
    ((within / count) / between).sqrt()
}
