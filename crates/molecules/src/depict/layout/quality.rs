//! How good a drawing is.

use super::point::{Point, distance, distance_to_segment, segments_cross};

/// Pairs of bonds that cross.
pub(super) fn crossings(points: &[Point], bonds: &[[usize; 2]]) -> usize {
    let mut crossings = 0;
    for (index, &[a, b]) in bonds.iter().enumerate() {
        for &[c, d] in &bonds[index + 1..] {
            let apart = a != c && a != d && b != c && b != d;
            if apart && segments_cross([points[a], points[b]], [points[c], points[d]]) {
                crossings += 1;
            }
        }
    }
    crossings
}

/// The least distance between two atoms; infinite for less than two.
pub(super) fn closest(points: &[Point]) -> f64 {
    let mut closest = f64::INFINITY;
    for (index, &a) in points.iter().enumerate() {
        for &b in &points[index + 1..] {
            closest = closest.min(distance(a, b));
        }
    }
    closest
}

/// The least distance between an atom and a bond of others; infinite where there are none.
pub(super) fn clearance(points: &[Point], bonds: &[[usize; 2]]) -> f64 {
    let mut clearance = f64::INFINITY;
    for &[a, b] in bonds {
        for (atom, &point) in points.iter().enumerate() {
            if atom != a && atom != b {
                clearance = clearance.min(distance_to_segment(point, points[a], points[b]));
            }
        }
    }
    clearance
}

/// How crowded a drawing is: atoms that are not bonded repel each other, atoms near bonds and
/// bonds that cross count much.
pub(super) fn crowding(points: &[Point], bonds: &[[usize; 2]]) -> f64 {
    let mut sum = 20.0 * crossings(points, bonds) as f64;
    for (index, &a) in points.iter().enumerate() {
        for &b in &points[index + 1..] {
            let distance = distance(a, b).max(0.05);
            sum += 1.0 / (distance * distance);
            sum += 20.0 * (0.75 - distance).max(0.0);
        }
    }
    for &[a, b] in bonds {
        for (atom, &point) in points.iter().enumerate() {
            if atom != a && atom != b {
                let distance = distance_to_segment(point, points[a], points[b]);
                sum += 20.0 * (0.5 - distance).max(0.0);
            }
        }
    }
    sum
}
