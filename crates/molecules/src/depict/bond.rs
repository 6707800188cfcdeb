//! The lines of a bond.

use super::label::Label;
use super::layout::point::{
    Point, add, centre, cross, distance, dot, left_of, length, scaled, sub, unit,
};
use super::style::{DOUBLE, TRIPLE};
use crate::molecule::Molecule;

/// A molecule's atoms on the page.
#[derive(Debug)]
pub(super) struct Page<'a> {
    pub(super) molecule: &'a Molecule,
    /// Places of the atoms, `y` down.
    pub(super) places: Vec<Point>,
    pub(super) labels: Vec<Option<Label>>,
    /// Length of a bond in units of the usual one.
    pub(super) scale: f64,
}

impl Page<'_> {
    /// The lines of a bond, one for each pair of electrons.
    pub(super) fn lines(&self, bond: usize, [a, b]: [usize; 2]) -> Vec<[Point; 2]> {
        let pairs = self.molecule.bond_at(bond).order.pairs();
        let middle = [self.places[a], self.places[b]];
        let across = left_of(unit(sub(middle[1], middle[0])));
        let moved = |by: f64| middle.map(|place| add(place, scaled(across, by * self.scale)));
        let lines = match pairs {
            1 => vec![middle],
            2 => match self.inner_side([a, b]) {
                None => vec![moved(DOUBLE / 2.0), moved(-DOUBLE / 2.0)],
                Some(side) => vec![middle, self.inner_line([a, b], across, side)],
            },
            many => {
                let off = |line: u32| f64::from(line) - f64::from(many - 1) / 2.0;
                (0..many).map(|line| moved(off(line) * TRIPLE)).collect()
            }
        };
        lines.into_iter().filter_map(|line| self.clipped(line, [a, b])).collect()
    }

    /// On which side of a double bond its second line is drawn; none for one on each side.
    fn inner_side(&self, [a, b]: [usize; 2]) -> Option<f64> {
        let along = sub(self.places[b], self.places[a]);
        let rings = self.molecule.rings().all().iter();
        let around = rings.filter(|ring| ring.atoms.contains(&a) && ring.atoms.contains(&b));
        // The ring with most double bonds, of those the smallest.
        let doubles = |bonds: &[usize]| {
            bonds.iter().filter(|&&bond| self.molecule.bond_at(bond).order.pairs() == 2).count()
        };
        let ring = around
            .filter(|ring| {
                let next = ring.atoms.iter().cycle().skip(1);
                ring.atoms.iter().zip(next).any(|(&c, &d)| [c, d] == [a, b] || [d, c] == [a, b])
            })
            .max_by_key(|ring| {
                (doubles(&ring.bonds), std::cmp::Reverse((ring.size(), ring.atoms.clone())))
            });
        if let Some(ring) = ring {
            let middle = centre(ring.atoms.iter().map(|&atom| self.places[atom]));
            return Some(cross(along, sub(middle, self.places[a])).signum());
        }
        let [at_a, at_b] = [(a, b), (b, a)].map(|(atom, other)| {
            let links = self.molecule.links(atom).iter().filter(move |link| link.atom != other);
            links.map(|link| link.atom).collect::<Vec<usize>>()
        });
        let straight = |near: &[usize]| {
            near.len() == 1
                && near.iter().all(|&other| {
                    let away = unit(sub(self.places[other], self.places[a]));
                    cross(unit(along), away).abs() < 0.1
                })
        };
        // `C=O` and `C=CH2` of a branched atom, and cumulated double bonds.
        if (at_a.is_empty() && at_b.len() != 1)
            || (at_b.is_empty() && at_a.len() != 1)
            || straight(&at_a)
            || straight(&at_b)
        {
            return None;
        }
        let side = |&other: &usize| cross(along, sub(self.places[other], self.places[a])).signum();
        let balance: f64 = at_a.iter().chain(&at_b).map(side).sum();
        // As many on both sides: where the lesser atom has its first neighbour.
        let first = at_a.first().or(at_b.first()).map_or(1.0, side);
        Some(if balance.abs() > 0.5 { balance.signum() } else { first })
    }

    /// The second line of a double bond: it ends where it meets those of the bonds beside it.
    fn inner_line(&self, ends: [usize; 2], across: Point, side: f64) -> [Point; 2] {
        let off = DOUBLE * self.scale;
        let [a, b] = ends.map(|atom| self.places[atom]);
        let shift = scaled(across, side * off);
        let half = distance(a, b) / 2.0;
        let short = |atom: usize, other: usize| {
            let along = unit(sub(self.places[other], self.places[atom]));
            let mut short: f64 = 0.0;
            for link in self.molecule.links(atom).iter().filter(|link| link.atom != other) {
                let beside = unit(sub(self.places[link.atom], self.places[atom]));
                if dot(beside, shift) > 0.1 {
                    let cosine = dot(beside, along);
                    let sine = cross(beside, along).abs();
                    // The tangent of half the angle.
                    short = short.max(off * sine / (1.0 - cosine).max(0.05));
                }
            }
            short.min(0.7 * half)
        };
        let along = unit(sub(b, a));
        [
            add(add(a, shift), scaled(along, short(ends[0], ends[1]))),
            add(add(b, shift), scaled(along, -short(ends[1], ends[0]))),
        ]
    }

    /// A line without what labels cover; none where nothing is left.
    fn clipped(&self, [from, to]: [Point; 2], ends: [usize; 2]) -> Option<[Point; 2]> {
        let along = unit(sub(to, from));
        let long = length(sub(to, from));
        let mut start: f64 = 0.0;
        let mut end = long;
        for (atom, label) in ends.iter().zip(ends.map(|end| self.labels[end].as_ref())) {
            let Some(label) = label else { continue };
            // Where the axis leaves the label, as lines side by side end together.
            let place = self.places[*atom];
            if *atom == ends[0] {
                start = start.max(label.reach(along) + dot(sub(place, from), along));
            } else {
                let reach = label.reach(scaled(along, -1.0));
                end = end.min(dot(sub(place, from), along) - reach);
            }
        }
        (end > start + 1.0)
            .then(|| [add(from, scaled(along, start)), add(from, scaled(along, end))])
    }
}
