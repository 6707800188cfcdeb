//! How ambiguous codes are, and what that costs: the same numbers for every network and cure.

use analysis::metrics::{neighbour_overlap, orbit_spread_of_encodings};
use analysis::neighbours::{SelfMatches, nearest};
use analysis::probes::{LogisticRegression, Ridge, Standardisation, knn_classify, knn_regress};
use analysis::statistics::{Bootstrap, Estimate, PerSample, bootstrap_paired_difference};
use anyhow::Context;
use ndarray::{Array2, ArrayView2};
use serde::{Deserialize, Serialize};

/// Neighbours that vote.
const VOTERS: usize = 5;
/// Neighbours of which the share that changes is counted.
const CHANGED_K: usize = 10;
/// Weight of the penalty of ridge regression, on standardised codes.
const PENALTY: f64 = 1.0;

/// Codes of the same inputs in the poses that the measures need.
#[derive(Debug)]
pub(super) struct Encodings {
    /// Labelled inputs in the canonical pose: upright digits, atoms in canonical order.
    pub(super) base: Array2<f32>,
    /// The same, each transformed at random.
    pub(super) base_moved: Array2<f32>,
    /// Test inputs in the canonical pose.
    pub(super) query: Array2<f32>,
    /// The same, each transformed at random.
    pub(super) query_moved: Array2<f32>,
    /// Some test inputs under each of several transformations, the identity first.
    pub(super) orbits: Vec<Array2<f32>>,
}

/// What is to be read from codes.
#[derive(Debug)]
pub(super) enum Task {
    /// Classes; scores are shares of right answers.
    Classes { base: Vec<usize>, query: Vec<usize> },
    /// A number; scores are R², the mean over samples of `1 − (ŷ − y)²/Var(y)`.
    Number { base: Vec<f64>, query: Vec<f64> },
}

/// The numbers of one network and cure.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) network: String,
    /// `none`, or what was done to the codes or inputs.
    pub(super) cure: String,
    /// Numbers in a code.
    pub(super) outputs: usize,
    /// RMS distance between codes of one input under transformations over that between inputs.
    pub(super) orbit_spread: f64,
    /// Share of the 10 nearest labelled codes that change when the input is transformed.
    pub(super) changed: Estimate,
    /// 5 nearest among canonical codes, asked about transformed inputs.
    pub(super) knn_canonical: Estimate,
    /// 5 nearest among transformed codes, asked about transformed inputs.
    pub(super) knn_moved: Estimate,
    /// A linear probe fitted to canonical codes, asked about transformed inputs.
    pub(super) probe_canonical: Estimate,
    /// `knn_canonical` above that of the same network without a cure, paired over test inputs.
    pub(super) gain: Option<Estimate>,
    /// `probe_canonical` likewise.
    pub(super) probe_gain: Option<Estimate>,
}

impl Row {
    /// The same row of several runs: means, with t-intervals over the networks. That of one run is what it is.
    pub(super) fn over_runs(rows: &[&Self]) -> anyhow::Result<Self> {
        let first = rows.first().context("no run")?;
        let over = |f: fn(&Self) -> Option<Estimate>| -> anyhow::Result<Option<Estimate>> {
            let all: Option<Vec<Estimate>> = rows.iter().map(|row| f(row)).collect();
            Ok(all.map(|all| Estimate::over_runs(&all)).transpose()?)
        };
        let each = |f: fn(&Self) -> Option<Estimate>| over(f)?.context("no estimate");
        Ok(Self {
            network: first.network.clone(),
            cure: first.cure.clone(),
            outputs: first.outputs,
            orbit_spread: rows.iter().map(|row| row.orbit_spread).sum::<f64>() / rows.len() as f64,
            changed: each(|row| Some(row.changed))?,
            knn_canonical: each(|row| Some(row.knn_canonical))?,
            knn_moved: each(|row| Some(row.knn_moved))?,
            probe_canonical: each(|row| Some(row.probe_canonical))?,
            gain: over(|row| row.gain)?,
            probe_gain: over(|row| row.probe_gain)?,
        })
    }
}

/// Scores a sample, to be compared pairwise.
#[derive(Debug, Clone)]
pub(super) struct Scores {
    knn: PerSample,
    probe: PerSample,
}

