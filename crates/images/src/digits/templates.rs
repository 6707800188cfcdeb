//! The ways to write each digit.
//!
//! Control points lie in the unit square, `x` to the right and `y` downwards: the digit stands
//! from `y = 0` to `y = 1`. `s` is a smooth point, `c` a corner.

use super::stroke::Point;

/// One way to write a digit.
#[derive(Debug)]
pub(super) struct Template {
    /// How often, relative to the other ways of the same class.
    pub(super) weight: f64,
    /// The movements of the pen, in order.
    pub(super) strokes: &'static [Path],
}

/// A movement of the pen as it is meant, before the hand.
#[derive(Debug)]
pub(super) struct Path {
    /// Control points; `true` marks a corner.
    pub(super) points: &'static [(Point, bool)],
    /// Whether the last point joins the first.
    pub(super) closed: bool,
}

const fn s(x: f64, y: f64) -> (Point, bool) {
    ([x, y], false)
}

const fn c(x: f64, y: f64) -> (Point, bool) {
    ([x, y], true)
}

const fn open(points: &'static [(Point, bool)]) -> Path {
    Path { points, closed: false }
}

const fn ring(points: &'static [(Point, bool)]) -> Path {
    Path { points, closed: true }
}

const fn way(weight: f64, strokes: &'static [Path]) -> Template {
    Template { weight, strokes }
}

/// The ways to write the digit `label`, at least one.
pub(super) fn of(label: u8) -> &'static [Template] {
    match label {
        0 => ZERO,
        1 => ONE,
        2 => TWO,
        3 => THREE,
        4 => FOUR,
        5 => FIVE,
        6 => SIX,
        7 => SEVEN,
        8 => EIGHT,
        _ => NINE,
    }
}

#[rustfmt::skip]
const ZERO: &[Template] = &[
    // A closed oval.
    way(1.0, &[ring(&[s(0.5, 0.0), s(0.24, 0.16), s(0.16, 0.5), s(0.25, 0.85), s(0.5, 1.0),
                      s(0.75, 0.85), s(0.84, 0.5), s(0.76, 0.15)])]),
    // Begun and ended at the top, with an overlap.
    way(1.0, &[open(&[s(0.6, 0.05), s(0.4, 0.02), s(0.2, 0.2), s(0.15, 0.55), s(0.28, 0.9),
                      s(0.52, 1.0), s(0.76, 0.84), s(0.84, 0.5), s(0.76, 0.17), s(0.55, 0.02), s(0.4, 0.08)])]),
    // Narrow.
    way(0.6, &[ring(&[s(0.5, 0.0), s(0.32, 0.2), s(0.27, 0.55), s(0.34, 0.88), s(0.5, 1.0),
                      s(0.67, 0.86), s(0.73, 0.48), s(0.68, 0.14)])]),
];

#[rustfmt::skip]
const ONE: &[Template] = &[
    // A stroke.
    way(1.2, &[open(&[s(0.5, 0.0), s(0.5, 0.5), s(0.5, 1.0)])]),
    // With a flag.
    way(1.0, &[open(&[s(0.35, 0.2), c(0.53, 0.0), s(0.53, 0.5), s(0.53, 1.0)])]),
    // With a flag and a foot.
    way(0.4, &[open(&[s(0.34, 0.2), c(0.52, 0.0), s(0.52, 0.5), s(0.52, 0.98)]),
               open(&[s(0.3, 1.0), s(0.74, 1.0)])]),
];

#[rustfmt::skip]
const TWO: &[Template] = &[
    // A neck and a straight foot.
    way(1.0, &[open(&[s(0.2, 0.24), s(0.32, 0.05), s(0.58, 0.01), s(0.76, 0.18), s(0.7, 0.42),
                      s(0.46, 0.7), c(0.18, 0.98), s(0.5, 0.98), s(0.84, 0.97)])]),
    // A loop at the foot.
    way(1.0, &[open(&[s(0.22, 0.2), s(0.4, 0.02), s(0.66, 0.06), s(0.74, 0.28), s(0.6, 0.6),
                      s(0.36, 0.9), s(0.18, 0.98), s(0.14, 0.86), s(0.28, 0.8), s(0.5, 0.92), s(0.7, 0.99), s(0.9, 0.9)])]),
    // A wavy foot.
    way(0.6, &[open(&[s(0.16, 0.16), s(0.36, 0.0), s(0.64, 0.04), s(0.72, 0.25), s(0.56, 0.58),
                      c(0.16, 0.96), s(0.36, 0.9), s(0.62, 0.99), s(0.86, 0.92)])]),
];

