//! Downloads data sets, each file checked by its digest.

mod sources;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::Context;
use download::{Downloader, How, Settings};
use sources::DataSet;

use terminal::Progress;
use terminal::interrupt;

/// Download MNIST and QM9 to where `reproduce` finds them.
///
/// Over HTTPS only, from mirrors in turn; a file appears when its SHA-256 is the one that is written
/// in this program. What is there and right is left alone. Stopped by Ctrl-C or otherwise, the same
/// command goes on where it was. HTTPS_PROXY, ALL_PROXY and NO_PROXY are heeded.
///
/// Examples:
///
///   equivariant fetch
///
///   equivariant fetch mnist --data ~/datasets
///
/// Exit code 2 for flags that make no sense, 1 where a file cannot be had.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Flags {
    /// The data sets; all if none is named.
    #[arg(value_enum, value_name = "SET")]
    sets: Vec<DataSet>,
    /// Folder of the data sets, made if it is not there; each set gets a folder in it.
    #[arg(long, value_name = "DIR", env = "EQUIVARIANT_DATA", default_value = "data")]
    data: PathBuf,
    /// A file of certificates (PEM) to trust beside those that are built in, as of a company's proxy.
    #[arg(long, value_name = "FILE")]
    certificates: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(flags: Flags) -> anyhow::Result<()> {
    interrupt::listen()?;
    let extra_roots = match &flags.certificates {
        Some(path) => Some(
            std::fs::read_to_string(path)
                .with_context(|| format!("cannot read {}", path.display()))?,
        ),
        None => None,
    };
    let downloader = Downloader::new(Settings { extra_roots, ..Settings::default() })?;
    let mut sets = if flags.sets.is_empty() { DataSet::ALL.to_vec() } else { flags.sets };
    sets.sort_unstable();
    sets.dedup();
    let mut files = Vec::new();
    for set in sets {
        let folder = flags.data.join(set.folder());
        files.extend(set.sources()?.into_iter().map(|source| (source, folder.clone())));
    }
    let progress = Progress::new(files.iter().map(|(source, _)| source.bytes() as f64).collect())?;
    let fetched = files.iter().try_for_each(|(source, folder)| {
        progress.stage(source.name())?;
        fetch(&downloader, source, folder, &progress)
    });
    progress.finish();
    fetched
}

fn fetch(
    downloader: &Downloader,
    source: &download::Source,
    folder: &Path,
    progress: &Progress,
) -> anyhow::Result<()> {
    let bar = progress.bytes(source.bytes())?;
    let fetched = downloader.fetch(source, folder, &mut |at| {
        bar.set_position(at.bytes);
        match interrupt::requested() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    });
    bar.finish_and_clear();
    let fetched = fetched?;
    let how = match fetched.how {
        How::AlreadyThere => "was there".to_owned(),
        How::Resumed { from } => format!("gone on with after {from} bytes"),
        _ => "downloaded".to_owned(),
    };
    progress.log(&format!("{}: {how}, its SHA-256 is right", fetched.path.display()));
    Ok(())
}
