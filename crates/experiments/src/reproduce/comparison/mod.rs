//! Codes of labelled inputs, raw against projected: the table that image and shape suites share.

mod table;

use analysis::metrics::{
    Distortion, Subsample, distortion, euclidean_distances, invariance_error, neighbour_overlap,
    orbit_spread_of_encodings, quotient_distances, random_pairs, silhouette,
};
use analysis::neighbours::{Neighbours, SelfMatches, nearest, nearest_in_quotient};
use analysis::probes::{LogisticRegression, knn_classify};
use analysis::statistics::{Bootstrap, Estimate, PerSample, bootstrap_paired_difference};
use anyhow::Context;
use groups::quotient::QuotientMetric;
use groups::{FiniteGroup, Representation};
use ndarray::{Array2, ArrayView2, Axis, Slice};
use projections::Projection;
use serde::{Deserialize, Serialize};

pub(crate) use table::{combined_rows, geometry, markdown, table};

use terminal::Progress;

/// Codes of labelled inputs and of test inputs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LabelledCodes<'a> {
    /// Codes of the labelled inputs, upright.
    pub(crate) upright: ArrayView2<'a, f32>,
    /// Codes of the same inputs, each turned at random.
    pub(crate) rotated: ArrayView2<'a, f32>,
    pub(crate) labels: &'a [usize],
    /// Codes of the test inputs, each turned at random.
    pub(crate) test: ArrayView2<'a, f32>,
    pub(crate) test_labels: &'a [usize],
}

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    /// Neighbours that vote.
    pub(crate) k: usize,
    /// Labelled codes that linear probes are fitted to, at most.
    pub(crate) probe: usize,
    /// Pairs for distortion.
    pub(crate) pairs: usize,
    pub(crate) seed: u64,
}

/// Test codes in the silhouette, at most.
pub(crate) const SILHOUETTE: usize = 4_000;

/// Neighbours of which the share that changes is counted.
const CHANGED_K: usize = 10;

/// One kind of codes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) guarantee: String,
    pub(crate) outputs: usize,
    /// 5-NN accuracy with upright labelled codes as neighbours.
    pub(crate) knn_upright: Estimate,
    /// 5-NN accuracy with labelled codes in random poses.
    pub(crate) knn_rotated: Estimate,
    /// Accuracy of a linear probe fitted to upright labelled codes.
    pub(crate) probe_upright: Option<Estimate>,
    /// Accuracy of a linear probe fitted to labelled codes in random poses.
    pub(crate) probe_rotated: Option<Estimate>,
    /// Silhouette of the test codes by class.
    pub(crate) silhouette: Option<Estimate>,
    /// `max_g ‖s(ρ(g)z) − s(z)‖` over RMS distance, the largest over codes.
    pub(crate) invariance_codes: Option<f64>,
    /// `max_g ‖s(E(gx)) − s(E(x))‖` over RMS distance, the mean over inputs.
    pub(crate) invariance_inputs: Option<f64>,
    pub(crate) distortion: Option<Distortion>,
}

pub(crate) fn interval(values: &PerSample, seed: u64) -> anyhow::Result<Estimate> {
    Ok(values.estimate(&Bootstrap { seed, ..Bootstrap::default() })?)
}

