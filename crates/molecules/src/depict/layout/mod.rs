//! Coordinates: where the atoms of a drawing are.
//!
//! Rings are regular polygons, fused and spiro ones side by side; chains zigzag at 120°, straight
//! on at triple and cumulated double bonds. Bridged rings and cages are drawn from every outline
//! that they can have and relaxed ([`cages`]). Then parts are mirrored at bonds until they are out
//! of each other's way, and the whole is turned to how it is usually printed.

mod bend;
mod block;
mod cages;
mod grow;
mod orient;
mod part;
pub(super) mod point;
mod polygons;
mod quality;
mod relax;

use bend::Bend;
use grow::{Flip, Growth};
use part::Part;
use point::{Point, add};
use relax::Relaxation;

use crate::molecule::Molecule;

/// Space between parts that are not bonded.
const GAP: f64 = 1.4;

/// Coordinates of a molecule's atoms, in bond lengths, `x` right and `y` up.
///
/// They follow from the molecule only: renumbering its atoms permutes them. (Of atoms that a
/// symmetry of the molecule exchanges, either may be at either's place.)
///
/// ```
/// use molecules::depict::Layout;
/// use molecules::smiles;
///
/// let layout = Layout::of(&smiles::parse("c1ccccc1C#N")?);
/// assert_eq!(layout.positions().len(), 8);
/// assert_eq!(layout.crossings(), 0);
/// assert!(layout.bond_lengths().all(|length| (length - 1.0).abs() < 1e-9));
/// # Ok::<(), molecules::SmilesError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    positions: Vec<[f64; 2]>,
    bonds: Vec<[usize; 2]>,
}

impl Layout {
    /// Finds coordinates.
    ///
    /// Complexity: milliseconds for tens of atoms; the steps are bounded, so that the largest
    /// molecules take seconds and are drawn less well.
    pub fn of(molecule: &Molecule) -> Self {
        let mut positions = vec![[0.0; 2]; molecule.atom_count()];
        let mut right = 0.0;
        for part in Part::all(molecule) {
            let points = place(&part);
            let (low, high) = extent(&points);
            let shift = [right - low[0], -0.5 * (low[1] + high[1])];
            for (&atom, &point) in part.atoms.iter().zip(&points) {
                positions[atom] = add(point, shift);
            }
            right += high[0] - low[0] + GAP;
        }
        Self { positions, bonds: molecule.bonds().map(|(ends, _)| ends).collect() }
    }

    /// The coordinates, in order of the atoms.
    pub fn positions(&self) -> &[[f64; 2]] {
        &self.positions
    }

    /// The lengths of the bonds, in their order.
    pub fn bond_lengths(&self) -> impl ExactSizeIterator<Item = f64> {
        self.bonds.iter().map(|&[a, b]| point::distance(self.positions[a], self.positions[b]))
    }

    /// Number of pairs of bonds that cross.
    pub fn crossings(&self) -> usize {
        quality::crossings(&self.positions, &self.bonds)
    }

    /// The least distance between two atoms; infinite for less than two.
    pub fn closest_atoms(&self) -> f64 {
        quality::closest(&self.positions)
    }

    /// The least distance between an atom and a bond of two others; infinite where there are none.
    pub fn closest_bond(&self) -> f64 {
        quality::clearance(&self.positions, &self.bonds)
    }
}

fn extent(points: &[Point]) -> (Point, Point) {
    let Some(&first) = points.first() else { return ([0.0; 2], [0.0; 2]) };
    points.iter().fold((first, first), |(low, high), point| {
        (
            [low[0].min(point[0]), low[1].min(point[1])],
            [high[0].max(point[0]), high[1].max(point[1])],
        )
    })
}

/// Coordinates of a connected part.
fn place(part: &Part) -> Vec<Point> {
    let mut points = Growth::new(part).run();
    untangle(part, &mut points);
    if is_crowded(part, &points) {
        bend(part, &mut points);
    }
    if is_crowded(part, &points) {
        let relaxation = Relaxation::of_drawing(&points, &part.bonds);
        let mut relaxed = points.clone();
        let cost = part.len() * part.len();
        relaxation.run(&mut relaxed, (50_000_000 / cost.max(1)).clamp(10, 400));
        if quality::crowding(&relaxed, &part.bonds) < quality::crowding(&points, &part.bonds) {
            points = relaxed;
        }
    }
    spread(part, &mut points);
    orient::orient(part, &mut points);
    points
}

