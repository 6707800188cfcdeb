//! Codes of a representation from a file, whole or one row of it.

use std::path::Path;

use anyhow::{bail, ensure};
use groups::{Group, Real, Representation};
use latents::{Codes, Dtype, Layout};
use ndarray::{Array2, Axis, Slice};

/// Scalars that files of codes hold.
pub(crate) trait Scalar: Real {
    /// Its type in files.
    const DTYPE: Dtype;

    /// Codes in the precision of their file.
    fn wrap(codes: Array2<Self>) -> Codes;

    /// The codes in this precision.
    fn unwrap(codes: Codes) -> Array2<Self>;
}

impl Scalar for f32 {
    const DTYPE: Dtype = Dtype::F32;

    fn wrap(codes: Array2<Self>) -> Codes {
        Codes::F32(codes)
    }

    fn unwrap(codes: Codes) -> Array2<Self> {
        codes.into_f32()
    }
}

impl Scalar for f64 {
    const DTYPE: Dtype = Dtype::F64;

    fn wrap(codes: Array2<Self>) -> Codes {
        Codes::F64(codes)
    }

    fn unwrap(codes: Codes) -> Array2<Self> {
        codes.into_f64()
    }
}

/// A length as it is shown, whatever its size.
pub(crate) fn length(value: f64) -> String {
    match value {
        0.0 | 1e-3..1e7 => format!("{value:.6}"),
        _ => format!("{value:.6e}"),
    }
}

/// Fails unless the rows of an array are codes of a representation.
pub(crate) fn check<G: Group>(layout: &Layout, rep: &Representation<G>) -> anyhow::Result<()> {
    ensure!(
        layout.dim() == rep.dim(),
        "{}, array `{}`: expected codes of dimension {} for {}, got {} by shape {:?}{}",
        layout.path.display(),
        layout.tensor,
        rep.dim(),
        rep.name(),
        layout.dim(),
        layout.shape,
        remarks(layout)
    );
    Ok(())
}

/// What explains a shape that is not the expected one, to be put after it.
pub(crate) fn remarks(layout: &Layout) -> String {
    let one = match layout.shape[..] {
        [length] if length > 1 => Some(format!("one code has the shape (1, {length})")),
        _ => None,
    };
    let remarks: Vec<_> = one.iter().chain(&layout.notes).map(|note| format!("; {note}")).collect();
    remarks.concat()
}

/// Says what a file holds beside the codes, and how it was understood.
pub(crate) fn tell(layout: &Layout) {
    for note in &layout.notes {
        tracing::warn!("{}: {note}", layout.path.display());
    }
}

/// Fails where a block that begins at row `first` holds NaN or infinity.
pub(crate) fn check_finite(layout: &Layout, block: &Codes, first: usize) -> anyhow::Result<()> {
    let Some((row, column, value)) = block.first_not_finite() else { return Ok(()) };
    bail!(
        "{}, array `{}`, row {}, column {column}: expected a finite number, got {value}",
        layout.path.display(),
        layout.tensor,
        first + row
    );
}

/// Fails where a block that begins at row `first` holds numbers beyond a type.
pub(crate) fn check_fits(
    layout: &Layout,
    block: &Codes,
    first: usize,
    dtype: Dtype,
) -> anyhow::Result<()> {
    let Some((row, column, value)) = block.first_beyond(dtype) else { return Ok(()) };
    bail!(
        "{}, array `{}`, row {}, column {column}: {value:?} does not fit into {dtype}, the precision of the projection",
        layout.path.display(),
        layout.tensor,
        first + row
    );
}

/// All codes of a file, or one row of them.
pub(crate) fn read<G: Group>(
    path: &Path,
    tensor: Option<&str>,
    rep: &Representation<G>,
    row: Option<usize>,
) -> anyhow::Result<Codes> {
    let mut reader = latents::open(path, tensor)?;
    let layout = reader.layout().clone();
    check(&layout, rep)?;
    tell(&layout);
    let Some(row) = row else {
        drop(reader);
        let (layout, codes) = latents::read_all(path, tensor)?;
        check_finite(&layout, &codes, 0)?;
        return Ok(codes);
    };
    ensure!(
        row < reader.rows(),
        "{}, array `{}`: expected a row below {}, got row {row}",
        path.display(),
        layout.tensor,
        reader.rows()
    );
    reader.skip(row)?;
    let Some(mut block) = reader.next_block(1)? else {
        bail!("{}, array `{}`: row {row} is missing", path.display(), layout.tensor);
    };
    let one = Slice::from(..1);
    match &mut block {
        Codes::F32(codes) => *codes = codes.slice_axis(Axis(0), one).to_owned(),
        Codes::F64(codes) => *codes = codes.slice_axis(Axis(0), one).to_owned(),
    }
    check_finite(&layout, &block, row)?;
    Ok(block)
}
