//! What simple models read from raw and projected codes.

use ndarray::{Array2, ArrayView2, Axis};
use projections::Projection;
use serde::Serialize;

use super::Labels;
use super::recommend::percent;
use super::sample::{Sample, stack};
use crate::AnalysisError;
use crate::neighbours::{SelfMatches, nearest};
use crate::probes::{LogisticRegression, Ridge, Standardisation, knn_classify, knn_regress};

/// Neighbours that vote.
const K: usize = 5;

/// More classes or features than this are not fitted by the linear probe.
const MOST_CLASSES: usize = 100;
const MOST_FEATURES: usize = 2048;

/// Penalties that are tried, the largest first.
const RIDGE: [f64; 8] = [1e4, 1e3, 1e2, 10.0, 1.0, 0.1, 1e-2, 1e-3];
const LOGISTIC: [f64; 5] = [100.0, 10.0, 1.0, 0.1, 1e-2];

/// Scores that differ by less are taken to be equal.
const EQUAL: f64 = 0.01;

/// What probes are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// The class: the share that is right is stated.
    Class,
    /// A number: `R²` is stated.
    Number,
}

impl Asked {
    pub(super) fn of(labels: &Labels) -> Self {
        match labels {
            Labels::Classes { .. } => Self::Class,
            Labels::Targets(_) => Self::Number,
        }
    }

    /// A score as it is printed.
    pub(super) fn score(self, value: f64) -> String {
        match self {
            Self::Class => percent(value),
            Self::Number => format!("{value:.3}"),
        }
    }
}

/// Accuracies, or `R²`, on codes that were not fitted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Probed {
    /// Which codes.
    pub codes: String,
    /// Of five nearest neighbours; NaN where all targets that are asked for are equal.
    pub neighbours: f64,
    /// Of multinomial logistic regression, or of ridge regression on standardised codes; none for very
    /// many classes or features.
    pub linear: Option<f64>,
    /// The penalty of the linear model, chosen by cross-validation on the codes that are fitted.
    pub penalty: Option<f64>,
    /// What the better of both reaches among the codes that are fitted, each predicted from others: by
    /// this the projection for the labels is chosen.
    pub cross_validated: f64,
    /// Why a number is missing.
    pub missing: Option<String>,
}

/// Fits to the base, asks for the queries: raw, raw with the queries in random poses, and projected.
pub(super) fn probe(
    sample: &Sample,
    usable: &[(String, Box<dyn Projection<f64>>)],
) -> Result<Vec<Probed>, AnalysisError> {
    let Some(labels) = &sample.labels else { return Ok(Vec::new()) };
    labels.check_different()?;
    let mut probed = vec![
        one("raw codes", &sample.all, labels, sample)?,
        one(
            "raw codes, those asked for at random poses",
            &stack(
                &sample.reposed.view().split_at(Axis(0), sample.queries.nrows()).0.to_owned(),
                &sample.base,
            )?,
            labels,
            sample,
        )?,
    ];
    for (name, projection) in usable {
        let images = projection.project(sample.all.view())?;
        probed.push(one(name, &images, labels, sample)?);
    }
    Ok(probed)
}

