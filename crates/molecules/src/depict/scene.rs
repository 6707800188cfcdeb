//! A molecule as a piece of SVG, to be put anywhere on a page.

use figures::svg::{INK, Svg};

use super::area::Area;
use super::bond::Page;
use super::label::Label;
use super::layout::Layout;
use super::style::{BOND, HIGHLIGHT, STROKE};
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
    svg: Svg,
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
        let lines = molecule.bonds().enumerate();
        let lines = lines.flat_map(|(index, (ends, _))| page.lines(index, ends));
        svg.lines(lines, STROKE * scale.max(0.7), INK);
        for label in page.labels.iter().flatten() {
            label.draw(&mut svg);
            area = label.areas().into_iter().fold(area, Area::and);
        }
        if molecule.atom_count() == 0 {
            area = Area::around([0.0; 2], [0.0; 2]);
        }
        Self { area, svg }
    }

    /// Draws the molecule with the middle of its area at a place.
    pub(super) fn draw(&self, svg: &mut Svg, at: [f64; 2]) {
        let Area { low, high } = self.area;
        svg.group([0, 1].map(|axis| at[axis] - 0.5 * (low[axis] + high[axis])), &self.svg);
    }
}

fn underneath(page: &Page<'_>, highlight: &Highlight) -> Svg {
    let mut svg = Svg::new();
    let bond = BOND * page.scale;
    let marked = page.molecule.bonds().enumerate();
    let marked = marked.filter(|(index, _)| highlight.bonds.contains(index));
    let lines = marked.map(|(_, (ends, _))| ends.map(|end| page.places[end]));
    svg.lines(lines, 0.4 * bond, HIGHLIGHT);
    for &atom in &highlight.atoms {
        if let Some(&place) = page.places.get(atom) {
            svg.circle(place, 0.34 * bond, &format!("fill=\"{HIGHLIGHT}\""));
        }
    }
    svg
}
