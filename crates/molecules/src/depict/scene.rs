//! A molecule as pieces of SVG, to be put anywhere on a page.

use std::fmt::Write;

use super::bond::Page;
use super::canvas::{Area, number};
use super::label::Label;
use super::layout::Layout;
use super::style::{BOND, HIGHLIGHT, INK, STROKE};
use crate::molecule::Molecule;

/// What is drawn in another colour underneath.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Highlight {
    pub(super) atoms: Vec<usize>,
    pub(super) bonds: Vec<usize>,
}

/// A drawn molecule and the area that it covers.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) area: Area,
    pub(super) svg: String,
}

impl Scene {
    /// Draws a molecule with bonds of `scale` times the usual length.
    pub(super) fn of(
        molecule: &Molecule,
        layout: &Layout,
        highlight: &Highlight,
        scale: f64,
    ) -> Self {
        let bond = BOND * scale;
        let places: Vec<_> =
            layout.positions().iter().map(|&[x, y]| [x * bond, -y * bond]).collect();
        let labels = (places.iter().enumerate())
            .map(|(atom, &at)| Label::of(molecule, atom, layout, at, scale))
            .collect();
        let page = Page { molecule, places, labels, scale };
        let mut svg = underneath(&page, highlight);
        let mut area = Area::EMPTY;
        for &place in &page.places {
            area = area.and(Area::around(place, [2.0 * scale; 2]));
        }
        for &atom in &highlight.atoms {
            if let Some(&place) = page.places.get(atom) {
                area = area.and(Area::around(place, [0.34 * bond; 2]));
            }
        }
        let mut path = String::new();
        for (index, (ends, _)) in molecule.bonds().enumerate() {
            for line in page.lines(index, ends) {
                let [[x1, y1], [x2, y2]] = line.map(|end| end.map(number));
                path.push_str(&format!("M{x1} {y1}L{x2} {y2}"));
            }
        }
        if !path.is_empty() {
            let width = number(STROKE * scale.max(0.7));
            svg.push_str(&format!(
                "<path d=\"{path}\" fill=\"none\" stroke=\"{INK}\" stroke-width=\"{width}\" \
                 stroke-linecap=\"round\"/>\n"
            ));
        }
        for label in page.labels.iter().flatten() {
            svg.push_str(&label.svg());
            area = label.areas().into_iter().fold(area, Area::and);
        }
        if molecule.atom_count() == 0 {
            area = Area::around([0.0; 2], [0.0; 2]);
        }
        Self { area, svg }
    }

    /// The molecule with the middle of its area at a place.
    pub(super) fn centred(&self, at: [f64; 2]) -> String {
        let [x, y] = [0, 1]
            .map(|axis| number(at[axis] - 0.5 * (self.area.low[axis] + self.area.high[axis])));
        format!("<g transform=\"translate({x} {y})\">\n{}</g>\n", self.svg)
    }
}

fn underneath(page: &Page<'_>, highlight: &Highlight) -> String {
    let mut svg = String::new();
    let bond = BOND * page.scale;
    let mut path = String::new();
    for (index, (ends, _)) in page.molecule.bonds().enumerate() {
        if highlight.bonds.contains(&index) {
            let [[x1, y1], [x2, y2]] = ends.map(|end| page.places[end].map(number));
            path.push_str(&format!("M{x1} {y1}L{x2} {y2}"));
        }
    }
    if !path.is_empty() {
        let width = number(0.4 * bond);
        svg.push_str(&format!(
            "<path d=\"{path}\" fill=\"none\" stroke=\"{HIGHLIGHT}\" stroke-width=\"{width}\" \
             stroke-linecap=\"round\"/>\n"
        ));
    }
    for &atom in &highlight.atoms {
        if let Some(place) = page.places.get(atom) {
            let [x, y, radius] = [place[0], place[1], 0.34 * bond].map(number);
            let written = writeln!(
                svg,
                "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{HIGHLIGHT}\"/>"
            );
            debug_assert!(written.is_ok(), "writing to a string cannot fail");
        }
    }
    svg
}
