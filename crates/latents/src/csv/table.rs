//! Records of a table, and what stands before and between them.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::{ByteRecord, ReaderBuilder, Trim};
use flate2::read::MultiGzDecoder;

use super::dialect::{Separator, Spaces};
use super::encoding;
use crate::error::io_error;
use crate::{Format, LatentsError};

/// Bytes that one row may take as text.
const LONGEST_ROW: u64 = 64 << 20;

/// Lines by which the separator is found.
const LINES: usize = 16;

/// Bytes that these may take.
const START: u64 = 1 << 20;

/// Records of a file, none of them longer than memory.
pub(super) struct Table {
    path: PathBuf,
    records: csv::Reader<Limited>,
    since_record: Arc<AtomicU64>,
    /// Lines before the first record.
    before: u64,
    pub(super) separator: Separator,
    /// Whether fields may hold commas: where these separate nothing, or the first lines have quotes.
    pub(super) commas: bool,
    /// What the text was in, where it was not UTF-8.
    pub(super) encoding: Option<&'static str>,
    /// Lines at the start that begin with `#` or `%`.
    pub(super) comments: Vec<String>,
    /// Fields of a record, once that is known.
    pub(super) width: Option<usize>,
    /// Lines that begin with `#` and are no records of this width.
    pub(super) passed: usize,
}

impl Table {
    pub(super) fn open(path: &Path) -> Result<Self, LatentsError> {
        let file = File::open(path).map_err(io_error("read", path))?;
        let input: encoding::Input = if Format::of(path)? == Format::CsvGz {
            Box::new(MultiGzDecoder::new(BufReader::new(file)))
        } else {
            Box::new(file)
        };
        let failed = |source| io_failed(path, source);
        let (mut input, encoding) = encoding::utf8(input).map_err(failed)?;
        let start = start(&mut input).map_err(failed)?;
        let (mut separator, mut comments, mut before, mut at) = (None, Vec::new(), 0, 0);
        for line in start.split_inclusive(|&byte| byte == b'\n') {
            let text = String::from_utf8_lossy(line);
            let trimmed = text.trim();
            // Ends of lines without `\n`, or a line that goes on.
            if trimmed.contains('\r') || (!line.ends_with(b"\n") && start.len() as u64 >= START) {
                break;
            }
            if before == 0 && trimmed.len() == 5 && trimmed.starts_with("sep=") {
                // Excel's own line.
                separator = Some(Separator::Byte(trimmed.as_bytes()[4]));
            } else if trimmed.starts_with(['#', '%']) {
                comments.push(trimmed.to_owned());
            } else if !trimmed.is_empty() {
                break;
            }
            at += line.len();
            before += 1;
        }
        let separator = separator.unwrap_or_else(|| {
            let text = String::from_utf8_lossy(&start[at..]);
            let lines = text.split(['\n', '\r']).filter(|line| !line.trim().is_empty());
            let mut lines: Vec<&str> = lines.take(LINES + 1).collect();
            // The last may not be whole.
            if lines.len() > 2 {
                lines.pop();
            }
            Separator::of(&lines)
        });
        let commas = separator != Separator::Byte(b',') || start.contains(&b'"');
        let input = Cursor::new(start[at..].to_vec()).chain(input);
        let since_record = Arc::new(AtomicU64::new(0));
        let input: encoding::Input = match separator {
            Separator::Space => Box::new(Spaces::new(input)),
            Separator::Byte(_) => Box::new(input),
        };
        let limited = Limited { input, since_record: Arc::clone(&since_record) };
        let records = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator.byte())
            .trim(Trim::All)
            .buffer_capacity(1 << 18)
            .from_reader(limited);
        let path = path.to_owned();
        let (width, passed) = (None, 0);
        Ok(Self {
            path,
            records,
            since_record,
            before,
            separator,
            commas,
            encoding,
            comments,
            width,
            passed,
        })
    }

    /// The next record, which has the width of the table. Whether there is one.
    pub(super) fn read(&mut self, record: &mut ByteRecord) -> Result<bool, LatentsError> {
        loop {
            self.since_record.store(0, Ordering::Relaxed);
            if !self.records.read_byte_record(record).map_err(|error| self.error(error))? {
                return Ok(false);
            }
            let Some(width) = self.width.filter(|&width| width != record.len()) else {
                return Ok(true);
            };
            match record.get(0) {
                // A line of spaces.
                Some([]) if record.len() == 1 => {}
                Some([b'#', ..]) => self.passed += 1,
                _ => {
                    let line = record.position().map_or(0, |at| at.line() + self.before);
                    return Err(LatentsError::Corrupt {
                        path: self.path.clone(),
                        expected: format!("{width} columns in every line"),
                        got: format!("{} in line {line}", record.len()),
                    });
                }
            }
        }
    }

    fn error(&self, error: csv::Error) -> LatentsError {
        match error.into_kind() {
            csv::ErrorKind::Io(source) => io_failed(&self.path, source),
            kind => LatentsError::Corrupt {
                path: self.path.clone(),
                expected: "a table of numbers".to_owned(),
                got: format!("{kind:?}"),
            },
        }
    }
}

/// The first lines of a text, or what fits of them.
fn start(input: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    loop {
        let read = input.take(1 << 14).read_to_end(&mut start)?;
        let lines = start.split(|byte| b"\n\r".contains(byte));
        let lines = lines.filter(|line| !matches!(line, [] | [b'#' | b'%', ..])).count();
        if read == 0 || start.len() as u64 >= START || lines > 2 * LINES {
            return Ok(start);
        }
    }
}

fn io_failed(path: &Path, source: io::Error) -> LatentsError {
    match source.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
            LatentsError::Corrupt {
                path: path.to_owned(),
                expected: "rows of numbers, or a whole gzip file of them".to_owned(),
                got: source.to_string(),
            }
        }
        _ => LatentsError::Io { action: "read", path: path.to_owned(), source },
    }
}

/// Input that ends in an error where a record does not end.
struct Limited {
    input: encoding::Input,
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
