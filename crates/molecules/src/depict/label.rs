//! What is written at an atom.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use figures::svg::{Anchor, Svg, Text, number};

use super::area::Area;
use super::layout::Layout;
use super::layout::point::{Point, add, angle, at_angle, scaled, sub};
use super::style::{HALO, SMALL, SYMBOL, colour, text_width};
use crate::molecule::Molecule;

/// Height of capitals, in sizes of the font.
const CAPITAL: f64 = 0.72;

/// Directions for hydrogens, as angles: right, left, below, above.
const SIDES: [f64; 4] = [0.0, PI, 1.5 * PI, FRAC_PI_2];

/// An atom's symbol with hydrogens, charge, isotope and unpaired electrons.
#[derive(Debug)]
pub(super) struct Label {
    at: Point,
    size: f64,
    fill: &'static str,
    symbol: &'static str,
    hydrogens: u32,
    side: usize,
    charge: String,
    isotope: String,
    dots: Vec<Point>,
}

impl Label {
    /// The label of an atom at a place of the page; none for carbons that are corners.
    ///
    /// `scale` is the length of a bond in units of the usual one.
    pub(super) fn of(
        molecule: &Molecule,
        index: usize,
        layout: &Layout,
        at: Point,
        scale: f64,
    ) -> Option<Self> {
        let atom = molecule.atom(index)?;
        let radicals = unpaired(molecule, index);
        let plain = atom.element.atomic_number() == 6
            && atom.charge == 0
            && atom.isotope.is_none()
            && radicals == 0;
        let links = molecule.links(index);
        let pair = links.len() == 1 && molecule.links(links[0].atom).len() == 1;
        let cumulated =
            links.len() == 2 && links.iter().all(|link| molecule.bond_at(link.bond).is_double());
        if plain && !(links.is_empty() || pair || cumulated) {
            return None;
        }
        let places = layout.positions();
        let here = places[index];
        let bonds: Vec<f64> =
            links.iter().map(|link| angle(sub(places[link.atom], here))).collect();
        let isotope = atom.isotope.map(|isotope| isotope.to_string()).unwrap_or_default();
        let hydrogens = atom.hydrogens();
        // The isotope stands on the left.
        let sides = if isotope.is_empty() { &SIDES[..] } else { &SIDES[..1] };
        let side = freest(sides, &bonds);
        let charge = match (atom.charge.unsigned_abs(), atom.charge < 0) {
            (0, _) => String::new(),
            (1, negative) => sign(negative).to_owned(),
            (many, negative) => format!("{many}{}", sign(negative)),
        };
        let mut label = Self {
            at,
            size: SYMBOL * scale,
            fill: colour(atom.element),
            symbol: atom.element.symbol(),
            hydrogens,
            side,
            charge,
            isotope,
            dots: Vec::new(),
        };
        label.dots = label.dots(radicals, bonds);
        Some(label)
    }

    fn half_width(&self) -> f64 {
        text_width(self.symbol, self.size) / 2.0
    }

    fn small(&self) -> f64 {
        self.size * SMALL
    }

    /// Width of the hydrogens.
    fn hydrogens_width(&self) -> f64 {
        match self.hydrogens {
            0 => 0.0,
            1 => text_width("H", self.size),
            many => text_width("H", self.size) + text_width(&many.to_string(), self.small()),
        }
    }

    /// Places of unpaired electrons, where bonds and hydrogens leave room.
    fn dots(&self, radicals: u32, mut taken: Vec<f64>) -> Vec<Point> {
        if self.hydrogens > 0 {
            taken.push(SIDES[self.side]);
        }
        if !self.charge.is_empty() {
            taken.push(FRAC_PI_2 / 2.0);
        }
        let sides = [SIDES[3], SIDES[2], SIDES[0], SIDES[1]];
        let chosen = freest(&sides, &taken);
        let direction = at_angle(sides[chosen]);
        let edge = if chosen < 2 { self.size * CAPITAL / 2.0 } else { self.half_width() };
        let reach = edge + 0.24 * self.size;
        let middle = add(self.at, [direction[0] * reach, -direction[1] * reach]);
        let across = [direction[1], direction[0]];
        let shown = radicals.min(3);
        (0..shown)
            .map(|dot| {
                let off = (f64::from(dot) - f64::from(shown - 1) / 2.0) * 0.34 * self.size;
                add(middle, scaled(across, off))
            })
            .collect()
    }

