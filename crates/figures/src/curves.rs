//! Means with bands over a parameter.

use super::axis::{Axis, Format, Scale};
use super::style::{FRAME, LABEL_SIZE, MUTED, TICK_SIZE, WIDTH, line_colour, text_width};
use super::svg::{Anchor, Svg, Text};
use crate::{FigureError, Interval, checks};

const LEFT: f64 = 74.0;
const PLOT_HEIGHT: f64 = 330.0;
const FOOT: f64 = 56.0;
/// Between the plot and the names at its right.
const LEADER: f64 = 30.0;
const LINE_HEIGHT: f64 = 17.0;

/// A mean with its interval at one value of the parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// The parameter.
    pub x: f64,
    /// The mean, with the interval that becomes the band.
    pub y: Interval,
}

/// A named curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Written at the curve's end.
    pub name: String,
    /// Points; drawn in ascending order of `x`.
    pub points: Vec<CurvePoint>,
}

/// Several curves with 95 % bands, over a linear or logarithmic axis.
///
/// Names stand at the ends of the curves, outside the plot, so no legend covers data.
#[derive(Debug, Clone, PartialEq)]
pub struct Curves {
    /// What the figure shows, for screen readers.
    pub title: String,
    /// Name of the horizontal axis.
    pub x_label: String,
    /// Name of the vertical axis.
    pub y_label: String,
    /// Scale of the horizontal axis.
    pub x_scale: Scale,
    /// How numbers on the vertical axis are written.
    pub y_format: Format,
    /// Values that the vertical axis must reach at least.
    pub y_range: Option<[f64; 2]>,
    /// The curves.
    pub series: Vec<Series>,
    /// Dashed vertical lines with a name, such as a dimension.
    pub vertical: Vec<(f64, String)>,
    /// Dashed horizontal lines with a name, such as a baseline.
    pub horizontal: Vec<(f64, String)>,
}

impl Curves {
    /// A figure without curves, on linear axes.
    pub fn new(
        title: impl Into<String>,
        x_label: impl Into<String>,
        y_label: impl Into<String>,
    ) -> Self {
        Self {
            title: title.into(),
            x_label: x_label.into(),
            y_label: y_label.into(),
            x_scale: Scale::Linear,
            y_format: Format::Plain,
            y_range: None,
            series: Vec::new(),
            vertical: Vec::new(),
            horizontal: Vec::new(),
        }
    }

    /// Puts the horizontal axis on a logarithmic scale with ticks at powers of two.
    pub fn log2(mut self) -> Self {
        self.x_scale = Scale::Log2;
        self
    }

    /// Writes the vertical axis in per cent.
    pub fn percent(mut self) -> Self {
        self.y_format = Format::Percent;
        self
    }

    /// Makes the vertical axis reach at least from `low` to `high`.
    pub fn y_range(mut self, low: f64, high: f64) -> Self {
        self.y_range = Some([low, high]);
        self
    }

    /// Adds a curve.
    pub fn series(mut self, name: impl Into<String>, points: Vec<CurvePoint>) -> Self {
        self.series.push(Series { name: name.into(), points });
        self
    }

    /// Adds a named vertical line.
    pub fn vertical(mut self, x: f64, label: impl Into<String>) -> Self {
        self.vertical.push((x, label.into()));
        self
    }

    /// Adds a named horizontal line.
    pub fn horizontal(mut self, y: f64, label: impl Into<String>) -> Self {
        self.horizontal.push((y, label.into()));
        self
    }

