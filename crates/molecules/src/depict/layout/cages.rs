//! Rings that are no polygons side by side: bridges, propellanes, cages.
//!
//! Each cycle of a planar graph that bounds a face of some drawing can be the outline: with its
//! atoms on a circle and every other atom in the middle of its neighbours no bonds cross (Tutte
//! 1963). From each outline atoms are relaxed, and the least strained drawing is taken.

use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::{PI, TAU};

use super::block::{Block, bonds_of};
use super::part::Part;
use super::point::{Point, at_angle, scaled};
use super::relax::Relaxation;

/// Outlines that are tried, fewer for large blocks.
const MOST_OUTLINES: usize = 300;

/// Outlines that are relaxed to the end.
const FINALISTS: usize = 8;

/// Rings of which two are left out of the outline; of more, only one.
const MOST_PAIRED: usize = 16;

/// A drawing of a block with the atoms that are bonded to it.
#[derive(Debug)]
pub(super) struct Cage {
    /// Places of the block's atoms.
    pub(super) atoms: BTreeMap<usize, Point>,
    /// Places of neighbours, by the block's atom and the neighbour.
    pub(super) neighbours: BTreeMap<[usize; 2], Point>,
}

/// Draws a block of any form.
pub(super) fn cage(part: &Part, block: &Block) -> Cage {
    // The block's atoms, then one stand-in for each neighbour outside.
    let mut local: BTreeMap<usize, usize> = BTreeMap::new();
    for &atom in &block.atoms {
        local.insert(atom, local.len());
    }
    let core = local.len();
    let mut outside: Vec<[usize; 2]> = Vec::new();
    for &atom in &block.atoms {
        let apart = part.near[atom].iter().filter(|&&other| !block.contains_bond(atom, other));
        outside.extend(apart.map(|&other| [atom, other]));
    }
    let to_local = |atom: &usize| local.get(atom).copied().unwrap_or(0);
    let inner: Vec<[usize; 2]> =
        block.bonds.iter().map(|[a, b]| [to_local(a), to_local(b)]).collect();
    let mut bonds = inner.clone();
    bonds.extend(outside.iter().enumerate().map(|(at, [atom, _])| [to_local(atom), core + at]));
    let rings: Vec<Vec<usize>> =
        block.rings.iter().map(|ring| ring.iter().map(to_local).collect()).collect();
    let count = core + outside.len();
    let relaxation = Relaxation::of_rings(count, &bonds, &rings);

    // A step takes about so many operations; the limits bound the time for large blocks.
    let cost = count * count;
    let most = (20_000_000 / (40 * cost)).clamp(1, MOST_OUTLINES);
    let mut starts: Vec<(f64, Vec<Point>)> = outlines(core, &inner, &rings)
        .into_iter()
        .take(most)
        .enumerate()
        .map(|(index, outline)| {
            let mut points = tutte(core, count, &bonds, &outline);
            for (atom, point) in points.iter_mut().enumerate() {
                let turn = 2.4 * (atom * 7 + index) as f64;
                let nudge = scaled(at_angle(turn), 0.02);
                *point = [point[0] + nudge[0], point[1] + nudge[1]];
            }
            relaxation.run(&mut points, 40);
            (relaxation.strain(&points), points)
        })
        .collect();
    starts.sort_by(|a, b| a.0.total_cmp(&b.0));
    starts.truncate(FINALISTS);
    let mut best: Option<(f64, Vec<Point>)> = None;
    for (_, mut points) in starts {
        relaxation.run(&mut points, (50_000_000 / (FINALISTS * cost)).clamp(10, 600));
        let strain = relaxation.strain(&points);
        // Equal but for rounding: the first.
        if best.as_ref().is_none_or(|(least, _)| strain < least - 1e-3) {
            best = Some((strain, points));
        }
    }
    let points = best.map_or_else(|| vec![[0.0; 2]; count], |(_, points)| points);
    Cage {
        atoms: block.atoms.iter().copied().zip(points.iter().copied()).collect(),
        neighbours: outside.into_iter().zip(points[core..].iter().copied()).collect(),
    }
}

