//! Audits codes of any framework.

mod input;
#[cfg(test)]
mod tests;

use std::io::Write;
use std::path::{Path, PathBuf};

use analysis::audit::{Audit, AuditOptions, Convention, Pairing, Part, Says, Verdict};
use anyhow::{Context, bail};
use figures::report::Section;
use groups::{AnyGroup, BlockKind, FiniteGroup, Kind, Space};
use serde::Serialize;

use self::input::{Expected, Input};
use crate::action::Action;
use terminal::exit::Usage;
use terminal::whole_file;

/// Audit latent codes: how ambiguous they are, and which invariant projection to use.
///
/// Reads codes, one a row, from .safetensors, .npy, .npz, .csv, .csv.gz or .parquet and writes
/// DIR/report.html, a page that needs nothing else: how many nearest neighbours change when the
/// distance between orbits is used, how large orbits are, what every projection that applies keeps
/// and costs, which one is recommended and why, pictures before and after, and probes where labels
/// are given. Large files are read in one pass; at most 20,000 codes of them are kept, drawn at
/// random.
///
/// Fields lie one after the other, and the entries of a field in the order of the group's elements;
/// --paired checks that they do: it compares the codes of transformed inputs with the action of g.
/// Where the declared action is not the true one, the message says which convention fits; where only
/// the axes of space have another order, which changes no orbit, a note says what to pass.
///
/// Examples:
///
///   equivariant audit codes.npy --group c8 --rep "16 x regular"
///
///   equivariant audit codes.safetensors --tensor z --group s9 --rep "9 x 8" --labels rings --out audit
///
///   equivariant audit codes.npy --group d4 --rep "8 x regular" --paired turned.npy --element "r^1" --json
///
///   equivariant audit points.npz --group o3 --rep "9 x 3" --labels energies.npy
///
/// Exit code 2 for flags that make no sense, 1 for data; nothing is written then.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Flags {
    /// The codes: an array (n, ...) that is read row by row.
    codes: PathBuf,
    #[command(flatten)]
    action: Action,
    /// The array in the file, or the name of its columns.
    #[arg(long, value_name = "NAME")]
    tensor: Option<String>,
    /// The class of each code (whole numbers or words) or its target (other numbers): a file, or an
    /// array or column of the file of codes.
    #[arg(long, value_name = "FILE|NAME")]
    labels: Option<String>,
    /// The codes of the same inputs, transformed by --element.
    #[arg(long, value_name = "FILE", requires = "element")]
    paired: Option<PathBuf>,
    /// The element of the group: its number, r^3, r^3 s, [1, 0, 2], (0 1), -90deg, "60deg about z",
    /// inversion.
    #[arg(long, value_name = "G", requires = "paired", allow_hyphen_values = true)]
    element: Option<String>,
    /// The folder for report.html.
    #[arg(long, default_value = "audit", value_name = "DIR")]
    out: PathBuf,
    /// Where random samples, poses and templates come from.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Print the results as a line of JSON.
    #[arg(long)]
    json: bool,
    /// No log.
    #[arg(long)]
    quiet: bool,
}

/// Runs the command.
pub(crate) fn run(flags: Flags) -> anyhow::Result<()> {
    let done = audit(&flags)?;
    if flags.json {
        writeln!(std::io::stdout(), "{}", serde_json::to_string(&done)?)?;
    } else if !flags.quiet {
        if let Some(pairing) = &done.pairing {
            tracing::info!("{}", declared(pairing));
            notes(pairing).iter().for_each(|note| tracing::info!("{note}"));
        }
        tracing::info!("{}", done.audit.sentence());
        tracing::info!("recommended: {}", done.audit.recommended().name);
        done.audit.why.iter().for_each(|sentence| tracing::info!("{sentence}"));
        done.audit.for_labels.iter().for_each(|advice| tracing::info!("{advice}"));
        tracing::info!("apply it: {}", applied(&flags, &done.audit.recommended().name));
        tracing::info!("{}", done.report.display());
    }
    Ok(())
}

