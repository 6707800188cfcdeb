//! Which columns of a table are the code.

use std::collections::BTreeMap;
use std::path::Path;

use super::LatentsError;
use super::reader::DEFAULT_NAMES;

/// Names of columns that number rows. Matched in lower case.
const INDEX_NAMES: [&str; 3] = ["id", "idx", "index"];

/// Names of columns that are told from codes, and taken as labels.
pub(super) const LABEL_NAMES: [&str; 5] = ["label", "labels", "class", "target", "targets"];

/// Columns that a note names.
const NAMED: usize = 8;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    /// Integers of a table that says so, which are no code beside floats.
    #[cfg_attr(not(feature = "parquet"), allow(dead_code))]
    Integer,
    /// A count of the rows.
    Count,
    /// Lists of numbers, and whether they are floats.
    #[cfg_attr(not(feature = "parquet"), allow(dead_code))]
    List {
        float: bool,
    },
    /// Words, dates, and what else is no number.
    Other,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Codes,
    /// One column, of words or numbers.
    Labels,
}

/// The columns of a code in their order, and what it is called.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Selection {
    pub(super) name: String,
    pub(super) columns: Vec<usize>,
    /// What is not taken.
    pub(super) notes: Vec<String>,
}

/// Picks the column that is called `wanted`, or else those called `wanted` and a number, by rising
/// numbers.
///
/// Without a name, codes are the first of these that there is: columns by a default name, the only
/// column of lists, the only family of numbered columns, all columns of numbers. Those that number
/// rows (`index` are the names of more) and labels are left out of the last two. A label is the only
/// column that numbers no rows, or that has a name of labels.
pub(super) fn select(
    path: &Path,
    wanted: Option<&str>,
    purpose: Purpose,
    all: &[Candidate],
    index: &[String],
) -> Result<Selection, LatentsError> {
    let table = Table { path, all, index };
    let (name, columns) = match (wanted, purpose) {
        (Some(name), _) => table.named(name)?.ok_or_else(|| {
            table.error(format!("a column `{name}`, or columns `{name}0`, `{name}1`, …"))
        })?,
        (None, Purpose::Codes) => table.codes()?,
        (None, Purpose::Labels) => table.label(),
    };
    let mut used = vec![false; all.len()];
    columns.iter().for_each(|&column| used[column] = true);
    let mut unused: Vec<_> = (0..all.len())
        .filter(|&column| !used[column])
        .map(|column| match &*all[column].name {
            "" => format!("{column} (without a name)"),
            name => format!("`{name}`"),
        })
        .collect();
    let more = unused.len().saturating_sub(NAMED);
    unused.truncate(NAMED);
    let more = if more > 0 { format!(" and {more} others") } else { String::new() };
    let notes = match unused.len() {
        0 => vec![],
        1 => vec![format!("column {} is not used", unused[0])],
        _ => vec![format!("columns {}{more} are not used", unused.join(", "))],
    };
    Ok(Selection { name, columns, notes })
}

struct Table<'a> {
    path: &'a Path,
    all: &'a [Candidate],
    index: &'a [String],
}

type Found = (String, Vec<usize>);

