//! Accuracy and silhouette as functions of the number of projections, of labelled codes, and of
//! their angles.

use std::f64::consts::PI;

use analysis::metrics::{Subsample, silhouette};
use analysis::neighbours::{SelfMatches, nearest_in_quotient};
use analysis::statistics::{Estimate, t_interval};
use figures::{CurvePoint, Curves};
use groups::{FiniteGroup, PlanarGroup, Representation};
use images::cnn::SteerableCnn;
use images::dataset::Choice;
use images::rotate::{Purpose, Rotator};
use ndarray::{Array2, Axis, Slice};
use projections::{GroupMax, MaxFilter, Projection, RandomLinear, Reynolds};
use serde::{Deserialize, Serialize};

use super::latents::{Latents, classes};
use super::measure::Measurements;
use super::settings::Settings;
use crate::reproduce::comparison::{Row, SILHOUETTE, apply, interval, knn, probe, votes};
use crate::reproduce::picture::Picture;
use terminal::Progress;

/// Figure ids. The first four are over the number of random projections.
const PROJECTIONS: &str = "accuracy-over-projections";
const PROJECTIONS_ROTATED: &str = "accuracy-over-projections-rotated";
const PROJECTIONS_PROBE: &str = "probe-over-projections";
const PROJECTIONS_SILHOUETTE: &str = "silhouette-over-projections";
const LABELS: &str = "accuracy-over-labels";
const LABELS_PROBE: &str = "probe-over-labels";
const ANGLES: &str = "accuracy-over-angles";

/// One curve of one figure.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Curve {
    /// The figure that it belongs to.
    pub(crate) figure: String,
    pub(crate) name: String,
    pub(crate) points: Vec<Point>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: Estimate,
}

impl Curve {
    /// The value at `x`.
    pub(crate) fn at(&self, x: usize) -> Option<Estimate> {
        self.points.iter().find(|p| p.x == x as f64).map(|p| p.y)
    }
}

/// Names of the curves over the number of random projections.
pub(super) const LINEAR: &str = "random linear";
pub(super) const MAX_FILTER: &str = "random max filter";

/// 5-NN accuracy with upright and with rotated neighbours, accuracy of a linear probe fitted to
/// upright codes, and silhouette of the test codes, over 1, 2, 4, … `4·dim` random projections. Each
/// point is the mean over seeds of the projection, with a t-interval.
pub(super) fn over_projections<G: FiniteGroup>(
    rep: &Representation<G>,
    latents: &Latents,
    settings: &Settings,
    seed: u64,
    progress: &Progress,
) -> anyhow::Result<Vec<Curve>> {
    const FIGURES: [&str; 4] =
        [PROJECTIONS, PROJECTIONS_ROTATED, PROJECTIONS_PROBE, PROJECTIONS_SILHOUETTE];
    let dim = rep.dim();
    let mut counts: Vec<usize> =
        std::iter::successors(Some(1), |k| Some(2 * k)).take_while(|k| *k < 4 * dim).collect();
    counts.extend([rep.fixed_dim(), 2 * dim, 4 * dim]);
    counts.sort_unstable();
    counts.dedup();
    let bar = progress.bar(2 * counts.len() * settings.projection_seeds)?;
    let mut curves = Vec::new();
    for name in [LINEAR, MAX_FILTER] {
        let mut points: [Vec<Point>; 4] = Default::default();
        for &k in &counts {
            bar.set_message(format!("{name}, {k} projections"));
            let mut draws: [Vec<f64>; 4] = Default::default();
            for draw in 0..settings.projection_seeds as u64 {
                let draw = seed ^ (draw + 1) << 32;
                let projection: Box<dyn Projection<f32>> = match name {
                    LINEAR => Box::new(RandomLinear::<f32>::random(rep, k, draw)?),
                    _ => Box::new(MaxFilter::<f32>::random(rep, k, draw)?),
                };
                let values = judge(&*projection, latents, settings, seed)?;
                draws.iter_mut().zip(values).for_each(|(list, value)| list.push(value));
                bar.inc(1);
            }
            for (points, values) in points.iter_mut().zip(&draws) {
                points.push(Point { x: k as f64, y: t_interval(values, 0.95)? });
            }
        }
        curves.extend(FIGURES.iter().zip(points).map(|(figure, points)| Curve {
            figure: (*figure).to_owned(),
            name: name.to_owned(),
            points,
        }));
    }
    bar.finish_and_clear();
    Ok(curves)
}

