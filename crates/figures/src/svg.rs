//! The writer of SVG that all drawings of this workspace share.
//!
//! A plotting library draws each point as an element with a dozen attributes at whole pixels, about
//! a hundred bytes; writing paths directly takes a tenth of that, places points to a tenth of a
//! unit, and anchors texts exactly.
//!
//! ```
//! use figures::svg::{Anchor, Svg, Text};
//!
//! let mut star = Svg::new();
//! star.lines([[[-5.0, 0.0], [5.0, 0.0]], [[0.0, -5.0], [0.0, 5.0]]], 1.5, "#1f4fd8");
//! let mut page = Svg::new();
//! page.group([20.0, 20.0], &star);
//! page.text([30.0, 24.5], Text::new(Anchor::Start, 13.0), "a & b");
//! let svg = page.finish([100.0, 40.0], "A star");
//! assert!(svg.contains("M-5 0L5 0M0 -5L0 5") && svg.contains(">a &amp; b</text>"));
//! ```

use std::fmt::Write;

use crate::style::FONT;
pub use crate::style::{INK, MUTED};

/// Elements of a drawing: a document under construction, or a piece of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Svg {
    body: String,
}

/// Where a text stands relative to its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// It starts there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    anchor: Anchor,
    size: f64,
    bold: bool,
    fill: &'static str,
    halo: bool,
}

impl Text {
    /// A plain text in [`INK`].
    pub fn new(anchor: Anchor, size: f64) -> Self {
        Self { anchor, size, bold: false, fill: INK, halo: false }
    }

    /// In bold.
    pub fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// In this colour.
    pub fn fill(self, fill: &'static str) -> Self {
        Self { fill, ..self }
    }

    /// With a white outline, readable on top of data.
    pub fn halo(self) -> Self {
        Self { halo: true, ..self }
    }

    fn attributes(&self) -> String {
        let anchor = match self.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let weight = if self.bold { " font-weight=\"600\"" } else { "" };
        let fill =
            if self.fill == INK { String::new() } else { format!(" fill=\"{}\"", self.fill) };
        let halo = if self.halo {
            " stroke=\"#fff\" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\""
        } else {
            ""
        };
        format!(" font-size=\"{}\"{anchor}{weight}{fill}{halo}", number(self.size))
    }
}

impl Svg {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends an element written out by the caller.
    pub fn raw(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }

