//! Commands of the workspace. `cargo xtask help` lists them.
#![forbid(unsafe_code)]

mod commands;
mod exit;
mod interrupt;
mod lock;
mod progress;
mod whole_file;

use std::io::Write;
use std::process::ExitCode;

/// Tensors come and go in megabytes. The system's allocator gives each back to the kernel, and the next one is
/// paid for page by page: a third of a training step.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about, version)]
struct Flags {
    /// Log more: -v what is done, -vv every detail. RUST_LOG chooses finer.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    #[command(subcommand)]
    command: Command,
}

// A doc comment on a command here would hide the page of help that its flags have.
#[derive(Debug, Subcommand)]
enum Command {
    /// Run the paper's experiments and write figures, results.json and report.html.
    Reproduce(commands::reproduce::Flags),
    Fetch(commands::fetch::Flags),
    Molecules(commands::molecules::Flags),
    Audit(commands::audit::Flags),
    Project(commands::project::Flags),
    Neighbours(commands::neighbours::Flags),
    Interpolate(commands::interpolate::Flags),
    Completions(commands::completions::Flags),
    Bench(commands::bench::Flags),
    /// Write docs/results.md from recorded runs.
    Results(commands::results::Flags),
    /// Check everything that must hold before a change lands: architecture, formatting, lints,
    /// tests, examples, docs and a short reproduction.
    Ci(commands::ci::Flags),
}

fn main() -> ExitCode {
    match run(Flags::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where standard error is closed there is nobody to tell.
            let _ = writeln!(std::io::stderr(), "error: {}", exit::message(&error));
            exit::code(&error)
        }
    }
}

fn run(flags: Flags) -> anyhow::Result<()> {
    progress::init_logging(flags.verbose)?;
    match flags.command {
        Command::Reproduce(flags) => commands::reproduce::run(flags),
        Command::Fetch(flags) => commands::fetch::run(flags),
        Command::Molecules(flags) => commands::molecules::run(flags),
        Command::Audit(flags) => commands::audit::run(flags),
        Command::Project(flags) => commands::project::run(flags),
        Command::Neighbours(flags) => commands::neighbours::run(flags),
        Command::Interpolate(flags) => commands::interpolate::run(flags),
        Command::Completions(flags) => commands::completions::run::<Flags>(&flags),
        Command::Bench(flags) => commands::bench::run(flags),
        Command::Results(flags) => commands::results::run(flags),
        Command::Ci(flags) => commands::ci::run(flags),
    }
}