/// The command that applies a projection to the codes of the flags.
fn applied(flags: &Flags, projection: &str) -> String {
    let Flags { codes, action: Action { group, rep }, tensor, .. } = flags;
    let tensor = tensor.as_ref().map(|name| format!(" --tensor {name}")).unwrap_or_default();
    format!(
        "equivariant project {}{tensor} --group {group} --rep \"{rep}\" --with {projection} --out invariant.npy",
        codes.display()
    )
}

/// What was found, as it is printed.
#[derive(Debug, Serialize)]
struct Done {
    codes: PathBuf,
    report: PathBuf,
    pairing: Option<Pairing>,
    audit: Audit,
}

fn audit(flags: &Flags) -> anyhow::Result<Done> {
    // What does not depend on data comes first.
    latents::Format::of(&flags.codes).map_err(Usage::from)?;
    if let Some(paired) = &flags.paired {
        latents::Format::of(paired).map_err(Usage::from)?;
    }
    let (audit, pairing) = audit_codes(flags)?;
    let mut page =
        audit.report(&name(&flags.codes)).fact("file", flags.codes.display().to_string());
    if let Some(pairing) = &pairing {
        let section = Section::new("Declared action").paragraph(declared(pairing));
        page = page.section(notes(pairing).into_iter().fold(section, Section::paragraph));
    }
    let report = flags.out.join("report.html");
    whole_file::write(&report, page.render()?.as_bytes())?;
    Ok(Done { codes: flags.codes.clone(), report, pairing, audit })
}

/// Audits the codes of the flags.
fn audit_codes(flags: &Flags) -> anyhow::Result<(Audit, Option<Pairing>)> {
    let space = &flags.action.space()?;
    let element = flags.element.as_deref().map(|text| space.parse_element(text));
    let element = element.transpose().map_err(Usage::from)?;
    if matches!(space.group(), AnyGroup::Isometries(_)) {
        // The group knows no metric for this representation: an error of usage.
        space.metric().map_err(|error| {
            Usage::from(format!(
                "{error}. An audit compares with exact distances; `equivariant project` makes such \
                 codes invariant by root-gram or group-norm"
            ))
        })?;
    }
    let expected = Expected { name: space.name(), dim: space.dim(), shape: shape(space) };
    let input = Input::read(flags, &expected)?;
    let path = flags.codes.display();
    let (codes, paired) = (input.codes.view(), input.paired.as_ref());
    let checked = paired.zip(element.as_ref());
    let checked = checked.map(|(w, g)| Pairing::check(codes, w.view(), space, g));
    let pairing =
        checked.transpose().with_context(|| format!("{path} and its transformed codes"))?;
    if let Some(pairing) = &pairing {
        refuse(pairing, &space.name(), flags)?;
    }
    let options = AuditOptions { seed: flags.seed, ..AuditOptions::default() };
    let mut audit = Audit::of(codes, space, input.labels.as_ref(), &options)
        .with_context(|| format!("{path}, array `{}`", input.tensor))?;
    audit.codes = input.rows;
    Ok((audit, pairing))
}

/// The lengths that an array of fields, nodes or points has beside that of the codes.
fn shape(space: &Space) -> Option<[usize; 2]> {
    let blocks = space.blocks();
    match (space.kind(), &blocks[..]) {
        (Kind::Finite(rep), blocks) => match (rep.regular_fields(), blocks) {
            (Some(fields), _) => Some([fields, rep.group().order()]),
            (None, [block]) => match block.kind {
                BlockKind::NodeFeatures { nodes, features } => Some([nodes, features]),
                _ => None,
            },
            _ => None,
        },
        (Kind::Isometries(_), [first, _, ..])
            if blocks.iter().all(|b| b.kind == first.kind && b.dim > 1) =>
        {
            Some([blocks.len(), first.dim])
        }
        _ => None,
    }
}