/// Measures one network with one cure. `plain` are the scores of the network without a cure.
pub(super) fn judge(
    network: &str,
    cure: &str,
    codes: &Encodings,
    task: &Task,
    plain: Option<&Scores>,
    seed: u64,
) -> anyhow::Result<(Row, Scores)> {
    let bootstrap = Bootstrap { seed, ..Bootstrap::default() };
    let views: Vec<_> = codes.orbits.iter().map(|c| c.view()).collect();
    let still = nearest(codes.query.view(), codes.base.view(), CHANGED_K, SelfMatches::Keep)?;
    let moved = nearest(codes.query_moved.view(), codes.base.view(), CHANGED_K, SelfMatches::Keep)?;
    let kept = neighbour_overlap(&still, &moved)?;
    let changed = PerSample::new(kept.values().iter().map(|v| 1.0 - v).collect());
    let knn = task.knn(codes.base.view(), codes.query_moved.view())?;
    let probe = task.probe(codes.base.view(), codes.query_moved.view())?;
    let gain = |a: &PerSample, b: &PerSample| {
        bootstrap_paired_difference(a.values(), b.values(), &bootstrap)
    };
    let row = Row {
        network: network.to_owned(),
        cure: cure.to_owned(),
        outputs: codes.base.ncols(),
        orbit_spread: orbit_spread_of_encodings(&views)?.ratio(),
        changed: changed.estimate(&bootstrap)?,
        knn_canonical: knn.estimate(&bootstrap)?,
        knn_moved: task
            .knn(codes.base_moved.view(), codes.query_moved.view())?
            .estimate(&bootstrap)?,
        probe_canonical: probe.estimate(&bootstrap)?,
        gain: plain.map(|plain| gain(&knn, &plain.knn)).transpose()?,
        probe_gain: plain.map(|plain| gain(&probe, &plain.probe)).transpose()?,
    };
    Ok((row, Scores { knn, probe }))
}

impl Task {
    fn knn(
        &self,
        base: ArrayView2<'_, f32>,
        query: ArrayView2<'_, f32>,
    ) -> anyhow::Result<PerSample> {
        let found = nearest(query, base, VOTERS, SelfMatches::Keep)?;
        Ok(match self {
            Self::Classes { base, query } => knn_classify(&found, base, query, VOTERS)?.correct(),
            Self::Number { base, query } => {
                explained(&knn_regress(&found, base, query, VOTERS)?.squared_errors(), query)
            }
        })
    }

    fn probe(
        &self,
        base: ArrayView2<'_, f32>,
        query: ArrayView2<'_, f32>,
    ) -> anyhow::Result<PerSample> {
        Ok(match self {
            Self::Classes { base: labels, query: truth } => {
                LogisticRegression::default().fit(base, labels)?.evaluate(query, truth)?.correct()
            }
            Self::Number { base: targets, query: truth } => {
                let [base, query] = [base, query].map(|codes| codes.mapv(f64::from));
                let scale = Standardisation::fit(base.view());
                let query = scale.apply(query.view());
                let fitted =
                    Ridge { penalty: PENALTY }.fit(scale.apply(base.view()).view(), targets)?;
                explained(&fitted.evaluate(query.view(), truth)?.squared_errors(), truth)
            }
        })
    }
}

/// `1 − (ŷ − y)²/Var(y)` of each sample; the mean is R².
fn explained(errors: &PerSample, truth: &[f64]) -> PerSample {
    let mean = truth.iter().sum::<f64>() / truth.len() as f64;
    let variance = truth.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / truth.len() as f64;
    PerSample::new(errors.values().iter().map(|e| 1.0 - e / variance).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(value: f64, gain: Option<f64>) -> Row {
        let estimate = |value| Estimate { value, low: value - 0.1, high: value + 0.1, n: 9 };
        Row {
            network: "ordinary".to_owned(),
            cure: "none".to_owned(),
            outputs: 3,
            orbit_spread: value,
            changed: estimate(value),
            knn_canonical: estimate(value),
            knn_moved: estimate(value),
            probe_canonical: estimate(value),
            gain: gain.map(estimate),
            probe_gain: gain.map(estimate),
        }
    }

    #[test]
    fn a_row_of_several_runs_is_of_their_networks() {
        let one = Row::over_runs(&[&row(0.5, None)]).unwrap();
        assert_eq!((one.changed.low, one.changed.value, one.gain.is_none()), (0.4, 0.5, true));
        let both = Row::over_runs(&[&row(0.4, Some(0.1)), &row(0.6, Some(0.3))]).unwrap();
        assert!(
            (both.orbit_spread - 0.5).abs() < 1e-12 && (both.changed.value - 0.5).abs() < 1e-12
        );
        // t of one degree of freedom, 12.706, times the standard error of two values 0.2 apart, 0.1.
        let gain = both.gain.unwrap();
        assert!((gain.high - 0.2 - 1.2706).abs() < 1e-4 && gain.n == 2, "{gain:?}");
        assert!(Row::over_runs(&[]).is_err());
    }
}