    /// The figure as SVG.
    ///
    /// # Errors
    /// - [`FigureError::TooFew`] if no curve has a point;
    /// - [`FigureError::NotFinite`] for NaN or infinities;
    /// - [`FigureError::Option`] for parameters that are not positive on a logarithmic axis.
    pub fn render(&self) -> Result<String, FigureError> {
        self.check()?;
        let names = self.series.iter().map(|s| &s.name).chain(self.horizontal.iter().map(|h| &h.1));
        let widest = names.map(|n| text_width(n, LABEL_SIZE)).fold(0.0, f64::max);
        let right = WIDTH - LEADER - widest.min(300.0) - 12.0;
        let points = || self.series.iter().flat_map(|s| &s.points);
        let xs = points().map(|p| p.x).chain(self.vertical.iter().map(|v| v.0));
        let x = Axis::covering(self.x_scale, xs, [LEFT, right], 12);

        let marker_rows = self.marker_rows(&x);
        let head = 14.0 + marker_rows.iter().max().map_or(0.0, |r| (r + 1) as f64 * LINE_HEIGHT);
        let bottom = head + PLOT_HEIGHT;
        let ys = points()
            .flat_map(|p| p.y.numbers())
            .chain(self.horizontal.iter().map(|h| h.0))
            .chain(self.y_range.into_iter().flatten());
        let y = Axis::covering(Scale::Linear, ys, [bottom, head], 6);

        let mut svg = Svg::new();
        y.draw_left(&mut svg, self.y_format, [LEFT, right], &self.y_label);
        x.draw_below(&mut svg, Format::Plain, [head, bottom], &self.x_label);
        svg.line([LEFT, head], [LEFT, bottom], &format!("stroke=\"{FRAME}\""));
        for ((value, label), row) in self.vertical.iter().zip(marker_rows) {
            let at = x.at(*value);
            let up = head - 6.0 - row as f64 * LINE_HEIGHT;
            let dashed = format!("stroke=\"{MUTED}\" stroke-dasharray=\"3 3\"");
            svg.line([at, up + 3.0], [at, bottom], &dashed);
            svg.text([at, up], Text::new(Anchor::Middle, TICK_SIZE).fill(MUTED), label);
        }
        let mut ends = Vec::new();
        for (value, label) in &self.horizontal {
            let at = y.at(*value);
            let dashed =
                format!("stroke=\"{MUTED}\" stroke-width=\"1.3\" stroke-dasharray=\"6 4\"");
            svg.line([LEFT, at], [right, at], &dashed);
            ends.push(End { from: [right, at], at, name: label, colour: MUTED });
        }
        self.draw_series(&mut svg, &x, &y, &mut ends);
        draw_ends(&mut svg, ends, right, [head, bottom]);
        Ok(svg.finish([WIDTH, bottom + FOOT], &self.title))
    }

    fn draw_series<'a>(&'a self, svg: &mut Svg, x: &Axis, y: &Axis, ends: &mut Vec<End<'a>>) {
        let sorted: Vec<Vec<CurvePoint>> = self
            .series
            .iter()
            .map(|series| {
                let mut points = series.points.clone();
                points.sort_by(|a, b| a.x.total_cmp(&b.x));
                points
            })
            .collect();
        for (i, points) in sorted.iter().enumerate() {
            let upper = points.iter().map(|p| [x.at(p.x), y.at(p.y.high)]);
            let lower = points.iter().rev().map(|p| [x.at(p.x), y.at(p.y.low)]);
            let band: Vec<_> = upper.chain(lower).collect();
            let fill = format!("fill=\"{}\" fill-opacity=\".16\"", line_colour(i));
            svg.path(&band, true, &fill);
        }
        for (i, (points, series)) in sorted.iter().zip(&self.series).enumerate() {
            let colour = line_colour(i);
            let line: Vec<_> = points.iter().map(|p| [x.at(p.x), y.at(p.y.value)]).collect();
            let stroke = format!(
                "fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-linejoin=\"round\""
            );
            svg.path(&line, false, &stroke);
            svg.dots(line.iter().copied(), 5.5, colour, 1.0);
            if let Some(last) = line.last() {
                ends.push(End { from: *last, at: last[1], name: &series.name, colour });
            }
        }
    }

    /// A row for each vertical line's name, so that neighbours do not overlap.
    fn marker_rows(&self, x: &Axis) -> Vec<usize> {
        let spans: Vec<_> = self
            .vertical
            .iter()
            .map(|(value, label)| {
                let half = text_width(label, TICK_SIZE) / 2.0 + 5.0;
                (x.at(*value) - half, x.at(*value) + half)
            })
            .collect();
        let mut rows: Vec<usize> = Vec::new();
        for (i, span) in spans.iter().enumerate() {
            let clashes = |row: &usize| {
                (0..i).any(|j| rows[j] == *row && spans[j].0 < span.1 && span.0 < spans[j].1)
            };
            let row = (0..).find(|row| !clashes(row)).unwrap_or(0);
            rows.push(row);
        }
        rows
    }

    fn check(&self) -> Result<(), FigureError> {
        const OPERATION: &str = "Curves::render";
        let points: usize = self.series.iter().map(|s| s.points.len()).sum();
        checks::at_least(OPERATION, "points", 1, points)?;
        let mut xs: Vec<f64> = self.vertical.iter().map(|v| v.0).collect();
        let mut ys: Vec<f64> = self.horizontal.iter().map(|h| h.0).collect();
        ys.extend(self.y_range.into_iter().flatten());
        for point in self.series.iter().flat_map(|s| &s.points) {
            xs.push(point.x);
            ys.extend(point.y.numbers());
        }
        checks::finite(OPERATION, 1, xs.iter().copied())?;
        checks::finite(OPERATION, 1, ys)?;
        match xs.iter().find(|x| self.x_scale == Scale::Log2 && **x <= 0.0) {
            None => Ok(()),
            Some(x) => Err(FigureError::Option {
                operation: OPERATION,
                option: "x",
                expected: "positive on a logarithmic axis",
                got: x.to_string(),
            }),
        }
    }
}

