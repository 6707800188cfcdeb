//! `equivariant`: what symmetry does to latent codes in files, and what to do about it.
#![forbid(unsafe_code)]

mod action;
mod audit;
mod completions;
mod features;
#[cfg_attr(not(feature = "download"), path = "no_fetch.rs")]
mod fetch;
mod interpolate;
mod man;
mod molecules;
mod neighbours;
mod project;
mod rows;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use terminal::{exit, progress};

/// Latent codes of equivariant networks: how ambiguous they are, and how to make them invariant.
#[derive(Debug, Parser)]
#[command(name = "equivariant", version)]
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
    Audit(audit::Flags),
    Project(project::Flags),
    Neighbours(neighbours::Flags),
    Interpolate(interpolate::Flags),
    Molecules(molecules::Flags),
    Fetch(fetch::Flags),
    Completions(completions::Flags),
    Man(man::Flags),
}

fn main() -> ExitCode {
    let flags = Flags::parse();
    exit::run(|| run(flags).map_err(features::advise))
}

fn run(flags: Flags) -> anyhow::Result<()> {
    progress::init_logging(flags.verbose)?;
    match flags.command {
        Command::Audit(flags) => audit::run(flags),
        Command::Project(flags) => project::run(flags),
        Command::Neighbours(flags) => neighbours::run(flags),
        Command::Interpolate(flags) => interpolate::run(flags),
        Command::Molecules(flags) => molecules::run(flags),
        Command::Fetch(flags) => fetch::run(flags),
        Command::Completions(flags) => completions::run::<Flags>(&flags),
        Command::Man(flags) => man::run::<Flags>(&flags),
    }
}
