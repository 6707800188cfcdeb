//! Training with a progress bar, checkpoints and a clean stop.

use std::path::PathBuf;

use anyhow::bail;
use candle_core::Device;
use equivariant_nn::checkpoint::Checkpoints;
use groups::PlanarGroup;
use images::cnn::SteerableCnn;
use images::dataset::Digits;
use images::training::{Observer, Outcome, StepReport, train};
use indicatif::ProgressBar;

use super::settings::Settings;
use crate::interrupt;
use crate::progress::Progress;

/// One network to be trained.
pub(super) struct Job<'a, G: PlanarGroup> {
    pub(super) group: &'a G,
    pub(super) settings: &'a Settings,
    pub(super) digits: &'a Digits,
    pub(super) seed: u64,
    pub(super) device: Device,
    pub(super) checkpoints: PathBuf,
    pub(super) resume: bool,
}

impl<G: PlanarGroup> Job<'_, G> {
    /// Trains the network, or continues to.
    pub(super) fn run(self, progress: &Progress) -> anyhow::Result<SteerableCnn<G>> {
        let architecture = self.settings.architecture.clone();
        let network = SteerableCnn::new(self.group.clone(), architecture, self.seed, self.device)?;
        let config = &self.settings.training;
        progress.log(&format!(
            "{} with {} parameters, {} digits, {} epochs",
            network.representation().name(),
            network.parameters().count(),
            self.digits.len(),
            config.epochs
        ));
        let steps = self.digits.len() / config.batch.clamp(1, self.digits.len());
        let mut watcher = Watcher { bar: progress.bar(steps * config.epochs)?, progress };
        let checkpoints = Checkpoints { dir: self.checkpoints, resume: self.resume };
        let outcome =
            train(&network, self.digits, config, self.seed, Some(&checkpoints), &mut watcher);
        watcher.bar.finish_and_clear();
        match outcome? {
            Outcome::Finished(_) => Ok(network),
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
