//! Two runs side by side.

use std::fmt::Write;

use crate::record::Record;
use crate::render::seconds;

/// How one benchmark changed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) name: String,
    /// Median seconds.
    pub(crate) old: f64,
    /// Median seconds.
    pub(crate) new: f64,
    /// New over old: above 1 is slower.
    pub(crate) ratio: f64,
}

/// The benchmarks that both runs have, with the same sizes, in the order of the new one.
pub(crate) fn changes(old: &Record, new: &Record) -> Vec<Change> {
    new.entries
        .iter()
        .filter_map(|entry| {
            let before = old
                .entries
                .iter()
                .find(|e| e.name == entry.name && e.parameters == entry.parameters)?;
            let (old, new) = (before.seconds.median, entry.seconds.median);
            Some(Change { name: entry.name.clone(), old, new, ratio: new / old })
        })
        .collect()
}

/// The changes as text for a terminal.
pub(crate) fn table(changes: &[Change], tolerance: f64) -> String {
    let mut text = String::new();
    for Change { name, old, new, ratio } in changes {
        let mark = if *ratio > tolerance {
            "  slower"
        } else if *ratio < 1.0 / tolerance {
            "  faster"
        } else {
            ""
        };
        let (old, new) = (seconds(*old), seconds(*new));
        // Writing to a string does not fail.
        let _ = writeln!(text, "{name:<36} {old:>10} {new:>10} {ratio:>7.2}{mark}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tests::sample;

    #[test]
    fn slower_and_faster_are_marked_and_other_sizes_left_out() {
        let old = sample();
        let mut new = old.clone();
        new.entries[0].seconds.median *= 2.0;
        new.entries[1].seconds.median *= 0.5;
        let changes = changes(&old, &new);
        assert_eq!(changes.iter().map(|c| c.ratio).collect::<Vec<_>>(), [2.0, 0.5]);
        let text = table(&changes, 1.25);
        assert!(text.contains("2.00  slower") && text.contains("0.50  faster"), "{text}");

        new.entries[0].parameters.insert("codes".to_owned(), 1.0);
        assert_eq!(super::changes(&old, &new).len(), 1);
    }
}
