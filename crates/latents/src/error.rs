//! What can go wrong with files of codes.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// A file of codes that cannot be read or written as asked.
///
/// Every message names the file, and the array and row where there is one.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LatentsError {
    /// The operating system refused.
    ///
    /// *Cause*: no such file, no permission, a full disk. *Remedy*: the message of the system says.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried: `read`, `write`, `create`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's message.
        source: io::Error,
    },

    /// The extension names no format of codes.
    ///
    /// *Remedy*: one of the extensions listed.
    #[error(
        "{}: expected a name that ends in {}, got {got}{}",
        path.display(),
        super::Format::EXTENSIONS.join(", "),
        how_to_save(got)
    )]
    Extension {
        /// The file.
        path: PathBuf,
        /// Its extension.
        got: String,
    },

    /// The format is known, but this build or this library does not read such files.
    ///
    /// *Cause*: a feature that is off, a compression or a type that is not supported.
    /// *Remedy*: write the file as the message says.
    #[error("{}: {what} is not supported; {remedy}", path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// What it holds.
        what: String,
        /// What to do.
        remedy: &'static str,
    },

    /// The bytes are not what the format says.
    ///
    /// *Cause*: a damaged or unfinished file, or one of another format with this extension.
    #[error("{}: expected {expected}, got {got}", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What the format asks for.
        expected: String,
        /// What the file holds.
        got: String,
    },

    /// The file ends before its last row, or has bytes after it.
    ///
    /// *Cause*: a copy that was cut off; a header that claims more than there is.
    #[error(
        "{}, array `{tensor}`: expected {expected} bytes for shape {shape:?}, got {got}",
        path.display()
    )]
    Length {
        /// The file.
        path: PathBuf,
        /// The array.
        tensor: String,
        /// Its shape by the header.
        shape: Vec<usize>,
        /// Bytes that the shape asks for.
        expected: u128,
        /// Bytes that are there.
        got: u64,
    },

    /// The data end within a row.
    ///
    /// *Cause*: a copy that was cut off, or damaged compressed data.
    #[error("{}, array `{tensor}`: expected {rows} rows, the data end at row {row}", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// The array.
        tensor: String,
        /// Rows by the header.
        rows: usize,
        /// The first row that is not whole.
        row: usize,
    },

    /// No array has this name, or there are several and none was named.
    ///
    /// *Remedy*: name one of those that the message lists.
    #[error("{}: expected {expected}, found {}", path.display(), list(found))]
    Tensor {
        /// The file.
        path: PathBuf,
        /// What was looked for.
        expected: String,
        /// The names that are there.
        found: Vec<String>,
    },

    /// The numbers are of a type that codes are not made of.
    ///
    /// *Cause*: complex numbers, text, pickled objects. *Remedy*: write real numbers.
    #[error("{}, array `{tensor}`: expected real numbers or integers, got {got}; {remedy}", path.display())]
    Dtype {
        /// The file.
        path: PathBuf,
        /// The array.
        tensor: String,
        /// Its type.
        got: String,
        /// What it is, and how to save it.
        remedy: &'static str,
    },

    /// The array has a shape that codes do not have.
    ///
    /// *Cause*: a single number, rows without entries, or labels that are a matrix.
    #[error("{}, array `{tensor}`: expected {expected}, got shape {got:?}", path.display())]
    Shape {
        /// The file.
        path: PathBuf,
        /// The array.
        tensor: String,
        /// The shapes that are possible.
        expected: String,
        /// Its shape.
        got: Vec<usize>,
    },

    /// An entry of a table is no number.
    ///
    /// *Cause*: text, an empty entry, a missing value. *Remedy*: name the columns of the codes.
    #[error("{}, row {row}, column `{column}`: expected a number, got `{got}`{}", path.display(), hint(got))]
    Number {
        /// The file.
        path: PathBuf,
        /// The row, counted from 0 without the header.
        row: usize,
        /// The column.
        column: String,
        /// What stands there.
        got: String,
    },

    /// A label is missing, or too large to be told from its neighbours.
    ///
    /// *Cause*: gaps in a table; hashes or identifiers in the place of labels. *Remedy*: number the
    /// classes.
    #[error(
        "{}, array `{tensor}`, row {row}: expected a label (of numbers one below 2^53), got {got}",
        path.display()
    )]
    Label {
        /// The file.
        path: PathBuf,
        /// The array.
        tensor: String,
        /// The first row with such a label.
        row: usize,
        /// What stands there, rounded.
        got: String,
    },

    /// A number lies beyond those that the type of the file holds.
    ///
    /// *Cause*: doubles in a file of single or half precision; NaN or negative numbers in one of
    /// integers. *Remedy*: a wider type, or codes of another scale.
    #[error(
        "{}, row {row}, column {column}: {got:?} does not fit into {dtype}: {}",
        path.display(),
        dtype.range()
    )]
    Range {
        /// The file.
        path: PathBuf,
        /// The row, counted from 0.
        row: usize,
        /// The column, counted from 0.
        column: usize,
        /// The type of the file.
        dtype: super::Dtype,
        /// The number.
        got: f64,
    },

    /// Other rows came than the file was created for.
    ///
    /// *Cause*: a mistake of the caller. *Remedy*: as many rows and columns as the spec says.
    #[error("{}: expected {expected}, got {got}", path.display())]
    Rows {
        /// The file.
        path: PathBuf,
        /// What the spec says.
        expected: String,
        /// What came.
        got: String,
    },

    /// The function that [`map`](crate::map) applies has failed.
    ///
    /// *Cause* and *remedy*: the message of the function says.
    #[error("{}: the block that begins at row {row}: {source}", path.display())]
    Function {
        /// The file that is read.
        path: PathBuf,
        /// The first row of the block.
        row: usize,
        /// What the function says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Adds action and path to an error of the system.
pub(super) fn io_error(
    action: &'static str,
    path: &Path,
) -> impl FnOnce(io::Error) -> LatentsError + use<> {
    let path = path.to_owned();
    move |source| LatentsError::Io { action, path, source }
}

/// How to save what comes under another extension.
fn how_to_save(extension: &str) -> &'static str {
    match extension {
        ".txt" | ".tsv" | ".tab" | ".dat" => ": name it .csv, whatever separates its columns",
        ".pt" | ".pth" | ".ckpt" | ".bin" => {
            ": save it by `safetensors.torch.save_file({\"codes\": z}, \"codes.safetensors\")`"
        }
        ".pkl" | ".pickle" | ".joblib" | ".mat" | ".h5" | ".hdf5" | ".zarr" => {
            ": save it by `numpy.save(\"codes.npy\", z)`"
        }
        ".feather" | ".arrow" | ".orc" | ".xlsx" | ".xls" | ".json" | ".jsonl" => {
            ": save it by `frame.to_parquet(\"codes.parquet\")` of pandas"
        }
        _ => "",
    }
}

/// What to do about an entry that is no number.
fn hint(got: &str) -> &'static str {
    let lower = got.trim_start_matches(['+', '-']).to_ascii_lowercase();
    match &*lower {
        "" | "na" | "n/a" | "null" | "none" | "missing" | "null or an empty list" => {
            ", a missing value: fill it, or leave out the row"
        }
        "true" | "false" => ": write 1 and 0",
        _ if lower.starts_with("0x") => ": write decimals",
        _ if lower.starts_with(['#', '%']) => ": take comments out",
        _ if lower.contains('j') && lower.contains('.') => {
            ": save real and imaginary parts of complex numbers"
        }
        _ if lower.starts_with(|c: char| c.is_ascii_digit())
            && lower.contains([',', ' ', '\'']) =>
        {
            ": write it without separators of thousands, decimals with a point"
        }
        _ => "",
    }
}

/// The names in a message: the first few of them.
pub(super) fn list(names: &[String]) -> String {
    const SHOWN: usize = 12;
    if names.is_empty() {
        return "none".to_owned();
    }
    let shown: Vec<_> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(SHOWN);
    let more = if more == 0 { String::new() } else { format!(" and {more} others") };
    format!("{}{more}", shown.join(", "))
}