/// 5-NN accuracy of what the curves over the number of projections are compared with, over the same
/// labelled codes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Baseline {
    pub(crate) name: String,
    pub(crate) knn_upright: Estimate,
    pub(crate) knn_rotated: Estimate,
}

/// Names of the baselines.
pub(super) const RAW: &str = "raw";
pub(super) const QUOTIENT: &str = "quotient-metric";
pub(super) const REYNOLDS: &str = "reynolds";

/// Raw codes, the quotient metric, and all linear invariants there are.
pub(super) fn baselines<G: FiniteGroup>(
    rep: &Representation<G>,
    latents: &Latents,
    settings: &Settings,
    seed: u64,
) -> anyhow::Result<Vec<Baseline>> {
    let count = settings.curve_reference.min(latents.labels.len());
    let (labels, test_labels) = (&latents.labels[..count], &latents.test_labels);
    let reynolds = Reynolds::<f32>::new(rep);
    let accuracy = |name: &str, base: &Array2<f32>| -> anyhow::Result<Estimate> {
        let base = base.slice_axis(Axis(0), Slice::from(..count));
        let test = latents.test.view();
        let outcome = match name {
            QUOTIENT => {
                let found = nearest_in_quotient(test, base, rep, settings.k, SelfMatches::Keep)?;
                votes(&found, labels, test_labels, settings.k)?
            }
            REYNOLDS => {
                let (test, base) = (reynolds.project(test)?, reynolds.project(base)?);
                knn(test.view(), base.view(), labels, test_labels, settings.k)?
            }
            _ => knn(test, base, labels, test_labels, settings.k)?,
        };
        interval(&outcome, seed)
    };
    [RAW, QUOTIENT, REYNOLDS]
        .into_iter()
        .map(|name| {
            Ok(Baseline {
                name: name.to_owned(),
                knn_upright: accuracy(name, &latents.upright)?,
                knn_rotated: accuracy(name, &latents.rotated)?,
            })
        })
        .collect()
}

/// A baseline, combined over runs.
pub(super) fn baseline(
    runs: &[Measurements],
    name: &str,
    value: fn(&Baseline) -> Estimate,
) -> anyhow::Result<Option<Estimate>> {
    let each: Vec<Estimate> = runs
        .iter()
        .filter_map(|run| run.curve_baselines.iter().find(|b| b.name == name))
        .map(value)
        .collect();
    if each.is_empty() { Ok(None) } else { Ok(Some(Estimate::over_runs(&each)?)) }
}

/// What [`over_projections`] plots, for one projection.
fn judge(
    projection: &dyn Projection<f32>,
    latents: &Latents,
    settings: &Settings,
    seed: u64,
) -> anyhow::Result<[f64; 4]> {
    let count = settings.curve_reference.min(latents.labels.len());
    let some = Slice::from(..count);
    let (labels, test_labels) = (&latents.labels[..count], &latents.test_labels);
    let test = projection.project(latents.test.view())?;
    let upright = projection.project(latents.upright.slice_axis(Axis(0), some))?;
    let rotated = projection.project(latents.rotated.slice_axis(Axis(0), some))?;
    let subsample = Some(Subsample { size: SILHOUETTE, seed });
    Ok([
        knn(test.view(), upright.view(), labels, test_labels, settings.k)?.mean(),
        knn(test.view(), rotated.view(), labels, test_labels, settings.k)?.mean(),
        probe(upright.view(), test.view(), settings.probe, (labels, test_labels))?.mean(),
        silhouette(test.view(), test_labels, subsample)?.mean(),
    ])
}

