//! Progress bars and log lines that do not write over each other.

use std::io::IsTerminal;
use std::time::Duration;

use anyhow::bail;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt};

use crate::interrupt;

/// Log lines go through tracing to standard error; `RUST_LOG` overrides the level.
pub(crate) fn init_logging() -> anyhow::Result<()> {
    let bars = tracing_indicatif::IndicatifLayer::new();
    let filter = EnvFilter::builder()
        .with_default_directive(tracing::level_filters::LevelFilter::INFO.into())
        .from_env()?;
    let lines = fmt::layer()
        .with_target(false)
        .without_time()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(bars.get_stderr_writer());
    tracing_subscriber::registry().with(filter).with(lines).with(bars).try_init()?;
    Ok(())
}

/// The bars of one run: one for all stages, one for the stage under way.
#[derive(Debug)]
pub(crate) struct Progress {
    all: MultiProgress,
    stages: ProgressBar,
}

impl Progress {
    /// Starts the display of a run of so many stages.
    pub(crate) fn new(stages: usize) -> anyhow::Result<Self> {
        let all = MultiProgress::new();
        let style = ProgressStyle::with_template(
            "{elapsed_precise} {bar:30.cyan/dim} stage {pos}/{len} {msg}",
        )?;
        let bar = all.add(ProgressBar::new(stages as u64).with_style(style));
        bar.enable_steady_tick(Duration::from_millis(500));
        Ok(Self { all, stages: bar })
    }

    /// Begins the next stage: logs it and shows its name.
    ///
    /// # Errors
    /// If a clean stop was asked for.
    pub(crate) fn stage(&self, name: &str) -> anyhow::Result<()> {
        if interrupt::requested() {
            bail!(
                "interrupted before stage `{name}`; run the same command with --resume to continue"
            );
        }
        self.stages.inc(1);
        self.stages.set_message(name.to_owned());
        self.all.suspend(|| tracing::info!("{name}"));
        Ok(())
    }

    /// A bar for work of known length within the stage.
    pub(crate) fn bar(&self, length: usize) -> anyhow::Result<ProgressBar> {
        let style = ProgressStyle::with_template(
            "         {bar:30.green/dim} {pos}/{len} {msg} (left: {eta})",
        )?;
        Ok(self.all.add(ProgressBar::new(length as u64).with_style(style)))
    }

    /// Logs a line above the bars.
    pub(crate) fn log(&self, line: &str) {
        self.all.suspend(|| tracing::info!("{line}"));
    }

    /// Removes the bars.
    pub(crate) fn finish(&self) {
        self.stages.finish_and_clear();
    }
}
