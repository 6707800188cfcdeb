//! Networks that lack one thing, to show what it is good for.

use std::path::Path;

use analysis::statistics::{Estimate, wilson};
use candle_core::Device;
use molecules::vae::{Autoencoder, EpochReport, GraphVae};

use super::data::Molecules;
use super::lossless::alike;
use super::measure::{Ablated, NetworkMeasurements};
use super::settings::{Ablation, NetworkSettings, Settings};
use super::training;
use crate::progress::Progress;

impl Ablation {
    /// What is missing, in words.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ties => "numbers that tell symmetric atoms apart",
            Self::Products => "products of matrices",
            Self::Ranks => "the canonical order",
        }
    }
}

/// The row of a network that lacks nothing.
pub(super) fn whole(
    measured: &NetworkMeasurements,
    settings: &NetworkSettings,
    history: &[EpochReport],
) -> Ablated {
    Ablated {
        without: None,
        latent: measured.latent,
        parameters: measured.parameters,
        epochs: settings.training.epochs,
        reconstructed: measured.lossless.reconstructed,
        nats: history.last().map_or(f64::NAN, |epoch| epoch.reconstruction),
    }
}

/// Trains and judges the networks.
pub(super) struct Job<'a> {
    pub(super) settings: &'a Settings,
    pub(super) molecules: &'a Molecules,
    pub(super) seed: u64,
    pub(super) device: &'a Device,
}

impl Job<'_> {
    pub(super) fn run(
        self,
        dir: &Path,
        resume: bool,
        progress: &Progress,
    ) -> anyhow::Result<Vec<Ablated>> {
        let Self { settings, molecules, seed, device } = self;
        let mut all = Vec::new();
        for &without in &settings.ablations {
            let ranks = without == Ablation::Ranks;
            let Some(network) = settings.networks.iter().find(|n| (n.latent == 1) == ranks) else {
                continue;
            };
            progress.stage(&format!("seed {seed}: without {}", without.name()))?;
            let mut config = network.config(molecules.nodes, molecules.vocabulary.kinds().len());
            match without {
                Ablation::Ties => config.ties = false,
                Ablation::Products => config.products = 0,
                Ablation::Ranks => config.ranks = false,
            }
            let name = serde_json::to_value(without)?;
            let name = format!("without-{}", name.as_str().unwrap_or_default());
            let trained = GraphVae::new(config, seed, device)?;
            let job = training::Job {
                network: &trained,
                training: &network.training,
                molecules,
                seed,
                checkpoints: dir.join(format!("seed-{seed}")).join(name).join("checkpoints"),
                resume,
            };
            let history = job.run(progress)?;
            all.push(Ablated {
                without: Some(without),
                latent: network.latent,
                parameters: trained.parameters().count(),
                epochs: network.training.epochs,
                reconstructed: reconstructed(&trained, molecules)?,
                nats: history.last().map_or(f64::NAN, |epoch| epoch.reconstruction),
            });
        }
        Ok(all)
    }
}

fn reconstructed(network: &dyn Autoencoder, molecules: &Molecules) -> anyhow::Result<Estimate> {
    let graphs = molecules.held_out();
    let decoded = network.decode(&network.encode(graphs)?)?;
    let same = decoded.iter().zip(graphs).filter(|(a, b)| alike(a, b, molecules)).count();
    Ok(wilson(same, graphs.len())?)
}
