//! Codes, labels and paired codes, checked against each other.

use std::path::{Path, PathBuf};

use analysis::audit::Labels;
use anyhow::{Context, bail, ensure};
use latents::{Codes, Column, Layout};
use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::Flags;
use crate::rows;

/// Codes that are kept of a file.
const KEPT: usize = 20_000;

/// Rows that a message names.
const NAMED: usize = 10;

/// What the representation asks for.
pub(super) struct Expected {
    pub(super) name: String,
    pub(super) dim: usize,
    /// `(F, N)` or `(n, d)`, where codes are made of such.
    pub(super) shape: Option<[usize; 2]>,
}

/// What an audit is made of.
pub(super) struct Input {
    pub(super) tensor: String,
    /// Codes in the file.
    pub(super) rows: usize,
    /// Those that are kept.
    pub(super) codes: Array2<f64>,
    pub(super) paired: Option<Array2<f64>>,
    pub(super) labels: Option<Labels>,
}

impl Input {
    pub(super) fn read(flags: &Flags, expected: &Expected) -> anyhow::Result<Self> {
        let layout = latents::open(&flags.codes, flags.tensor.as_deref())?.layout().clone();
        let rows = layout.rows();
        check(&layout, expected)?;
        let tell = |layout: &Layout| {
            if !flags.quiet {
                rows::tell(layout);
            }
        };
        tell(&layout);
        ensure!(rows >= 3, "{}: expected at least 3 codes, got {rows}", place(&layout));
        let kept = kept(rows, flags.seed);
        let codes = read(&flags.codes, flags.tensor.as_deref(), &kept)?;
        let paired = match &flags.paired {
            None => None,
            Some(path) => {
                let other = latents::open(path, flags.tensor.as_deref())?.layout().clone();
                check(&other, expected)?;
                tell(&other);
                ensure!(
                    other.rows() == rows,
                    "{}: expected {rows} codes, one for each of {}, got {}",
                    place(&other),
                    place(&layout),
                    other.rows()
                );
                Some(read(path, flags.tensor.as_deref(), &kept)?)
            }
        };
        let labels = match &flags.labels {
            None => None,
            Some(labels) => Some(read_labels(labels, &flags.codes, rows)?.select(&kept)),
        };
        Ok(Self { tensor: layout.tensor, rows, codes, paired, labels })
    }
}

/// Fails unless rows are codes of the representation, laid out as it says.
fn check(layout: &Layout, expected: &Expected) -> anyhow::Result<()> {
    let Expected { name, dim, shape } = expected;
    let wanted = match shape {
        Some([a, b]) => format!("(n, {dim}) or (n, {a}, {b})"),
        None => format!("(n, {dim})"),
    };
    ensure!(
        layout.dim() == *dim,
        "{}: expected {wanted} for {name}, got shape {:?}, {} numbers a row{}",
        place(layout),
        layout.shape,
        layout.dim(),
        rows::remarks(layout)
    );
    if let (Some([a, b]), [_, first, second]) = (shape, &layout.shape[..])
        && (first, second) != (a, b)
    {
        let transposed = (first, second) == (b, a);
        bail!(
            "{}: expected {wanted} for {name}, got shape {:?}{}",
            place(layout),
            layout.shape,
            if transposed { ": the last two lengths are transposed" } else { "" }
        );
    }
    Ok(())
}

fn place(layout: &Layout) -> String {
    format!("{}, array `{}`", layout.path.display(), layout.tensor)
}

/// The rows that are kept, ascending.
fn kept(rows: usize, seed: u64) -> Vec<usize> {
    if rows <= KEPT {
        return (0..rows).collect();
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut kept = rand::seq::index::sample(&mut rng, rows, KEPT).into_vec();
    kept.sort_unstable();
    kept
}

/// The rows `kept` of a file, all of whose numbers must be finite.
fn read(path: &Path, tensor: Option<&str>, kept: &[usize]) -> anyhow::Result<Array2<f64>> {
    let mut reader = latents::open(path, tensor)?;
    let layout = reader.layout().clone();
    let mut codes = Array2::zeros((kept.len(), layout.dim()));
    let (mut first, mut next) = (0, 0);
    let (mut broken, mut bad, mut column) = (0usize, Vec::new(), 0);
    while let Some(block) = reader.next_block(4096)? {
        let place = block.first_not_finite();
        if let (Some((_, at, _)), 0) = (place, broken) {
            column = at;
        }
        let whole = place.is_none();
        let block: Array2<f64> = Codes::into_f64(block);
        if !whole {
            for (i, row) in block.rows().into_iter().enumerate() {
                if row.iter().any(|v| !v.is_finite()) {
                    broken += 1;
                    if bad.len() < NAMED {
                        bad.push((first + i).to_string());
                    }
                }
            }
        }
        while next < kept.len() && kept[next] < first + block.nrows() {
            codes.row_mut(next).assign(&block.row(kept[next] - first));
            next += 1;
        }
        first += block.nrows();
    }
    ensure!(
        broken == 0,
        "{}: expected finite numbers, got NaN or infinities in {broken} of {first} rows: {}{} (in the first \
         of them in column {column})",
        place(&layout),
        bad.join(", "),
        if broken > bad.len() { ", …" } else { "" }
    );
    Ok(codes)
}

/// Labels from a file of their own, or from an array beside the codes: words and whole numbers are
/// classes, other numbers are targets.
fn read_labels(labels: &str, codes: &Path, rows: usize) -> anyhow::Result<Labels> {
    let file = PathBuf::from(labels);
    let of_own = latents::Format::of(&file).is_ok() && file.exists();
    let (path, name) = if of_own { (file.as_path(), None) } else { (codes, Some(labels)) };
    let column = latents::read_column(path, name).context("cannot read the labels")?;
    let place = match name {
        Some(name) => format!("{}, labels `{name}`", path.display()),
        None => format!("{}, labels", path.display()),
    };
    let got = column.len();
    // A table of words alone does not show whether the first one is a name.
    let name = match &column {
        Column::Text(_) if got + 1 == rows => ": the first line is taken as the name of the column",
        _ => "",
    };
    ensure!(got == rows, "{place}: expected {rows} labels, one a code, got {got}{name}");
    Ok(match column {
        Column::Integer(values) => Labels::numbered(&values),
        Column::Text(words) => Labels::named(&words),
        Column::Float(values) => {
            if let Some(row) = values.iter().position(|v| !v.is_finite()) {
                bail!("{place}, row {row}: expected a finite number, got {}", values[row]);
            }
            Labels::Targets(values)
        }
    })
}