impl Table<'_> {
    fn error(&self, expected: String) -> LatentsError {
        LatentsError::Tensor {
            path: self.path.to_owned(),
            expected,
            found: self.all.iter().map(|column| column.name.clone()).collect(),
        }
    }

    /// The column or the columns of a name.
    fn named(&self, name: &str) -> Result<Option<Found>, LatentsError> {
        let exact = self.exact(name);
        match exact[..] {
            [] => {}
            [one] => return Ok(Some((name.to_owned(), vec![one]))),
            _ => {
                let got = format!("one column `{name}`, of which there are {}", exact.len());
                return Err(self.error(got));
            }
        }
        let columns: Vec<_> = (0..self.all.len()).collect();
        match self.families(&columns).remove(name) {
            None => Ok(None),
            Some(family) => {
                if let Some(pair) = family.windows(2).find(|pair| pair[0].0 == pair[1].0) {
                    let names =
                        pair.iter().map(|&(_, column)| format!("`{}`", self.all[column].name));
                    let names: Vec<_> = names.collect();
                    let got = format!("one column for each number, not {}", names.join(" and "));
                    return Err(self.error(got));
                }
                let columns = family.into_iter().map(|(_, column)| column).collect();
                Ok(Some((name.to_owned(), columns)))
            }
        }
    }

    fn exact(&self, name: &str) -> Vec<usize> {
        (0..self.all.len()).filter(|&column| self.all[column].name == name).collect()
    }

    /// Columns of a name and a number, by name, rising.
    fn families(&self, columns: &[usize]) -> BTreeMap<&str, Vec<(u64, usize)>> {
        let mut families: BTreeMap<&str, Vec<(u64, usize)>> = BTreeMap::new();
        for &column in columns {
            if let Some((name, number)) = numbered(&self.all[column].name) {
                families.entry(name).or_default().push((number, column));
            }
        }
        families.values_mut().for_each(|family| family.sort_unstable());
        families
    }

    fn codes(&self) -> Result<Found, LatentsError> {
        for name in DEFAULT_NAMES {
            if let Some(found) = self.named(name)?.filter(|_| name != "z" || !self.has_axes()) {
                return Ok(found);
            }
        }
        let numbers = self.of(|kind| kind == Kind::Number);
        let numbers = if numbers.is_empty() {
            self.of(|kind| matches!(kind, Kind::Integer | Kind::Count))
        } else {
            numbers
        };
        for float in [true, false] {
            let lists = self.of(|kind| kind == Kind::List { float });
            match lists[..] {
                [] => {}
                [one] if float || numbers.is_empty() => {
                    return Ok((self.all[one].name.clone(), vec![one]));
                }
                [_] => {}
                _ if float || numbers.is_empty() => {
                    return Err(
                        self.error("one column of lists, or `tensor` to name it".to_owned())
                    );
                }
                _ => {}
            }
        }
        if numbers.is_empty() {
            return Err(self.error("columns of numbers".to_owned()));
        }
        let families: Vec<_> =
            self.families(&numbers).into_iter().filter(|(_, family)| family.len() > 1).collect();
        if let [(name, family)] = &families[..]
            && !name.is_empty()
            && let Some(found) = self.named(name)?
            && found.1.len() == family.len()
        {
            return Ok(found);
        }
        Ok(("columns".to_owned(), numbers))
    }

    fn label(&self) -> Found {
        let columns: Vec<_> = (0..self.all.len()).collect();
        let is_label = |column: &&usize| has_name(&LABEL_NAMES, &self.all[**column].name);
        let labels: Vec<_> = columns.iter().filter(is_label).copied().collect();
        let others: Vec<_> = columns.iter().filter(|c| !self.is_index(**c)).copied().collect();
        match (&labels[..], &others[..]) {
            (&[one], _) | (_, &[one]) => (self.all[one].name.clone(), vec![one]),
            (_, []) => ("columns".to_owned(), columns),
            _ => ("columns".to_owned(), others),
        }
    }

    /// Columns of a kind, without those that are told from codes where others are left.
    fn of(&self, kind: impl Fn(Kind) -> bool) -> Vec<usize> {
        let all: Vec<_> = (0..self.all.len()).filter(|&c| kind(self.all[c].kind)).collect();
        let values: Vec<_> = all.iter().filter(|c| !self.is_index(**c)).copied().collect();
        let is_label = |column: &usize| has_name(&LABEL_NAMES, &self.all[*column].name);
        let codes: Vec<_> = values.iter().filter(|c| !is_label(c)).copied().collect();
        [codes, values, all].into_iter().find(|list| !list.is_empty()).unwrap_or_default()
    }

    fn is_index(&self, column: usize) -> bool {
        let name = &self.all[column].name;
        name.is_empty()
            || self.all[column].kind == Kind::Count
            || name.starts_with("__index_level_")
            || name.strip_prefix("Unnamed: ").is_some_and(|n| n.parse::<u64>().is_ok())
            || has_name(&INDEX_NAMES, name)
            || self.index.contains(name)
    }

    /// Whether `z` is the third axis beside `x` and `y`, and no code.
    fn has_axes(&self) -> bool {
        let columns: Vec<_> = (0..self.all.len()).collect();
        let families = self.families(&columns);
        ["x", "y"].iter().all(|axis| families.contains_key(axis) || !self.exact(axis).is_empty())
    }
}

fn has_name(names: &[&str], name: &str) -> bool {
    names.iter().any(|other| name.eq_ignore_ascii_case(other))
}

