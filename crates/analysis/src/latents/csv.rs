//! Comma-separated numbers, with or without a line of names, plain or compressed by gzip.
//!
//! A first line with anything but numbers holds names, and so does `0,1,2,…`.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::{ByteRecord, ReaderBuilder, Trim};
use flate2::read::MultiGzDecoder;

use super::dtype::rows_of;
use super::error::io_error;
use super::select::{Selection, select};
use super::{CodeReader, Codes, Dtype, Format, LatentsError, Layout, side_car};

/// Bytes that one row may take as text.
const LONGEST_ROW: u64 = 64 << 20;

/// Rows of a table.
///
/// The table is gone through once at opening, to count its rows.
pub(super) struct Reader {
    layout: Layout,
    columns: Vec<usize>,
    names: Vec<String>,
    table: Table,
    record: ByteRecord,
    next: usize,
}

impl Reader {
    /// Opens a table.
    pub(super) fn open(path: &Path, tensor: Option<&str>) -> Result<Self, LatentsError> {
        let mut table = Table::open(path)?;
        let mut record = ByteRecord::new();
        if !table.read(&mut record)? {
            return Err(LatentsError::Corrupt {
                path: path.to_owned(),
                expected: "a table of numbers".to_owned(),
                got: "an empty file".to_owned(),
            });
        }
        let has_names = record.iter().any(|field| number(field).is_none()) || counts(&record);
        let names: Vec<String> = if has_names {
            // Byte order marks are no part of a name.
            let text = |field| String::from_utf8_lossy(field).trim_start_matches('\u{feff}').into();
            record.iter().map(text).collect()
        } else {
            (0..record.len()).map(|column| column.to_string()).collect()
        };
        let all: Vec<usize> = (0..names.len()).collect();
        let Selection { name, columns } = select(path, tensor, &names, &all)?;

        let mut rows = usize::from(!has_names);
        while table.read(&mut record)? {
            rows += 1;
        }
        let mut table = Table::open(path)?;
        if has_names {
            table.read(&mut record)?;
        }
        let layout = Layout {
            path: path.to_owned(),
            tensor: name,
            shape: vec![rows, columns.len()],
            dtype: Dtype::F64,
            metadata: side_car::read(path)?,
        };
        layout.check()?;
        Ok(Self { layout, columns, names, table, record, next: 0 })
    }
}

/// The words of one column.
pub(super) fn read_text(path: &Path, name: Option<&str>) -> Result<Vec<String>, LatentsError> {
    let Reader { layout, columns, names, mut table, mut record, .. } = Reader::open(path, name)?;
    let &[column] = &columns[..] else {
        return Err(LatentsError::Shape {
            path: layout.path,
            tensor: layout.tensor,
            expected: "one column".to_owned(),
            got: layout.shape,
        });
    };
    let mut words = Vec::new();
    while table.read(&mut record)? {
        let word = String::from_utf8_lossy(record.get(column).unwrap_or_default()).into_owned();
        if word.is_empty() {
            return Err(LatentsError::Label {
                path: layout.path,
                tensor: names[column].clone(),
                row: words.len(),
                got: "nothing".to_owned(),
            });
        }
        words.push(word);
    }
    Ok(words)
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("layout", &self.layout).finish_non_exhaustive()
    }
}

impl CodeReader for Reader {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn next_block(&mut self, max_rows: usize) -> Result<Option<Codes>, LatentsError> {
        let rows = self.layout.block_rows(max_rows, self.next);
        if rows == 0 {
            return Ok(None);
        }
        let mut numbers = Vec::with_capacity(rows * self.columns.len());
        for _ in 0..rows {
            if !self.table.read(&mut self.record)? {
                return Err(LatentsError::Truncated {
                    path: self.layout.path.clone(),
                    tensor: self.layout.tensor.clone(),
                    rows: self.layout.rows(),
                    row: self.next,
                });
            }
            for &column in &self.columns {
                let field = self.record.get(column).unwrap_or_default();
                numbers.push(number(field).ok_or_else(|| LatentsError::Number {
                    path: self.layout.path.clone(),
                    row: self.next,
                    column: self.names[column].clone(),
                    got: String::from_utf8_lossy(field).chars().take(40).collect(),
                })?);
            }
            self.next += 1;
        }
        Ok(Some(Codes::F64(rows_of(numbers, self.columns.len()))))
    }

    fn skip(&mut self, rows: usize) -> Result<(), LatentsError> {
        for _ in 0..rows.min(self.layout.rows() - self.next) {
            self.table.read(&mut self.record)?;
            self.next += 1;
        }
        Ok(())
    }
}

/// Whether a record is `0,1,2,…`: the names that pandas gives to columns without names.
fn counts(record: &ByteRecord) -> bool {
    record.len() > 1
        && record.iter().enumerate().all(|(column, name)| name == column.to_string().as_bytes())
}

fn number(field: &[u8]) -> Option<f64> {
    std::str::from_utf8(field).ok()?.parse().ok()
}

/// Records of a file, none of them longer than memory.
struct Table {
    path: PathBuf,
    records: csv::Reader<Limited>,
    since_record: Arc<AtomicU64>,
}

impl Table {
    fn open(path: &Path) -> Result<Self, LatentsError> {
        let file = File::open(path).map_err(io_error("read", path))?;
        let input: Box<dyn Read + Send> = if Format::of(path)? == Format::CsvGz {
            Box::new(MultiGzDecoder::new(BufReader::new(file)))
        } else {
            Box::new(file)
        };
        let since_record = Arc::new(AtomicU64::new(0));
        let limited = Limited { input, since_record: Arc::clone(&since_record) };
        let records = ReaderBuilder::new()
            .has_headers(false)
            .trim(Trim::All)
            .buffer_capacity(1 << 18)
            .from_reader(limited);
        Ok(Self { path: path.to_owned(), records, since_record })
    }

    fn read(&mut self, record: &mut ByteRecord) -> Result<bool, LatentsError> {
        self.since_record.store(0, Ordering::Relaxed);
        self.records.read_byte_record(record).map_err(|error| self.error(error))
    }

    fn error(&self, error: csv::Error) -> LatentsError {
        let corrupt = |expected: &str, got: String| LatentsError::Corrupt {
            path: self.path.clone(),
            expected: expected.to_owned(),
            got,
        };
        match error.into_kind() {
            csv::ErrorKind::Io(source) => match source.kind() {
                io::ErrorKind::InvalidData
                | io::ErrorKind::InvalidInput
                | io::ErrorKind::UnexpectedEof => {
                    corrupt("rows of numbers, or a whole gzip file of them", source.to_string())
                }
                _ => LatentsError::Io { action: "read", path: self.path.clone(), source },
            },
            csv::ErrorKind::UnequalLengths { pos, expected_len, len } => corrupt(
                &format!("{expected_len} columns in every line"),
                match pos {
                    Some(pos) => format!("{len} in line {}", pos.line()),
                    None => len.to_string(),
                },
            ),
            kind => corrupt("a table of numbers", format!("{kind:?}")),
        }
    }
}

/// Input that ends in an error where a record does not end.
struct Limited {
    input: Box<dyn Read + Send>,
    since_record: Arc<AtomicU64>,
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        let before = self.since_record.fetch_add(read as u64, Ordering::Relaxed);
        if before + read as u64 > LONGEST_ROW {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a row of more than 64 MiB"));
        }
        Ok(read)
    }
}
