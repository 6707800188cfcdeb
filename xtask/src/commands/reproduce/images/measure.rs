//! All numbers of one trained network.

use analysis::metrics::{
    Distortion, Subsample, distortion, euclidean_distances, invariance_error, neighbour_overlap,
    orbit_spread, orbit_spread_of_encodings, quotient_distances, random_pairs, silhouette,
};
use analysis::neighbours::{Neighbours, SelfMatches, nearest, nearest_in_quotient};
use analysis::probes::{LogisticRegression, knn_classify};
use analysis::statistics::{Bootstrap, Estimate, PerSample, bootstrap_paired_difference};
use groups::quotient::QuotientMetric;
use groups::{HasIrreps, PlanarGroup, Representation};
use images::cnn::SteerableCnn;
use images::dataset::{Choice, Split};
use ndarray::{Array2, ArrayView2, Axis, Slice};
use projections::Projection;
use serde::Serialize;

use super::curves::{self, Baseline, Curve};
use super::latents::{Latents, encode_turned};
use super::projected;
use super::settings::Settings;
use crate::progress::Progress;

/// Neighbours of which the share that changes is counted.
const CHANGED_K: usize = 10;
/// Test codes in the silhouette, at most.
pub(super) const SILHOUETTE: usize = 4_000;

/// Everything measured of one network. Accuracies and shares lie between 0 and 1.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Measurements {
    pub(crate) seed: u64,
    /// Dimension of a code, `F·N`.
    pub(crate) dim: usize,
    /// `dim Z^G`.
    pub(crate) fixed_dim: usize,
    /// Accuracy of the network itself on test digits, each at a random angle.
    pub(crate) accuracy: Estimate,
    /// One row for raw codes, one for the quotient metric itself, one for each projection.
    pub(crate) table: Vec<Row>,
    /// 5-NN accuracy with upright neighbours: the best invariant projection minus raw codes.
    pub(crate) gap: Gap,
    /// RMS distance within an orbit over RMS distance between codes, by the action on codes.
    pub(crate) orbit_spread: f64,
    /// The same by encoding turned inputs.
    pub(crate) orbit_spread_of_inputs: f64,
    /// `‖E(gx) − ρ(g)E(x)‖` for all `g`, relative to the RMS distance between codes: how far the
    /// encoder is from equivariant on pixels.
    pub(crate) equivariance_error: Estimate,
    /// Share of the 10 nearest among the labelled digits, at random angles, by `‖z − w‖` that are
    /// not among the 10 nearest by the quotient metric.
    pub(crate) changed_neighbours: Estimate,
    pub(crate) curve_baselines: Vec<Baseline>,
    pub(crate) curves: Vec<Curve>,
}

/// One kind of codes.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) guarantee: String,
    pub(crate) outputs: usize,
    /// 5-NN accuracy with upright labelled codes as neighbours.
    pub(crate) knn_upright: Estimate,
    /// 5-NN accuracy with labelled codes at random angles.
    pub(crate) knn_rotated: Estimate,
    /// Accuracy of a linear probe fitted to upright labelled codes.
    pub(crate) probe_upright: Option<Estimate>,
    /// Accuracy of a linear probe fitted to labelled codes at random angles.
    pub(crate) probe_rotated: Option<Estimate>,
    /// Silhouette of the test codes by class.
    pub(crate) silhouette: Option<Estimate>,
    /// `max_g ‖s(ρ(g)z) − s(z)‖` over RMS distance, the largest over codes.
    pub(crate) invariance_codes: Option<f64>,
    /// `max_g ‖s(E(gx)) − s(E(x))‖` over RMS distance, the mean over digits.
    pub(crate) invariance_inputs: Option<f64>,
    pub(crate) distortion: Option<Distortion>,
}

/// The main effect, paired over test digits.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Gap {
    /// The projection with the highest accuracy.
    pub(crate) best: String,
    pub(crate) difference: Estimate,
}

pub(super) fn interval(values: &PerSample, seed: u64) -> anyhow::Result<Estimate> {
    Ok(values.estimate(&Bootstrap { seed, ..Bootstrap::default() })?)
}

