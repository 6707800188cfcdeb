//! Grey-scale images with captions.

use std::fmt::Write;

use ndarray::{Array2, ArrayView2};

use super::style::{FRAME, LABEL_SIZE, MUTED, TICK_SIZE, WIDTH, text_width};
use super::svg::{Anchor, Svg, Text, number};
use crate::{FigureError, checks};

/// Shades that are told apart; each is one path.
const SHADES: usize = 16;
const MARGIN: f64 = 10.0;
const GAP: f64 = 8.0;
const CAPTION: f64 = 19.0;

/// An image, 0 for paper and 1 for full ink, and a caption below it.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageCell {
    pixels: Array2<f32>,
    caption: String,
}

impl ImageCell {
    /// An image of `(height, width)` pixels; values are clamped to `[0, 1]`.
    pub fn new<T: Copy + Into<f64>>(pixels: ArrayView2<'_, T>, caption: impl Into<String>) -> Self {
        let clamp = |v: &T| (*v).into().clamp(0.0, 1.0) as f32;
        Self { pixels: pixels.map(clamp), caption: caption.into() }
    }
}

/// Rows of images, such as an input under all elements of a group.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ImageGrid {
    /// What the figure shows, for screen readers.
    pub title: String,
    /// A label at the left and the images of each row.
    pub rows: Vec<(String, Vec<ImageCell>)>,
}

impl ImageGrid {
    /// A figure without rows.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), rows: Vec::new() }
    }

    /// A figure of one row without a label.
    pub fn strip(title: impl Into<String>, images: Vec<ImageCell>) -> Self {
        Self::new(title).row("", images)
    }

    /// Adds a row.
    pub fn row(mut self, label: impl Into<String>, images: Vec<ImageCell>) -> Self {
        self.rows.push((label.into(), images));
        self
    }

    /// The figure as SVG. Runs of equal pixels are rectangles; no bitmap is embedded.
    ///
    /// # Errors
    /// - [`FigureError::TooFew`] without an image, or for an image without pixels;
    /// - [`FigureError::NotFinite`] for NaN.
    pub fn render(&self) -> Result<String, FigureError> {
        const OPERATION: &str = "ImageGrid::render";
        let columns = self.rows.iter().map(|r| r.1.len()).max().unwrap_or(0);
        checks::at_least(OPERATION, "images", 1, columns)?;
        for cell in self.rows.iter().flat_map(|r| &r.1) {
            checks::at_least(OPERATION, "pixels", 1, cell.pixels.len())?;
            checks::finite(
                OPERATION,
                cell.pixels.ncols(),
                cell.pixels.iter().map(|v| (*v).into()),
            )?;
        }
        let widest = self.rows.iter().map(|r| text_width(&r.0, LABEL_SIZE)).fold(0.0, f64::max);
        let left = MARGIN + if widest > 0.0 { widest + 12.0 } else { 0.0 };
        let room = WIDTH - left - MARGIN - (columns - 1) as f64 * GAP;
        let side = (room / columns as f64).min(112.0);
        let width = left + columns as f64 * (side + GAP) - GAP + MARGIN;
        let heights: Vec<f64> = self
            .rows
            .iter()
            .map(|(_, cells)| {
                let tallest = cells.iter().map(|c| side * aspect(c)).fold(0.0, f64::max);
                let captioned = cells.iter().any(|c| !c.caption.is_empty());
                tallest + GAP + if captioned { CAPTION } else { 0.0 }
            })
            .collect();
        let mut svg = Svg::new();
        let mut top = MARGIN;
        for ((label, cells), height) in self.rows.iter().zip(&heights) {
            if let Some(first) = cells.first() {
                let y = top + side * aspect(first) / 2.0 + 4.5;
                svg.text([left - 12.0, y], Text::new(Anchor::End, LABEL_SIZE), label);
            }
            for (column, cell) in cells.iter().enumerate() {
                draw(&mut svg, cell, [left + column as f64 * (side + GAP), top], side);
            }
            top += height;
        }
        Ok(svg.finish([width, MARGIN + heights.iter().sum::<f64>()], &self.title))
    }
}

fn aspect(cell: &ImageCell) -> f64 {
    cell.pixels.nrows() as f64 / cell.pixels.ncols().max(1) as f64
}

fn draw(svg: &mut Svg, cell: &ImageCell, [x, y]: [f64; 2], side: f64) {
    let height = side * aspect(cell);
    let mut paths = vec![String::new(); SHADES + 1];
    for (row, pixels) in cell.pixels.rows().into_iter().enumerate() {
        let shades: Vec<usize> =
            pixels.iter().map(|v| (v * SHADES as f32).round() as usize).collect();
        let mut start = 0;
        for run in shades.chunk_by(|a, b| a == b) {
            let length = run.len();
            let written = write!(paths[run[0]], "M{start} {row}h{length}v1h-{length}z");
            debug_assert!(written.is_ok(), "writing to a string cannot fail");
            start += length;
        }
    }
    let scale = side / cell.pixels.ncols() as f64;
    svg.raw(&format!(
        "<g transform=\"translate({} {}) scale({scale:.4})\" shape-rendering=\"crispEdges\">",
        number(x),
        number(y)
    ));
    for (shade, path) in paths.iter().enumerate().skip(1).filter(|(_, p)| !p.is_empty()) {
        let grey = 255 - (shade * 255 + SHADES / 2) / SHADES;
        svg.raw(&format!("<path d=\"{path}\" fill=\"#{grey:02x}{grey:02x}{grey:02x}\"/>"));
    }
    svg.raw("</g>");
    svg.rect([x, y], [side, height], &format!("fill=\"none\" stroke=\"{FRAME}\""));
    if !cell.caption.is_empty() {
        let text = Text::new(Anchor::Middle, TICK_SIZE).fill(MUTED);
        svg.text([x + side / 2.0, y + height + 14.0], text, &cell.caption);
    }
}