    /// The boxes that bonds keep out of: symbol, hydrogens, charge, isotope.
    pub(super) fn areas(&self) -> Vec<Area> {
        let [x, y] = self.at;
        let half = self.half_width();
        let tall = self.size * CAPITAL / 2.0;
        let halo = HALO * self.size / SYMBOL;
        let mut areas = vec![Area::around(self.at, [half + halo, tall + halo])];
        let wide = self.hydrogens_width();
        let mut right = x + half;
        if self.hydrogens > 0 {
            let below = if self.hydrogens > 1 { 0.22 * self.size } else { 0.0 };
            let (low, high) = match self.side {
                0 => ([x + half, y - tall], [x + half + wide, y + tall + below]),
                1 => ([x - half - wide, y - tall], [x - half, y + tall + below]),
                2 => ([x - half, y + tall], [x - half + wide, y + self.size + tall + below]),
                _ => ([x - half, y - self.size - tall], [x - half + wide, y - tall + below]),
            };
            areas.push(Area { low, high });
            if self.side == 0 {
                right += wide;
            }
        }
        if !self.charge.is_empty() {
            let wide = text_width(&self.charge, self.small());
            areas.push(Area { low: [right, y - tall - 0.3 * self.size], high: [right + wide, y] });
        }
        if !self.isotope.is_empty() {
            let wide = text_width(&self.isotope, self.small());
            areas.push(Area {
                low: [x - half - wide, y - tall - 0.3 * self.size],
                high: [x - half, y],
            });
        }
        for &dot in &self.dots {
            areas.push(Area::around(dot, [1.5, 1.5]));
        }
        areas
    }

    /// How far from the atom a bond in a direction of the page begins.
    pub(super) fn reach(&self, direction: Point) -> f64 {
        let near = 2.0 * self.size / SYMBOL;
        let mut reach = 0.0;
        for area in self.areas() {
            if let Some((enter, leave)) = area.inside(self.at, direction)
                && enter <= reach + near
            {
                reach = f64::max(reach, leave);
            }
        }
        reach
    }

    /// Draws the label.
    pub(super) fn draw(&self, svg: &mut Svg) {
        let [x, y] = self.at;
        let baseline = y + self.size * CAPITAL / 2.0;
        let half = self.half_width();
        let small = self.small();
        let text = |anchor, size| Text::new(anchor, size).fill(self.fill);
        svg.text([x, baseline], text(Anchor::Middle, self.size), self.symbol);
        let mut right = x + half;
        if self.hydrogens > 0 {
            let count = match self.hydrogens {
                1 => String::new(),
                many => format!(
                    "<tspan font-size=\"{}\" dy=\"{}\">{many}</tspan>",
                    number(small),
                    number(0.22 * self.size),
                ),
            };
            let (at, anchor) = match self.side {
                0 => ([x + half, baseline], Anchor::Start),
                1 => ([x - half, baseline], Anchor::End),
                2 => ([x - half, baseline + self.size], Anchor::Start),
                _ => ([x - half, baseline - self.size], Anchor::Start),
            };
            svg.spans(at, text(anchor, self.size), &format!("H{count}"));
            if self.side == 0 {
                right += self.hydrogens_width();
            }
        }
        let raised = baseline - 0.38 * self.size;
        if !self.charge.is_empty() {
            svg.text([right, raised], text(Anchor::Start, small), &self.charge);
        }
        if !self.isotope.is_empty() {
            svg.text([x - half, raised], text(Anchor::End, small), &self.isotope);
        }
        for &dot in &self.dots {
            svg.circle(dot, 0.1 * self.size, &format!("fill=\"{}\"", self.fill));
        }
    }
}

fn sign(negative: bool) -> &'static str {
    if negative { "−" } else { "+" }
}

/// Which of the directions is farthest from all others, an early one where that is far enough.
fn freest(sides: &[f64], taken: &[f64]) -> usize {
    let room = |side: f64| {
        let between = |other: &f64| {
            let off = (side - other).rem_euclid(TAU);
            off.min(TAU - off)
        };
        taken.iter().map(between).fold(PI, f64::min)
    };
    let mut best = (0, -1.0);
    for (index, &side) in sides.iter().enumerate() {
        // Below and above only where both sides are narrow.
        let room = room(side).min(if index < 2 { 1.4 } else { 1.35 });
        if room > best.1 + 1e-6 {
            best = (index, room);
        }
    }
    best.0
}

/// Electrons without a partner: valences that neither bonds nor hydrogens fill.
fn unpaired(molecule: &Molecule, index: usize) -> u32 {
    let Some(atom) = molecule.atom(index) else { return 0 };
    let bonds: u32 =
        molecule.links(index).iter().map(|link| molecule.bond_at(link.bond).order.pairs()).sum();
    let used = bonds + atom.hydrogens();
    let valences = atom.element.valences_with_charge(atom.charge).unwrap_or_default();
    let next = valences.iter().map(|&valence| u32::from(valence)).find(|&most| most >= used);
    next.map_or(0, |valence| valence - used)
}
