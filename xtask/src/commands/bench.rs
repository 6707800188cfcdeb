//! Speed, measured by the crate `bench` in the release profile.

use std::process::Command;

use anyhow::{Context, ensure};

/// Measure the hot paths, beside the same work in Python, on this machine.
///
/// Builds the crate `bench` for release and hands it all that follows; `cargo xtask bench help` lists what
/// it can do.
///
/// Examples:
///
///   cargo xtask bench run --out new.json
///
///   cargo xtask bench run --peers python3 --out new.json
///
///   cargo xtask bench compare old.json new.json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Flags {
    /// What to do, and its flags; `run` if nothing is said.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
    line: Vec<String>,
}

/// Runs the command.
pub(crate) fn run(flags: Flags) -> anyhow::Result<()> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let line = if flags.line.is_empty() { vec!["run".to_owned()] } else { flags.line };
    // In the folder of the caller, so that files are found where they are named.
    let status = Command::new(program)
        .args(["run", "--quiet", "--release", "--package", "bench", "--manifest-path"])
        .arg(super::workspace_root()?.join("Cargo.toml"))
        .arg("--")
        .args(line)
        .status()
        .context("cannot start cargo")?;
    ensure!(status.success(), "the benchmarks ended with {status}");
    Ok(())
}
