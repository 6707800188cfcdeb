//! A grid of square panels with equal aspect, for points in the plane.

use super::style::{FRAME, LABEL_SIZE, MUTED, TICK_SIZE, TITLE_SIZE, WIDTH};
use super::svg::{Anchor, Svg, Text};

const MARGIN: f64 = 14.0;
const GAP: f64 = 22.0;
const HEAD: f64 = 32.0;
const FOOT: f64 = 26.0;
/// Room between the frame and the outermost point.
const INSET: f64 = 12.0;

/// Places of the panels of a figure.
#[derive(Debug)]
pub(super) struct Grid {
    columns: usize,
    pub(super) side: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Grid {
    pub(super) fn new(panels: usize, columns: usize) -> Self {
        let columns = columns.clamp(1, panels.max(1));
        let rows = panels.div_ceil(columns);
        let gaps = (columns - 1) as f64 * GAP;
        // One panel alone would be larger than it is worth.
        let side = ((WIDTH - 2.0 * MARGIN - gaps) / columns as f64).min(520.0);
        let width = side * columns as f64 + gaps + 2.0 * MARGIN;
        Self { columns, side, width, height: rows as f64 * (HEAD + side + FOOT) + 8.0 }
    }

    /// The upper left corner of a panel's frame.
    pub(super) fn corner(&self, panel: usize) -> [f64; 2] {
        let (row, column) = (panel / self.columns, panel % self.columns);
        let x = MARGIN + column as f64 * (self.side + GAP);
        [x, HEAD + row as f64 * (HEAD + self.side + FOOT)]
    }
}

/// Frame, title and axis names of a panel.
pub(super) fn draw_frame(
    svg: &mut Svg,
    [x, y]: [f64; 2],
    side: f64,
    title: &str,
    note: &str,
    axes: Option<&[String; 2]>,
) {
    svg.rect([x, y], [side, side], &format!("fill=\"none\" stroke=\"{FRAME}\""));
    svg.text([x, y - 10.0], Text::new(Anchor::Start, TITLE_SIZE).bold(), title);
    let small = Text::new(Anchor::End, LABEL_SIZE).fill(MUTED);
    svg.text([x + side, y - 10.0], small, note);
    if let Some([across, up]) = axes {
        let text = Text::new(Anchor::Middle, TICK_SIZE).fill(MUTED);
        svg.text([x + side / 2.0, y + side + 16.0], text, across);
        // Inside the frame, where panels need no extra room for it.
        svg.text_upwards([x + 15.0, y + side / 2.0], text.halo(), up);
    }
}

/// Maps points into a panel: one scale for both axes, the second axis upwards.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit {
    centre: [f64; 2],
    scale: f64,
    middle: [f64; 2],
}

impl Fit {
    pub(super) fn new<'a>(
        points: impl Iterator<Item = &'a [f64; 2]>,
        [x, y]: [f64; 2],
        side: f64,
    ) -> Self {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for point in points {
            for axis in 0..2 {
                low[axis] = low[axis].min(point[axis]);
                high[axis] = high[axis].max(point[axis]);
            }
        }
        let span = (high[0] - low[0]).max(high[1] - low[1]);
        let scale = if span > 0.0 && span.is_finite() { (side - 2.0 * INSET) / span } else { 1.0 };
        let centre = [0, 1].map(|axis| (low[axis] + high[axis]) / 2.0);
        Self { centre, scale, middle: [x + side / 2.0, y + side / 2.0] }
    }

    pub(super) fn at(&self, point: &[f64; 2]) -> [f64; 2] {
        [
            self.middle[0] + (point[0] - self.centre[0]) * self.scale,
            self.middle[1] - (point[1] - self.centre[1]) * self.scale,
        ]
    }
}

/// The median of values, by linear interpolation; NaN without any.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    let Some(last) = values.len().checked_sub(1) else { return f64::NAN };
    values.sort_by(f64::total_cmp);
    let [below, above] = [values[last / 2], values[last.div_ceil(2)]];
    below + (last % 2) as f64 / 2.0 * (above - below)
}