/// The name of a curve or line, to be written at the right of the plot.
#[derive(Debug)]
struct End<'a> {
    /// Where the curve ends.
    from: [f64; 2],
    /// The height of the name.
    at: f64,
    name: &'a str,
    colour: &'static str,
}

/// Writes names in the order of their curves, pushed apart until none overlap.
fn draw_ends(svg: &mut Svg, mut ends: Vec<End<'_>>, right: f64, [top, bottom]: [f64; 2]) {
    ends.sort_by(|a, b| a.at.total_cmp(&b.at));
    let wanted: Vec<f64> = ends.iter().map(|e| e.at).collect();
    for (end, at) in ends.iter_mut().zip(spread(&wanted, LINE_HEIGHT, top, bottom)) {
        end.at = at;
    }
    for end in &ends {
        let colour = end.colour;
        let [x, y] = end.from;
        let leader = [[x + 5.0, y], [right.max(x + 5.0), y], [right + LEADER - 5.0, end.at]];
        let from = if x + 5.0 < right { &leader[..] } else { &leader[1..] };
        let thin =
            format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"1\" stroke-opacity=\".6\"");
        svg.path(from, false, &thin);
        let text = Text::new(Anchor::Start, LABEL_SIZE).fill(colour);
        svg.text([right + LEADER, end.at + 4.5], text, end.name);
    }
}

/// Positions at least `gap` apart, near those wanted (ascending), within `[low, high]` if they fit.
fn spread(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    // Clusters of touching labels, each centred on the mean of what its members want.
    let mut clusters: Vec<(f64, usize)> = Vec::new();
    for value in wanted {
        clusters.push((*value, 1));
        while let [.., a, b] = clusters[..] {
            let half = |c: (f64, usize)| c.1 as f64 * gap / 2.0;
            if a.0 + half(a) <= b.0 - half(b) {
                break;
            }
            let count = a.1 + b.1;
            let centre = (a.0 * a.1 as f64 + b.0 * b.1 as f64) / count as f64;
            clusters.truncate(clusters.len() - 2);
            clusters.push((centre, count));
        }
    }
    let mut positions: Vec<f64> = clusters
        .into_iter()
        .flat_map(|(centre, count)| {
            let first = centre - (count - 1) as f64 * gap / 2.0;
            (0..count).map(move |i| first + i as f64 * gap)
        })
        .collect();
    for i in 0..positions.len() {
        let least = if i == 0 { low } else { positions[i - 1] + gap };
        positions[i] = positions[i].max(least);
    }
    for i in (0..positions.len()).rev() {
        let most = if i + 1 == positions.len() { high } else { positions[i + 1] - gap };
        positions[i] = positions[i].min(most);
    }
    positions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_pushed_apart_and_stay_inside() {
        let places = spread(&[10.0, 11.0, 12.0, 80.0, 99.5], 10.0, 0.0, 100.0);
        assert!(places.windows(2).all(|w| w[1] - w[0] >= 10.0 - 1e-9), "{places:?}");
        assert!(places[0] >= 0.0 && places[4] <= 100.0);
        assert_eq!(places[1], 11.0);
        assert_eq!(places[3], 80.0);
    }
}
