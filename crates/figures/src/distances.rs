//! Distances after a projection against those before, one panel a projection.

use super::legend;
use super::panel::{Grid, draw_frame, median};
use super::style::{FRAME, GRID, INK, MUTED, TICK_SIZE, class_colour};
use super::svg::{Anchor, Svg, Text};
use crate::{FigureError, checks};

/// The panel reaches up to this many times the best line.
const HEADROOM: f64 = 2.0;

/// One projection: its pairs, and the two slopes between which all of them lie.
#[derive(Debug, Clone, PartialEq)]
pub struct DistancePanel {
    /// Stands above the panel.
    pub title: String,
    /// A short remark at the right above the panel, such as the distortion.
    pub note: String,
    /// The distance in the quotient and that of the images, for each pair.
    pub points: Vec<[f64; 2]>,
    /// The class of each pair, an index into the figure's class names.
    pub classes: Vec<usize>,
    /// Least and largest ratio: slopes of two lines.
    pub bounds: [f64; 2],
}

/// A grid of [`DistancePanel`]s with one legend.
///
/// Both axes are logarithmic, since pairs may be close or far. A projection that keeps distances up
/// to a factor has its points on a diagonal; distance to the side of it is the distortion. Images are
/// scaled so that the median ratio lies on the diagonal of every panel. Images that coincide stand
/// on the lower edge.
#[derive(Debug, Clone, PartialEq)]
pub struct DistancePanels {
    /// What the figure shows, for screen readers.
    pub title: String,
    /// Names of the classes.
    pub class_names: Vec<String>,
    /// Panels, filling rows from left to right.
    pub panels: Vec<DistancePanel>,
    /// Panels in a row.
    pub columns: usize,
}

impl DistancePanels {
    /// A figure with three panels a row.
    pub fn new<S: Into<String>>(
        title: impl Into<String>,
        class_names: impl IntoIterator<Item = S>,
    ) -> Self {
        Self {
            title: title.into(),
            class_names: class_names.into_iter().map(Into::into).collect(),
            panels: Vec::new(),
            columns: 3,
        }
    }

    /// Adds a panel.
    pub fn panel(mut self, panel: DistancePanel) -> Self {
        self.panels.push(panel);
        self
    }

    /// Sets the number of panels in a row.
    pub fn columns(mut self, columns: usize) -> Self {
        self.columns = columns;
        self
    }

    /// The figure as SVG. Pairs at distance zero are left out.
    ///
    /// # Errors
    /// - [`FigureError::TooFew`] without panels, or for one without pairs at positive distance;
    /// - [`FigureError::Shape`] if pairs and classes differ in number;
    /// - [`FigureError::Option`] for a class without a name;
    /// - [`FigureError::NotFinite`] for NaN or infinities.
    pub fn render(&self) -> Result<String, FigureError> {
        const OPERATION: &str = "DistancePanels::render";
        checks::at_least(OPERATION, "panels", 1, self.panels.len())?;
        for panel in &self.panels {
            let expected = panel.points.len();
            checks::same(OPERATION, "classes, one per pair", expected, panel.classes.len())?;
            checks::finite(OPERATION, 2, panel.points.iter().flatten().copied())?;
            let apart = panel.points.iter().filter(|p| p[0] > 0.0).count();
            checks::at_least(OPERATION, "pairs at positive distance", 1, apart)?;
            checks::named(OPERATION, &panel.classes, self.class_names.len())?;
        }
        let used = |class: &usize| self.panels.iter().any(|p| p.classes.contains(class));
        let entries: Vec<_> = (0..self.class_names.len())
            .filter(used)
            .map(|c| (self.class_names[c].as_str(), class_colour(c)))
            .collect();
        let grid = Grid::new(self.panels.len(), self.columns);
        let legend_height = legend::height(&entries, grid.width - 40.0);
        let mut svg = Svg::new();
        for (i, panel) in self.panels.iter().enumerate() {
            draw(&mut svg, panel, self.class_names.len(), grid.corner(i), grid.side);
        }
        let place = [grid.width / 2.0, grid.height + 8.0];
        legend::draw(&mut svg, &entries, place, grid.width - 40.0);
        Ok(svg.finish([grid.width, grid.height + legend_height + 4.0], &self.title))
    }
}

fn draw(svg: &mut Svg, panel: &DistancePanel, classes: usize, corner: [f64; 2], side: f64) {
    let pairs: Vec<(usize, [f64; 2])> = panel
        .classes
        .iter()
        .copied()
        .zip(panel.points.iter().copied())
        .filter(|(_, point)| point[0] > 0.0)
        .collect();
    let median = median(pairs.iter().map(|(_, [d, e])| e / d).collect());
    let scale = if median > 0.0 { median } else { 1.0 };
    let far = pairs.iter().map(|(_, [d, _])| *d).fold(0.0, f64::max);
    let near = pairs.iter().map(|(_, [d, _])| *d).fold(far, f64::min);
    let low = (near / HEADROOM).log10();
    let span = ((far * HEADROOM).log10() - low).max(1e-9);
    let [x, y] = corner;
    let across = |d: f64| x + side * (d.log10() - low) / span;
    let up = |e: f64| {
        let share = if e > 0.0 { ((e / scale).log10() - low) / span } else { 0.0 };
        y + side - side * share.clamp(0.012, 0.988)
    };
    for power in low.ceil() as i32..=(low + span).floor() as i32 {
        let at = 10f64.powi(power);
        let line = format!("stroke=\"{GRID}\"");
        svg.line([across(at), y], [across(at), y + side], &line);
        svg.line([x, up(at * scale)], [x + side, up(at * scale)], &line);
        let text = Text::new(Anchor::Middle, TICK_SIZE - 2.0).fill(MUTED);
        svg.text([across(at), y + side + 12.0], text, &power_of_ten(power));
    }
    svg.line([x, y + side], [x + side, y], &format!("stroke=\"{FRAME}\" stroke-dasharray=\"4 4\""));
    for class in 0..classes {
        let members = pairs.iter().filter(|(c, _)| *c == class);
        let points = members.map(|(_, [d, e])| [across(*d), up(*e)]);
        svg.dots(points, 3.4, class_colour(class), 0.7);
    }
    // Lines of least and largest ratio, where they cross the panel.
    for slope in panel.bounds {
        let height = (slope / scale).log10() / span;
        if slope > 0.0 && height.abs() < 1.0 {
            let (start, end) = if height >= 0.0 {
                ([x, y + side * (1.0 - height)], [x + side * (1.0 - height), y])
            } else {
                ([x - side * height, y + side], [x + side, y - side * height])
            };
            svg.line(start, end, &format!("stroke=\"{INK}\" stroke-width=\"0.8\""));
        }
    }
    draw_frame(svg, corner, side, &panel.title, &panel.note, None);
}

fn power_of_ten(power: i32) -> String {
    match power {
        -2..=3 => format!("{}", 10f64.powi(power)),
        _ => format!("1e{power}"),
    }
}