/// Cycles of atoms `0..core`: those of few bonds first, then long ones.
fn outlines(core: usize, bonds: &[[usize; 2]], rings: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut near = vec![Vec::new(); core];
    for &[a, b] in bonds {
        near[a].push(b);
        near[b].push(a);
    }
    let mut cycles = rings.to_vec();
    let mut steps = 0;
    for start in 0..core {
        extend(&near, &mut vec![start], &mut cycles, &mut steps);
    }
    let chords = |cycle: &[usize]| {
        let inside = |bond: &&[usize; 2]| bond.iter().all(|atom| cycle.contains(atom));
        bonds.iter().filter(inside).count() - cycle.len()
    };
    // A chord of the outline would have to go around it; rings side by side have theirs inside.
    cycles.retain(|cycle| chords(cycle) == 0);
    cycles.splice(0..0, perimeters(rings));
    cycles.truncate(MOST_OUTLINES);
    if cycles.is_empty() {
        cycles.push((0..core).collect());
    }
    cycles
}

/// The edges of rings side by side: the bonds that an odd number of them has, where these are one
/// cycle. Of all rings, and without one or two of them, which may lie behind the others.
fn perimeters(rings: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let sum = |left_out: &[usize]| {
        let mut odd: BTreeSet<[usize; 2]> = BTreeSet::new();
        for (_, ring) in rings.iter().enumerate().filter(|(at, _)| !left_out.contains(at)) {
            for bond in bonds_of(ring) {
                if !odd.remove(&bond) {
                    odd.insert(bond);
                }
            }
        }
        around(&odd)
    };
    let one = (0..rings.len()).map(|at| vec![at]);
    let few = if rings.len() <= MOST_PAIRED { rings.len() } else { 0 };
    let two = (0..few).flat_map(|a| (a + 1..few).map(move |b| vec![a, b]));
    let mut cycles: Vec<Vec<usize>> = Vec::new();
    for cycle in [Vec::new()].into_iter().chain(one).chain(two).filter_map(|out| sum(&out)) {
        if !cycles.contains(&cycle) {
            cycles.push(cycle);
        }
    }
    cycles
}

/// The atoms of one cycle in order; none where the bonds are not one cycle.
fn around(bonds: &BTreeSet<[usize; 2]>) -> Option<Vec<usize>> {
    let mut near: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &[a, b] in bonds {
        near.entry(a).or_default().push(b);
        near.entry(b).or_default().push(a);
    }
    if near.values().any(|near| near.len() != 2) {
        return None;
    }
    let (&first, _) = near.first_key_value()?;
    let mut cycle = vec![first];
    let (mut before, mut at) = (first, near[&first][0]);
    while at != first {
        cycle.push(at);
        let next = near[&at].iter().copied().find(|&next| next != before)?;
        (before, at) = (at, next);
    }
    (cycle.len() == near.len()).then_some(cycle)
}

/// Every cycle that begins with the path, whose first atom is its least.
fn extend(
    near: &[Vec<usize>],
    path: &mut Vec<usize>,
    cycles: &mut Vec<Vec<usize>>,
    steps: &mut usize,
) {
    *steps += 1;
    if *steps > 20_000 || cycles.len() > 4 * MOST_OUTLINES {
        return;
    }
    let (first, last) = (path[0], path[path.len() - 1]);
    for &next in &near[last] {
        if next == first && path.len() > 2 && path[1] < last {
            cycles.push(path.clone());
        }
        if next > first && !path.contains(&next) {
            path.push(next);
            extend(near, path, cycles, steps);
            path.pop();
        }
    }
}

/// The outline on a circle, every other atom in the middle of its neighbours.
fn tutte(core: usize, count: usize, bonds: &[[usize; 2]], outline: &[usize]) -> Vec<Point> {
    let mut points = vec![[0.0; 2]; count];
    let size = outline.len() as f64;
    let radius = (0.5 / (PI / size).sin()).max(1.0);
    for (step, &atom) in outline.iter().enumerate() {
        points[atom] = scaled(at_angle(TAU * step as f64 / size), radius);
    }
    let mut near = vec![Vec::new(); count];
    for &[a, b] in bonds.iter().filter(|bond| bond[1] < core) {
        near[a].push(b);
        near[b].push(a);
    }
    let free: Vec<usize> = (0..core).filter(|atom| !outline.contains(atom)).collect();
    for _ in 0..100 {
        for &atom in &free {
            points[atom] = super::point::centre(near[atom].iter().map(|&other| points[other]));
        }
    }
    // Stand-ins outside where their atom is, a little way towards the middle where it is not.
    for &[atom, stand_in] in bonds.iter().filter(|bond| bond[1] >= core) {
        let outward = super::point::unit(points[atom]);
        let on_outline = outline.contains(&atom);
        let by = if on_outline { 1.0 } else { 0.3 };
        points[stand_in] = super::point::add(points[atom], scaled(outward, by));
    }
    points
}