/// 5-NN outcome of each test code.
pub(crate) fn knn(
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
pub(crate) fn probe(
    base: ArrayView2<'_, f32>,
    test: ArrayView2<'_, f32>,
    count: usize,
    (labels, test_labels): (&[usize], &[usize]),
) -> anyhow::Result<PerSample> {
    let some = base.slice_axis(Axis(0), Slice::from(..count.min(base.nrows())));
    let fitted = LogisticRegression::default().fit(some, &labels[..some.nrows()])?;
    Ok(fitted.evaluate(test, test_labels)?.correct())
}

pub(crate) fn votes(
    neighbours: &Neighbours,
    labels: &[usize],
    test_labels: &[usize],
    k: usize,
) -> anyhow::Result<PerSample> {
    Ok(knn_classify(neighbours, labels, test_labels, k)?.correct())
}

/// Projected codes, or the codes themselves.
pub(crate) fn apply(
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
    fn new<G: FiniteGroup>(
        rep: &Representation<G>,
        turned: &[Array2<f32>],
        test: ArrayView2<'_, f32>,
        effort: Effort,
    ) -> anyhow::Result<Self> {
        let codes = turned.first().context("no codes of turned inputs")?.clone();
        let moved =
            rep.group().elements().map(|g| rep.operator(&g).apply_rows(codes.view())).collect();
        let pairs = random_pairs(test.nrows(), effort.pairs, effort.seed)?;
        let metric = QuotientMetric::new(rep)?;
        let distances = quotient_distances(test, &metric, &pairs)?;
        Ok(Self { codes, moved, turned: turned.to_vec(), pairs, distances })
    }
}

/// A projection and what it is called in tables.
pub(crate) type Named = (String, Box<dyn Projection<f32>>);

/// Projections by the names that they state themselves.
pub(crate) fn named(projections: Vec<Box<dyn Projection<f32>>>) -> Vec<Named> {
    projections.into_iter().map(|p| (p.metadata().name.to_owned(), p)).collect()
}

/// The rows of the table and the outcome of each test code with upright neighbours: raw codes, the
/// quotient metric itself, and each projection.
///
/// `turned` holds codes of some inputs turned by each element of the group, in their order.
pub(crate) fn compare<G: FiniteGroup>(
    rep: &Representation<G>,
    codes: LabelledCodes<'_>,
    turned: &[Array2<f32>],
    catalogue: &[Named],
    effort: Effort,
    progress: &Progress,
) -> anyhow::Result<Vec<(Row, PerSample)>> {
    let hard = Hard::new(rep, turned, codes.test, effort)?;
    let bar = progress.bar(catalogue.len() + 2)?;
    bar.set_message("raw codes");
    let mut outcomes = vec![measure(None, codes, &hard, effort)?];
    bar.inc(1);
    bar.set_message("quotient metric");
    outcomes.push(quotient_row(rep, codes, effort)?);
    bar.inc(1);
    for (name, projection) in catalogue {
        bar.set_message(name.clone());
        let (row, outcome) = measure(Some(&**projection), codes, &hard, effort)?;
        outcomes.push((Row { name: name.clone(), ..row }, outcome));
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(outcomes)
}

/// The main effect, paired over test inputs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Gap {
    /// The projection with the highest accuracy.
    pub(crate) best: String,
    pub(crate) difference: Estimate,
}

impl Gap {
    /// The best projection against raw codes.
    pub(crate) fn of(outcomes: &[(Row, PerSample)], seed: u64) -> anyhow::Result<Self> {
        let (_, raw) = outcomes.first().context("nothing was compared")?;
        // The two rows before the projections are no candidates.
        let (row, best) = outcomes
            .iter()
            .skip(2)
            .reduce(|a, b| if b.1.mean() > a.1.mean() { b } else { a })
            .context("no projection was compared")?;
        let bootstrap = Bootstrap { seed, ..Bootstrap::default() };
        Ok(Self {
            best: row.name.clone(),
            difference: bootstrap_paired_difference(best.values(), raw.values(), &bootstrap)?,
        })
    }
}

/// Share of the nearest of each code by `‖z − w‖` that are not among the nearest in the quotient.
pub(crate) fn changed_neighbours<G: FiniteGroup>(
    rep: &Representation<G>,
    codes: ArrayView2<'_, f32>,
    seed: u64,
) -> anyhow::Result<Estimate> {
    let raw = nearest(codes, codes, CHANGED_K, SelfMatches::Exclude)?;
    let orbits = nearest_in_quotient(codes, codes, rep, CHANGED_K, SelfMatches::Exclude)?;
    let kept = neighbour_overlap(&raw, &orbits)?;
    interval(&PerSample::new(kept.values().iter().map(|v| 1.0 - v).collect()), seed)
}

fn measure(
    projection: Option<&dyn Projection<f32>>,
    codes: LabelledCodes<'_>,
    hard: &Hard,
    effort: Effort,
) -> anyhow::Result<(Row, PerSample)> {
    let upright = apply(projection, codes.upright)?;
    let rotated = apply(projection, codes.rotated)?;
    let test = apply(projection, codes.test)?;
    let (labels, test_labels) = (codes.labels, codes.test_labels);
    let Effort { k, seed, .. } = effort;
    let knn_upright = knn(test.view(), upright.view(), labels, test_labels, k)?;
    let knn_rotated = knn(test.view(), rotated.view(), labels, test_labels, k)?;
    let probe = |base: &Array2<f32>| -> anyhow::Result<Estimate> {
        interval(&probe(base.view(), test.view(), effort.probe, (labels, test_labels))?, seed)
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
fn quotient_row<G: FiniteGroup>(
    rep: &Representation<G>,
    codes: LabelledCodes<'_>,
    effort: Effort,
) -> anyhow::Result<(Row, PerSample)> {
    let knn = |base: ArrayView2<'_, f32>| -> anyhow::Result<PerSample> {
        let neighbours = nearest_in_quotient(codes.test, base, rep, effort.k, SelfMatches::Keep)?;
        votes(&neighbours, codes.labels, codes.test_labels, effort.k)
    };
    let (knn_upright, seed) = (knn(codes.upright)?, effort.seed);
    let row = Row {
        name: "quotient-metric".to_owned(),
        guarantee: "exact distances, no codes".to_owned(),
        outputs: rep.dim(),
        knn_upright: interval(&knn_upright, seed)?,
        knn_rotated: interval(&knn(codes.rotated)?, seed)?,
        probe_upright: None,
        probe_rotated: None,
        silhouette: None,
        invariance_codes: None,
        invariance_inputs: None,
        distortion: None,
    };
    Ok((row, knn_upright))
}

/// The mean over elements of `‖E(gx) − ρ(g)E(x)‖`, for each input, relative to the RMS distance
/// between codes of different inputs.
pub(crate) fn equivariance_error<G: FiniteGroup>(
    rep: &Representation<G>,
    turned: &[Array2<f32>],
    seed: u64,
) -> anyhow::Result<Estimate> {
    let views: Vec<_> = turned.iter().map(|codes| codes.view()).collect();
    let scale = orbit_spread_of_encodings(&views)?.between();
    let mut errors = vec![0.0; turned[0].nrows()];
    for (g, encoded) in rep.group().elements().zip(turned).skip(1) {
        let expected = rep.operator(&g).apply_rows(views[0]);
        for ((expected, encoded), error) in
            expected.rows().into_iter().zip(encoded.rows()).zip(&mut errors)
        {
            let squared: f64 =
                expected.iter().zip(encoded).map(|(a, b)| f64::from(a - b).powi(2)).sum();
            *error += squared.sqrt() / scale / (turned.len() - 1).max(1) as f64;
        }
    }
    interval(&PerSample::new(errors), seed)
}
