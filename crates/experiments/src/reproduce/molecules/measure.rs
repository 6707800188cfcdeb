//! All numbers of one seed.

use analysis::statistics::Estimate;
use molecules::vae::Autoencoder;
use serde::{Deserialize, Serialize};

use super::codes::Codes;
use super::data::Molecules;
use super::lossless::{self, Lossless};
use super::neighbours::{self, Ambiguity};
use super::paths::{self, AllPaths};
use super::regression::{self, Reading};
use super::sampling::{self, Sampled};
use super::settings::{Ablation, Settings};
use terminal::Progress;

/// Everything measured with one seed. Shares lie between 0 and 1.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Measurements {
    pub(super) seed: u64,
    /// In the order of the settings.
    pub(super) networks: Vec<NetworkMeasurements>,
    pub(super) ablations: Vec<Ablated>,
}

/// Everything measured of one network.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct NetworkMeasurements {
    /// Scalars a node.
    pub(super) latent: usize,
    /// Numbers in a code.
    pub(super) dim: usize,
    /// Trainable parameters.
    pub(super) parameters: usize,
    pub(super) lossless: Lossless,
    pub(super) ambiguity: Ambiguity,
    pub(super) paths: AllPaths,
    pub(super) readings: Vec<Reading>,
    pub(super) sampled: Vec<Sampled>,
}

/// A network that lacks something, beside the one of the settings trained as long.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Ablated {
    /// What it lacks; nothing for the one to compare with.
    pub(super) without: Option<Ablation>,
    pub(super) latent: usize,
    pub(super) parameters: usize,
    pub(super) epochs: usize,
    /// Share of held-out molecules reconstructed exactly.
    pub(super) reconstructed: Estimate,
    /// Mean reconstruction loss of the last epoch, in nats a graph.
    pub(super) nats: f64,
}

/// Measures everything of one network.
pub(super) fn all(
    network: &dyn Autoencoder,
    molecules: &Molecules,
    codes: &Codes,
    settings: &Settings,
    seed: u64,
    progress: &Progress,
) -> anyhow::Result<NetworkMeasurements> {
    let latent = codes.latent;
    let name = |what: &str| format!("seed {seed}, {latent} a node: {what}");
    progress.stage(&name("decoding and distances"))?;
    let lossless = lossless::measure(network, molecules, codes, settings, seed)?;
    let sampled = sampling::measure(network, molecules, codes, settings, seed)?;
    progress.stage(&name("neighbours between orbits"))?;
    let ambiguity = neighbours::measure(codes, settings, seed)?;
    progress.stage(&name("paths"))?;
    let paths = paths::measure(network, molecules, codes, settings, seed)?;
    progress.stage(&name("properties"))?;
    let readings = regression::measure(molecules, codes, settings, seed)?;
    Ok(NetworkMeasurements {
        latent,
        dim: codes.all.ncols(),
        parameters: network.parameters().count(),
        lossless,
        ambiguity,
        paths,
        readings,
        sampled,
    })
}
