//! Commands of the workspace. `cargo xtask help` lists them.
//!
//! Experiments and the command `equivariant` are programs of their own, which this one builds and becomes: it
//! compiles in seconds, and each of them has only the dependencies that it needs.
#![forbid(unsafe_code)]

mod cargo;
mod ci;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about,
    version,
    after_help = "`cargo xtask COMMAND --help` shows the flags of a command."
)]
struct Flags {
    /// Log more: -v what is done, -vv every detail. RUST_LOG chooses finer.
    #[arg(short, long, action = clap::ArgAction::Count)]
    verbose: u8,
    #[command(subcommand)]
    command: Command,
}

/// What follows the name of a command that another program has, flags and `--help` included.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
struct Line {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENTS")]
    line: Vec<std::ffi::OsString>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the paper's experiments and write figures, results.json and report.html.
    Reproduce(Line),
    /// Write docs/results.md from recorded runs.
    Results(Line),
    /// Audit latent codes: how ambiguous they are, and which invariant projection to use.
    Audit(Line),
    /// Make latent codes invariant.
    Project(Line),
    /// Find the nearest neighbours of a code by the distance of orbits.
    Neighbours(Line),
    /// Interpolate between codes in the quotient.
    Interpolate(Line),
    /// Check and describe the molecules of a table.
    Molecules(Line),
    /// Download MNIST and QM9 to where `reproduce` finds them.
    Fetch(Line),
    /// Print completions of the program `equivariant` for a shell.
    Completions(Line),
    /// Measure the hot paths, beside the same work in Python, on this machine.
    Bench(Line),
    /// Check everything that must hold before a change lands: architecture, formatting, lints,
    /// tests, examples, docs and a short reproduction.
    Ci(ci::Flags),
}

/// The program of the experiments.
const EXPERIMENTS: [&str; 2] = ["--package", "equivariant-experiments"];
/// The program `equivariant`, with all that it can do.
const EQUIVARIANT: [&str; 3] = ["--package", "equivariant-cli", EQUIVARIANT_FEATURES];
const EQUIVARIANT_FEATURES: &str = "--features=equivariant-cli/parquet,equivariant-cli/download";
/// The benchmarks, which measure what users get.
const BENCH: [&str; 3] = ["--release", "--package", "bench"];

fn main() -> ExitCode {
    match run(Flags::parse()) {
        Ok(code) => code,
        Err(error) => {
            say(format_args!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(flags: Flags) -> anyhow::Result<ExitCode> {
    let (program, name, line): (&[&str], _, _) = match flags.command {
        Command::Ci(flags) => return ci::run(flags).map(|()| ExitCode::SUCCESS),
        Command::Bench(Line { line }) if line.is_empty() => (&BENCH, "run", line),
        Command::Bench(Line { line }) => (&BENCH, "", line),
        Command::Reproduce(Line { line }) => (&EXPERIMENTS, "reproduce", line),
        Command::Results(Line { line }) => (&EXPERIMENTS, "results", line),
        Command::Audit(Line { line }) => (&EQUIVARIANT, "audit", line),
        Command::Project(Line { line }) => (&EQUIVARIANT, "project", line),
        Command::Neighbours(Line { line }) => (&EQUIVARIANT, "neighbours", line),
        Command::Interpolate(Line { line }) => (&EQUIVARIANT, "interpolate", line),
        Command::Molecules(Line { line }) => (&EQUIVARIANT, "molecules", line),
        Command::Fetch(Line { line }) => (&EQUIVARIANT, "fetch", line),
        Command::Completions(Line { line }) => (&EQUIVARIANT, "completions", line),
    };
    let mut command = cargo::command();
    // In the folder of the caller, so that files are found where they are named.
    command.arg("run").args(program).arg("--manifest-path");
    command.arg(workspace_root()?.join("Cargo.toml")).arg("--");
    // The benchmarks log nothing.
    let verbose = if program == BENCH { 0 } else { flags.verbose };
    command.args((0..verbose).map(|_| "-v"));
    command.args(Some(name).filter(|name| !name.is_empty())).args(line);
    cargo::become_program(command)
}

/// The folder of the workspace that the program was built from.
fn workspace_root() -> anyhow::Result<PathBuf> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(manifest.parent().context("xtask lies in the workspace")?.to_path_buf())
}

/// Tells on standard error; where that is closed there is nobody to tell.
fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_other_programs_pass_through() {
        let line = ["--help", "images", "-v", "--seeds", "0,1", "--", "-x"];
        let flags = Flags::parse_from(["xtask", "-vv", "reproduce"].iter().chain(&line));
        let Command::Reproduce(Line { line: passed }) = flags.command else { panic!("{flags:?}") };
        assert_eq!((flags.verbose, passed), (2, line.map(Into::into).to_vec()));
    }
}