fn one(
    name: &str,
    codes: &Array2<f64>,
    labels: &Labels,
    sample: &Sample,
) -> Result<Probed, AnalysisError> {
    let split = sample.queries.nrows();
    let (queries, base): (ArrayView2<'_, f64>, _) = codes.view().split_at(Axis(0), split);
    let k = K.min(base.nrows());
    let found = nearest(queries, base, k, SelfMatches::Keep)?;
    let among = K.min(base.nrows() - 1);
    let within = nearest(base, base, among, SelfMatches::Exclude)?;
    let mut missing = match codes.ncols() > MOST_FEATURES {
        true => Some(format!(
            "No linear model of {name}: {} outputs are more than {MOST_FEATURES}.",
            codes.ncols()
        )),
        false => None,
    };
    let (neighbours, by_neighbours, linear) = match labels {
        Labels::Classes { of, .. } => {
            let (truth, known) = of.split_at(split);
            let mut classes = known.to_vec();
            classes.sort_unstable();
            classes.dedup();
            if !(2..=MOST_CLASSES).contains(&classes.len()) {
                missing = Some(format!(
                    "No linear model: the {} codes that are fitted are of {} classes, not of 2 to \
                     {MOST_CLASSES}.",
                    known.len(),
                    classes.len()
                ));
            }
            let linear = match missing {
                None => {
                    let model = LogisticRegression { max_iterations: 200, ..Default::default() };
                    let model = model.cross_validated(base, known, &LOGISTIC)?;
                    let accuracy = model.model.evaluate(queries, truth)?.accuracy();
                    Some((accuracy, model.penalty, model.score))
                }
                Some(_) => None,
            };
            let within = knn_classify(&within, known, known, among)?.accuracy();
            (knn_classify(&found, known, truth, k)?.accuracy(), within, linear)
        }
        Labels::Targets(values) => {
            let (truth, known) = values.split_at(split);
            let linear = match missing {
                None => {
                    let scale = Standardisation::fit(base);
                    let model = Ridge::cross_validated(scale.apply(base).view(), known, &RIDGE)?;
                    let r2 = model.model.evaluate(scale.apply(queries).view(), truth)?.r2();
                    Some((r2, model.penalty, model.score))
                }
                Some(_) => None,
            };
            let neighbours = knn_regress(&found, known, truth, k)?.r2();
            if neighbours.is_nan() {
                missing = Some(format!(
                    "No R²: all {} targets that are asked for are equal.",
                    truth.len()
                ));
            }
            (neighbours, knn_regress(&within, known, known, among)?.r2(), linear)
        }
    };
    Ok(Probed {
        codes: name.to_owned(),
        neighbours,
        linear: linear.map(|(score, ..)| score).filter(|score| !score.is_nan()),
        penalty: linear.map(|(_, penalty, _)| penalty),
        cross_validated: linear.map_or(f64::NAN, |(_, _, score)| score).max(by_neighbours),
        missing,
    })
}

/// Which projection to take for the labels: the one whose cross-validated score is best, the recommended
/// one where it is as good. The first two of `probed` are raw codes, the others follow `names`.
pub(super) fn advise(probed: &[Probed], recommended: &str, labels: &Labels) -> Option<String> {
    let [raw, _, projected @ ..] = probed else { return None };
    let best = projected.iter().max_by(|a, b| a.cross_validated.total_cmp(&b.cross_validated))?;
    let close = |p: &&Probed| p.cross_validated >= best.cross_validated - EQUAL;
    let recommended = projected.iter().find(|p| p.codes == recommended);
    let best = recommended.filter(close).unwrap_or(best);
    let asked = Asked::of(labels);
    let chance = match labels {
        Labels::Targets(_) => 0.0,
        Labels::Classes { of, names } => {
            let largest = (0..names.len()).map(|c| of.iter().filter(|l| **l == c).count()).max();
            largest.unwrap_or(0) as f64 / of.len() as f64
        }
    };
    let what = match asked {
        Asked::Class => "share of classes that is right",
        Asked::Number => "R²",
    };
    if best.cross_validated.is_nan() || best.cross_validated < chance + EQUAL {
        return Some(format!(
            "For these labels there is no advice: no projection reads them better than chance ({what} {}).",
            asked.score(chance)
        ));
    }
    let score = |p: &Probed| asked.score(p.cross_validated);
    let mut text = format!(
        "For these labels take {}: {what} {} in cross-validation, {} from raw codes",
        best.codes,
        score(best),
        score(raw)
    );
    if let Some(other) = recommended.filter(|r| r.codes != best.codes) {
        text += &format!(", {} from {}", score(other), other.codes);
    }
    text += ". The recommendation does not depend on labels.";
    if raw.cross_validated > best.cross_validated + EQUAL {
        text += " Raw codes read them better still: the labels depend on the pose, which invariants drop.";
    }
    Some(text)
}
