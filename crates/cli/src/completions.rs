//! Completions for shells.

use clap::CommandFactory;
use clap_complete::Shell;

/// Print completions of the program `equivariant` for a shell.
///
/// Examples:
///
///   equivariant completions bash > ~/.local/share/bash-completion/completions/equivariant
///
///   equivariant completions zsh > ~/.zfunc/_equivariant
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Flags {
    /// The shell.
    shell: Shell,
}

/// Runs the command for the command line `C`.
pub(crate) fn run<C: CommandFactory>(flags: &Flags) -> anyhow::Result<()> {
    use std::io::Write;

    // Generated in memory first, as the generator panics where standard output is closed.
    let mut script = Vec::new();
    clap_complete::generate(flags.shell, &mut C::command(), "equivariant", &mut script);
    std::io::stdout().write_all(&script)?;
    Ok(())
}