/// Accuracy of 5-NN and of linear probes over the number of labelled codes, upright and at random
/// angles, raw and invariant.
pub(super) fn over_labels<G: FiniteGroup>(
    rep: &Representation<G>,
    latents: &Latents,
    settings: &Settings,
    seed: u64,
) -> anyhow::Result<Vec<Curve>> {
    let filter = MaxFilter::<f32>::random(rep, 2 * rep.dim(), seed)?;
    let all = latents.upright.nrows();
    let mut counts: Vec<usize> =
        std::iter::successors(Some(50), |k| Some(2 * k)).take_while(|k| *k < all).collect();
    counts.push(all);
    let mut curves = Vec::new();
    for (kind, projection) in [("raw", None), ("max filter", Some(&filter as &dyn Projection<f32>))]
    {
        let test = apply(projection, latents.test.view())?;
        for (protocol, base) in [("upright", &latents.upright), ("rotated", &latents.rotated)] {
            let base = apply(projection, base.view())?;
            let name = format!("{kind}, {protocol}");
            let (mut by_knn, mut by_probe) = (Vec::new(), Vec::new());
            for &count in &counts {
                let some = base.slice_axis(Axis(0), Slice::from(..count));
                let labels = &latents.labels[..count];
                let x = count as f64;
                let outcome = knn(test.view(), some, labels, &latents.test_labels, settings.k)?;
                by_knn.push(Point { x, y: interval(&outcome, seed)? });
                if count <= settings.probe {
                    let outcome = probe(some, test.view(), count, (labels, &latents.test_labels))?;
                    by_probe.push(Point { x, y: interval(&outcome, seed)? });
                }
            }
            curves.push(Curve { figure: LABELS.to_owned(), name: name.clone(), points: by_knn });
            curves.push(Curve { figure: LABELS_PROBE.to_owned(), name, points: by_probe });
        }
    }
    Ok(curves)
}

/// 5-NN accuracy over the largest angle of the labelled digits: 0 is upright, 180° every angle.
pub(super) fn over_angles<G: PlanarGroup>(
    network: &SteerableCnn<G>,
    latents: &Latents,
    settings: &Settings,
    seed: u64,
    progress: &Progress,
) -> anyhow::Result<Vec<Curve>> {
    const DEGREES: [u32; 8] = [0, 10, 22, 45, 67, 90, 135, 180];
    let rep = network.representation();
    let count = settings.spread_reference.min(latents.reference.len());
    let digits = latents.reference.choose(count, Choice::Stratified, seed)?;
    let labels = classes(&digits);
    let filter = MaxFilter::<f32>::random(&rep, 2 * rep.dim(), seed)?;
    let max = GroupMax::new(&rep)?;
    let kinds: [(&str, Option<&dyn Projection<f32>>); 3] =
        [("raw", None), ("max filter", Some(&filter)), ("group max", Some(&max))];
    let mut curves: Vec<Curve> = kinds
        .iter()
        .map(|(name, _)| Curve {
            figure: ANGLES.to_owned(),
            name: (*name).to_owned(),
            points: Vec::new(),
        })
        .collect();
    let mut quotient =
        Curve { figure: ANGLES.to_owned(), name: "quotient metric".to_owned(), points: Vec::new() };
    let bar = progress.bar(DEGREES.len())?;
    for degrees in DEGREES {
        bar.set_message(format!("labelled digits within ±{degrees}°"));
        let rotator = Rotator { max_angle: PI * f64::from(degrees) / 180.0, ..Rotator::new(seed) };
        let (turned, _) = rotator.rotate(digits.images.view(), Purpose::Reference, 1)?;
        let base: Array2<f32> = network.encode(turned.view())?;
        let x = f64::from(degrees);
        for ((_, projection), curve) in kinds.iter().zip(&mut curves) {
            let test = apply(*projection, latents.test.view())?;
            let base = apply(*projection, base.view())?;
            let outcome = knn(test.view(), base.view(), &labels, &latents.test_labels, settings.k)?;
            curve.points.push(Point { x, y: interval(&outcome, seed)? });
        }
        let neighbours = nearest_in_quotient(
            latents.test.view(),
            base.view(),
            &rep,
            settings.k,
            SelfMatches::Keep,
        )?;
        let outcome = votes(&neighbours, &labels, &latents.test_labels, settings.k)?;
        quotient.points.push(Point { x, y: interval(&outcome, seed)? });
        bar.inc(1);
    }
    bar.finish_and_clear();
    curves.push(quotient);
    Ok(curves)
}

