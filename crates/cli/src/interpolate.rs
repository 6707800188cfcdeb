//! Interpolates between codes in the quotient.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, ensure};
use groups::quotient::QuotientMetric;
use groups::{AnyGroup, linalg};
use latents::{Codes, Spec};
use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;

use crate::action::Action;
use crate::rows::{self, Scalar};
use terminal::exit::Usage;

/// Interpolate between codes in the quotient: from z straight to ρ(g*)w, the pose of w closest to z.
///
/// Row i of A is joined with row i of B, or one row with another by --from and --to. Writes the steps
/// of each path, both ends included, as an array (n, steps, dim), ready for the decoder, in the
/// format that the extension of --out names. No path between the orbits is shorter.
///
/// Examples:
///
///   equivariant interpolate a.npy b.npy --group c8 --rep "16 x regular" --out paths.npy
///
///   equivariant interpolate codes.npy codes.npy --from 3 --to 17 --group s9 --rep "9 x 8" --steps 33 --out path.safetensors
///
/// Exit code 2 for flags that make no sense, 1 for data; nothing is written then.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Flags {
    /// Where paths begin: codes, one a row.
    a: PathBuf,
    /// Where paths end.
    b: PathBuf,
    #[command(flatten)]
    action: Action,
    /// The array in both files, or the name of its columns.
    #[arg(long, value_name = "NAME")]
    tensor: Option<String>,
    /// Only this row of A.
    #[arg(long, value_name = "ROW", requires = "to")]
    from: Option<usize>,
    /// Only this row of B.
    #[arg(long, value_name = "ROW", requires = "from")]
    to: Option<usize>,
    /// Codes on a path, its ends among them.
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u32).range(2..=10_000))]
    steps: u32,
    /// The file to write. It appears whole or not at all.
    #[arg(long)]
    out: PathBuf,
    /// Print length and element of every path as a line of JSON.
    #[arg(long)]
    json: bool,
    /// No log.
    #[arg(long)]
    quiet: bool,
}

/// Runs the command.
pub(crate) fn run(flags: Flags) -> anyhow::Result<()> {
    latents::Format::of(&flags.out).map_err(Usage::from)?;
    let paths = interpolate(&flags)?;
    if flags.json {
        for path in &paths {
            writeln!(std::io::stdout(), "{}", serde_json::to_string(path)?)?;
        }
    } else if !flags.quiet {
        for path in paths.iter().take(20) {
            tracing::info!(
                "row {} to row {}: length {} between orbits, straight {}; the element is {}",
                path.from,
                path.to,
                rows::length(path.length),
                rows::length(path.straight),
                path.element
            );
        }
        if paths.len() > 20 {
            tracing::info!("… {} paths in all", paths.len());
        }
        tracing::info!("{}", flags.out.display());
    }
    Ok(())
}

/// What is said of a path.
#[derive(Debug, serde::Serialize)]
struct Path {
    from: usize,
    to: usize,
    /// `d([z],[w])`.
    length: f64,
    /// `‖z − w‖`.
    straight: f64,
    /// `g*`, by name.
    element: String,
}

fn interpolate(flags: &Flags) -> anyhow::Result<Vec<Path>> {
    let rep = &flags.action.space()?;
    let metric = &rep.metric().map_err(Usage::from)?;
    let a = rows::read(&flags.a, flags.tensor.as_deref(), rep, flags.from)?;
    let b = rows::read(&flags.b, flags.tensor.as_deref(), rep, flags.to)?;
    ensure!(
        a.rows() == b.rows(),
        "{}: expected {} codes, one for each of {}, got {}",
        flags.b.display(),
        a.rows(),
        flags.a.display(),
        b.rows()
    );
    match (a, b) {
        (Codes::F32(a), Codes::F32(b)) => paths(flags, metric, a.view(), b.view()),
        (a, b) => paths(flags, metric, a.into_f64().view(), b.into_f64().view()),
    }
}

