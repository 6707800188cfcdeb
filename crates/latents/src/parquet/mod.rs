//! Tables by columns.
//!
//! Codes are either columns of numbers, or one column of lists of equal length; both as pandas,
//! PyArrow and polars write them. Pages may be compressed by Snappy, gzip, Zstandard, LZ4 or Brotli, or not
//! at all; files are written with Snappy.

mod reader;
mod text;
mod types;
mod writer;

use std::io;
use std::path::Path;

use parquet::errors::ParquetError;

pub(super) use self::reader::Reader;
pub(super) use self::text::read_text;
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
            remedy: "write the file without compression, or with Snappy or Zstandard",
        },
        other => corrupt(other.to_string()),
    }
}
