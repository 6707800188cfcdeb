//! Networks that lack one thing, to show what it is good for, beside one that lacks nothing, all
//! trained as long.

use std::path::Path;

use analysis::statistics::{Estimate, wilson};
use candle_core::Device;
use molecules::vae::{Autoencoder, GraphVae, TrainingConfig};

use super::data::Molecules;
use super::lossless::alike;
use super::measure::Ablated;
use super::settings::{Ablation, NetworkSettings, Settings};
use super::training;
use terminal::Progress;

impl Ablation {
    /// What is missing, in words.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ties => "numbers that tell symmetric atoms apart",
            Self::Products => "products of matrices",
            Self::Ranks => "the canonical order",
        }
    }

    /// Whether a network has what is taken away.
    fn concerns(self, network: &NetworkSettings) -> bool {
        (self == Self::Ranks) == (network.latent == 1)
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
    /// How many networks a run with these settings trains.
    pub(super) fn networks(settings: &Settings) -> usize {
        let with = |n: &&NetworkSettings| settings.ablations.iter().any(|a| a.concerns(n));
        settings.ablations.len() + settings.networks.iter().filter(with).count()
    }

    pub(super) fn run(
        self,
        dir: &Path,
        resume: bool,
        progress: &Progress,
    ) -> anyhow::Result<Vec<Ablated>> {
        let Self { settings, molecules, seed, device } = self;
        let mut all = Vec::new();
        for network in &settings.networks {
            let lacking: Vec<Ablation> =
                settings.ablations.iter().copied().filter(|a| a.concerns(network)).collect();
            if lacking.is_empty() {
                continue;
            }
            for without in std::iter::once(None).chain(lacking.into_iter().map(Some)) {
                let part = match without {
                    None => "whole".to_owned(),
                    Some(part) => format!("without {}", part.name()),
                };
                progress
                    .stage(&format!("seed {seed}: ablation, {} a node, {part}", network.latent))?;
                let mut config =
                    network.config(molecules.nodes, molecules.vocabulary.kinds().len());
                match without {
                    None => {}
                    Some(Ablation::Ties) => config.ties = false,
                    Some(Ablation::Products) => config.products = 0,
                    Some(Ablation::Ranks) => config.ranks = false,
                }
                let folder = serde_json::to_value(without)?;
                let folder = folder.as_str().unwrap_or("nothing");
                let folder = format!("latent-{}-without-{folder}", network.latent);
                let trained = GraphVae::new(config, seed, device)?;
                let training =
                    TrainingConfig { epochs: settings.ablation_epochs, ..network.training.clone() };
                let job = training::Job {
                    network: &trained,
                    training: &training,
                    molecules,
                    seed,
                    checkpoints: dir.join(folder).join("checkpoints"),
                    resume,
                };
                let history = job.run(progress)?;
                all.push(Ablated {
                    without,
                    latent: network.latent,
                    parameters: trained.parameters().count(),
                    epochs: training.epochs,
                    reconstructed: reconstructed(&trained, molecules)?,
                    nats: history.last().and_then(|m| m.get("reconstruction")).unwrap_or(f64::NAN),
                });
            }
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
