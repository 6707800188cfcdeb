//! Writing codes block by block.

mod archive;
mod lines;
mod plain;

use std::fmt;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::io_error;
use super::output::Output;
use super::{Codes, Dtype, Format, LatentsError, npy, safetensors, side_car};

/// What a file of codes is to hold.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Spec {
    /// The shape, `(n, …)`. Codes come flattened, as rows; tables are written so too.
    pub shape: Vec<usize>,
    /// The type of the numbers. Codes are rounded to it, and refused where they lie beyond it.
    pub dtype: Dtype,
    /// The name of the array, `codes` unless changed.
    pub tensor: String,
    /// A text to go with the codes, such as JSON.
    pub metadata: Option<String>,
}

impl Spec {
    /// An array called `codes`, without metadata.
    pub fn new(shape: Vec<usize>, dtype: Dtype) -> Self {
        Self { shape, dtype, tensor: "codes".to_owned(), metadata: None }
    }

    /// The same under another name.
    pub fn named(self, tensor: &str) -> Self {
        Self { tensor: tensor.to_owned(), ..self }
    }

    /// The same with metadata.
    pub fn with_metadata(self, metadata: &str) -> Self {
        Self { metadata: Some(metadata.to_owned()), ..self }
    }

    fn rows(&self) -> usize {
        self.shape.first().copied().unwrap_or(0)
    }

    fn dim(&self) -> usize {
        self.shape.iter().skip(1).product()
    }
}

/// How far a file has been written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Rows.
    pub rows: usize,
    /// Bytes that hold them, header included.
    pub bytes: u64,
}

/// Writes codes block by block. Nothing appears under the name of the file before
/// [`finish`](Self::finish).
pub trait CodeWriter: fmt::Debug + Send {
    /// Writes the next rows.
    ///
    /// # Errors
    /// [`LatentsError::Rows`] for rows of another dimension or more rows than announced,
    /// [`LatentsError::Range`] for a number beyond the type of the file, [`LatentsError::Io`] where
    /// they cannot be written. No file is left then but that of [`resumable`].
    fn write_block(&mut self, codes: &Codes) -> Result<(), LatentsError>;

    /// Brings everything to the disk and says how much there is, for [`resume`]. `None` for files
    /// that cannot be gone on with.
    ///
    /// # Errors
    /// [`LatentsError::Io`].
    fn mark(&mut self) -> Result<Option<Mark>, LatentsError> {
        Ok(None)
    }

    /// Completes the file and gives it its name.
    ///
    /// # Errors
    /// [`LatentsError::Rows`] for fewer rows than announced, [`LatentsError::Io`].
    fn finish(self: Box<Self>) -> Result<(), LatentsError>;
}

/// Starts a file in the format that its extension names.
///
/// # Errors
/// [`LatentsError::Extension`] for other extensions, [`LatentsError::Unsupported`] for types that
/// the format lacks, [`LatentsError::Io`].
pub fn create(path: &Path, spec: &Spec) -> Result<Box<dyn CodeWriter>, LatentsError> {
    start(path, spec, || Output::fresh(path))
}

/// As [`create`], but written as `partial` until it is finished, and kept if it is not, to be gone
/// on with by [`resume`] from the last [`mark`](CodeWriter::mark).
///
/// # Errors
/// As [`create`].
pub fn resumable(
    path: &Path,
    partial: &Path,
    spec: &Spec,
) -> Result<Box<dyn CodeWriter>, LatentsError> {
    start(path, spec, || Output::kept(partial))
}

/// Goes on with a file of the same spec that was started by [`resumable`], after the rows of
/// `mark`. What is written gives the same bytes as without the stop.
///
/// # Errors
/// [`LatentsError::Unsupported`] unless [`Format::resumes`], [`LatentsError::Corrupt`] where
/// `partial` is shorter than `mark` says, [`LatentsError::Io`].
pub fn resume(
    path: &Path,
    partial: &Path,
    spec: &Spec,
    mark: Mark,
) -> Result<Box<dyn CodeWriter>, LatentsError> {
    let count = Count { rows: mark.rows, ..Count::of(path, spec) };
    Ok(match Format::of(path)? {
        Format::Npy | Format::Safetensors => {
            Box::new(plain::Writer::reopen(Output::reopened(partial, mark.bytes)?, spec, count))
        }
        Format::Csv => {
            Box::new(lines::Writer::reopen(Output::reopened(partial, mark.bytes)?, spec, count))
        }
        format => {
            return Err(LatentsError::Unsupported {
                path: path.to_owned(),
                what: format!("going on with {format:?}"),
                remedy: "start again, or write .npy, .safetensors or .csv",
            });
        }
    })
}

