//! Training with a progress bar, checkpoints and a clean stop.

use std::path::PathBuf;

use equivariant_nn::checkpoint::Checkpoints;
use equivariant_nn::training::batch_and_steps;
use shapes::{CloudNetwork, Clouds, TrainingConfig, train};

use crate::reproduce::watcher::watched;
use terminal::Progress;

/// Where the files of one seed lie.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) dir: PathBuf,
    pub(super) resume: bool,
}

impl Place {
    /// Trains a network, or continues to.
    pub(super) fn train<N: CloudNetwork>(
        &self,
        name: &str,
        network: &N,
        clouds: &Clouds,
        config: &TrainingConfig,
        seed: u64,
        progress: &Progress,
    ) -> anyhow::Result<()> {
        progress.log(&format!(
            "{} with {} parameters, {} clouds, {} epochs",
            network.representation().name(),
            network.parameters().count(),
            clouds.len(),
            config.epochs
        ));
        let (_, steps) = batch_and_steps(clouds.len(), config.batch);
        let dir = self.dir.join(name).join("checkpoints");
        let checkpoints = Checkpoints { dir, resume: self.resume };
        watched(progress, steps * config.epochs, config.epochs, |observer| {
            train(network, clouds, config, seed, Some(&checkpoints), observer)
        })?;
        let path = self.dir.join(name).join("weights.safetensors");
        Ok(network.parameters().save(&path, &Default::default())?)
    }
}
