//! What all drawings have in common.

use figures::svg::INK;

use crate::Element;

pub(super) const FRAME: &str = "#e1e4e8";
pub(super) const HIGHLIGHT: &str = "#ffd866";

/// Length of a bond in user units. Lengths below are for it and scale with it.
pub(super) const BOND: f64 = 28.0;

/// Size of symbols.
pub(super) const SYMBOL: f64 = 13.0;

/// Size of counts and charges, in sizes of symbols.
pub(super) const SMALL: f64 = 0.72;

/// Width of lines.
pub(super) const STROKE: f64 = 1.5;

/// Distance between the lines of a double bond.
pub(super) const DOUBLE: f64 = 4.4;

/// Distance between the lines of a triple bond.
pub(super) const TRIPLE: f64 = 3.9;

/// Space between a symbol and the ends of its bonds.
pub(super) const HALO: f64 = 1.8;

pub(super) const TITLE_SIZE: f64 = 15.0;
pub(super) const LABEL_SIZE: f64 = 13.0;
pub(super) const CAPTION_SIZE: f64 = 12.0;

/// The colour of an element's symbol: a contrast of at least 4.5 to white.
pub(super) fn colour(element: Element) -> &'static str {
    match element.atomic_number() {
        5 => "#a0522d",
        7 => "#1f4fd8",
        8 => "#c8102e",
        9 | 17 => "#1a7f37",
        15 => "#b34700",
        16 => "#806000",
        35 => "#8b3a1c",
        53 => "#6f2da8",
        _ => INK,
    }
}

/// The width of a text in Helvetica or Arial, to a few per cent.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    let em: f64 = text
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | '\'' | '|' | 'I' => 0.25,
            ' ' | '.' | ',' | ':' | ';' | '!' | 'f' | 't' | '/' | '[' | ']' | '·' => 0.28,
            'r' | '(' | ')' | '-' => 0.34,
            'm' | 'M' | '%' => 0.86,
            'w' | 'C' | 'D' | 'H' | 'N' | 'R' | 'U' => 0.72,
            'W' => 0.94,
            'G' | 'O' | 'Q' => 0.78,
            'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' => 0.5,
            'F' => 0.61,
            'A'..='Z' => 0.67,
            '+' | '−' | '=' | '<' | '>' => 0.585,
            _ => 0.56,
        })
        .sum();
    em * size
}
