//! A small writer of SVG.
//!
//! A plotting library draws each point as an element with a dozen attributes at whole pixels, about
//! a hundred bytes; writing paths directly takes a tenth of that, places points to a tenth of a
//! unit, and anchors texts exactly.

use std::fmt::Write;

use super::style::{FONT, INK};

/// An SVG document under construction.
#[derive(Debug)]
pub(super) struct Svg {
    width: f64,
    height: f64,
    body: String,
}

/// Where a text stands relative to its position.
#[derive(Debug, Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text {
    pub(super) anchor: Anchor,
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) fill: &'static str,
    pub(super) halo: bool,
}

impl Text {
    pub(super) fn new(anchor: Anchor, size: f64) -> Self {
        Self { anchor, size, bold: false, fill: INK, halo: false }
    }

    pub(super) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) fn fill(self, fill: &'static str) -> Self {
        Self { fill, ..self }
    }

    /// With a white outline, readable on top of data.
    pub(super) fn halo(self) -> Self {
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
    pub(super) fn new(width: f64, height: f64) -> Self {
        Self { width, height, body: String::new() }
    }

    /// Appends an element written out by the caller.
    pub(super) fn raw(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }

    pub(super) fn line(&mut self, [x1, y1]: [f64; 2], [x2, y2]: [f64; 2], attributes: &str) {
        let [x1, y1, x2, y2] = [x1, y1, x2, y2].map(number);
        self.raw(&format!("<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" {attributes}/>"));
    }

    pub(super) fn rect(&mut self, [x, y]: [f64; 2], [w, h]: [f64; 2], attributes: &str) {
        let [x, y, w, h] = [x, y, w, h].map(number);
        self.raw(&format!("<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" {attributes}/>"));
    }

    pub(super) fn circle(&mut self, [x, y]: [f64; 2], radius: f64, attributes: &str) {
        let [x, y, r] = [x, y, radius].map(number);
        self.raw(&format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\" {attributes}/>"));
    }

    /// A text whose baseline starts, is centred or ends at a position.
    pub(super) fn text(&mut self, [x, y]: [f64; 2], text: Text, content: &str) {
        let [x, y] = [x, y].map(number);
        let (attributes, content) = (text.attributes(), escape(content));
        self.raw(&format!("<text x=\"{x}\" y=\"{y}\"{attributes}>{content}</text>"));
    }

    /// A text turned to read upwards.
    pub(super) fn text_upwards(&mut self, [x, y]: [f64; 2], text: Text, content: &str) {
        let [x, y] = [x, y].map(number);
        let (attributes, content) = (text.attributes(), escape(content));
        self.raw(&format!(
            "<text transform=\"translate({x} {y}) rotate(-90)\"{attributes}>{content}</text>"
        ));
    }

    /// Dots of one colour as a single path.
    pub(super) fn dots(
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

    /// A line through points, closed if asked for.
    pub(super) fn path(&mut self, points: &[[f64; 2]], closed: bool, attributes: &str) {
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

    /// The document, named `title` for screen readers, no wider than the page. There is no `height:auto` in
    /// its style, at which some programs draw nothing.
    pub(super) fn finish(self, title: &str) -> String {
        let (w, h) = (number(self.width), number(self.height));
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
pub(super) fn number(x: f64) -> String {
    let mut text = String::new();
    push_number(&mut text, x);
    text
}

fn number2(x: f64) -> String {
    let text = format!("{x:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

pub(super) fn push_number(to: &mut String, x: f64) {
    let tenths = (x * 10.0).round() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, tenth) = (tenths.abs() / 10, tenths.abs() % 10);
    let written =
        if tenth == 0 { write!(to, "{sign}{whole}") } else { write!(to, "{sign}{whole}.{tenth}") };
    debug_assert!(written.is_ok(), "writing to a string cannot fail");
}

pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // Not allowed in XML 1.0, even escaped.
            c if c.is_control() => escaped.push(' '),
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
        let mut svg = Svg::new(10.0, 10.0);
        svg.text([0.0, 0.0], Text::new(Anchor::Start, 10.0), "</text><script>\u{1}&\"");
        let svg = svg.finish("<b>");
        assert!(!svg.contains("<script>") && !svg.contains("<b>") && !svg.contains('\u{1}'));
    }
}
