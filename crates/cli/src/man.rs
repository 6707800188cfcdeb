//! Pages of the manual.

use std::io::Write;
use std::path::PathBuf;

use clap::CommandFactory;
use clap_mangen::Man;
use terminal::whole_file;

/// Print the page of the manual, or write one for each command.
///
/// Examples:
///
///   equivariant man | man -l -
///
///   equivariant man --out ~/.local/share/man/man1
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Flags {
    /// The folder for the pages: equivariant.1, equivariant-audit.1, …
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Runs the command for the command line `C`.
pub(crate) fn run<C: CommandFactory>(flags: &Flags) -> anyhow::Result<()> {
    let mut whole = C::command();
    whole.build();
    let page = |command: &clap::Command| {
        let mut page = Vec::new();
        Man::new(command.clone()).render(&mut page).map(|()| page)
    };
    let Some(folder) = &flags.out else {
        return Ok(std::io::stdout().write_all(&page(&whole)?)?);
    };
    for command in
        whole.get_subcommands().filter(|command| command.get_name() != "help").chain([&whole])
    {
        // With the name of the program before it.
        let name = command.get_display_name().unwrap_or_else(|| command.get_name());
        whole_file::write(&folder.join(format!("{name}.1")), &page(command)?)?;
    }
    Ok(())
}
