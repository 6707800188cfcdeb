//! Numbers in lines, with or without a line of names, plain or compressed by gzip.
//!
//! Columns are separated by commas, semicolons, tabs, bars or spaces, whichever makes numbers of the first
//! lines. Decimals have points or, where columns are separated otherwise or quoted, commas. Lines at
//! the start that begin with `#` or `%` are comments, and the last of them holds names if it has one
//! for each column, as `numpy.savetxt` writes it.

mod dialect;
mod encoding;
mod names;
mod table;

use std::path::Path;

use csv::ByteRecord;

use self::names::Names;
use self::table::Table;
use super::dtype::rows_of;
use super::select::{Candidate, Kind, Purpose, Selection, select};
use super::{CodeReader, Codes, Dtype, LatentsError, Layout, side_car};

/// Rows of a table.
///
/// The table is gone through once at opening, to count its rows.
pub(super) struct Reader {
    layout: Layout,
    columns: Vec<usize>,
    names: Vec<String>,
    table: Table,
    decimal_comma: bool,
    record: ByteRecord,
    next: usize,
}

impl Reader {
    /// Opens a table.
    pub(super) fn open(
        path: &Path,
        tensor: Option<&str>,
        purpose: Purpose,
    ) -> Result<Self, LatentsError> {
        let corrupt = |expected: &str, got: String| LatentsError::Corrupt {
            path: path.to_owned(),
            expected: expected.to_owned(),
            got,
        };
        let mut table = Table::open(path)?;
        let (mut first, mut record) = (ByteRecord::new(), ByteRecord::new());
        if !table.read(&mut first)? {
            let got = if table.comments.is_empty() { "an empty file" } else { "comments only" };
            return Err(corrupt("a table of numbers", got.to_owned()));
        }
        let more = loop {
            if !table.read(&mut record)? {
                break false;
            }
            let passed = record.get(0).is_some_and(|f| f.is_empty() || f.starts_with(b"#"));
            if !passed || record.len() > 1 || first.len() < 3 {
                break true;
            }
        };
        let names = Names::of(path, &table, &first, more.then_some(&record))?;
        table.width = Some(names.width);
        if names.first_is_data {
            record.clone_from(&first);
        } else if !more {
            record.clear();
        }

        // The first row is there already; where names came before it, so is its width.
        let candidates = candidates(&names, &record);
        let mut facts = Facts::new(names.width, table.commas);
        if !record.is_empty() {
            if record.len() != names.width {
                let got = format!("{} in the first row", record.len());
                return Err(corrupt(&format!("{} columns in every line", names.width), got));
            }
            facts.add(&record);
            if names.first_is_data && more {
                // The second record was read before its width was known.
                table = Table::open(path)?;
                table.width = Some(names.width);
                table.read(&mut record)?;
            }
            while table.read(&mut record)? {
                facts.add(&record);
            }
        }
        let decimal_comma = facts.decimal_comma(path)?;
        let mut candidates = candidates;
        let mut counted = None;
        if facts.counts && facts.rows > 2 && names.width > 1 {
            if names.first_is_data {
                counted = Some("column 0 counts the rows: take it out if it is no coordinate");
            } else {
                candidates[0].kind = Kind::Count;
            }
        }
        let dropped = facts.rows > 0 && facts.last_is_empty && names.may_trail;
        if dropped {
            candidates.pop();
        }
        let Selection { name, columns, mut notes } =
            select(path, tensor, purpose, &candidates, &[])?;

        if let Some(encoding) = table.encoding {
            notes.push(format!("the text is {encoding}"));
        }
        let decimals = if decimal_comma { "decimals have commas" } else { "" };
        match (table.separator.name(), decimal_comma) {
            (Some(name), false) => notes.push(format!("columns are separated by {name}")),
            (Some(name), true) => {
                notes.push(format!("columns are separated by {name}, {decimals}"))
            }
            (None, true) => notes.push(decimals.to_owned()),
            (None, false) => {}
        }
        notes.extend(names.notes);
        notes.extend(counted.filter(|_| columns.contains(&0)).map(str::to_owned));
        match table.passed {
            0 => {}
            1 => notes.push("a line that begins with `#` is skipped".to_owned()),
            more => notes.push(format!("{more} lines that begin with `#` are skipped")),
        }
        let width = names.width;
        let mut table = Table::open(path)?;
        table.width = Some(width);
        if !names.first_is_data {
            table.width = None;
            table.read(&mut record)?;
            table.width = Some(width);
        }
        let layout = Layout {
            path: path.to_owned(),
            tensor: name,
            shape: vec![facts.rows, columns.len()],
            dtype: Dtype::F64,
            metadata: side_car::read(path)?,
            notes,
        };
        layout.check()?;
        let names = names.names;
        Ok(Self { layout, columns, names, table, decimal_comma, record, next: 0 })
    }
}