/// `z12`, `z_12`, `z.12`, `z-12` and `z[12]` are `z` and 12.
fn numbered(name: &str) -> Option<(&str, u64)> {
    let bare = name.strip_suffix([']', ')']).unwrap_or(name);
    let start = bare.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = bare[start.len()..].parse().ok()?;
    let opened = bare.len() < name.len();
    let start = match start.strip_suffix(if opened { ['[', '('] } else { ['_', '.'] }) {
        Some(start) => start,
        None if opened => return None,
        None => start.strip_suffix(['-', ' ']).unwrap_or(start),
    };
    Some((start, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str]) -> Vec<Candidate> {
        names
            .iter()
            .map(|&name| {
                let (name, kind) = match name.split_once(':') {
                    Some((name, "list")) => (name, Kind::List { float: true }),
                    Some((name, "ints")) => (name, Kind::List { float: false }),
                    Some((name, "word")) => (name, Kind::Other),
                    Some((name, "int")) => (name, Kind::Integer),
                    Some((name, "count")) => (name, Kind::Count),
                    _ => (name, Kind::Number),
                };
                Candidate { name: name.to_owned(), kind }
            })
            .collect()
    }

    fn of(wanted: Option<&str>, names: &[&str]) -> Result<Selection, LatentsError> {
        select(Path::new("t.csv"), wanted, Purpose::Codes, &columns(names), &["mol".to_owned()])
    }

    #[test]
    fn numbered_columns_are_taken_by_number_not_by_place() {
        let names = ["id", "z10", "z2", "z_1", "zebra", "label"];
        assert_eq!(of(Some("z"), &names).unwrap().columns, [3, 2, 1]);
        assert_eq!(of(None, &names).unwrap().columns, [3, 2, 1]);
        assert_eq!(of(Some("label"), &names).unwrap().columns, [5]);
        assert_eq!(of(None, &["a", "b"]).unwrap().columns, [0, 1]);
        let error = of(Some("x"), &names).unwrap_err().to_string();
        assert!(error.contains("`x0`") && error.contains("`zebra`"), "{error}");
        let brackets = ["z[1]", "z(0)", "z 2", "z-3", "z.4"];
        assert_eq!(of(None, &brackets).unwrap().columns, [1, 0, 2, 3, 4]);
    }

    /// Columns that are taken without a name, and what the note says of the others.
    #[test]
    fn what_is_no_code_is_left_out_and_named() {
        for (names, taken, note) in [
            (&["", "z0", "z1"][..], &[1, 2][..], "column 0 (without a name) is not used"),
            (&["", "a", "b"], &[1, 2], "column 0 (without a name) is not used"),
            (&["Unnamed: 0", "a", "b"], &[1, 2], "column `Unnamed: 0` is not used"),
            (&["", "0", "1"], &[1, 2], "column 0 (without a name) is not used"),
            (&["ID", "a", "b", "Label"], &[1, 2], "columns `ID`, `Label` are not used"),
            (&["mol", "a"], &[1], "column `mol` is not used"),
            (&["a", "__index_level_0__"], &[0], "column `__index_level_0__` is not used"),
            (&["h0", "h1", "energy"], &[0, 1], "column `energy` is not used"),
            (&["id", "embedding:list"], &[1], "column `id` is not used"),
            (&["x0", "embedding:list", "atoms:ints"], &[1], "columns `x0`, `atoms` are not used"),
            (&["x0", "x1", "atoms:ints"], &[0, 1], "column `atoms` is not used"),
            (&["name:word", "a", "b"], &[1, 2], "column `name` is not used"),
            (&["row:count", "a", "b"], &[1, 2], "column `row` is not used"),
            (&["row:count"], &[0], ""),
            (&["mass:int", "a", "b"], &[1, 2], "column `mass` is not used"),
            (&["h1:int", "h2:int"], &[0, 1], ""),
            // Coordinates of space, not a code `z`.
            (&["x", "y", "z"], &[0, 1, 2], ""),
            (&["x0", "y0", "z0", "x1", "y1", "z1"], &[0, 1, 2, 3, 4, 5], ""),
            (&["z", "w"], &[0], "column `w` is not used"),
            // What is alone is meant.
            (&["id"], &[0], ""),
            (&["label"], &[0], ""),
        ] {
            let selection = of(None, names).unwrap();
            assert_eq!(selection.columns, taken, "{names:?}");
            assert_eq!(selection.notes.join(""), note, "{names:?}");
        }
    }

    #[test]
    fn one_of_several_is_not_guessed() {
        for (wanted, names, message) in [
            (None, &["a:list", "b:list"][..], "one column of lists, or `tensor` to name it"),
            (None, &["a:word"], "columns of numbers"),
            (None, &["z", "z"], "one column `z`, of which there are 2"),
            (Some("h"), &["h1", "h_1"], "one column for each number, not `h1` and `h_1`"),
        ] {
            let error = of(wanted, names).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }

    #[test]
    fn labels_are_one_column() {
        for (names, taken) in [
            (&["", "kind:word"][..], &[1][..]),
            (&["id", "Label"], &[1]),
            (&["z0", "z1", "class"], &[2]),
            (&["name:word"], &[0]),
            (&["a", "b"], &[0, 1]),
        ] {
            let found = select(Path::new("t"), None, Purpose::Labels, &columns(names), &[]);
            assert_eq!(found.unwrap().columns, taken, "{names:?}");
        }
    }
}
