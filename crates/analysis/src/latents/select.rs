//! Which columns of a table are the code.

use std::path::Path;

use super::LatentsError;
use super::reader::DEFAULT_NAMES;

/// The columns of a code in their order, and what it is called.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Selection {
    pub(super) name: String,
    pub(super) columns: Vec<usize>,
}

/// Picks the column that is called `wanted`, or else those called `wanted` and a number, by rising
/// numbers. Without a name the first default that there is, or all `usable` columns.
pub(super) fn select(
    path: &Path,
    wanted: Option<&str>,
    names: &[String],
    usable: &[usize],
) -> Result<Selection, LatentsError> {
    let found = |name: &str| {
        let columns = columns_of(name, names);
        (!columns.is_empty()).then(|| Selection { name: name.to_owned(), columns })
    };
    let error = |expected: String| LatentsError::Tensor {
        path: path.to_owned(),
        expected,
        found: names.to_vec(),
    };
    match wanted {
        Some(name) => {
            let expected = format!("a column `{name}`, or columns `{name}0`, `{name}1`, …");
            found(name).ok_or_else(|| error(expected))
        }
        None => DEFAULT_NAMES
            .iter()
            .find_map(|name| found(name))
            .or_else(|| {
                let columns = usable.to_vec();
                (!columns.is_empty()).then(|| Selection { name: "columns".to_owned(), columns })
            })
            .ok_or_else(|| error("columns of numbers".to_owned())),
    }
}

fn columns_of(wanted: &str, names: &[String]) -> Vec<usize> {
    if let Some(column) = names.iter().position(|name| name == wanted) {
        return vec![column];
    }
    let number = |name: &str| -> Option<u64> {
        let rest = name.strip_prefix(wanted)?;
        let rest = rest.strip_prefix(['_', '.', '-']).unwrap_or(rest);
        if !rest.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        rest.parse().ok()
    };
    let mut columns: Vec<(u64, usize)> = names
        .iter()
        .enumerate()
        .filter_map(|(column, name)| number(name).map(|number| (number, column)))
        .collect();
    columns.sort_unstable();
    columns.into_iter().map(|(_, column)| column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(wanted: Option<&str>, names: &[&str]) -> Result<Selection, LatentsError> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        select(Path::new("t.csv"), wanted, &names, &(0..names.len()).collect::<Vec<_>>())
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
    }
}