/// Fails where the declared action is not the true one and orbits are others therefore.
fn refuse(pairing: &Pairing, rep: &str, flags: &Flags) -> anyhow::Result<()> {
    let wrong = || {
        let Pairing { declared, parts, .. } = pairing;
        let against: Vec<String> =
            parts.iter().filter_map(|part| against(part, parts.len())).collect();
        format!(
            "{}: these are not the codes of {} moved by {} of {rep}: ρ(g)z is off by {:.2} times how far \
             codes moved{}",
            flags.paired.as_deref().unwrap_or(Path::new("")).display(),
            flags.codes.display(),
            declared.convention.element,
            declared.residual,
            if against.is_empty() { String::new() } else { format!(" ({})", against.join("; ")) },
        )
    };
    match &pairing.verdict {
        Verdict::Other(fit) if fit.convention.keeps_orbits() => Ok(()),
        Verdict::Other(fit) => {
            bail!(
                "{}; what fits is {} (off by {:.1e}){}",
                wrong(),
                fit.convention,
                fit.residual,
                alike(pairing).map(|text| format!(". {text}")).unwrap_or_default()
            )
        }
        Verdict::Neither(fit) => bail!(
            "{}; of the conventions tried none fits, the closest is {} (off by {:.2})",
            wrong(),
            fit.convention,
            fit.residual
        ),
        Verdict::Holds | Verdict::CannotTell => Ok(()),
    }
}

/// What speaks against the declared action in a kind of block.
fn against(part: &Part, parts: usize) -> Option<String> {
    let Part { name, moved, off, says, .. } = part;
    match says {
        Says::OppositeSign => {
            Some(format!("{name} has the opposite sign: another parity, or a sign too much"))
        }
        Says::Against if parts > 1 => Some(format!(
            "{name} moved by {moved:.1e} of the distance of two codes and is off by {off:.1e} of it"
        )),
        _ => None,
    }
}

/// The verdict in a sentence.
fn declared(pairing: &Pairing) -> String {
    let Pairing { declared, verdict, .. } = pairing;
    let element = &declared.convention.element;
    match verdict {
        Verdict::Other(fit) => {
            format!(
                "holds for {} (off by {:.1e} times how far codes moved)",
                fit.convention, fit.residual
            )
        }
        Verdict::CannotTell => format!(
            "cannot tell for {element}: codes hardly moved where the declared action leaves them, so that \
             other actions fit as well; take another element, or other inputs"
        ),
        _ => format!(
            "holds for {element}: ρ(g)z is off by {:.1e} times how far codes moved",
            declared.residual
        ),
    }
}

/// What the pair does not tell, and what to pass.
fn notes(pairing: &Pairing) -> Vec<String> {
    let mut notes = Vec::new();
    if let Verdict::Other(fit) = &pairing.verdict
        && let Some(axes) = &fit.convention.axes
    {
        notes.push(format!(
            "note: {}. Orbits, distances and invariants are the same, as all blocks are alike; to state it \
             pass `natural` in --rep for vectors in the order (x, y, z) and `degree 1` for (y, z, x), or \
             --element \"{}\"",
            axes.order, axes.element
        ));
    }
    let named = |says: Says| -> Vec<&str> {
        pairing.parts.iter().filter(|p| p.says == says).map(|p| p.name.as_str()).collect()
    };
    let still = named(Says::Nothing);
    if !still.is_empty() {
        notes.push(format!(
            "{} did not move: the pair says nothing of these blocks",
            still.join(", ")
        ));
    }
    let small = named(Says::TooSmall);
    if !small.is_empty() {
        notes.push(format!(
            "{}: too small beside the other blocks to be judged (less than a millionth)",
            small.join(", ")
        ));
    }
    notes.extend(alike(pairing));
    notes.extend(pairing.unchecked.iter().cloned());
    notes
}

/// The conventions that fit as well.
fn alike(pairing: &Pairing) -> Option<String> {
    const SHOWN: usize = 5;
    let alike = &pairing.alike;
    let first: Vec<String> = alike.iter().take(SHOWN).map(Convention::to_string).collect();
    let more = match alike.len() {
        0 => return None,
        n if n > SHOWN => format!("; and {} more", n - SHOWN),
        _ => String::new(),
    };
    Some(format!("The pair cannot tell it from: {}{more}", first.join("; ")))
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
