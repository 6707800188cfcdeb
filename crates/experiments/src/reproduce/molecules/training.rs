//! Training with a progress bar, checkpoints and a clean stop.

use std::path::PathBuf;

use equivariant_nn::checkpoint::Checkpoints;
use equivariant_nn::training::batch_and_steps;
use molecules::vae::{Autoencoder, Metrics, TrainingConfig, train};

use super::data::Molecules;
use crate::reproduce::watcher::watched;
use terminal::Progress;

/// One network to be trained.
pub(crate) struct Job<'a, N: Autoencoder> {
    pub(crate) network: &'a N,
    pub(crate) training: &'a TrainingConfig,
    pub(crate) molecules: &'a Molecules,
    pub(crate) seed: u64,
    pub(crate) checkpoints: PathBuf,
    pub(crate) resume: bool,
}

impl<N: Autoencoder> Job<'_, N> {
    /// Trains the network, or continues to; returns what each epoch did.
    pub(crate) fn run(self, progress: &Progress) -> anyhow::Result<Vec<Metrics>> {
        let network = self.network;
        let (graphs, epochs) = (self.molecules.training(), self.training.epochs);
        progress.log(&format!(
            "{} scalars a node, {} parameters, {} molecules, {epochs} epochs",
            network.config().latent,
            network.parameters().count(),
            graphs.len(),
        ));
        let (_, steps) = batch_and_steps(graphs.len(), self.training.batch);
        let checkpoints = Checkpoints { dir: self.checkpoints, resume: self.resume };
        let data = &self.molecules.facts.fingerprint;
        watched(progress, steps * epochs, epochs, |observer| {
            train(network, graphs, data, self.training, self.seed, Some(&checkpoints), observer)
        })
    }
}