#[rustfmt::skip]
const THREE: &[Template] = &[
    // Two bows.
    way(1.2, &[open(&[s(0.24, 0.12), s(0.46, 0.0), s(0.72, 0.1), s(0.7, 0.34), c(0.42, 0.47),
                      s(0.7, 0.54), s(0.8, 0.76), s(0.56, 0.99), s(0.2, 0.9)])]),
    // A flat top.
    way(0.6, &[open(&[s(0.22, 0.03), c(0.76, 0.02), c(0.46, 0.4), s(0.72, 0.48), s(0.8, 0.72),
                      s(0.58, 0.98), s(0.2, 0.9)])]),
    // A small loop in the middle.
    way(0.5, &[open(&[s(0.22, 0.14), s(0.44, 0.0), s(0.72, 0.09), s(0.7, 0.32), s(0.5, 0.48),
                      s(0.38, 0.45), s(0.5, 0.41), s(0.74, 0.54), s(0.79, 0.78), s(0.54, 0.99), s(0.2, 0.88)])]),
];

#[rustfmt::skip]
const FOUR: &[Template] = &[
    // Open.
    way(1.0, &[open(&[s(0.26, 0.02), s(0.2, 0.3), c(0.17, 0.56), s(0.5, 0.55), s(0.88, 0.54)]),
               open(&[s(0.7, 0.1), s(0.68, 0.5), s(0.65, 1.0)])]),
    // Closed.
    way(0.8, &[open(&[c(0.62, 0.0), s(0.38, 0.34), c(0.12, 0.68), s(0.5, 0.68), s(0.9, 0.67)]),
               open(&[s(0.62, 0.0), s(0.63, 0.5), s(0.62, 1.0)])]),
    // Open, the angle rounded.
    way(0.8, &[open(&[s(0.24, 0.05), s(0.17, 0.34), s(0.26, 0.52), s(0.5, 0.52), s(0.76, 0.44)]),
               open(&[s(0.78, 0.0), s(0.74, 0.45), s(0.68, 1.0)])]),
];

#[rustfmt::skip]
const FIVE: &[Template] = &[
    // A body, then the bar.
    way(1.0, &[open(&[s(0.32, 0.02), c(0.26, 0.44), s(0.52, 0.36), s(0.78, 0.5), s(0.78, 0.82),
                      s(0.5, 1.0), s(0.18, 0.9)]),
               open(&[s(0.31, 0.02), s(0.84, 0.0)])]),
    // In one movement.
    way(0.8, &[open(&[s(0.8, 0.02), c(0.32, 0.03), c(0.25, 0.46), s(0.5, 0.4), s(0.74, 0.52),
                      s(0.76, 0.82), s(0.5, 1.0), s(0.16, 0.94)])]),
    // Rounded.
    way(0.5, &[open(&[s(0.82, 0.04), s(0.54, 0.04), s(0.32, 0.12), s(0.32, 0.36), s(0.56, 0.46),
                      s(0.76, 0.62), s(0.7, 0.88), s(0.46, 1.0), s(0.18, 0.92)])]),
];

#[rustfmt::skip]
const SIX: &[Template] = &[
    // The neck curls over, the bowl closed.
    way(1.0, &[open(&[s(0.77, 0.1), s(0.57, 0.0), s(0.34, 0.14), s(0.2, 0.44), s(0.2, 0.78),
                      s(0.42, 1.0), s(0.7, 0.92), s(0.81, 0.69), s(0.64, 0.48), s(0.37, 0.52), s(0.22, 0.7)])]),
    // The bowl curls inside.
    way(0.7, &[open(&[s(0.72, 0.05), s(0.5, 0.03), s(0.28, 0.26), s(0.17, 0.58), s(0.26, 0.9),
                      s(0.54, 1.0), s(0.78, 0.82), s(0.72, 0.54), s(0.48, 0.5), s(0.36, 0.72)])]),
    // Slim.
    way(0.6, &[open(&[s(0.72, 0.08), s(0.55, 0.01), s(0.36, 0.2), s(0.26, 0.54), s(0.32, 0.88),
                      s(0.53, 1.0), s(0.73, 0.82), s(0.68, 0.56), s(0.46, 0.52), s(0.29, 0.7)])]),
];

