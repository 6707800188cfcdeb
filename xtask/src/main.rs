//! Commands of the workspace. `cargo xtask help` lists them.
#![forbid(unsafe_code)]

mod commands;
mod interrupt;
mod progress;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about, version)]
struct Flags {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the paper's experiments and write figures, results.json and report.html.
    Reproduce(commands::reproduce::Flags),
    /// Check and describe the molecules of a table: canonical SMILES and descriptors, or errors.
    Molecules(commands::molecules::Flags),
    /// Write docs/results.md from recorded runs.
    Results(commands::results::Flags),
    /// Check everything that must hold before a change lands: architecture, formatting, lints,
    /// tests, docs and a short reproduction.
    Ci(commands::ci::Flags),
}

fn main() -> anyhow::Result<()> {
    let flags = Flags::parse();
    progress::init_logging()?;
    match flags.command {
        Command::Reproduce(flags) => commands::reproduce::run(flags),
        Command::Molecules(flags) => commands::molecules::run(flags),
        Command::Results(flags) => commands::results::run(flags),
        Command::Ci(flags) => commands::ci::run(flags),
    }
}
