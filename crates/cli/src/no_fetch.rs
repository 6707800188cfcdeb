//! In place of `fetch` where the program was built without downloads.

use terminal::exit::Usage;

use crate::features::install;

/// Download MNIST and QM9 (not in this build).
#[derive(Debug, clap::Args)]
pub(crate) struct Flags {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    _line: Vec<String>,
}

/// Says how to get the command.
pub(crate) fn run(_: Flags) -> anyhow::Result<()> {
    Err(Usage::from(format!("this program downloads nothing; {}", install("download"))).into())
}
