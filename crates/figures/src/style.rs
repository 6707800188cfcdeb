//! What all figures have in common.

/// Ten colours that stay apart under colour-vision deficiencies (M. Petroff, *Accessible Color
/// Sequences for Data Visualization*, arXiv 2107.02270).
pub const PALETTE: [&str; 10] = [
    "#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6", "#a96b59", "#e76300", "#b9ac70",
    "#717581", "#92dadd",
];

/// The colour of a class; classes beyond the tenth start again.
pub fn class_colour(class: usize) -> &'static str {
    PALETTE[class % PALETTE.len()]
}

/// A scale from dark to light, even in lightness (viridis by N. Smith and S. van der Walt).
const SCALE: [&str; 9] = [
    "#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#addc30",
    "#e5d419",
];

/// The colour of step `class` of `count` on one scale.
pub(super) fn ordered_colour(class: usize, count: usize) -> &'static str {
    let last = SCALE.len() - 1;
    SCALE[(class * last).checked_div(count.saturating_sub(1)).unwrap_or(last / 2).min(last)]
}

/// Colours of lines and bars: the palette's darker ones first, which thin lines need.
const LINES: [&str; 8] =
    ["#bd1f01", "#3f90da", "#832db6", "#e76300", "#717581", "#a96b59", "#d98f00", "#3aa5a9"];

pub(super) fn line_colour(series: usize) -> &'static str {
    LINES[series % LINES.len()]
}

/// Width of every figure in user units; text sizes are relative to it.
pub(super) const WIDTH: f64 = 900.0;

pub(super) const FONT: &str = "'Helvetica Neue',Helvetica,Arial,'Liberation Sans',sans-serif";
/// The colour of lines and text.
pub const INK: &str = "#1f2328";
/// The colour of what is said by the way.
pub const MUTED: &str = "#59636e";
pub(super) const FRAME: &str = "#c4c9cf";
pub(super) const GRID: &str = "#e9ebee";

pub(super) const TITLE_SIZE: f64 = 15.0;
pub(super) const LABEL_SIZE: f64 = 13.0;
pub(super) const TICK_SIZE: f64 = 12.0;

/// The width of a text in Helvetica or Arial, to a few per cent.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    let em: f64 = text
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | '\'' | '|' => 0.22,
            ' ' | '.' | ',' | ':' | ';' | '!' | 'f' | 't' | '/' | '[' | ']' | '·' => 0.28,
            'r' | '(' | ')' | '-' => 0.33,
            'm' | 'M' | '%' => 0.86,
            'w' | 'C' | 'D' | 'H' | 'N' | 'R' | 'U' => 0.72,
            'W' => 0.94,
            'G' | 'O' | 'Q' => 0.78,
            'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' => 0.5,
            'A'..='Z' => 0.66,
            _ => 0.56,
        })
        .sum();
    em * size
}
