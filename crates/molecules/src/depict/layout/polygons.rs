//! Rings as regular polygons, fused ones edge to edge.

use std::collections::BTreeMap;
use std::f64::consts::{PI, TAU};

use super::block::{Block, bonds_of};
use super::point::{Point, add, at_angle, cross, distance, left_of, scaled, sub, unit};

/// Places the rings of a block as regular polygons with sides of length 1; none where two of them
/// share more than one bond, a bond is in three rings, or the polygons do not close.
pub(super) fn polygons(block: &Block) -> Option<BTreeMap<usize, Point>> {
    let sides: Vec<Vec<[usize; 2]>> = block.rings.iter().map(|ring| bonds_of(ring)).collect();
    if block.rings.len() != block.bonds.len() + 1 - block.atoms.len() {
        return None;
    }
    for (one, sides_of_one) in sides.iter().enumerate() {
        for other in &sides[one + 1..] {
            if sides_of_one.iter().filter(|side| other.contains(side)).count() > 1 {
                return None;
            }
        }
    }
    let mut placed: BTreeMap<usize, Point> = BTreeMap::new();
    let mut done: Vec<usize> = Vec::new();
    // The ring with most neighbours first: errors of rings that do not close would add up.
    let shared = |ring: usize| {
        let others = (0..sides.len()).filter(|&other| other != ring);
        others.filter(|&other| sides[other].iter().any(|side| sides[ring].contains(side))).count()
    };
    let first = (0..sides.len()).max_by_key(|&ring| (shared(ring), std::cmp::Reverse(ring)))?;
    let ring = &block.rings[first];
    let radius = 0.5 / (PI / ring.len() as f64).sin();
    for (step, &atom) in ring.iter().enumerate() {
        placed.insert(atom, scaled(at_angle(TAU * step as f64 / ring.len() as f64), radius));
    }
    done.push(first);
    while done.len() < sides.len() {
        let (ring, side, beside) =
            (0..sides.len()).filter(|ring| !done.contains(ring)).find_map(|ring| {
                let beside = done.iter().copied();
                beside.clone().find_map(|old| {
                    let side = sides[ring].iter().find(|side| sides[old].contains(side))?;
                    Some((ring, *side, old))
                })
            })?;
        let inside = block.rings[beside].iter().filter_map(|atom| placed.get(atom)).copied();
        let inside = super::point::centre(inside);
        for (atom, place) in across(&block.rings[ring], side, &placed, inside)? {
            match placed.get(&atom) {
                Some(&known) if distance(known, place) > 0.02 => return None,
                Some(_) => {}
                None => {
                    placed.insert(atom, place);
                }
            }
        }
        done.push(ring);
    }
    Some(placed)
}

/// The atoms of a ring as a regular polygon on a side that is placed, away from `inside`.
fn across(
    ring: &[usize],
    side: [usize; 2],
    placed: &BTreeMap<usize, Point>,
    inside: Point,
) -> Option<Vec<(usize, Point)>> {
    let size = ring.len();
    let at = |atom: usize| ring.iter().position(|&member| member == atom);
    let first = at(side[0])?;
    let forward = ring[(first + 1) % size] == side[1];
    let (from, to) = (*placed.get(&side[0])?, *placed.get(&side[1])?);
    let along = sub(to, from);
    let middle = scaled(add(from, to), 0.5);
    let outward = if cross(along, sub(inside, from)) > 0.0 { -1.0 } else { 1.0 };
    let height = 0.5 / (PI / size as f64).tan();
    let centre = add(middle, scaled(unit(left_of(along)), outward * height));
    let spoke = sub(from, centre);
    // Around the centre from `from` to `to`, and on.
    let turn = outward * TAU / size as f64;
    Some(
        (0..size)
            .map(|step| {
                let place = if forward { first + step } else { first + size - step };
                let turned = super::point::turned(spoke, at_angle(turn * step as f64));
                (ring[place % size], add(centre, turned))
            })
            .collect(),
    )
}