/// Writes all codes at once.
///
/// # Errors
/// As [`create`] and [`CodeWriter::write_block`].
pub fn write_all(path: &Path, spec: &Spec, codes: &Codes) -> Result<(), LatentsError> {
    let mut writer = create(path, spec)?;
    writer.write_block(codes)?;
    writer.finish()
}

fn start(
    path: &Path,
    spec: &Spec,
    output: impl FnOnce() -> Result<Output, LatentsError>,
) -> Result<Box<dyn CodeWriter>, LatentsError> {
    let format = Format::of(path)?;
    let count = Count::of(path, spec);
    let bytes = spec
        .shape
        .iter()
        .try_fold(spec.dtype.size(), |product, &n| product.checked_mul(n))
        .filter(|_| !spec.shape.is_empty() && spec.dim() > 0)
        .ok_or_else(|| LatentsError::Shape {
            path: path.to_owned(),
            tensor: spec.tensor.clone(),
            expected: "an array of codes, one a row".to_owned(),
            got: spec.shape.clone(),
        })?;
    Ok(match format {
        Format::Npy => {
            let header = npy::header(path, &spec.shape, spec.dtype)?;
            Box::new(plain::Writer::new(output()?, &header, spec, count)?)
        }
        Format::Safetensors => {
            let metadata = spec.metadata.as_deref();
            let header =
                safetensors::header(path, &spec.tensor, &spec.shape, spec.dtype, bytes, metadata)?;
            Box::new(plain::Writer::new(output()?, &header, spec, count)?)
        }
        Format::Npz => {
            let header = npy::header(path, &spec.shape, spec.dtype)?;
            Box::new(archive::Writer::new(output()?, &header, spec, count)?)
        }
        Format::Csv => Box::new(lines::Writer::new(output()?, spec, count)?),
        Format::CsvGz => Box::new(lines::Writer::compressed(output()?, spec, count)?),
        #[cfg(feature = "parquet")]
        Format::Parquet => Box::new(super::parquet::Writer::new(output()?, spec, count)?),
        #[cfg(not(feature = "parquet"))]
        Format::Parquet => return Err(super::reader::no_parquet(path)),
    })
}

/// Rows that came so far, and those that were announced.
#[derive(Debug)]
pub(super) struct Count {
    pub(super) path: std::path::PathBuf,
    pub(super) rows: usize,
    all: usize,
    dim: usize,
    dtype: Dtype,
}

impl Count {
    fn of(path: &Path, spec: &Spec) -> Self {
        Self {
            path: path.to_owned(),
            rows: 0,
            all: spec.rows(),
            dim: spec.dim(),
            dtype: spec.dtype,
        }
    }

    /// Counts a block whose numbers all fit into the type of the file.
    pub(super) fn add(&mut self, codes: &Codes) -> Result<(), LatentsError> {
        let error = |expected: String, got: String| {
            Err(LatentsError::Rows { path: self.path.clone(), expected, got })
        };
        if codes.dim() != self.dim {
            let expected = format!("rows of dimension {}", self.dim);
            return error(expected, codes.dim().to_string());
        }
        let rows = self.rows + codes.rows();
        if rows > self.all {
            return error(format!("{} rows", self.all), format!("at least {rows}"));
        }
        if let Some((row, column, got)) = codes.first_beyond(self.dtype) {
            return Err(LatentsError::Range {
                path: self.path.clone(),
                row: self.rows + row,
                column,
                dtype: self.dtype,
                got,
            });
        }
        self.rows = rows;
        Ok(())
    }

    /// Checks that all rows came.
    pub(super) fn end(&self) -> Result<(), LatentsError> {
        if self.rows == self.all {
            return Ok(());
        }
        Err(LatentsError::Rows {
            path: self.path.clone(),
            expected: format!("{} rows", self.all),
            got: self.rows.to_string(),
        })
    }
}

/// Writes the side-car of a file, if it has metadata.
fn write_side_car(path: &Path, metadata: Option<&str>) -> Result<(), LatentsError> {
    let Some(metadata) = metadata else { return Ok(()) };
    let path = side_car::path_of(path);
    let mut output = Output::fresh(&path)?;
    output.write_all(metadata.as_bytes()).map_err(io_error("write", &path))?;
    output.persist(&path)
}
