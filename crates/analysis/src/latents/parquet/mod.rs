//! Tables by columns.
//!
//! Codes are either columns of numbers, or one column of lists of equal length; both as pandas,
//! PyArrow and polars write them. Pages compressed by Snappy are read, and those that are not.

mod reader;
mod types;
mod writer;

use std::io;
use std::path::Path;

use parquet::errors::ParquetError;

pub(super) use self::reader::Reader;
pub(super) use self::writer::Writer;
use super::LatentsError;
use super::error::io_error;

/// The key of the metadata that are written here.
const METADATA: &str = "metadata";

/// An error of the format, or of the system below it.
fn error(action: &'static str, path: &Path, error: ParquetError) -> LatentsError {
    let corrupt = |got: String| LatentsError::Corrupt {
        path: path.to_owned(),
        expected: "a whole Parquet file".to_owned(),
        got,
    };
    match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(source) if source.kind() != io::ErrorKind::UnexpectedEof => {
                io_error(action, path)(*source)
            }
            Ok(source) => corrupt(source.to_string()),
            Err(source) => corrupt(source.to_string()),
        },
        ParquetError::NYI(what) => LatentsError::Unsupported {
            path: path.to_owned(),
            what,
            remedy: "write the file without compression or with Snappy",
        },
        other => corrupt(other.to_string()),
    }
}
