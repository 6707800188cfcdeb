//! How fast the hot paths of this workspace are, in one run on one machine, beside the same work in
//! Python. See README.md.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "a program that reports to a terminal")]
#![expect(clippy::print_stderr, reason = "progress goes beside the results")]

mod clock;
mod compare;
mod draws;
mod floor;
mod machine;
mod peers;
mod precision;
mod rates;
mod record;
mod render;
mod scale;
mod session;
mod statistics;
mod suite;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};

use crate::record::Record;
use crate::session::{Session, Wanted};

/// That of the commands, which users run.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures the hot paths of this workspace.
#[derive(Debug, Parser)]
struct Flags {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measures, and writes what was found as JSON.
    Run(RunFlags),
    /// How time grows with the number of codes, the group, the dimension and threads.
    Scale(ScaleFlags),
    /// The ratio of two runs for each benchmark; fails where one has become slower.
    Compare(CompareFlags),
    /// A page of a run, in Markdown, with its figures beside it.
    Render(RenderFlags),
    /// All benchmarks and what they do.
    List,
}

#[derive(Debug, Args)]
struct RunFlags {
    /// Only benchmarks whose names begin so; may be given several times.
    #[arg(long, value_name = "NAME-PREFIX")]
    only: Vec<String>,
    /// Smaller sizes and fewer samples.
    #[arg(long)]
    quick: bool,
    /// A Python in which the peers are installed; without it nothing is compared.
    #[arg(long, value_name = "PYTHON")]
    peers: Option<PathBuf>,
    /// A table with a column of SMILES; generated molecules without it.
    #[arg(long, value_name = "FILE")]
    smiles: Option<PathBuf>,
    /// Where to write; printed without it.
    #[arg(long, value_name = "FILE.json")]
    out: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct ScaleFlags {
    /// Smaller sizes and fewer samples.
    #[arg(long)]
    quick: bool,
    /// Added to this record if it exists, else a record of its own; printed without it.
    #[arg(long, value_name = "FILE.json")]
    out: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct CompareFlags {
    /// The run to compare with.
    old: PathBuf,
    /// The run to judge.
    new: PathBuf,
    /// The largest ratio of times that is no regression.
    #[arg(long, default_value_t = 1.25)]
    tolerance: f64,
}

#[derive(Debug, Args)]
struct RenderFlags {
    /// A record of `bench run`.
    record: PathBuf,
    /// The page to write.
    #[arg(long, value_name = "FILE.md")]
    out: PathBuf,
}

fn main() -> anyhow::Result<ExitCode> {
    match Flags::parse().command {
        Command::Run(flags) => {
            // As `cargo xtask reproduce` does.
            rayon::ThreadPoolBuilder::new().use_current_thread().build_global()?;
            let wanted = Wanted { prefixes: flags.only, quick: flags.quick, smiles: flags.smiles };
            let mut record = Session::new(wanted, flags.peers)?.run()?;
            record.precision = precision::table()?;
            write(&record, flags.out.as_deref())?;
        }
        Command::Scale(flags) => {
            let mut record = match flags.out.as_deref().filter(|path| path.exists()) {
                Some(path) => Record::read(path)?,
                None => Record::here()?,
            };
            record.scaling = scale::sweeps(flags.quick)?;
            write(&record, flags.out.as_deref())?;
        }
        Command::Compare(flags) => {
            let (old, new) = (Record::read(&flags.old)?, Record::read(&flags.new)?);
            let changes = compare::changes(&old, &new);
            anyhow::ensure!(!changes.is_empty(), "the two runs have no benchmark in common");
            print!("{}", compare::table(&changes, flags.tolerance));
            if changes.iter().any(|change| change.ratio > flags.tolerance) {
                return Ok(ExitCode::FAILURE);
            }
        }
        Command::Render(flags) => {
            let record = Record::read(&flags.record)?;
            let folder = flags.out.parent().unwrap_or(Path::new("."));
            for (name, svg) in render::figures(&record)? {
                let path = folder.join(render::FIGURES).join(name);
                fs::create_dir_all(path.parent().unwrap_or(folder))?;
                fs::write(&path, svg).with_context(|| format!("write {}", path.display()))?;
            }
            let page = render::page(&record);
            fs::write(&flags.out, page)
                .with_context(|| format!("write {}", flags.out.display()))?;
        }
        Command::List => {
            for bench in suite::all() {
                println!("{:<36} {}", bench.name, bench.what);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn write(record: &Record, out: Option<&Path>) -> anyhow::Result<()> {
    match out {
        Some(path) => record.write(path),
        None => {
            println!("{}", record.json()?);
            Ok(())
        }
    }
}
