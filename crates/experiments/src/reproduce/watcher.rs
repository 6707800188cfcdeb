//! A training with a progress bar, a line for each epoch and a clean stop.

use anyhow::bail;
use equivariant_nn::training::{Observer, Outcome, StepReport};
use indicatif::ProgressBar;

use terminal::Progress;
use terminal::interrupt;

/// Runs `train` for so many steps in all, watched.
pub(super) fn watched<E>(
    progress: &Progress,
    steps: usize,
    epochs: usize,
    train: impl FnOnce(&mut dyn Observer) -> Result<Outcome, E>,
) -> anyhow::Result<()>
where
    anyhow::Error: From<E>,
{
    let mut watcher = Watcher { bar: progress.bar(steps)?, progress };
    let outcome = train(&mut watcher);
    watcher.bar.finish_and_clear();
    match outcome? {
        Outcome::Finished(_) => Ok(()),
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
