//! Reading codes block by block.

use std::fmt;
use std::path::{Path, PathBuf};

use super::select::{LABEL_NAMES, Purpose};
use super::{Codes, Dtype, Format, LatentsError, csv, npy, npz, safetensors};

/// Bytes that a block may take, whatever number of rows is asked for.
pub(super) const BLOCK_BYTES: usize = 32 << 20;

/// Bytes that one row may take.
const ROW_BYTES: u128 = 32 << 20;

/// Names that are taken where none is given.
pub(super) const DEFAULT_NAMES: [&str; 2] = ["codes", "z"];

/// What a file says of the array of codes in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// The file.
    pub path: PathBuf,
    /// The name of the array; of a table, what its columns are called.
    pub tensor: String,
    /// The shape in the file, `(n, …)`.
    pub shape: Vec<usize>,
    /// The type of the numbers.
    pub dtype: Dtype,
    /// What [`Spec::metadata`](super::Spec::metadata) was when the file was written here.
    pub metadata: Option<String>,
    /// What a reader should know: columns and arrays that are not used, and how a text was understood.
    pub notes: Vec<String>,
}

impl Layout {
    /// Dimension of a code: the product of all lengths but the first.
    pub fn dim(&self) -> usize {
        self.shape.iter().skip(1).product()
    }

    /// Number of codes.
    pub fn rows(&self) -> usize {
        self.shape.first().copied().unwrap_or(0)
    }

    /// Bytes of a row in the file.
    pub(super) fn row_bytes(&self) -> usize {
        self.dim() * self.dtype.size()
    }

    /// Rows of the next block: no more than asked for, left, and fit into a block. Blocks are
    /// counted in double precision.
    pub(super) fn block_rows(&self, max_rows: usize, next: usize) -> usize {
        let fit = (BLOCK_BYTES / (self.dim() * 8).max(1)).max(1);
        max_rows.max(1).min(fit).min(self.rows() - next)
    }

    /// Refuses shapes that codes do not have, and rows that no code has. Returns the bytes that
    /// the shape asks for.
    pub(super) fn check(&self) -> Result<u128, LatentsError> {
        let shape = |expected: &str| LatentsError::Shape {
            path: self.path.clone(),
            tensor: self.tensor.clone(),
            expected: expected.to_owned(),
            got: self.shape.clone(),
        };
        let rows = *self.shape.first().ok_or_else(|| shape("an array, one code a row"))?;
        let row = self.shape[1..]
            .iter()
            .try_fold(self.dtype.size() as u128, |product, &n| product.checked_mul(n as u128))
            .filter(|&row| row <= ROW_BYTES)
            .ok_or_else(|| shape("rows of no more than 32 MiB"))?;
        if row == 0 {
            return Err(shape("rows with at least one entry"));
        }
        Ok(row * rows as u128)
    }
}

/// Reads codes block by block.
pub trait CodeReader: fmt::Debug + Send {
    /// Name, shape, type and metadata.
    fn layout(&self) -> &Layout;

    /// The next rows: at least one and at most `max_rows`, fewer where the block would be large,
    /// `None` after the last. Values do not depend on how rows are split into blocks.
    ///
    /// # Errors
    /// [`LatentsError::Io`], and [`LatentsError::Truncated`], [`LatentsError::Corrupt`] or
    /// [`LatentsError::Number`] for data that are not what the header says.
    fn next_block(&mut self, max_rows: usize) -> Result<Option<Codes>, LatentsError>;

    /// Number of codes, `n`.
    fn rows(&self) -> usize {
        self.layout().rows()
    }

    /// Dimension of a code, the product of all lengths of the shape but the first.
    fn dim(&self) -> usize {
        self.layout().dim()
    }

    /// Passes over rows.
    ///
    /// # Errors
    /// As [`next_block`](Self::next_block).
    fn skip(&mut self, rows: usize) -> Result<(), LatentsError> {
        let mut left = rows;
        while left > 0 {
            match self.next_block(left)? {
                Some(block) => left -= block.rows().min(left),
                None => break,
            }
        }
        Ok(())
    }
}

