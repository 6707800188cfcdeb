//! Training with a progress bar, checkpoints and a clean stop.

use std::path::PathBuf;

use anyhow::bail;
use equivariant_nn::checkpoint::Checkpoints;
use equivariant_nn::training::batch_and_steps;
use indicatif::ProgressBar;
use molecules::vae::{
    Autoencoder, EpochReport, Observer, Outcome, StepReport, TrainingConfig, train,
};

use super::data::Molecules;
use terminal::Progress;
use terminal::interrupt;

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
    pub(crate) fn run(self, progress: &Progress) -> anyhow::Result<Vec<EpochReport>> {
        let network = self.network;
        let (graphs, epochs) = (self.molecules.training(), self.training.epochs);
        progress.log(&format!(
            "{} scalars a node, {} parameters, {} molecules, {epochs} epochs",
            network.config().latent,
            network.parameters().count(),
            graphs.len(),
        ));
        let (_, steps) = batch_and_steps(graphs.len(), self.training.batch);
        let mut watcher = Watcher { bar: progress.bar(steps * epochs)?, progress };
        let checkpoints = Checkpoints { dir: self.checkpoints, resume: self.resume };
        let data = &self.molecules.facts.fingerprint;
        let outcome = train(
            network,
            graphs,
            data,
            self.training,
            self.seed,
            Some(&checkpoints),
            &mut watcher,
        );
        watcher.bar.finish_and_clear();
        match outcome? {
            Outcome::Finished(history) => Ok(history),
            Outcome::Interrupted { epochs: done } => bail!(
                "interrupted after {done} of {epochs} epochs; run the same command with --resume to continue"
            ),
        }
    }
}

struct Watcher<'a> {
    bar: ProgressBar,
    progress: &'a Progress,
}

impl Observer for Watcher<'_> {
    fn step(&mut self, report: &StepReport) -> bool {
        let StepReport { epoch, step, steps, reconstruction, divergence } = *report;
        self.bar.set_position((epoch * steps + step + 1) as u64);
        let line = format!(
            "epoch {}: {reconstruction:.3} nats to reconstruct, divergence {divergence:.1}",
            epoch + 1
        );
        if step + 1 == steps {
            self.progress.log(&line);
        }
        self.bar.set_message(line);
        !interrupt::requested()
    }
}
