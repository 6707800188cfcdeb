//! A row of names with their colours, wrapped to the figure's width.

use super::style::{LABEL_SIZE, text_width};
use super::svg::{Anchor, Svg, Text};

const ROW: f64 = 22.0;
const MARK: f64 = 18.0;
const GAP: f64 = 20.0;

/// A name and its colour.
pub(super) type Entry<'a> = (&'a str, &'static str);

/// Splits entries into rows no wider than `width`.
fn rows<'a, 'b>(entries: &'b [Entry<'a>], width: f64) -> Vec<&'b [Entry<'a>]> {
    let (mut rows, mut start, mut used) = (Vec::new(), 0, 0.0);
    for (i, (name, _)) in entries.iter().enumerate() {
        let needed = MARK + text_width(name, LABEL_SIZE) + GAP;
        if used + needed > width + GAP && i > start {
            rows.push(&entries[start..i]);
            (start, used) = (i, 0.0);
        }
        used += needed;
    }
    rows.push(&entries[start..]);
    rows
}

/// The height that [`draw`] takes; 0 without entries.
pub(super) fn height(entries: &[Entry<'_>], width: f64) -> f64 {
    if entries.is_empty() { 0.0 } else { rows(entries, width).len() as f64 * ROW }
}

/// Draws the legend centred on `middle`, its first row's centre at `y`.
pub(super) fn draw(svg: &mut Svg, entries: &[Entry<'_>], [middle, y]: [f64; 2], width: f64) {
    if entries.is_empty() {
        return;
    }
    for (row, entries) in rows(entries, width).into_iter().enumerate() {
        let y = y + row as f64 * ROW;
        let total: f64 =
            entries.iter().map(|(n, _)| MARK + text_width(n, LABEL_SIZE) + GAP).sum::<f64>() - GAP;
        let mut x = middle - total / 2.0;
        for (name, colour) in entries {
            svg.circle([x + 6.0, y], 5.5, &format!("fill=\"{colour}\""));
            svg.text([x + MARK, y + 4.5], Text::new(Anchor::Start, LABEL_SIZE), name);
            x += MARK + text_width(name, LABEL_SIZE) + GAP;
        }
    }
}
