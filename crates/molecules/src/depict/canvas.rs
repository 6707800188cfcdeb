//! Pieces of SVG.

use super::layout::point::Point;
use super::style::{FONT, INK};

/// Where a text stands relative to its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A box with sides along the axes, `y` down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub(super) low: Point,
    pub(super) high: Point,
}

impl Area {
    /// Nothing, which any point enlarges.
    pub(super) const EMPTY: Self = Self { low: [f64::INFINITY; 2], high: [f64::NEG_INFINITY; 2] };

    pub(super) fn around(at: Point, half: Point) -> Self {
        Self { low: [at[0] - half[0], at[1] - half[1]], high: [at[0] + half[0], at[1] + half[1]] }
    }

    /// The least area that holds both.
    pub(super) fn and(self, other: Self) -> Self {
        let [low, high] = [0, 1].map(|axis| {
            (self.low[axis].min(other.low[axis]), self.high[axis].max(other.high[axis]))
        });
        Self { low: [low.0, high.0], high: [low.1, high.1] }
    }

    pub(super) fn size(&self) -> Point {
        [0, 1].map(|axis| (self.high[axis] - self.low[axis]).max(0.0))
    }

    /// Where a ray from a point is inside, as lengths along it; none where it misses.
    pub(super) fn inside(&self, from: Point, direction: Point) -> Option<(f64, f64)> {
        let (mut enter, mut leave) = (0.0, f64::INFINITY);
        for axis in 0..2 {
            let (low, high) = (self.low[axis] - from[axis], self.high[axis] - from[axis]);
            if direction[axis].abs() < 1e-9 {
                if low > 0.0 || high < 0.0 {
                    return None;
                }
                continue;
            }
            let (a, b) = (low / direction[axis], high / direction[axis]);
            enter = f64::max(enter, a.min(b));
            leave = f64::min(leave, a.max(b));
        }
        (enter < leave).then_some((enter, leave))
    }
}

/// An element with a text in it that needs no escape, such as `tspan`s.
pub(super) fn text(at: Point, anchor: Anchor, size: f64, fill: &str, content: &str) -> String {
    let anchor = match anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    let fill = if fill == INK { String::new() } else { format!(" fill=\"{fill}\"") };
    let [x, y, size] = [at[0], at[1], size].map(number);
    format!("<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{anchor}{fill}>{content}</text>\n")
}

/// A document of this size, named for screen readers, no wider than the page. There is no
/// `height:auto` in its style, at which some programs draw nothing.
pub(super) fn document(size: Point, title: &str, body: &str) -> String {
    let [w, h] = size.map(|side| number(side.ceil()));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" \
         viewBox=\"0 0 {w} {h}\" role=\"img\" font-family=\"{FONT}\" fill=\"{INK}\" \
         style=\"max-width:100%\">\n\
         <title>{}</title>\n<rect width=\"{w}\" height=\"{h}\" fill=\"#fff\"/>\n{body}</svg>\n",
        escape(title)
    )
}

/// At most one decimal, no trailing zero, no negative zero.
pub(super) fn number(x: f64) -> String {
    let text = format!("{:.1}", x + 0.0);
    let short = text.strip_suffix(".0").unwrap_or(&text);
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

/// Text that stays text in XML.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML 1.0 has no way to write these.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let written = [0.0, -0.04, 1.0, -12.34, 0.96, 100.0].map(number);
        assert_eq!(written, ["0", "0", "1", "-12.3", "1", "100"]);
    }

    #[test]
    fn a_ray_leaves_a_box_at_its_side() {
        let area = Area::around([0.0, 0.0], [2.0, 1.0]);
        assert_eq!(area.inside([0.0, 0.0], [1.0, 0.0]), Some((0.0, 2.0)));
        assert_eq!(area.inside([0.0, 3.0], [0.0, -1.0]), Some((2.0, 4.0)));
        assert_eq!(area.inside([5.0, 3.0], [0.0, -1.0]), None);
    }
}