#[rustfmt::skip]
const SEVEN: &[Template] = &[
    // Plain.
    way(1.0, &[open(&[s(0.16, 0.05), s(0.5, 0.04), c(0.84, 0.03), s(0.6, 0.45), s(0.42, 1.0)])]),
    // With a bar.
    way(0.8, &[open(&[s(0.16, 0.05), s(0.5, 0.04), c(0.84, 0.03), s(0.6, 0.45), s(0.42, 1.0)]),
               open(&[s(0.32, 0.52), s(0.76, 0.48)])]),
    // With a serif.
    way(0.5, &[open(&[s(0.18, 0.2), c(0.2, 0.05), s(0.5, 0.05), c(0.84, 0.03), s(0.62, 0.44), s(0.46, 1.0)])]),
];

#[rustfmt::skip]
const EIGHT: &[Template] = &[
    // In one movement from the upper right.
    way(1.0, &[open(&[s(0.72, 0.12), s(0.5, 0.0), s(0.27, 0.12), s(0.33, 0.34), s(0.6, 0.53),
                      s(0.77, 0.76), s(0.52, 1.0), s(0.24, 0.8), s(0.38, 0.55), s(0.64, 0.35), s(0.74, 0.14)])]),
    // Two rings.
    way(0.7, &[ring(&[s(0.5, 0.0), s(0.29, 0.1), s(0.28, 0.32), s(0.5, 0.45), s(0.72, 0.32), s(0.71, 0.1)]),
               ring(&[s(0.5, 0.45), s(0.24, 0.58), s(0.22, 0.85), s(0.5, 1.0), s(0.78, 0.85), s(0.76, 0.58)])]),
    // The upper loop left open.
    way(0.4, &[open(&[s(0.76, 0.08), s(0.5, 0.01), s(0.28, 0.14), s(0.36, 0.36), s(0.62, 0.55),
                      s(0.74, 0.78), s(0.5, 1.0), s(0.26, 0.82), s(0.4, 0.55), s(0.6, 0.36), s(0.82, 0.16)])]),
];

#[rustfmt::skip]
const NINE: &[Template] = &[
    // A small round head on a straight stem.
    way(1.0, &[open(&[s(0.72, 0.12), s(0.5, 0.01), s(0.28, 0.1), s(0.26, 0.3), s(0.45, 0.42),
                      s(0.64, 0.34), c(0.75, 0.06), s(0.73, 0.5), s(0.71, 1.0)])]),
    // The head closed first, then the stem.
    way(0.7, &[ring(&[s(0.5, 0.02), s(0.27, 0.08), s(0.24, 0.28), s(0.44, 0.41), s(0.68, 0.3), s(0.7, 0.1)]),
               open(&[s(0.73, 0.0), s(0.7, 0.5), s(0.66, 1.0)])]),
    // The stem rises above the head.
    way(0.6, &[open(&[s(0.66, 0.16), s(0.46, 0.04), s(0.26, 0.16), s(0.28, 0.36), s(0.5, 0.42),
                      s(0.66, 0.28), c(0.77, 0.0), s(0.74, 0.5), s(0.72, 1.0)])]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_ways_that_fill_the_height_of_the_unit_square() {
        for label in 0..10 {
            assert!(of(label).len() >= 3, "digit {label}");
            for way in of(label) {
                let points = || way.strokes.iter().flat_map(|path| path.points).map(|p| p.0);
                assert!(points().all(|p| p.iter().all(|x| (0.0..=1.0).contains(x))));
                let top = points().map(|p| p[1]).fold(f64::INFINITY, f64::min);
                let foot = points().map(|p| p[1]).fold(0.0, f64::max);
                assert!(way.weight > 0.0 && top <= 0.06 && foot >= 0.98, "digit {label}");
            }
        }
    }
}
