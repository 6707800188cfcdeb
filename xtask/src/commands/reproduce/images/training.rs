//! Training with a progress bar, checkpoints and a clean stop.

use std::path::PathBuf;

use anyhow::bail;
use equivariant_nn::checkpoint::Checkpoints;
use images::dataset::Digits;
use images::training::{Observer, Outcome, StepReport, Trainable, TrainingConfig, train};
use indicatif::ProgressBar;

use crate::interrupt;
use crate::progress::Progress;

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
        let steps = self.digits.len() / config.batch.clamp(1, self.digits.len());
        let mut watcher = Watcher { bar: progress.bar(steps * config.epochs)?, progress };
        let checkpoints = Checkpoints { dir: self.checkpoints, resume: self.resume };
        let outcome =
            train(self.network, self.digits, config, self.seed, Some(&checkpoints), &mut watcher);
        watcher.bar.finish_and_clear();
        match outcome? {
            Outcome::Finished(_) => Ok(()),
            Outcome::Interrupted { epochs } => bail!(
                "interrupted after {epochs} of {} epochs; run the same command with --resume to continue",
                config.epochs
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
        let StepReport { epoch, step, steps, loss, accuracy } = *report;
        self.bar.set_position((epoch * steps + step + 1) as u64);
        let mut line = format!("epoch {}: loss {loss:.3}", epoch + 1);
        if let Some(accuracy) = accuracy {
            line += &format!(", accuracy {:.1} %", 100.0 * accuracy);
        }
        if step + 1 == steps {
            self.progress.log(&line);
        }
        self.bar.set_message(line);
        !interrupt::requested()
    }
}