/// The columns, as far as the first row tells what they hold.
fn candidates(names: &Names, first: &ByteRecord) -> Vec<Candidate> {
    let word = |column: usize| {
        let field = first.get(column).unwrap_or_default();
        let letter = field.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte >= 128);
        // `2026-11-30` and `30/11/2026`.
        let date = field.iter().filter(|byte| b"-/:".contains(byte)).count() > 1;
        (letter || date) && number(field, false).is_none() && !is_missing(field)
    };
    let kind = |column| if word(column) { Kind::Other } else { Kind::Number };
    let candidates = names.names.iter().enumerate();
    candidates.map(|(column, name)| Candidate { name: name.clone(), kind: kind(column) }).collect()
}

/// What a table holds that only its last row tells.
struct Facts {
    rows: usize,
    /// The last field of every row is.
    last_is_empty: bool,
    /// The first field of every row is one more than that of the row before, from 0 or 1.
    counts: bool,
    start: usize,
    /// Whether there may be decimal commas.
    commas: bool,
    /// The first rows with a decimal comma and with a decimal point.
    comma: Option<usize>,
    point: Option<usize>,
    width: usize,
}

impl Facts {
    fn new(width: usize, commas: bool) -> Self {
        Self {
            rows: 0,
            last_is_empty: true,
            counts: true,
            start: 0,
            commas,
            comma: None,
            point: None,
            width,
        }
    }

    fn add(&mut self, record: &ByteRecord) {
        self.last_is_empty &= record.get(self.width - 1).is_some_and(<[u8]>::is_empty);
        if self.counts {
            let count =
                record.get(0).and_then(|field| std::str::from_utf8(field).ok()?.parse().ok());
            if self.rows == 0 {
                self.start = count.unwrap_or(2);
            }
            self.counts = self.start < 2 && count == Some(self.start + self.rows);
        }
        for (mark, row) in [(b',', &mut self.comma), (b'.', &mut self.point)] {
            if self.commas
                && row.is_none()
                && record.as_slice().contains(&mark)
                && record.iter().any(|f| f.contains(&mark) && number(f, mark == b',').is_some())
            {
                *row = Some(self.rows);
            }
        }
        self.rows += 1;
    }

    fn decimal_comma(&self, path: &Path) -> Result<bool, LatentsError> {
        match (self.comma, self.point) {
            (Some(comma), Some(point)) => Err(LatentsError::Corrupt {
                path: path.to_owned(),
                expected: "decimal points or decimal commas".to_owned(),
                got: format!("a comma in row {comma} and a point in row {point}"),
            }),
            (comma, _) => Ok(comma.is_some()),
        }
    }
}

/// The words of one column.
pub(super) fn read_text(path: &Path, name: Option<&str>) -> Result<Vec<String>, LatentsError> {
    let Reader { layout, columns, names, mut table, mut record, .. } =
        Reader::open(path, name, Purpose::Labels)?;
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
                let number = number(field, self.decimal_comma);
                numbers.push(number.ok_or_else(|| LatentsError::Number {
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

/// A decimal number; with a decimal comma, one that has no point.
fn number(field: &[u8], decimal_comma: bool) -> Option<f64> {
    let text = std::str::from_utf8(field).ok()?;
    if decimal_comma && text.contains(',') {
        return text.replacen(',', ".", 1).parse().ok().filter(|_| !text.contains('.'));
    }
    text.parse().ok()
}

/// What programs write for a missing value.
fn is_missing(field: &[u8]) -> bool {
    const WORDS: [&str; 6] = ["na", "n/a", "nan", "null", "none", "missing"];
    field.is_empty() || WORDS.iter().any(|word| field.eq_ignore_ascii_case(word.as_bytes()))
}
