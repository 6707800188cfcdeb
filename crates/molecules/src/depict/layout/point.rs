//! Points and directions of the plane. `y` points up.

use std::f64::consts::TAU;

/// A point, or the vector to it.
pub(in crate::depict) type Point = [f64; 2];

pub(in crate::depict) fn add(a: Point, b: Point) -> Point {
    [a[0] + b[0], a[1] + b[1]]
}

pub(in crate::depict) fn sub(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1]]
}

pub(in crate::depict) fn scaled(a: Point, by: f64) -> Point {
    [a[0] * by, a[1] * by]
}

pub(in crate::depict) fn dot(a: Point, b: Point) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

pub(in crate::depict) fn cross(a: Point, b: Point) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}

pub(in crate::depict) fn length(a: Point) -> f64 {
    a[0].hypot(a[1])
}

pub(in crate::depict) fn distance(a: Point, b: Point) -> f64 {
    length(sub(a, b))
}

/// The vector of length 1 in the same direction; `[1, 0]` for none.
pub(in crate::depict) fn unit(a: Point) -> Point {
    let long = length(a);
    if long > 1e-12 { scaled(a, 1.0 / long) } else { [1.0, 0.0] }
}

/// The unit vector at an angle from the `x` axis.
pub(in crate::depict) fn at_angle(angle: f64) -> Point {
    [angle.cos(), angle.sin()]
}

/// The angle from the `x` axis, from 0 to 2π.
pub(in crate::depict) fn angle(a: Point) -> f64 {
    a[1].atan2(a[0]).rem_euclid(TAU)
}

/// Turned counter-clockwise by a right angle.
pub(in crate::depict) fn left_of(a: Point) -> Point {
    [-a[1], a[0]]
}

/// Turned counter-clockwise by the angle of the unit vector `by`.
pub(in crate::depict) fn turned(a: Point, by: Point) -> Point {
    [a[0] * by[0] - a[1] * by[1], a[0] * by[1] + a[1] * by[0]]
}

/// Mirrored at the line through `at` in the direction of the unit vector `along`.
pub(in crate::depict) fn mirrored(a: Point, at: Point, along: Point) -> Point {
    let from = sub(a, at);
    let kept = scaled(along, 2.0 * dot(from, along));
    add(at, sub(kept, from))
}

/// The point of a segment that is nearest to `p`, as its share of the way from `a` to `b`.
pub(in crate::depict) fn nearest_share(p: Point, a: Point, b: Point) -> f64 {
    let along = sub(b, a);
    let square = dot(along, along);
    if square < 1e-18 { 0.0 } else { (dot(sub(p, a), along) / square).clamp(0.0, 1.0) }
}

/// The distance of a point from a segment.
pub(in crate::depict) fn distance_to_segment(p: Point, a: Point, b: Point) -> f64 {
    let share = nearest_share(p, a, b);
    distance(p, add(a, scaled(sub(b, a), share)))
}

/// Whether two segments have a point in common that is inside of both.
pub(in crate::depict) fn segments_cross([a, b]: [Point; 2], [c, d]: [Point; 2]) -> bool {
    let side = |p, q, r| cross(sub(q, p), sub(r, p));
    let (c_side, d_side) = (side(a, b, c), side(a, b, d));
    let (a_side, b_side) = (side(c, d, a), side(c, d, b));
    c_side * d_side < 0.0 && a_side * b_side < 0.0
}

/// The mean of points; the origin for none.
pub(in crate::depict) fn centre(points: impl Iterator<Item = Point>) -> Point {
    let (mut sum, mut count) = ([0.0; 2], 0.0);
    for point in points {
        sum = add(sum, point);
        count += 1.0;
    }
    if count > 0.0 { scaled(sum, 1.0 / count) } else { sum }
}

/// The widest empty angle between directions: where it begins, and how wide it is.
///
/// The whole circle for no direction; the circle beginning at the direction for one.
pub(in crate::depict) fn widest_gap(directions: &[f64]) -> (f64, f64) {
    let mut sorted: Vec<f64> = directions.iter().map(|angle| angle.rem_euclid(TAU)).collect();
    sorted.sort_by(f64::total_cmp);
    let Some(&first) = sorted.first() else { return (0.0, TAU) };
    let ends = sorted.iter().skip(1).copied().chain([first + TAU]);
    let mut widest = (first, 0.0);
    for (&from, to) in sorted.iter().zip(ends) {
        // Equal gaps: the first one, whatever the rounding.
        if to - from > widest.1 + 1e-6 {
            widest = (from, to - from);
        }
    }
    widest
}
