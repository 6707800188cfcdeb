//! What the columns of a table are called.

use std::path::Path;

use csv::ByteRecord;

use super::table::Table;
use super::{is_missing, number};
use crate::LatentsError;

/// Names of columns, and where they come from.
pub(super) struct Names {
    pub(super) names: Vec<String>,
    /// Fields of a row.
    pub(super) width: usize,
    /// Whether the first record is a row.
    pub(super) first_is_data: bool,
    /// Whether the last column may be nothing but what a separator at the end of a line leaves.
    pub(super) may_trail: bool,
    pub(super) notes: Vec<String>,
}

impl Names {
    /// By the comments, the first record and the second.
    pub(super) fn of(
        path: &Path,
        table: &Table,
        first: &ByteRecord,
        second: Option<&ByteRecord>,
    ) -> Result<Self, LatentsError> {
        let comments: Vec<_> =
            table.comments.iter().map(|c| c.trim_start_matches(['#', '%'])).collect();
        if !holds_names(first, second) {
            let last = comments.last().map(|comment| table.separator.split(comment));
            let last = last.filter(|names| {
                names.len() == first.len()
                    && names.iter().all(|n| number(n.as_bytes(), true).is_none())
            });
            let (passed, mut notes) = (comments.len() - usize::from(last.is_some()), Vec::new());
            if last.is_some() {
                notes.push(format!(
                    "names are taken from the comment `{}`",
                    shown(comments[passed])
                ));
            }
            notes.extend(remarks(&comments[..passed]));
            if first.len() > 1 && first.iter().all(is_integer) && second.is_some_and(decimals) {
                let line = shown(&joined(first));
                notes.push(format!(
                    "the first line, `{line}`, is taken as a row: take it out if it holds names"
                ));
            }
            return Ok(Self {
                may_trail: first.len() > 1,
                names: match last {
                    Some(names) => names.into_iter().map(str::to_owned).collect(),
                    None => (0..first.len()).map(|column| column.to_string()).collect(),
                },
                width: first.len(),
                first_is_data: true,
                notes,
            });
        }
        let mut names: Vec<String> =
            first.iter().map(|field| String::from_utf8_lossy(field).into_owned()).collect();
        let mut notes = remarks(&comments);
        if first.iter().any(is_number) {
            let line = shown(&joined(first));
            notes.push(format!("the first line, `{line}`, is taken as names"));
        }
        let width = second.map_or(names.len(), ByteRecord::len);
        let mut may_trail = width > 1 && names.last().is_some_and(String::is_empty);
        if width == 2
            && names.len() == 1
            && !second.is_some_and(|row| row[1].is_empty() || decimal(&row[1]))
        {
            return Err(LatentsError::Corrupt {
                path: path.to_owned(),
                expected: "a name for each column".to_owned(),
                got: "one name, and two fields in the first row: where decimals have commas, separate columns \
                      by semicolons; where the first field names the row, give its column a name too; quote \
                      words that hold commas"
                    .to_owned(),
            });
        }
        if width == names.len() + 1 {
            // A separator at the end of rows, or names of rows as R writes them.
            may_trail = second.is_some_and(|row| row[width - 1].is_empty());
            names.insert(if may_trail { names.len() } else { 0 }, String::new());
        } else if width + 1 == names.len() && may_trail {
            names.pop();
            may_trail = false;
        }
        if names.len() != width {
            return Err(LatentsError::Corrupt {
                path: path.to_owned(),
                expected: format!("{} columns in every line", names.len()),
                got: format!("{width} in the first row"),
            });
        }
        Ok(Self { names, width, first_is_data: false, may_trail, notes })
    }
}

/// The first characters of a line.
fn shown(line: &str) -> String {
    line.trim().chars().take(60).collect()
}

/// Notes on comments.
fn remarks(comments: &[&str]) -> Vec<String> {
    let comments: Vec<_> = comments.iter().filter(|line| !line.trim().is_empty()).collect();
    match comments.len() {
        0..4 => comments.iter().map(|line| format!("`{}` is a comment", shown(line))).collect(),
        more => vec![format!("{more} lines at the start are comments")],
    }
}

fn joined(record: &ByteRecord) -> String {
    record.iter().map(String::from_utf8_lossy).collect::<Vec<_>>().join(",")
}

/// Whether a record holds names: words, words beside a count, or ascending or descending integers above a row
/// of decimals.
fn holds_names(record: &ByteRecord, second: Option<&ByteRecord>) -> bool {
    let numbers: Vec<&[u8]> = record.iter().filter(|f| is_number(f)).collect();
    let others = record.len() - numbers.len();
    let words = record.iter().filter(|f| !is_number(f) && !is_missing(f)).count();
    // An empty field among numbers is a missing value, but for the first of integers, above an index.
    let first_only = others == 1 && record.get(0).is_some_and(<[u8]>::is_empty);
    let counted =
        |from: usize| numbers.iter().zip(from..).all(|(name, n)| *name == n.to_string().as_bytes());
    match (numbers.len(), words) {
        (0, words) => words > 0,
        (1.., 0) if first_only => numbers.iter().all(|name| is_integer(name)),
        (1.., 0) => counts(record) || (is_monotone(record) && second.is_some_and(decimals)),
        // One number is no count.
        (1, _) => false,
        (_, _) => counted(0) || counted(1),
    }
}

/// Whether a record is `0,1,2,…`: the names that pandas gives to columns without names.
fn counts(record: &ByteRecord) -> bool {
    record.len() > 1
        && record.iter().enumerate().all(|(column, name)| name == column.to_string().as_bytes())
}

/// Whether a record is of integers that only rise or only fall.
fn is_monotone(record: &ByteRecord) -> bool {
    let parse = |field| std::str::from_utf8(field).ok()?.parse().ok();
    let Some(values) = record.iter().map(parse).collect::<Option<Vec<i64>>>() else { return false };
    values.len() > 1 && (values.is_sorted_by(|a, b| a < b) || values.is_sorted_by(|a, b| a > b))
}

/// Whether all fields of a row are decimals, as programs write floats.
fn decimals(record: &ByteRecord) -> bool {
    record.iter().all(decimal)
}

fn decimal(field: &[u8]) -> bool {
    is_number(field) && !is_integer(field)
}

fn is_integer(field: &[u8]) -> bool {
    let digits = field.strip_prefix(b"-").unwrap_or(field);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

fn is_number(field: &[u8]) -> bool {
    number(field, false).or_else(|| number(field, true)).is_some()
}
