//! Columns of words.

use std::fs::File;
use std::path::Path;

use parquet::basic::Type as Physical;
use parquet::column::reader::ColumnReader;
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::error;
use super::reader::{choose, guarded};
use crate::LatentsError;
use crate::error::io_error;
use crate::select::Purpose;

/// Rows that are read at a time.
const ROWS: usize = 1 << 16;

/// The words of a column, where the one of this name, or the one of labels, holds text.
pub(crate) fn read_text(
    path: &Path,
    name: Option<&str>,
) -> Result<Option<Vec<String>>, LatentsError> {
    guarded(path, || read(path, name))
}

fn read(path: &Path, name: Option<&str>) -> Result<Option<Vec<String>>, LatentsError> {
    let file = File::open(path).map_err(io_error("read", path))?;
    let file = SerializedFileReader::new(file).map_err(|e| error("read", path, e))?;
    let schema = file.metadata().file_metadata().schema_descr_ptr();
    let found = choose(path, name, Purpose::Labels, &file)?.columns;
    let [leaf] = found[..] else { return Ok(None) };
    let column = schema.column(leaf);
    if column.physical_type() != Physical::BYTE_ARRAY || column.max_rep_level() > 0 {
        return Ok(None);
    }
    let mut words = Vec::new();
    for group in 0..file.num_row_groups() {
        let group = file.get_row_group(group).map_err(|e| error("read", path, e))?;
        let reader = group.get_column_reader(leaf).map_err(|e| error("read", path, e))?;
        let ColumnReader::ByteArrayColumnReader(mut reader) = reader else { return Ok(None) };
        loop {
            let (mut levels, mut values) = (Vec::new(), Vec::new());
            let (rows, ..) = reader
                .read_records(ROWS, Some(&mut levels), None, &mut values)
                .map_err(|e| error("read", path, e))?;
            if rows == 0 {
                break;
            }
            if values.len() < rows {
                let missing = levels.iter().position(|level| *level < column.max_def_level());
                return Err(LatentsError::Label {
                    path: path.to_owned(),
                    tensor: column.path().string(),
                    row: words.len() + missing.unwrap_or(0),
                    got: "nothing".to_owned(),
                });
            }
            words.extend(values.iter().map(|v| String::from_utf8_lossy(v.data()).into_owned()));
        }
    }
    Ok(Some(words))
}
