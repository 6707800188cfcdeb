//! The experiments of the paper, as `cargo xtask reproduce` and `cargo xtask results` start them.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use experiments::{reproduce, results};
use terminal::{exit, progress};

/// Tensors come and go in megabytes. The system's allocator gives each back to the kernel, and the next one is
/// paid for page by page: a third of a training step.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The experiments of the paper.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Flags {
    /// Log more: -v what is done, -vv every detail. RUST_LOG chooses finer.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the paper's experiments and write figures, results.json and report.html.
    Reproduce(reproduce::Flags),
    /// Write docs/results.md from recorded runs.
    Results(results::Flags),
}

fn main() -> ExitCode {
    let flags = Flags::parse();
    exit::run(|| {
        progress::init_logging(flags.verbose)?;
        match flags.command {
            Command::Reproduce(flags) => reproduce::run(flags),
            Command::Results(flags) => results::run(flags),
        }
    })
}
