//! Makes codes of any framework invariant, block by block.

mod applied;
mod files;
mod settings;
mod stream;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::bail;
use latents::{CodeReader, Dtype, Spec};

use self::applied::Applied;
use self::files::Files;
use self::settings::Settings;
use crate::rows;
use terminal::exit::Usage;
use terminal::interrupt;

/// Make latent codes invariant: project codes of a file, one a row, and write the invariants.
///
/// Codes come as .safetensors, .npy, .npz, .csv, .csv.gz or .parquet, and the invariants are
/// written in the format that the extension of --out names, with the projection as metadata, so
/// that --like applies it to new codes. Fields lie one after the other, and the entries of a field
/// in the order of the group's elements. Memory does not depend on the number of codes. Stopped by
/// Ctrl-C, the same command goes on where it was (.npy, .safetensors and .csv).
///
/// Examples:
///
///   equivariant project codes.npy --group c8 --rep "4 x regular" --with max-filter:256 --out invariant.npy
///
///   equivariant project graphs.safetensors --tensor z --group s9 --rep "9 x 8" --with lex-sort --invert --out sorted.npz
///
///   equivariant project new.npy --like invariant.npy --out new-invariant.npy
///
/// Exit code 2 for flags that make no sense, 1 for data; nothing is written then.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Flags {
    /// The codes: an array (n, ...) that is read row by row.
    codes: PathBuf,
    /// The group: c8, d4, s9, a5, b4, q8, o, c2xc3, so2, o3, …, or a .json file with generators.
    #[arg(long, required_unless_present = "like", conflicts_with = "like")]
    group: Option<String>,
    /// The representation: "4 x regular", "9 x 8" (nodes x scalars, or points x 3 for o3), "natural",
    /// "8x0e + 4x1o" (irreps of o3, as e3nn writes them), sums by +.
    #[arg(long, required_unless_present = "like", conflicts_with = "like")]
    rep: Option<String>,
    /// The projection: sort, reynolds, power-spectrum, root-gram, max-filter:256, …
    #[arg(
        long,
        value_name = "NAME[:SIZE]",
        required_unless_present = "like",
        conflicts_with = "like"
    )]
    with: Option<String>,
    /// Where random templates come from.
    #[arg(long, default_value_t = 0, conflicts_with = "like")]
    seed: u64,
    /// A file that this command wrote: apply the same projection.
    #[arg(long, value_name = "FILE")]
    like: Option<PathBuf>,
    /// Also write the group elements g with s(z) = ρ(g)z, beside --out as NAME.elements: images of
    /// permutations, numbers of elements, or matrices row by row. For cross-sections only.
    #[arg(long)]
    invert: bool,
    /// The array in the file, or the name of its columns.
    #[arg(long, value_name = "NAME")]
    tensor: Option<String>,
    /// The file to write. It appears whole or not at all.
    #[arg(long)]
    out: PathBuf,
    /// No progress bar and no log.
    #[arg(long)]
    quiet: bool,
    /// Print what was done as a line of JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(flags: Flags) -> anyhow::Result<()> {
    interrupt::listen()?;
    let done = project(&flags)?;
    if flags.json {
        let line = serde_json::json!({
            "codes": flags.codes,
            "out": flags.out,
            "rows": done.rows,
            "resumed_at": done.resumed_at,
            "settings": done.settings,
        });
        writeln!(std::io::stdout(), "{line}")?;
    } else if !flags.quiet {
        tracing::info!(
            "{} codes of {} dimensions to {} by {}: {}",
            done.rows,
            done.settings.input_dim,
            done.settings.output_dim,
            done.settings.projection,
            flags.out.display()
        );
    }
    Ok(())
}

/// What was done.
struct Done {
    rows: usize,
    resumed_at: usize,
    settings: Settings,
}

fn project(flags: &Flags) -> anyhow::Result<Done> {
    latents::Format::of(&flags.out).map_err(Usage::from)?;
    latents::Format::of(&flags.codes).map_err(Usage::from)?;
    if same_file(&flags.codes, &flags.out) {
        bail!(Usage::from(format!("--out is the file of the codes, {}", flags.codes.display())));
    }
    let asked = match (&flags.like, &flags.group, &flags.rep, &flags.with) {
        (Some(file), ..) => Some(Settings::of_file(file)?),
        (None, Some(_), Some(_), Some(_)) => None,
        _ => bail!(Usage::from("expected --group, --rep and --with, or --like")),
    };
    let mut reader = latents::open(&flags.codes, flags.tensor.as_deref())?;
    if reader.rows() == 0 {
        bail!("{}: expected at least one code, the file holds none", flags.codes.display());
    }
    let mut settings = match asked {
        Some(settings) => settings,
        None => Settings::new(
            flags.group.as_deref().unwrap_or_default(),
            flags.rep.as_deref().unwrap_or_default(),
            flags.with.as_deref().unwrap_or_default(),
            flags.seed,
            reader.layout().dtype.fits_single(),
        ),
    };
    let applied = Applied::new(&settings, flags.invert, reader.layout())?;
    settings.complete(&applied)?;
    if !flags.quiet {
        rows::tell(reader.layout());
    }

    let specs = specs(flags, &settings, &applied, &*reader)?;
    let mut files = Files::start(reader.layout(), specs, &settings)?;
    let resumed_at = files.rows();
    if resumed_at > 0 && !flags.quiet {
        tracing::info!("going on after {resumed_at} codes that were projected before");
    }
    reader.skip(resumed_at)?;
    let rows = reader.rows();
    stream::run(reader, &applied, &mut files, flags.quiet)?;
    files.finish()?;
    Ok(Done { rows, resumed_at, settings })
}

/// The files to write: invariants, and the elements where they are asked for.
fn specs(
    flags: &Flags,
    settings: &Settings,
    applied: &Applied,
    reader: &dyn CodeReader,
) -> anyhow::Result<Vec<(PathBuf, Spec)>> {
    let metadata = serde_json::to_string(settings)?;
    let dtype = if settings.single() { Dtype::F32 } else { Dtype::F64 };
    let spec = |columns, dtype| Spec::new(vec![reader.rows(), columns], dtype);
    let mut specs =
        vec![(flags.out.clone(), spec(applied.output_dim, dtype).with_metadata(&metadata))];
    if let Some(elements) = applied.elements {
        let spec = spec(elements.columns, elements.dtype);
        let spec = spec.named("elements").with_metadata(&metadata);
        specs.push((elements_path(&flags.out)?, spec));
    }
    Ok(specs)
}

/// `sorted.csv.gz` becomes `sorted.elements.csv.gz`.
fn elements_path(out: &Path) -> anyhow::Result<PathBuf> {
    let name = out.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let lower = name.to_lowercase();
    let end = latents::Format::EXTENSIONS
        .iter()
        .filter(|extension| lower.ends_with(*extension))
        .map(|extension| name.len() - extension.len())
        .min()
        .unwrap_or(name.len());
    Ok(out.with_file_name(format!("{}.elements{}", &name[..end], &name[end..])))
}

fn same_file(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
