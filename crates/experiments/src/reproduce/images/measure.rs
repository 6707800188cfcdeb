//! All numbers of one trained network.

use analysis::metrics::{orbit_spread, orbit_spread_of_encodings};
use analysis::statistics::{Estimate, PerSample};
use groups::{HasIrreps, PlanarGroup};
use images::cnn::SteerableCnn;
use images::dataset::{Choice, Split};
use serde::{Deserialize, Serialize};

use super::curves::{self, Baseline, Curve};
use super::latents::{Latents, encode_turned};
use super::projected;
use super::settings::Settings;
use crate::reproduce::comparison::{
    Effort, Gap, Row, changed_neighbours, compare, equivariance_error, interval, named,
};
use terminal::Progress;

/// Everything measured of one network. Accuracies and shares lie between 0 and 1.
#[derive(Debug, Clone, Serialize, Deserialize)]
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
    let catalogue = named(projected::catalogue(&rep, latents, seed)?);
    let turned_digits =
        split.test.choose(settings.turned.min(split.test.len()), Choice::Stratified, seed)?;
    let turned = encode_turned(network, turned_digits.images.view())?;
    let effort = Effort { k: settings.k, probe: settings.probe, pairs: settings.pairs, seed };
    let outcomes = compare(&rep, latents.labelled(), &turned, &catalogue, effort, progress)?;
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
        gap: Gap::of(&outcomes, seed)?,
        orbit_spread: orbit_spread(latents.test.view(), &rep)?.ratio(),
        orbit_spread_of_inputs: orbit_spread_of_encodings(&views)?.ratio(),
        equivariance_error: equivariance_error(&rep, &turned, seed)?,
        changed_neighbours: changed_neighbours(&rep, latents.rotated.view(), seed)?,
        table: outcomes.into_iter().map(|(row, _)| row).collect(),
        curve_baselines: curves::baselines(&rep, latents, settings, seed)?,
        curves: all_curves,
    })
}
