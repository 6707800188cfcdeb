//! What simple models read from raw and projected codes.

use ndarray::{Array2, ArrayView2, Axis};
use projections::catalogue::Candidate;
use serde::Serialize;

use super::OPERATION;
use super::sample::{Sample, stack};
use crate::neighbours::{SelfMatches, nearest};
use crate::probes::{LogisticRegression, knn_classify};
use crate::{AnalysisError, checks};

/// Neighbours that vote.
const K: usize = 5;

/// More classes or features than this are not fitted by the linear probe.
const MOST_CLASSES: usize = 100;
const MOST_FEATURES: usize = 2048;

/// Accuracies on codes that were not fitted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Probed {
    /// Which codes.
    pub codes: String,
    /// Of five nearest neighbours.
    pub neighbours: f64,
    /// Of multinomial logistic regression; none for very many classes or features.
    pub linear: Option<f64>,
}

/// Fits to the base, asks for the queries: raw, raw with the queries in random poses, and projected.
pub(super) fn probe(
    sample: &Sample,
    usable: &[Candidate<f64>],
) -> Result<Vec<Probed>, AnalysisError> {
    let Some(labels) = &sample.labels else { return Ok(Vec::new()) };
    let mut classes = labels.clone();
    classes.sort_unstable();
    classes.dedup();
    checks::at_least(OPERATION, "classes among the labels", 2, classes.len())?;
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
    labels: &[usize],
    sample: &Sample,
) -> Result<Probed, AnalysisError> {
    let split = sample.queries.nrows();
    let (queries, base): (ArrayView2<'_, f64>, _) = codes.view().split_at(Axis(0), split);
    let (truth, known) = labels.split_at(split);
    let k = K.min(base.nrows());
    let found = nearest(queries, base, k, SelfMatches::Keep)?;
    let neighbours = knn_classify(&found, known, truth, k)?.accuracy();
    let mut classes = known.to_vec();
    classes.sort_unstable();
    classes.dedup();
    let fits = (2..=MOST_CLASSES).contains(&classes.len()) && codes.ncols() <= MOST_FEATURES;
    let linear = match fits {
        true => {
            let model = LogisticRegression { max_iterations: 200, ..Default::default() };
            Some(model.fit(base, known)?.evaluate(queries, truth)?.accuracy())
        }
        false => None,
    };
    Ok(Probed { codes: name.to_owned(), neighbours, linear })
}
