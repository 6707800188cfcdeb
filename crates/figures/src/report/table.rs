//! Tables of a report.

use serde::{Deserialize, Serialize};

/// A cell: a text, perhaps the best of its column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    pub(super) text: String,
    pub(super) best: bool,
}

impl Cell {
    /// A plain cell.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), best: false }
    }

    /// A cell set off as the best of its column.
    pub fn best(text: impl Into<String>) -> Self {
        Self { text: text.into(), best: true }
    }
}

impl<S: Into<String>> From<S> for Cell {
    fn from(text: S) -> Self {
        Self::new(text)
    }
}

/// A table with a caption. Columns whose cells are all numbers are aligned to the right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub(super) caption: String,
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table without rows.
    pub fn new<S: Into<String>>(
        caption: impl Into<String>,
        header: impl IntoIterator<Item = S>,
    ) -> Self {
        Self {
            caption: caption.into(),
            header: header.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row. Missing cells stay empty, cells beyond the header are left out.
    pub fn row(mut self, cells: impl IntoIterator<Item = Cell>) -> Self {
        let columns = self.header.len();
        let mut row: Vec<Cell> = cells.into_iter().take(columns).collect();
        row.resize_with(columns, || Cell::new(""));
        self.rows.push(row);
        self
    }

    /// Whether a column holds numbers only: all its cells that are not empty begin with a digit,
    /// after a sign or `≥`, `≤`, `<`, `>`, `~`, or are a dash.
    pub(super) fn is_numeric(&self, column: usize) -> bool {
        let mut cells = self.rows.iter().map(|r| r[column].text.trim()).filter(|t| !t.is_empty());
        let number = |text: &str| {
            let signs = ['+', '-', '\u{2212}', '≥', '≤', '<', '>', '~', ' '];
            let rest = text.trim_start_matches(signs);
            rest.is_empty()
                || rest == "–"
                || rest == "∞"
                || rest.starts_with(|c: char| c.is_ascii_digit())
        };
        self.rows.iter().any(|r| !r[column].text.trim().is_empty()) && cells.all(number)
    }
}
