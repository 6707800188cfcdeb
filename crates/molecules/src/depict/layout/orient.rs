//! Turns a drawing to how it is usually printed.

use std::f64::consts::PI;

use super::part::Part;
use super::point::{Point, angle, at_angle, centre, sub, turned};

/// Bonds whose directions are tried as the one that is at a multiple of 30°.
const MOST_BONDS: usize = 60;

/// Turns the drawing around its centre so that most bonds are upright, level or at 30°, that it is
/// wide rather than high, and that hetero atoms are at the top and the right.
pub(super) fn orient(part: &Part, points: &mut [Point]) {
    let middle = centre(points.iter().copied());
    let mut best: Option<(f64, f64)> = None;
    for &[a, b] in part.bonds.iter().take(MOST_BONDS) {
        for step in 0..12 {
            let turn = PI / 6.0 * f64::from(step) - angle(sub(points[b], points[a]));
            let score = score(part, points, middle, turn);
            // Equal but for rounding: the first.
            if best.is_none_or(|(known, _)| score > known + 1e-6) {
                best = Some((score, turn));
            }
        }
    }
    let turn = at_angle(best.map_or(0.0, |(_, turn)| turn));
    for point in points {
        *point = turned(sub(*point, middle), turn);
    }
}

fn score(part: &Part, points: &[Point], middle: Point, turn: f64) -> f64 {
    let by = at_angle(turn);
    let degree = PI / 180.0;
    let mut score = 0.0;
    for &[a, b] in &part.bonds {
        let direction = (angle(sub(points[b], points[a])) + turn).rem_euclid(PI);
        let off = |to: f64| {
            let off = (direction - to).rem_euclid(PI);
            off.min(PI - off)
        };
        let near = |to: f64| (1.0 - off(to * degree) / (4.0 * degree)).max(0.0);
        let steep = near(60.0).max(near(120.0));
        score += near(0.0).max(near(90.0)).max(near(30.0)).max(near(150.0)).max(0.8 * steep);
    }
    let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    let mut lean = 0.0;
    for (atom, &point) in points.iter().enumerate() {
        let point = turned(sub(point, middle), by);
        for axis in 0..2 {
            low[axis] = low[axis].min(point[axis]);
            high[axis] = high[axis].max(point[axis]);
        }
        if part.hetero[atom] {
            lean += 0.02 * point[1] + 0.015 * point[0];
        }
    }
    let (wide, tall) = (high[0] - low[0], high[1] - low[1]);
    let shape = (wide - tall) / wide.max(tall).max(1e-9);
    score + 0.25 * part.bonds.len() as f64 * shape + lean
}
