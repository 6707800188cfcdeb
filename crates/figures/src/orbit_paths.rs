//! Orbits of a few inputs as closed paths among all codes.

use super::legend;
use super::panel::{Fit, Grid, draw_frame};
use super::style::line_colour;
use super::svg::Svg;
use crate::{FigureError, checks};

/// One picture of the same codes: raw or projected.
#[derive(Debug, Clone, PartialEq)]
pub struct OrbitPanel {
    /// Stands above the panel.
    pub title: String,
    /// A short remark at the right above the panel.
    pub note: String,
    /// Names of the two axes; without them none are written.
    pub axes: Option<[String; 2]>,
    /// All codes, drawn in grey.
    pub background: Vec<[f64; 2]>,
    /// `orbits[i][g]` is input `i` transformed by element `g`, the identity first. In the order of
    /// a cycle of the group, so that the path closes.
    pub orbits: Vec<Vec<[f64; 2]>>,
}

/// A grid of [`OrbitPanel`]s with one legend.
///
/// Each orbit is a closed path with a dot per element, the identity's larger. For invariant codes
/// the path shrinks to its dot.
#[derive(Debug, Clone, PartialEq)]
pub struct OrbitPaths {
    /// What the figure shows, for screen readers.
    pub title: String,
    /// A name for each orbit.
    pub names: Vec<String>,
    /// Panels, filling rows from left to right.
    pub panels: Vec<OrbitPanel>,
    /// Panels in a row.
    pub columns: usize,
}

impl OrbitPaths {
    /// A figure with two panels a row.
    pub fn new<S: Into<String>>(
        title: impl Into<String>,
        names: impl IntoIterator<Item = S>,
    ) -> Self {
        Self {
            title: title.into(),
            names: names.into_iter().map(Into::into).collect(),
            panels: Vec::new(),
            columns: 2,
        }
    }

    /// Adds a panel.
    pub fn panel(mut self, panel: OrbitPanel) -> Self {
        self.panels.push(panel);
        self
    }

    /// The figure as SVG.
    ///
    /// # Errors
    /// - [`FigureError::TooFew`] without panels;
    /// - [`FigureError::Shape`] if a panel has another number of orbits than there are names;
    /// - [`FigureError::NotFinite`] for NaN or infinities.
    pub fn render(&self) -> Result<String, FigureError> {
        const OPERATION: &str = "OrbitPaths::render";
        checks::at_least(OPERATION, "panels", 1, self.panels.len())?;
        for panel in &self.panels {
            checks::same(OPERATION, "orbits, one per name", self.names.len(), panel.orbits.len())?;
            checks::finite(OPERATION, 2, panel.background.iter().flatten().copied())?;
            for orbit in &panel.orbits {
                checks::finite(OPERATION, 2, orbit.iter().flatten().copied())?;
            }
        }
        let grid = Grid::new(self.panels.len(), self.columns);
        let entries: Vec<_> = self
            .names
            .iter()
            .enumerate()
            .map(|(i, name)| (name.as_str(), line_colour(i)))
            .collect();
        let legend_height = legend::height(&entries, grid.width - 40.0);
        let mut svg = Svg::new();
        for (i, panel) in self.panels.iter().enumerate() {
            draw(&mut svg, panel, grid.corner(i), grid.side);
        }
        let place = [grid.width / 2.0, grid.height + 8.0];
        legend::draw(&mut svg, &entries, place, grid.width - 40.0);
        Ok(svg.finish([grid.width, grid.height + legend_height + 4.0], &self.title))
    }
}

fn draw(svg: &mut Svg, panel: &OrbitPanel, corner: [f64; 2], side: f64) {
    let fit = Fit::new(panel.background.iter().chain(panel.orbits.iter().flatten()), corner, side);
    let diameter = (150.0 / (panel.background.len().max(1) as f64).sqrt()).clamp(2.2, 5.0);
    svg.dots(panel.background.iter().map(|p| fit.at(p)), diameter, "#c9ced4", 0.8);
    let mut starts = Vec::new();
    for (i, orbit) in panel.orbits.iter().enumerate() {
        let colour = line_colour(i);
        let points: Vec<_> = orbit.iter().map(|p| fit.at(p)).collect();
        let Some(first) = points.first().copied() else {
            continue;
        };
        let line = "fill=\"none\" stroke-linejoin=\"round\"";
        svg.path(
            &points,
            true,
            &format!("{line} stroke=\"#fff\" stroke-width=\"4\" stroke-opacity=\".8\""),
        );
        svg.path(&points, true, &format!("{line} stroke=\"{colour}\" stroke-width=\"1.8\""));
        svg.dots(points.iter().copied(), 6.0, colour, 1.0);
        starts.push((first, colour));
    }
    for (first, colour) in starts {
        let attributes = format!("fill=\"{colour}\" stroke=\"#fff\" stroke-width=\"1.5\"");
        svg.circle(first, 6.5, &attributes);
    }
    draw_frame(svg, corner, side, &panel.title, &panel.note, panel.axes.as_ref());
}