/// The curve of a figure, combined over runs.
pub(super) fn combined(runs: &[Measurements], figure: &str) -> anyhow::Result<Vec<Curve>> {
    let Some(first) = runs.first() else {
        return Ok(Vec::new());
    };
    first
        .curves
        .iter()
        .enumerate()
        .filter(|(_, curve)| curve.figure == figure)
        .map(|(i, curve)| {
            let points = curve
                .points
                .iter()
                .enumerate()
                .map(|(j, point)| {
                    let each: Vec<Estimate> =
                        runs.iter().map(|run| run.curves[i].points[j].y).collect();
                    Ok(Point { x: point.x, y: Estimate::over_runs(&each)? })
                })
                .collect::<anyhow::Result<_>>()?;
            Ok(Curve { points, ..curve.clone() })
        })
        .collect()
}

/// The random-projection curves, combined over runs: linear, max filter.
pub(super) fn of_projections(runs: &[Measurements]) -> anyhow::Result<Vec<Curve>> {
    combined(runs, PROJECTIONS)
}

/// Draws all curves.
pub(super) fn draw(runs: &[Measurements]) -> anyhow::Result<Vec<Picture>> {
    let Some(first) = runs.first() else {
        return Ok(Vec::new());
    };
    let row = |name: &str, value: fn(&Row) -> Option<Estimate>| -> anyhow::Result<_> {
        let rows: Vec<Estimate> = runs
            .iter()
            .filter_map(|run| run.table.iter().find(|row| row.name == name).and_then(value))
            .collect();
        if rows.is_empty() { Ok(None) } else { Ok(Some(Estimate::over_runs(&rows)?)) }
    };
    let over_projections = |title: &str, y: &str| {
        Curves::new(title, "number of random projections", y)
            .log2()
            .vertical(first.fixed_dim as f64, "dim of fixed space")
            .vertical(2.0 * first.dim as f64, "2·dim")
    };
    let with_baselines = |mut figure: Curves, value: fn(&Baseline) -> Estimate| {
        for (name, label) in [(RAW, "raw codes"), (QUOTIENT, "quotient metric")] {
            if let Some(estimate) = baseline(runs, name, value)? {
                figure = figure.horizontal(estimate.value, label);
            }
        }
        anyhow::Ok(figure)
    };
    let with_raw = |figure: Curves, value: fn(&Row) -> Option<Estimate>| {
        anyhow::Ok(match row(RAW, value)? {
            Some(estimate) => figure.horizontal(estimate.value, "raw codes"),
            None => figure,
        })
    };
    let over_labels =
        |title: &str, y: &str| Curves::new(title, "labelled codes", y).log2().percent();
    let figures = [
        (
            PROJECTIONS,
            with_baselines(
                over_projections(
                    "5-NN accuracy, upright neighbours, over the number of random projections",
                    "5-NN accuracy, upright neighbours",
                )
                .percent(),
                |b| b.knn_upright,
            )?,
        ),
        (
            PROJECTIONS_ROTATED,
            with_baselines(
                over_projections(
                    "5-NN accuracy, rotated neighbours, over the number of random projections",
                    "5-NN accuracy, rotated neighbours",
                )
                .percent(),
                |b| b.knn_rotated,
            )?,
        ),
        (
            PROJECTIONS_PROBE,
            with_raw(
                over_projections(
                    "Accuracy of a linear probe over the number of random projections",
                    "linear probe, fitted upright",
                )
                .percent(),
                |row| row.probe_upright,
            )?,
        ),
        (
            PROJECTIONS_SILHOUETTE,
            with_raw(
                over_projections(
                    "Silhouette by class over the number of random projections",
                    "silhouette of test codes",
                ),
                |row| row.silhouette,
            )?,
        ),
        (LABELS, over_labels("5-NN accuracy over the number of labelled codes", "5-NN accuracy")),
        (
            LABELS_PROBE,
            over_labels(
                "Accuracy of a linear probe over the number of labelled codes",
                "linear probe accuracy",
            ),
        ),
        (
            ANGLES,
            Curves::new(
                "5-NN accuracy over the spread of the labelled digits' angles",
                "labelled digits within ± degrees",
                "5-NN accuracy",
            )
            .percent(),
        ),
    ];
    figures
        .into_iter()
        .map(|(name, mut figure)| {
            for curve in combined(runs, name)? {
                let points =
                    curve.points.iter().map(|p| CurvePoint { x: p.x, y: p.y.into() }).collect();
                figure = figure.series(curve.name, points);
            }
            Ok(Picture::new(name, figure.render()?))
        })
        .collect()
}