/// Bends and stretches bonds outside of rings, one at a time, while that makes much room.
fn bend(part: &Part, points: &mut Vec<Point>) {
    let blocks = block::Block::all(part);
    let in_ring = |a, b| blocks.iter().any(|block| block.contains_bond(a, b));
    let bends = Bend::all(part, in_ring);
    let cost = part.len() * (part.len() + part.bonds.len());
    let mut rounds = 40_000_000 / (cost * bends.len().max(1));
    let mut least = quality::crowding(points, &part.bonds);
    while rounds > 0 && is_crowded(part, points) {
        rounds -= 1;
        let tries = bends.iter().map(|bend| {
            let mut tried = points.clone();
            bend.apply(&mut tried);
            (quality::crowding(&tried, &part.bonds), tried)
        });
        match tries.min_by(|a, b| a.0.total_cmp(&b.0)) {
            Some((crowding, tried)) if crowding < least - LEAST_GAIN => {
                (least, *points) = (crowding, tried);
            }
            _ => return,
        }
    }
}

fn is_crowded(part: &Part, points: &[Point]) -> bool {
    quality::closest(points) < 0.6
        || quality::clearance(points, &part.bonds) < 0.3
        || quality::crossings(points, &part.bonds) > 0
}

/// A bend is worth this much less crowding, a part of what two bonds that cross are.
const LEAST_GAIN: f64 = 4.0;

/// Least distances between two atoms, and between an atom and a bond of others, that read well.
const LEGIBLE: [f64; 2] = [0.5, 0.3];

/// Lets bonds give way, more and more, until nothing lies on anything else.
fn spread(part: &Part, points: &mut Vec<Point>) {
    let room = |points: &[Point]| {
        let closest = quality::closest(points) / LEGIBLE[0];
        closest.min(quality::clearance(points, &part.bonds) / LEGIBLE[1])
    };
    let mut best = room(points);
    let cost = part.len() * (part.len() + part.bonds.len());
    for stiffness in [0.5, 0.2, 0.08, 0.03] {
        if best >= 1.0 {
            return;
        }
        let mut tried = points.clone();
        // Atoms in one place are pushed apart in some direction.
        for (atom, point) in tried.iter_mut().enumerate() {
            *point = add(*point, point::scaled(point::at_angle(2.4 * atom as f64), 1e-3));
        }
        let relaxation = Relaxation::spreading(part.len(), &part.bonds, stiffness);
        relaxation.run(&mut tried, (60_000_000 / cost.max(1)).clamp(200, 800));
        let found = room(&tried);
        if found > best {
            (best, *points) = (found, tried);
        }
    }
}

/// Mirrors what can be mirrored while that makes room: one at a time, and in pairs where the drawing
/// is crowded.
fn untangle(part: &Part, points: &mut Vec<Point>) {
    let flips: Vec<Flip> = Growth::flips(part);
    let cost = part.len() * (part.len() + part.bonds.len());
    let mut tries = 40_000_000 / cost.max(1);
    let mut least = quality::crowding(points, &part.bonds);
    let mut better = true;
    while better && tries > 0 {
        better = false;
        let paired = if is_crowded(part, points) { flips.len() } else { 0 };
        let pairs = (0..paired).flat_map(|a| (a + 1..paired).map(move |b| vec![a, b]));
        for chosen in (0..flips.len()).map(|a| vec![a]).chain(pairs) {
            tries = tries.saturating_sub(1);
            if tries == 0 {
                break;
            }
            let mut tried = points.clone();
            for &flip in &chosen {
                flips[flip].apply(&mut tried);
            }
            let crowding = quality::crowding(&tried, &part.bonds);
            if crowding < least - 1e-6 {
                (least, *points, better) = (crowding, tried, true);
                break;
            }
        }
    }
}