/// Opens a file of codes; `tensor` names the array, see the [crate](crate) for what is taken
/// without.
///
/// # Errors
/// [`LatentsError::Extension`] for other formats, [`LatentsError::Io`] where the file cannot be
/// read, [`LatentsError::Tensor`] where there is no such array, or several and none is named;
/// [`LatentsError::Corrupt`], [`LatentsError::Length`], [`LatentsError::Dtype`] and
/// [`LatentsError::Shape`] for files that hold no codes, [`LatentsError::Unsupported`] for what is
/// not read.
pub fn open(path: &Path, tensor: Option<&str>) -> Result<Box<dyn CodeReader>, LatentsError> {
    open_for(path, tensor, Purpose::Codes)
}

/// Opens codes, or labels.
pub(super) fn open_for(
    path: &Path,
    tensor: Option<&str>,
    purpose: Purpose,
) -> Result<Box<dyn CodeReader>, LatentsError> {
    Ok(match Format::of(path)? {
        Format::Safetensors => Box::new(safetensors::open(path, tensor, purpose)?),
        Format::Npy => npy::open(path, tensor)?,
        Format::Npz => npz::open(path, tensor, purpose)?,
        Format::Csv | Format::CsvGz => Box::new(csv::Reader::open(path, tensor, purpose)?),
        #[cfg(feature = "parquet")]
        Format::Parquet => Box::new(super::parquet::Reader::open(path, tensor, purpose)?),
        #[cfg(not(feature = "parquet"))]
        Format::Parquet => return Err(no_parquet(path)),
    })
}

/// Parquet files where the feature is off.
#[cfg(not(feature = "parquet"))]
pub(super) fn no_parquet(path: &Path) -> LatentsError {
    LatentsError::Unsupported {
        path: path.to_owned(),
        what: "Parquet in this build".to_owned(),
        remedy: "build the crate `latents` with the feature `parquet`, or use another format",
    }
}

/// All codes of a file at once.
///
/// # Errors
/// As [`open`] and [`CodeReader::next_block`].
pub fn read_all(path: &Path, tensor: Option<&str>) -> Result<(Layout, Codes), LatentsError> {
    let mut reader = open(path, tensor)?;
    let layout = reader.layout().clone();
    let mut blocks = Vec::new();
    while let Some(block) = reader.next_block(usize::MAX)? {
        blocks.push(block);
    }
    let dim = layout.dim();
    let codes = Codes::stack(blocks, dim, layout.dtype.fits_single()).map_err(|_| {
        let (path, expected) = (path.to_owned(), format!("{dim} numbers in every row"));
        LatentsError::Corrupt { path, expected, got: "blocks of other dimensions".to_owned() }
    })?;
    Ok((layout, codes))
}

/// A note on arrays that are not used.
pub(super) fn note_of_others(names: &[String]) -> Vec<String> {
    match names {
        [] => vec![],
        [one] => vec![format!("array `{one}` is not used")],
        several => vec![format!("arrays {} are not used", super::error::list(several))],
    }
}

/// The array to take among those of a file.
pub(super) fn pick(
    path: &Path,
    wanted: Option<&str>,
    purpose: Purpose,
    names: &[String],
) -> Result<String, LatentsError> {
    let error = |expected: String| LatentsError::Tensor {
        path: path.to_owned(),
        expected,
        found: names.to_vec(),
    };
    let has = |name: &str| names.iter().any(|n| n == name);
    match wanted {
        Some(name) if has(name) => Ok(name.to_owned()),
        Some(name) => Err(error(format!("an array `{name}`"))),
        None => match (defaults(purpose).find(|name| has(name)), names) {
            (Some(name), _) => Ok(name.to_owned()),
            (None, [only]) => Ok(only.clone()),
            (None, _) => Err(error("one array, or `tensor` to name one of several".to_owned())),
        },
    }
}

/// Names that are taken where none is given, the first one first.
fn defaults(purpose: Purpose) -> impl Iterator<Item = &'static str> {
    let labels: &[&str] = match purpose {
        Purpose::Codes => &[],
        Purpose::Labels => &LABEL_NAMES,
    };
    labels.iter().chain(&DEFAULT_NAMES).copied()
}