fn paths<T: Scalar>(
    flags: &Flags,
    metric: &QuotientMetric<AnyGroup>,
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
) -> anyhow::Result<Vec<Path>> {
    let rep = metric.representation();
    let steps = flags.steps as usize;
    let spec = Spec::new(vec![a.nrows(), steps, rep.dim()], T::DTYPE);
    if let Some(folder) = flags.out.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
    }
    let mut writer = latents::create(&flags.out, &spec)?;
    let mut said = Vec::with_capacity(a.nrows());
    // Blocks bound the memory: paths are `steps` times as large as codes.
    let block = ((1 << 20) / (steps * rep.dim())).max(1);
    for first in (0..a.nrows()).step_by(block) {
        let rows = first..(first + block).min(a.nrows());
        let done: Vec<(Path, Vec<T>)> = rows
            .into_par_iter()
            .map(|i| {
                let (z, w) = (a.row(i).to_vec(), b.row(i).to_vec());
                let path = metric.geodesic(&z, &w);
                let said = Path {
                    from: flags.from.unwrap_or(i),
                    to: flags.to.unwrap_or(i),
                    length: path.length,
                    straight: linalg::distance(&z, &w),
                    element: rep.name_of(&path.element),
                };
                (said, path.steps(steps).flatten().collect())
            })
            .collect();
        let mut codes = Vec::with_capacity(done.len() * steps * rep.dim());
        for (path, steps) in done {
            said.push(path);
            codes.extend(steps);
        }
        let rows = codes.len() / (steps * rep.dim());
        let codes = Array2::from_shape_vec((rows, steps * rep.dim()), codes)?;
        writer.write_block(&T::wrap(codes))?;
    }
    writer.finish()?;
    Ok(said)
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use groups::{Cyclic, Representation};
    use latents::Dtype;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        flags: Flags,
    }

    /// The path begins at `z`, ends on the orbit of `w`, and its steps are equal parts of the
    /// distance in the quotient.
    #[test]
    fn steps_divide_the_distance_of_the_orbits() {
        let dir = tempfile::tempdir().unwrap();
        let rep = Representation::regular(&Cyclic::new(8).unwrap()).copies(2);
        let codes = |shift: f64| {
            Array2::from_shape_fn((5, 16), |(i, j)| ((i * 31 + j * 7) as f64 * 0.37 + shift).sin())
        };
        let (a, b, out) =
            (dir.path().join("a.npy"), dir.path().join("b.npy"), dir.path().join("paths.npy"));
        for (path, codes) in [(&a, codes(0.0)), (&b, codes(1.3))] {
            let spec = Spec::new(vec![5, 16], Dtype::F64);
            latents::write_all(path, &spec, &Codes::F64(codes)).unwrap();
        }
        let [first, second, paths] = [&a, &b, &out].map(|path| path.to_str().unwrap());
        let line = ["x", first, second, "--group", "c8", "--rep", "2 x regular"];
        let line = [&line[..], &["--steps", "5", "--quiet", "--out", paths]].concat();
        run(Line::parse_from(&line).flags).unwrap();
        let (layout, paths) = latents::read_all(&out, None).unwrap();
        assert_eq!(layout.shape, [5, 5, 16]);
        let paths = paths.into_f64();
        let metric = QuotientMetric::new(&rep).unwrap();
        for i in 0..5 {
            let path = paths.row(i).to_vec();
            let steps: Vec<&[f64]> = path.chunks(16).collect();
            let (z, w) = (codes(0.0).row(i).to_vec(), codes(1.3).row(i).to_vec());
            assert_eq!(steps[0], z);
            assert!(metric.distance(steps[4], &w) < 1e-12);
            let whole = metric.distance(&z, &w);
            for pair in steps.windows(2) {
                assert!((metric.distance(pair[0], pair[1]) - whole / 4.0).abs() < 1e-12);
            }
        }
        let one = [&line[..], &["--from", "4", "--to", "0"]].concat();
        run(Line::parse_from(&one).flags).unwrap();
        assert_eq!(latents::read_all(&out, None).unwrap().0.shape, [1, 5, 16]);
        let beyond = [&line[..], &["--from", "5", "--to", "0"]].concat();
        let error = run(Line::parse_from(&beyond).flags).unwrap_err().to_string();
        assert!(error.contains("a.npy") && error.contains("row 5"), "{error}");
    }
}
