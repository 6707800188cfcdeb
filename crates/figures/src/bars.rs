//! Values with intervals, one row each.

use super::axis::{Axis, Format};
use super::legend;
use super::style::{FRAME, INK, LABEL_SIZE, MUTED, TICK_SIZE, WIDTH, line_colour, text_width};
use super::svg::{Anchor, Svg, Text};
use crate::{FigureError, Interval, checks};

const BAR: f64 = 15.0;
const GROUP_GAP: f64 = 11.0;
const FOOT: f64 = 56.0;

/// A label and one value per series.
#[derive(Debug, Clone, PartialEq)]
pub struct BarGroup {
    /// Written at the left.
    pub label: String,
    /// A value with its interval for each series; `None` leaves a gap.
    pub values: Vec<Option<Interval>>,
}

/// Horizontal bars from zero, with intervals as whiskers and values written out.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars {
    /// What the figure shows, for screen readers.
    pub title: String,
    /// Name of the horizontal axis.
    pub x_label: String,
    /// How numbers are written.
    pub format: Format,
    /// Decimals of the values written out.
    pub decimals: usize,
    /// Names of the series, one colour each; one alone needs no legend.
    pub series: Vec<String>,
    /// Rows from top to bottom.
    pub groups: Vec<BarGroup>,
    /// Dashed vertical lines with a name, such as chance level.
    pub reference: Vec<(f64, String)>,
}

impl Bars {
    /// A figure without rows.
    pub fn new<S: Into<String>>(
        title: impl Into<String>,
        x_label: impl Into<String>,
        series: impl IntoIterator<Item = S>,
    ) -> Self {
        Self {
            title: title.into(),
            x_label: x_label.into(),
            format: Format::Plain,
            decimals: 2,
            series: series.into_iter().map(Into::into).collect(),
            groups: Vec::new(),
            reference: Vec::new(),
        }
    }

    /// Writes values in per cent with one decimal.
    pub fn percent(mut self) -> Self {
        self.format = Format::Percent;
        self.decimals = 1;
        self
    }

    /// Adds a row with a value for each series.
    pub fn group(
        mut self,
        label: impl Into<String>,
        values: impl IntoIterator<Item = Option<impl Into<Interval>>>,
    ) -> Self {
        let values = values.into_iter().map(|value| value.map(Into::into)).collect();
        self.groups.push(BarGroup { label: label.into(), values });
        self
    }

    /// Adds a named vertical line.
    pub fn reference(mut self, x: f64, label: impl Into<String>) -> Self {
        self.reference.push((x, label.into()));
        self
    }

    /// The figure as SVG.
    ///
    /// # Errors
    /// - [`FigureError::TooFew`] without rows or series;
    /// - [`FigureError::Shape`] if a row has another number of values than there are series;
    /// - [`FigureError::NotFinite`] for NaN or infinities.
    pub fn render(&self) -> Result<String, FigureError> {
        self.check()?;
        let labels = self.groups.iter().map(|g| text_width(&g.label, LABEL_SIZE));
        let left = 22.0 + labels.fold(40.0, f64::max);
        let right = WIDTH - 84.0;
        let values = || self.groups.iter().flat_map(|g| &g.values).flatten();
        let ends = values().flat_map(|e| e.numbers());
        let numbers = ends.chain(self.reference.iter().map(|r| r.0)).chain([0.0]);
        let (low, high) = numbers.fold((0.0, 0.0), |(l, h): (f64, f64), v| (l.min(v), h.max(v)));
        let x = Axis::linear(low, high, [left, right], 6);

        let entries: Vec<_> = if self.series.len() > 1 {
            let series = self.series.iter().enumerate();
            series.map(|(i, name)| (name.as_str(), line_colour(i))).collect()
        } else {
            Vec::new()
        };
        let legend_height = legend::height(&entries, right - left);
        let marks = if self.reference.is_empty() { 0.0 } else { 18.0 };
        let head = 10.0 + legend_height + marks;
        let group_height = self.series.len() as f64 * BAR + GROUP_GAP;
        let bottom = head + self.groups.len() as f64 * group_height;

        let mut svg = Svg::new();
        legend::draw(&mut svg, &entries, [(left + right) / 2.0, 14.0], right - left);
        x.draw_below(&mut svg, self.format, [head, bottom], &self.x_label);
        for (row, group) in self.groups.iter().enumerate() {
            let top = head + row as f64 * group_height + GROUP_GAP / 2.0;
            let middle = top + (group_height - GROUP_GAP) / 2.0;
            let text = Text::new(Anchor::End, LABEL_SIZE);
            svg.text([left - 10.0, middle + 4.5], text, &group.label);
            for (i, value) in group.values.iter().enumerate() {
                let Some(value) = value else { continue };
                self.draw_bar(&mut svg, &x, value, top + i as f64 * BAR, line_colour(i));
            }
        }
        svg.line([x.at(0.0), head], [x.at(0.0), bottom], &format!("stroke=\"{FRAME}\""));
        for (value, label) in &self.reference {
            let at = x.at(*value);
            let dashed = format!("stroke=\"{MUTED}\" stroke-dasharray=\"3 3\"");
            svg.line([at, head - 4.0], [at, bottom], &dashed);
            let text = Text::new(Anchor::Middle, TICK_SIZE).fill(MUTED);
            svg.text([at, head - 7.0], text, label);
        }
        Ok(svg.finish([WIDTH, bottom + FOOT], &self.title))
    }

    fn draw_bar(&self, svg: &mut Svg, x: &Axis, value: &Interval, top: f64, colour: &str) {
        let (zero, end) = (x.at(0.0), x.at(value.value));
        let corner = [zero.min(end), top + 1.5];
        svg.rect(
            corner,
            [(end - zero).abs(), BAR - 3.0],
            &format!("fill=\"{colour}\" fill-opacity=\".72\""),
        );
        let middle = top + BAR / 2.0;
        let (low, high) = (x.at(value.low), x.at(value.high));
        let whisker = format!("stroke=\"{INK}\" stroke-width=\"1.2\"");
        svg.line([low, middle], [high, middle], &whisker);
        for at in [low, high] {
            svg.line([at, middle - 3.5], [at, middle + 3.5], &whisker);
        }
        let text = Text::new(Anchor::Start, TICK_SIZE).halo();
        let place = [end.max(high).max(zero) + 7.0, middle + 4.2];
        svg.text(place, text, &self.format.write(value.value, self.decimals));
    }

    fn check(&self) -> Result<(), FigureError> {
        const OPERATION: &str = "Bars::render";
        checks::at_least(OPERATION, "series", 1, self.series.len())?;
        checks::at_least(OPERATION, "rows", 1, self.groups.len())?;
        for group in &self.groups {
            checks::same(
                OPERATION,
                "values, one per series",
                self.series.len(),
                group.values.len(),
            )?;
            for e in group.values.iter().flatten() {
                checks::finite(OPERATION, 1, e.numbers())?;
            }
        }
        for (x, _) in &self.reference {
            checks::finite(OPERATION, 1, [*x])?;
        }
        Ok(())
    }
}
