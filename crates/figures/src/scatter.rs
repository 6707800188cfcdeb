//! Embeddings side by side, coloured by class.

use super::legend;
use super::panel::{Fit, Grid, draw_frame, median};
use super::style::{LABEL_SIZE, class_colour, ordered_colour};
use super::svg::{Anchor, Svg, Text};
use crate::{FigureError, checks};

/// Points are drawn in this many layers, so that no class covers all others.
const LAYERS: usize = 12;

/// One embedding: points in the plane and their classes.
#[derive(Debug, Clone, PartialEq)]
pub struct ScatterPanel {
    /// Stands above the panel.
    pub title: String,
    /// A short remark at the right above the panel, such as a score.
    pub note: String,
    /// Names of the two axes; without them none are written.
    pub axes: Option<[String; 2]>,
    /// Points; both axes are drawn to the same scale.
    pub points: Vec<[f64; 2]>,
    /// The class of each point, an index into the figure's class names.
    pub classes: Vec<usize>,
    /// Whether each class's name is written at its median; for panels with separate clusters.
    pub named_clusters: bool,
}

impl ScatterPanel {
    /// A panel without note or axis names.
    pub fn new(title: impl Into<String>, points: Vec<[f64; 2]>, classes: Vec<usize>) -> Self {
        Self {
            title: title.into(),
            note: String::new(),
            axes: None,
            points,
            classes,
            named_clusters: false,
        }
    }

    /// As [`new`](Self::new) from an `(n, 2)` array, such as an embedding.
    ///
    /// # Errors
    /// [`FigureError::Shape`] unless the array has two columns.
    #[cfg(feature = "ndarray")]
    pub fn from_embedding<T: Copy + Into<f64>>(
        title: impl Into<String>,
        embedding: ndarray::ArrayView2<'_, T>,
        classes: Vec<usize>,
    ) -> Result<Self, FigureError> {
        checks::same("ScatterPanel::from_embedding", "columns", 2, embedding.ncols())?;
        let points = embedding.rows().into_iter().map(|r| [r[0].into(), r[1].into()]).collect();
        Ok(Self::new(title, points, classes))
    }

    /// Adds a remark at the right above the panel.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// Names the axes.
    pub fn axes(mut self, across: impl Into<String>, up: impl Into<String>) -> Self {
        self.axes = Some([across.into(), up.into()]);
        self
    }

    /// Writes each class's name at its median.
    pub fn named_clusters(mut self) -> Self {
        self.named_clusters = true;
        self
    }
}

/// A grid of [`ScatterPanel`]s with one legend.
#[derive(Debug, Clone, PartialEq)]
pub struct ScatterPanels {
    /// What the figure shows, for screen readers.
    pub title: String,
    /// Names of the classes.
    pub class_names: Vec<String>,
    /// Panels, filling rows from left to right.
    pub panels: Vec<ScatterPanel>,
    /// Panels in a row.
    pub columns: usize,
    /// Whether classes are steps of one scale, low to high, and coloured as such.
    pub ordered: bool,
}

impl ScatterPanels {
    /// A figure with two panels a row.
    pub fn new<S: Into<String>>(
        title: impl Into<String>,
        class_names: impl IntoIterator<Item = S>,
    ) -> Self {
        Self {
            title: title.into(),
            class_names: class_names.into_iter().map(Into::into).collect(),
            panels: Vec::new(),
            columns: 2,
            ordered: false,
        }
    }

    /// Adds a panel.
    pub fn panel(mut self, panel: ScatterPanel) -> Self {
        self.panels.push(panel);
        self
    }

    /// Sets the number of panels in a row.
    pub fn columns(mut self, columns: usize) -> Self {
        self.columns = columns;
        self
    }

    /// Colours classes as steps of one scale, low to high.
    pub fn ordered(mut self) -> Self {
        self.ordered = true;
        self
    }

    fn colour(&self, class: usize) -> &'static str {
        if self.ordered {
            ordered_colour(class, self.class_names.len())
        } else {
            class_colour(class)
        }
    }

    /// The figure as SVG.
    ///
    /// # Errors
    /// - [`FigureError::TooFew`] without panels;
    /// - [`FigureError::Shape`] if points and classes differ in number;
    /// - [`FigureError::Option`] for a class without a name;
    /// - [`FigureError::NotFinite`] for NaN or infinities.
    pub fn render(&self) -> Result<String, FigureError> {
        const OPERATION: &str = "ScatterPanels::render";
        checks::at_least(OPERATION, "panels", 1, self.panels.len())?;
        for panel in &self.panels {
            checks::same(
                OPERATION,
                "classes, one per point",
                panel.points.len(),
                panel.classes.len(),
            )?;
            checks::finite(OPERATION, 2, panel.points.iter().flatten().copied())?;
            checks::named(OPERATION, &panel.classes, self.class_names.len())?;
        }
        let grid = Grid::new(self.panels.len(), self.columns);
        let entries: Vec<_> = self
            .class_names
            .iter()
            .enumerate()
            .map(|(c, name)| (name.as_str(), self.colour(c)))
            .collect();
        let legend_height = legend::height(&entries, grid.width - 40.0);
        let mut svg = Svg::new();
        for (i, panel) in self.panels.iter().enumerate() {
            self.draw(&mut svg, panel, grid.corner(i), grid.side);
        }
        let place = [grid.width / 2.0, grid.height + 8.0];
        legend::draw(&mut svg, &entries, place, grid.width - 40.0);
        Ok(svg.finish([grid.width, grid.height + legend_height + 4.0], &self.title))
    }

    fn draw(&self, svg: &mut Svg, panel: &ScatterPanel, corner: [f64; 2], side: f64) {
        let fit = Fit::new(panel.points.iter(), corner, side);
        let n = panel.points.len();
        let diameter = (185.0 / (n.max(1) as f64).sqrt()).clamp(2.4, 6.0);
        let layer = n.div_ceil(LAYERS).max(1);
        for (points, classes) in panel.points.chunks(layer).zip(panel.classes.chunks(layer)) {
            for class in 0..self.class_names.len() {
                let members = points.iter().zip(classes).filter(|(_, c)| **c == class);
                let colour = self.colour(class);
                svg.dots(members.map(|(p, _)| fit.at(p)), diameter, colour, 0.75);
            }
        }
        if panel.named_clusters {
            for (class, name) in self.class_names.iter().enumerate() {
                let members: Vec<_> = panel
                    .points
                    .iter()
                    .zip(&panel.classes)
                    .filter(|(_, c)| **c == class)
                    .map(|(p, _)| fit.at(p))
                    .collect();
                if !members.is_empty() {
                    let [x, y] =
                        [0, 1].map(|axis| median(members.iter().map(|p| p[axis]).collect()));
                    let text = Text::new(Anchor::Middle, LABEL_SIZE + 2.0).bold().halo();
                    svg.text([x, y + 5.0], text, name);
                }
            }
        }
        draw_frame(svg, corner, side, &panel.title, &panel.note, panel.axes.as_ref());
    }
}