/// Measures everything.
pub(super) fn all<G: PlanarGroup + HasIrreps>(
    network: &SteerableCnn<G>,
    split: &Split,
    latents: &Latents,
    settings: &Settings,
    seed: u64,
    progress: &Progress,
) -> anyhow::Result<Measurements> {
    let rep = network.representation();
    progress.stage(&format!("seed {seed}: comparing projections"))?;
    let correct: Vec<f64> = latents
        .predicted
        .iter()
        .zip(&latents.test_labels)
        .map(|(a, b)| f64::from(u8::from(a == b)))
        .collect();
    let catalogue = projected::catalogue(&rep, latents, seed)?;
    let turned_digits =
        split.test.choose(settings.turned.min(split.test.len()), Choice::Stratified, seed)?;
    let turned = encode_turned(network, turned_digits.images.view())?;
    let hard = Hard::new(&rep, &turned, latents, settings, seed)?;

    let bar = progress.bar(catalogue.len() + 2)?;
    bar.set_message("raw codes");
    let mut outcomes = vec![measure(None, latents, &hard, settings, seed)?];
    bar.inc(1);
    bar.set_message("quotient metric");
    outcomes.push(quotient_row(&rep, latents, settings, seed)?);
    bar.inc(1);
    for projection in &catalogue {
        bar.set_message(projection.metadata().name);
        outcomes.push(measure(Some(&**projection), latents, &hard, settings, seed)?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    // The two rows before the projections are no candidates.
    let best = (2..outcomes.len())
        .reduce(|a, b| if outcomes[b].1.mean() > outcomes[a].1.mean() { b } else { a })
        .unwrap_or(0);
    let gap = Gap {
        best: outcomes[best].0.name.clone(),
        difference: bootstrap_paired_difference(
            outcomes[best].1.values(),
            outcomes[0].1.values(),
            &Bootstrap { seed, ..Bootstrap::default() },
        )?,
    };
    let raw =
        nearest(latents.rotated.view(), latents.rotated.view(), CHANGED_K, SelfMatches::Exclude)?;
    let orbits = nearest_in_quotient(
        latents.rotated.view(),
        latents.rotated.view(),
        &rep,
        CHANGED_K,
        SelfMatches::Exclude,
    )?;
    let kept = neighbour_overlap(&raw, &orbits)?;
    let changed = PerSample::new(kept.values().iter().map(|v| 1.0 - v).collect());
    let views: Vec<_> = turned.iter().map(|codes| codes.view()).collect();

    progress.stage(&format!("seed {seed}: curves over the number of projections"))?;
    let mut all_curves = curves::over_projections(&rep, latents, settings, seed, progress)?;
    progress.stage(&format!("seed {seed}: curves over labels and angles"))?;
    all_curves.extend(curves::over_labels(&rep, latents, settings, seed)?);
    all_curves.extend(curves::over_angles(network, latents, settings, seed, progress)?);
    Ok(Measurements {
        seed,
        dim: rep.dim(),
        fixed_dim: rep.fixed_dim(),
        accuracy: interval(&PerSample::new(correct), seed)?,
        gap,
        orbit_spread: orbit_spread(latents.test.view(), &rep)?.ratio(),
        orbit_spread_of_inputs: orbit_spread_of_encodings(&views)?.ratio(),
        equivariance_error: equivariance_error(&rep, &turned, seed)?,
        changed_neighbours: interval(&changed, seed)?,
        table: outcomes.into_iter().map(|(row, _)| row).collect(),
        curve_baselines: curves::baselines(&rep, latents, settings, seed)?,
        curves: all_curves,
    })
}

/// 5-NN outcome of each test code.
pub(super) fn knn(
    test: ArrayView2<'_, f32>,
    base: ArrayView2<'_, f32>,
    labels: &[usize],
    test_labels: &[usize],
    k: usize,
) -> anyhow::Result<PerSample> {
    let neighbours = nearest(test, base, k, SelfMatches::Keep)?;
    votes(&neighbours, labels, test_labels, k)
}

/// Outcome of each test code for a linear probe fitted to the first `count` labelled codes.
pub(super) fn probe(
    base: ArrayView2<'_, f32>,
    test: ArrayView2<'_, f32>,
    count: usize,
    latents: &Latents,
) -> anyhow::Result<PerSample> {
    let some = base.slice_axis(Axis(0), Slice::from(..count.min(base.nrows())));
    let fitted = LogisticRegression::default().fit(some, &latents.labels[..some.nrows()])?;
    Ok(fitted.evaluate(test, &latents.test_labels)?.correct())
}

pub(super) fn votes(
    neighbours: &Neighbours,
    labels: &[usize],
    test_labels: &[usize],
    k: usize,
) -> anyhow::Result<PerSample> {
    Ok(knn_classify(neighbours, labels, test_labels, k)?.correct())
}

/// Projected codes, or the codes themselves.
pub(super) fn apply(
    projection: Option<&dyn Projection<f32>>,
    codes: ArrayView2<'_, f32>,
) -> anyhow::Result<Array2<f32>> {
    match projection {
        Some(projection) => Ok(projection.project(codes)?),
        None => Ok(codes.to_owned()),
    }
}

/// Codes on which invariance and distortion are judged.
struct Hard {
    /// Test codes and, for each element, the codes moved by it.
    codes: Array2<f32>,
    moved: Vec<Array2<f32>>,
    /// Codes of inputs turned by each element.
    turned: Vec<Array2<f32>>,
    pairs: Vec<(usize, usize)>,
    distances: Vec<f64>,
}

impl Hard {
    fn new<G: PlanarGroup>(
        rep: &Representation<G>,
        turned: &[Array2<f32>],
        latents: &Latents,
        settings: &Settings,
        seed: u64,
    ) -> anyhow::Result<Self> {
        let codes = turned[0].clone();
        let moved = rep
            .group()
            .elements()
            .map(|g| {
                let operator = rep.operator(&g);
                let mut moved = codes.clone();
                for (z, mut out) in codes.rows().into_iter().zip(moved.rows_mut()) {
                    let image = operator.apply(&z.to_vec());
                    out.iter_mut().zip(image).for_each(|(out, value)| *out = value);
                }
                moved
            })
            .collect();
        let pairs = random_pairs(latents.test.nrows(), settings.pairs, seed)?;
        let metric = QuotientMetric::new(rep)?;
        let distances = quotient_distances(latents.test.view(), &metric, &pairs)?;
        Ok(Self { codes, moved, turned: turned.to_vec(), pairs, distances })
    }
}

fn measure(
    projection: Option<&dyn Projection<f32>>,
    latents: &Latents,
    hard: &Hard,
    settings: &Settings,
    seed: u64,
) -> anyhow::Result<(Row, PerSample)> {
    let upright = apply(projection, latents.upright.view())?;
    let rotated = apply(projection, latents.rotated.view())?;
    let test = apply(projection, latents.test.view())?;
    let (labels, test_labels) = (&latents.labels, &latents.test_labels);
    let knn_upright = knn(test.view(), upright.view(), labels, test_labels, settings.k)?;
    let knn_rotated = knn(test.view(), rotated.view(), labels, test_labels, settings.k)?;
    let probe = |codes: &Array2<f32>| -> anyhow::Result<Estimate> {
        interval(&probe(codes.view(), test.view(), settings.probe, latents)?, seed)
    };
    let reference = apply(projection, hard.codes.view())?;
    let images = |codes: &[Array2<f32>]| -> anyhow::Result<Vec<Array2<f32>>> {
        codes.iter().map(|codes| apply(projection, codes.view())).collect()
    };
    let error = |moved: Vec<Array2<f32>>| {
        let views: Vec<_> = moved.iter().map(|codes| codes.view()).collect();
        invariance_error(reference.view(), &views)
    };
    let (name, guarantee) = match projection {
        Some(projection) => {
            let metadata = projection.metadata();
            (metadata.name.to_owned(), metadata.guarantee.to_string())
        }
        None => ("raw".to_owned(), "none".to_owned()),
    };
    let subsample = Subsample { size: SILHOUETTE, seed };
    let row = Row {
        name,
        guarantee,
        outputs: test.ncols(),
        knn_upright: interval(&knn_upright, seed)?,
        knn_rotated: interval(&knn_rotated, seed)?,
        probe_upright: Some(probe(&upright)?),
        probe_rotated: Some(probe(&rotated)?),
        silhouette: Some(interval(&silhouette(test.view(), test_labels, Some(subsample))?, seed)?),
        invariance_codes: Some(error(images(&hard.moved)?)?.max()),
        invariance_inputs: Some(error(images(&hard.turned)?)?.mean()),
        distortion: Some(distortion(
            &euclidean_distances(test.view(), &hard.pairs)?,
            &hard.distances,
        )?),
    };
    Ok((row, knn_upright))
}

/// kNN in the quotient metric itself: what a lossless isometric projection would give.
fn quotient_row<G: PlanarGroup>(
    rep: &Representation<G>,
    latents: &Latents,
    settings: &Settings,
    seed: u64,
) -> anyhow::Result<(Row, PerSample)> {
    let knn = |base: &Array2<f32>| -> anyhow::Result<PerSample> {
        let neighbours = nearest_in_quotient(
            latents.test.view(),
            base.view(),
            rep,
            settings.k,
            SelfMatches::Keep,
        )?;
        votes(&neighbours, &latents.labels, &latents.test_labels, settings.k)
    };
    let knn_upright = knn(&latents.upright)?;
    let row = Row {
        name: "quotient-metric".to_owned(),
        guarantee: "exact distances, no codes".to_owned(),
        outputs: rep.dim(),
        knn_upright: interval(&knn_upright, seed)?,
        knn_rotated: interval(&knn(&latents.rotated)?, seed)?,
        probe_upright: None,
        probe_rotated: None,
        silhouette: None,
        invariance_codes: None,
        invariance_inputs: None,
        distortion: None,
    };
    Ok((row, knn_upright))
}

/// The mean over elements of `‖E(gx) − ρ(g)E(x)‖`, for each digit, relative to the RMS distance
/// between codes of different digits.
fn equivariance_error<G: PlanarGroup>(
    rep: &Representation<G>,
    turned: &[Array2<f32>],
    seed: u64,
) -> anyhow::Result<Estimate> {
    let views: Vec<_> = turned.iter().map(|codes| codes.view()).collect();
    let scale = orbit_spread_of_encodings(&views)?.between();
    let mut errors = vec![0.0; turned[0].nrows()];
    for (g, encoded) in rep.group().elements().zip(turned).skip(1) {
        let operator = rep.operator(&g);
        for ((upright, encoded), error) in
            turned[0].rows().into_iter().zip(encoded.rows()).zip(&mut errors)
        {
            let expected = operator.apply(&upright.to_vec());
            let squared: f64 =
                expected.iter().zip(encoded).map(|(a, b)| f64::from(a - b).powi(2)).sum();
            *error += squared.sqrt() / scale / (turned.len() - 1).max(1) as f64;
        }
    }
    interval(&PerSample::new(errors), seed)
}
