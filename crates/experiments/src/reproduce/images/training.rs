//! Training with a progress bar, checkpoints and a clean stop.

use std::path::PathBuf;

use equivariant_nn::checkpoint::Checkpoints;
use equivariant_nn::training::batch_and_steps;
use images::dataset::Digits;
use images::training::{Trainable, TrainingConfig, train};

use crate::reproduce::watcher::watched;
use terminal::Progress;

/// One network to be trained.
pub(crate) struct Job<'a> {
    pub(crate) network: &'a dyn Trainable,
    /// What it is, for the log.
    pub(crate) name: String,
    pub(crate) training: &'a TrainingConfig,
    pub(crate) digits: &'a Digits,
    pub(crate) seed: u64,
    pub(crate) checkpoints: PathBuf,
    pub(crate) resume: bool,
}

impl Job<'_> {
    /// Trains the network, or continues to.
    pub(crate) fn run(self, progress: &Progress) -> anyhow::Result<()> {
        let config = self.training;
        progress.log(&format!(
            "{} with {} parameters, {} digits, {} epochs",
            self.name,
            self.network.parameters().count(),
            self.digits.len(),
            config.epochs
        ));
        let (_, steps) = batch_and_steps(self.digits.len(), config.batch);
        let checkpoints = Checkpoints { dir: self.checkpoints, resume: self.resume };
        watched(progress, steps * config.epochs, config.epochs, |observer| {
            train(self.network, self.digits, config, self.seed, Some(&checkpoints), observer)
        })?;
        Ok(())
    }
}