    /// A line. `attributes` are written as they are, here and below, such as `stroke="#000"`.
    pub fn line(&mut self, [x1, y1]: [f64; 2], [x2, y2]: [f64; 2], attributes: &str) {
        let [x1, y1, x2, y2] = [x1, y1, x2, y2].map(number);
        self.raw(&format!("<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" {attributes}/>"));
    }

    /// A rectangle, from its upper left corner.
    pub fn rect(&mut self, [x, y]: [f64; 2], [w, h]: [f64; 2], attributes: &str) {
        let [x, y, w, h] = [x, y, w, h].map(number);
        self.raw(&format!("<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" {attributes}/>"));
    }

    /// A circle.
    pub fn circle(&mut self, [x, y]: [f64; 2], radius: f64, attributes: &str) {
        let [x, y, r] = [x, y, radius].map(number);
        self.raw(&format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\" {attributes}/>"));
    }

    /// A text whose baseline starts, is centred or ends at a position.
    pub fn text(&mut self, at: [f64; 2], text: Text, content: &str) {
        self.spans(at, text, &escape(content));
    }

    /// As [`text`](Self::text), for content that is SVG already, such as `tspan`s.
    pub fn spans(&mut self, [x, y]: [f64; 2], text: Text, content: &str) {
        let [x, y] = [x, y].map(number);
        let attributes = text.attributes();
        self.raw(&format!("<text x=\"{x}\" y=\"{y}\"{attributes}>{content}</text>"));
    }

    /// A text turned to read upwards.
    pub fn text_upwards(&mut self, [x, y]: [f64; 2], text: Text, content: &str) {
        let [x, y] = [x, y].map(number);
        let (attributes, content) = (text.attributes(), escape(content));
        self.raw(&format!(
            "<text transform=\"translate({x} {y}) rotate(-90)\"{attributes}>{content}</text>"
        ));
    }

    /// Dots of one colour as a single path.
    pub fn dots(
        &mut self,
        points: impl Iterator<Item = [f64; 2]>,
        diameter: f64,
        colour: &str,
        opacity: f64,
    ) {
        let mut path = String::new();
        for [x, y] in points {
            path.push('M');
            push_number(&mut path, x);
            path.push(' ');
            push_number(&mut path, y);
            path.push_str("h0");
        }
        if path.is_empty() {
            return;
        }
        let (diameter, opacity) = (number(diameter), number2(opacity));
        self.raw(&format!(
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{diameter}\" \
             stroke-linecap=\"round\" stroke-opacity=\"{opacity}\"/>"
        ));
    }

    /// Lines of one colour and round ends as a single path; none where there are none.
    pub fn lines(
        &mut self,
        lines: impl IntoIterator<Item = [[f64; 2]; 2]>,
        width: f64,
        colour: &str,
    ) {
        let mut path = String::new();
        for line in lines {
            for (command, [x, y]) in ['M', 'L'].into_iter().zip(line) {
                path.push(command);
                push_number(&mut path, x);
                path.push(' ');
                push_number(&mut path, y);
            }
        }
        if path.is_empty() {
            return;
        }
        let width = number(width);
        self.raw(&format!(
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" \
             stroke-linecap=\"round\"/>"
        ));
    }

    /// A line through points, closed if asked for.
    pub fn path(&mut self, points: &[[f64; 2]], closed: bool, attributes: &str) {
        let mut path = String::new();
        for (i, [x, y]) in points.iter().enumerate() {
            path.push(if i == 0 { 'M' } else { 'L' });
            push_number(&mut path, *x);
            path.push(' ');
            push_number(&mut path, *y);
        }
        if closed {
            path.push('Z');
        }
        self.raw(&format!("<path d=\"{path}\" {attributes}/>"));
    }

    /// A piece with its origin moved to a place.
    pub fn group(&mut self, [x, y]: [f64; 2], piece: &Self) {
        let ([x, y], body) = ([x, y].map(number), &piece.body);
        self.raw(&format!("<g transform=\"translate({x} {y})\">\n{body}</g>"));
    }

    /// The document, named `title` for screen readers, no wider than the page. There is no `height:auto` in
    /// its style, at which some programs draw nothing.
    pub fn finish(self, size: [f64; 2], title: &str) -> String {
        let [w, h] = size.map(number);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" \
             viewBox=\"0 0 {w} {h}\" role=\"img\" font-family=\"{FONT}\" fill=\"{INK}\" \
             style=\"max-width:100%\">\n\
             <title>{}</title>\n<rect width=\"{w}\" height=\"{h}\" fill=\"#fff\"/>\n{}</svg>\n",
            escape(title),
            self.body
        )
    }
}

/// At most one decimal, without a trailing zero.
pub fn number(x: f64) -> String {
    let mut text = String::new();
    push_number(&mut text, x);
    text
}

fn number2(x: f64) -> String {
    let text = format!("{x:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn push_number(to: &mut String, x: f64) {
    let tenths = (x * 10.0).round() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, tenth) = (tenths.abs() / 10, tenths.abs() % 10);
    let written =
        if tenth == 0 { write!(to, "{sign}{whole}") } else { write!(to, "{sign}{whole}.{tenth}") };
    debug_assert!(written.is_ok(), "writing to a string cannot fail");
}

/// Text that stays text in XML.
pub fn escape(text: &str) -> String {
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
    fn text_cannot_break_out() {
        let mut svg = Svg::new();
        svg.text([0.0, 0.0], Text::new(Anchor::Start, 10.0), "</text><script>\u{1}&\"");
        let svg = svg.finish([10.0, 10.0], "<b>");
        assert!(!svg.contains("<script>") && !svg.contains("<b>") && !svg.contains('\u{1}'));
    }
}
