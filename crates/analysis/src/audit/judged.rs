//! What one projection keeps and costs.

use std::time::Instant;

use projections::{Guarantee, Projection};
use serde::Serialize;

use super::sample::Sample;
use crate::AnalysisError;
use crate::metrics::{
    Distortion, distortion, euclidean_distances, invariance_error, neighbour_overlap,
};
use crate::neighbours::{SelfMatches, nearest};

/// Projections on more outputs are left out.
const MOST_OUTPUTS: usize = 16_384;

/// A projection, tried on codes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judged {
    /// As the catalogue names it.
    pub name: String,
    /// What is proved of it.
    pub guarantee: Guarantee,
    /// Why, or what is lost.
    pub because: &'static str,
    /// Whether `s(z)` is still a code.
    pub cross_section: bool,
    /// The dimension of its images.
    pub outputs: usize,
    /// The share of the exact quotient neighbours that are also neighbours of the images.
    pub overlap: f64,
    /// `‖s(z) − s(w)‖ / d([z],[w])` over random pairs and near neighbours; none where all images are
    /// equal.
    pub distortion: Option<Distortion>,
    /// `max ‖s(ρ(g)z) − s(z)‖` beside the RMS distance of images, over random elements; none where
    /// all images are equal.
    pub invariance_error: Option<f64>,
    /// Wall time a code on this machine's threads. Two runs differ in it.
    pub microseconds: f64,
}

impl Judged {
    /// The 99 % quantile of the ratios of distances over the 1 % quantile: what a common factor does
    /// not explain. Infinite where different orbits coincide.
    pub fn distortion_of_most(&self) -> f64 {
        self.distortion.map_or(f64::INFINITY, |d| d.q99 / d.q01)
    }
}

/// The verdict, or why there is none.
pub(super) fn judge(
    name: &str,
    s: &dyn Projection<f64>,
    sample: &Sample,
) -> Result<Result<Judged, String>, AnalysisError> {
    let metadata = s.metadata();
    if s.output_dim() > MOST_OUTPUTS {
        let outputs = s.output_dim();
        return Ok(Err(format!("{outputs} outputs are too many to be tried; choose a size")));
    }
    let start = Instant::now();
    let images = s.project(sample.all.view())?;
    let microseconds = 1e6 * start.elapsed().as_secs_f64() / sample.all.nrows() as f64;
    let (queries, base) = images.view().split_at(ndarray::Axis(0), sample.queries.nrows());
    let found = nearest(queries, base, sample.neighbours, SelfMatches::Keep)?;
    let overlap = neighbour_overlap(&found, &sample.truth)?.mean();
    let constant = super::ambiguity::rms_distance(&images)
        <= f64::EPSILON * super::ambiguity::rms_distance(&sample.all);
    let (mut distances, mut error) = (None, None);
    if !constant {
        let projected = euclidean_distances(images.view(), &sample.pairs)?;
        distances = Some(distortion(&projected, &sample.distances)?);
        let transformed = sample
            .poses
            .iter()
            .map(|g| s.project(g.apply_rows(sample.queries.view()).view()))
            .collect::<Result<Vec<_>, _>>()?;
        let views: Vec<_> = transformed.iter().map(|t| t.view()).collect();
        // A few queries may have equal images although not all codes have.
        error = match queries.nrows() {
            0 | 1 => None,
            _ => invariance_error(queries, &views).ok().map(|e| e.max()),
        };
    }
    Ok(Ok(Judged {
        name: name.to_owned(),
        guarantee: metadata.guarantee,
        because: metadata.because,
        cross_section: metadata.cross_section,
        outputs: s.output_dim(),
        overlap,
        distortion: distances,
        invariance_error: error,
        microseconds,
    }))
}
