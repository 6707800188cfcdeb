//! Training with a progress bar, checkpoints and a clean stop.

use std::path::PathBuf;

use anyhow::bail;
use equivariant_nn::checkpoint::Checkpoints;
use indicatif::ProgressBar;
use shapes::{CloudNetwork, Clouds, Observer, Outcome, StepReport, TrainingConfig, train};

use crate::interrupt;
use crate::progress::Progress;

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
        let steps = clouds.len() / config.batch.clamp(1, clouds.len().max(1));
        let mut watcher = Watcher { bar: progress.bar(steps * config.epochs)?, progress };
        let dir = self.dir.join(name).join("checkpoints");
        let checkpoints = Checkpoints { dir, resume: self.resume };
        let outcome = train(network, clouds, config, seed, Some(&checkpoints), &mut watcher);
        watcher.bar.finish_and_clear();
        match outcome? {
            Outcome::Finished(_) => {
                let path = self.dir.join(name).join("weights.safetensors");
                Ok(network.parameters().save(&path, &Default::default())?)
            }
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
        let line =
            format!("epoch {}: loss {loss:.3}, accuracy {:.1} %", epoch + 1, 100.0 * accuracy);
        if step + 1 == steps {
            self.progress.log(&line);
        }
        self.bar.set_message(line);
        !interrupt::requested()
    }
}
