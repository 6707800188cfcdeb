//! How far raw distances mislead.

use ndarray::{Array2, Axis};
use serde::Serialize;

use super::sample::Sample;
use super::setting::Setting;
use crate::AnalysisError;
use crate::metrics::neighbour_overlap;
use crate::neighbours::{SelfMatches, nearest};
use crate::scaling::times_power;

/// How ambiguous codes are: what their pose does to distances.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Ambiguity {
    /// The share of a code's nearest neighbours by `‖z − w‖` that are not among those by
    /// `d([z],[w])`, as the codes are.
    pub changed: f64,
    /// The same after every code is moved by a random element: nothing but the pose has changed.
    pub changed_at_random_poses: f64,
    /// The share that would be shared by chance.
    pub chance: f64,
    /// RMS distance between two poses of one code.
    pub within_orbits: f64,
    /// RMS distance between two codes.
    pub between_codes: f64,
    spread: f64,
    /// How many elements the orbits were measured on: all, or as many at random.
    pub elements: usize,
}

impl Ambiguity {
    /// `within_orbits / between_codes`, also where these leave the range of numbers.
    pub fn spread(&self) -> f64 {
        self.spread
    }
}

pub(super) fn measure(sample: &Sample, setting: &Setting) -> Result<Ambiguity, AnalysisError> {
    let changed = |codes: &Array2<f64>| -> Result<f64, AnalysisError> {
        let (queries, base) = codes.view().split_at(Axis(0), sample.queries.nrows());
        let raw = nearest(queries, base, sample.neighbours, SelfMatches::Keep)?;
        Ok(1.0 - neighbour_overlap(&raw, &sample.truth)?.mean())
    };
    // One code alone has no distance to another.
    let codes = if sample.queries.nrows() > 1 { &sample.queries } else { &sample.all };
    let (spread, elements) = setting.spread(codes, sample.seed)?;
    Ok(Ambiguity {
        changed: changed(&sample.all)?,
        changed_at_random_poses: changed(&sample.reposed)?,
        chance: sample.neighbours as f64 / sample.base.nrows() as f64,
        within_orbits: times_power(spread.as_ref().map_or(0.0, |s| s.within()), sample.exponent),
        between_codes: times_power(rms_distance(&sample.all), sample.exponent),
        spread: spread.as_ref().map_or(0.0, |s| s.within()) / rms_distance(&sample.all),
        elements,
    })
}

/// The RMS of `‖zᵢ − zⱼ‖` over all pairs of rows.
pub(super) fn rms_distance(codes: &Array2<f64>) -> f64 {
    let n = codes.nrows() as f64;
    let Some(mean) = codes.mean_axis(Axis(0)) else { return 0.0 };
    let scatter: f64 =
        codes.rows().into_iter().map(|row| (&row - &mean).mapv(|v| v * v).sum()).sum();
    (2.0 * scatter / (n - 1.0).max(1.0)).sqrt()
}
