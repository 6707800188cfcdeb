//! What simple models read from raw and projected codes.

use ndarray::{Array2, ArrayView2, Axis};
use projections::catalogue::Candidate;
use serde::Serialize;

use super::Labels;
use super::sample::{Sample, stack};
use crate::AnalysisError;
use crate::neighbours::{SelfMatches, nearest};
use crate::probes::{LogisticRegression, Ridge, Standardisation, knn_classify, knn_regress};

/// Neighbours that vote.
const K: usize = 5;

/// More classes or features than this are not fitted by the linear probe.
const MOST_CLASSES: usize = 100;
const MOST_FEATURES: usize = 2048;

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
}

/// Accuracies, or `R²`, on codes that were not fitted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Probed {
    /// Which codes.
    pub codes: String,
    /// Of five nearest neighbours.
    pub neighbours: f64,
    /// Of multinomial logistic regression, or of ridge regression on standardised codes; none for very
    /// many classes or features.
    pub linear: Option<f64>,
}

/// Fits to the base, asks for the queries: raw, raw with the queries in random poses, and projected.
pub(super) fn probe(
    sample: &Sample,
    usable: &[Candidate<f64>],
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
    for candidate in usable {
        let images = candidate.projection.project(sample.all.view())?;
        probed.push(one(&candidate.choice.to_string(), &images, labels, sample)?);
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
    let narrow = codes.ncols() <= MOST_FEATURES;
    let (neighbours, linear) = match labels {
        Labels::Classes { of, .. } => {
            let (truth, known) = of.split_at(split);
            let mut classes = known.to_vec();
            classes.sort_unstable();
            classes.dedup();
            let linear = match narrow && (2..=MOST_CLASSES).contains(&classes.len()) {
                true => {
                    let model = LogisticRegression { max_iterations: 200, ..Default::default() };
                    Some(model.fit(base, known)?.evaluate(queries, truth)?.accuracy())
                }
                false => None,
            };
            (knn_classify(&found, known, truth, k)?.accuracy(), linear)
        }
        Labels::Targets(values) => {
            let (truth, known) = values.split_at(split);
            let linear = match narrow {
                true => {
                    let scale = Standardisation::fit(base);
                    let model = Ridge::default().fit(scale.apply(base).view(), known)?;
                    Some(model.evaluate(scale.apply(queries).view(), truth)?.r2())
                }
                false => None,
            };
            (knn_regress(&found, known, truth, k)?.r2(), linear)
        }
    };
    Ok(Probed { codes: name.to_owned(), neighbours, linear })
}
