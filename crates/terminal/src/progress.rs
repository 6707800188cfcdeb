//! Progress bars and log lines that do not write over each other.

use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt};

use crate::{TerminalError, interrupt};

/// Log lines go through tracing to standard error, more of them the larger `verbose` is; `RUST_LOG`
/// overrides the level. Coloured on a terminal, unless `NO_COLOR` is set.
///
/// # Errors
/// If `RUST_LOG` is malformed, or the program logs already.
pub fn init_logging(verbose: u8) -> Result<(), TerminalError> {
    let bars = tracing_indicatif::IndicatifLayer::new();
    let level = match verbose {
        0 => LevelFilter::INFO,
        1 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let filter = EnvFilter::builder().with_default_directive(level.into()).from_env()?;
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let lines = fmt::layer()
        .with_target(false)
        .without_time()
        .with_ansi(!plain && std::io::stderr().is_terminal())
        .with_writer(bars.get_stderr_writer());
    tracing_subscriber::registry().with(filter).with(lines).with(bars).try_init()?;
    Ok(())
}

/// The bars of one run: one for all stages, one for the stage under way.
#[derive(Debug)]
pub struct Progress {
    all: MultiProgress,
    stages: ProgressBar,
    plan: Mutex<Plan>,
}

/// The stages of a run by the share of the time that each takes.
#[derive(Debug)]
struct Plan {
    weights: Vec<f64>,
    /// Stages that were begun or passed over.
    begun: usize,
    /// Where the stages of the suite under way end.
    group_end: usize,
    /// Weight of the stages that were run to their ends, and their time.
    done: f64,
    spent: Duration,
    /// The stage under way and since when it runs.
    since: Option<(String, Instant)>,
    /// Stages that were run to their ends since they were last asked for, with their seconds.
    finished: Vec<(String, f64)>,
}

impl Plan {
    /// Ends the stage under way.
    fn end_stage(&mut self) {
        if let Some((name, since)) = self.since.take() {
            self.done += self.weights.get(self.begun.wrapping_sub(1)).copied().unwrap_or(0.0);
            self.spent += since.elapsed();
            self.finished.push((name, since.elapsed().as_secs_f64()));
        }
    }

    /// The time that the stages from the next on will take at the pace so far.
    fn left(&self) -> Option<Duration> {
        let ahead: f64 = self.weights.iter().skip(self.begun).sum();
        let pace = self.spent.as_secs_f64() / self.done;
        (self.done > 0.0).then(|| Duration::from_secs_f64(pace * ahead))
    }
}

impl Progress {
    /// Starts the display of a run of stages, given by the share of the time that each takes.
    pub fn new(weights: Vec<f64>) -> Result<Self, TerminalError> {
        let all = MultiProgress::new();
        let style = ProgressStyle::with_template(
            "{elapsed_precise} {bar:30.cyan/dim} stage {pos}/{len} {msg}",
        )?;
        let bar = all.add(ProgressBar::new(weights.len() as u64).with_style(style));
        bar.enable_steady_tick(Duration::from_millis(500));
        let (done, spent) = (0.0, Duration::ZERO);
        let group_end = weights.len();
        let plan =
            Plan { weights, begun: 0, group_end, done, spent, since: None, finished: Vec::new() };
        Ok(Self { all, stages: bar, plan: Mutex::new(plan) })
    }

    /// Begins a suite of so many stages; stages of the last one that were not begun are passed over.
    pub fn group(&self, stages: usize) {
        let mut plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        plan.end_stage();
        if plan.group_end < plan.weights.len() {
            plan.begun = plan.group_end;
        }
        plan.group_end = plan.begun + stages;
        self.stages.set_position(plan.begun as u64);
    }

    /// Begins the next stage: logs it and shows its name, and how long the stages after it will
    /// take.
    ///
    /// # Errors
    /// If a clean stop was asked for.
    pub fn stage(&self, name: &str) -> Result<(), TerminalError> {
        if interrupt::requested() {
            return Err(TerminalError::Interrupted(name.to_owned()));
        }
        let mut plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        plan.end_stage();
        plan.begun += 1;
        plan.since = Some((name.to_owned(), Instant::now()));
        let left = plan.left().filter(|left| left.as_secs() > 0);
        let left = left.map_or(String::new(), |left| {
            format!(" (about {} min of other stages after it)", (left.as_secs_f64() / 60.0).ceil())
        });
        self.stages.set_position(plan.begun as u64);
        self.stages.set_message(format!("{name}{left}"));
        self.all.suspend(|| tracing::info!("{name}{left}"));
        Ok(())
    }

    /// Ends the stage under way; returns the stages that have ended since the last call, each with
    /// the seconds that it took.
    pub fn take_finished(&self) -> Vec<(String, f64)> {
        let mut plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        plan.end_stage();
        std::mem::take(&mut plan.finished)
    }

    /// Ends the stage under way; all stages that have ended since [`Self::take_finished`].
    pub fn finished(&self) -> Vec<(String, f64)> {
        let mut plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        plan.end_stage();
        plan.finished.clone()
    }

    /// Passes over the next stages: what they give is there.
    pub fn pass_over(&self, stages: usize) {
        let mut plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        plan.end_stage();
        plan.begun += stages;
        self.stages.set_position(plan.begun as u64);
    }

    /// A bar for work of known length within the stage.
    pub fn bar(&self, length: usize) -> Result<ProgressBar, TerminalError> {
        let style = ProgressStyle::with_template(
            "         {bar:30.green/dim} {pos}/{len} {msg} (left: {eta})",
        )?;
        Ok(self.all.add(ProgressBar::new(length as u64).with_style(style)))
    }

    /// A bar for bytes that come from elsewhere.
    pub fn bytes(&self, length: u64) -> Result<ProgressBar, TerminalError> {
        let style = ProgressStyle::with_template(
            "         {bar:30.green/dim} {binary_bytes} of {binary_total_bytes}, {binary_bytes_per_sec} (left: {eta})",
        )?;
        Ok(self.all.add(ProgressBar::new(length).with_style(style)))
    }

    /// Logs a line above the bars.
    pub fn log(&self, line: &str) {
        self.all.suspend(|| tracing::info!("{line}"));
    }

    /// Logs an error above the bars.
    pub fn log_error(&self, line: &str) {
        self.all.suspend(|| tracing::error!("{line}"));
    }

    /// Removes the bars.
    pub fn finish(&self) {
        self.stages.finish_and_clear();
    }
}
