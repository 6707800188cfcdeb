//! A training with a progress bar, a line for each epoch and a clean stop.

use anyhow::bail;
use equivariant_nn::training::{Metrics, Observer, Outcome, StepReport};
use indicatif::ProgressBar;

use terminal::Progress;
use terminal::interrupt;

/// Runs `train` for so many steps in all, watched; returns what each epoch did.
pub(super) fn watched<E>(
    progress: &Progress,
    steps: usize,
    epochs: usize,
    train: impl FnOnce(&mut dyn Observer) -> Result<Outcome, E>,
) -> anyhow::Result<Vec<Metrics>>
where
    anyhow::Error: From<E>,
{
    let mut watcher = Watcher { bar: progress.bar(steps)?, progress };
    let outcome = train(&mut watcher);
    watcher.bar.finish_and_clear();
    match outcome? {
        Outcome::Finished(history) => Ok(history),
        Outcome::Interrupted { epochs: done } => bail!(
            "interrupted after {done} of {epochs} epochs; run the same command with --resume to continue"
        ),
    }
}

struct Watcher<'a> {
    bar: ProgressBar,
    progress: &'a Progress,
}

impl Observer for Watcher<'_> {
    fn step(&mut self, report: &StepReport) -> bool {
        let StepReport { epoch, step, steps, means } = report;
        self.bar.set_position((epoch * steps + step + 1) as u64);
        self.bar.set_message(format!("epoch {}: {means}", epoch + 1));
        !interrupt::requested()
    }

    fn epoch(&mut self, epoch: usize, means: &Metrics) {
        self.progress.log(&format!("epoch {}: {means}", epoch + 1));
    }
}
