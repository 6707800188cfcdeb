//! Smooth curves through control points, as polylines.

/// A point of the plane; `x` to the right, `y` downwards.
pub(super) type Point = [f64; 2];

/// Segments between two control points. Enough that no corner shows at 20 pixels height.
const STEPS: usize = 8;

/// One movement of the pen: control points, and which of them are corners.
///
/// Between corners the stroke is a Catmull-Rom spline (Catmull & Rom, *A class of local
/// interpolating splines*, 1974): through every point, with the tangent at a point parallel to
/// the chord of its neighbours.
#[derive(Clone, Debug)]
pub(super) struct Stroke {
    /// Control points; `true` marks a corner.
    pub(super) points: Vec<(Point, bool)>,
    /// Whether the last point joins the first, smoothly.
    pub(super) closed: bool,
}

impl Stroke {
    /// The curve as a polyline.
    pub(super) fn polyline(&self) -> Vec<Point> {
        let n = self.points.len();
        let at = |i: usize| self.points[i % n].0;
        let segments = if self.closed { n } else { n.saturating_sub(1) };
        let mut line = Vec::with_capacity(segments * STEPS + 1);
        line.extend(self.points.first().map(|point| point.0));
        for i in 0..segments {
            let (p, q) = (at(i), at(i + 1));
            let ends = |j: usize| self.points[j % n].1 || (!self.closed && (j == 0 || j == n - 1));
            // The tangent at an end or a corner follows from the three points of the segment's
            // other side, as if the curve were a parabola there.
            let before = if ends(i) { None } else { Some(at(i + n - 1)) };
            let after = if ends(i + 1) { None } else { Some(at(i + 2)) };
            let chord = sub(q, p);
            let (u, v) = match (before, after) {
                (Some(a), Some(b)) => (half(sub(q, a)), half(sub(b, p))),
                (None, Some(b)) => {
                    let v = half(sub(b, p));
                    (sub(scale(chord, 1.5), scale(v, 0.5)), v)
                }
                (Some(a), None) => {
                    let u = half(sub(q, a));
                    (u, sub(scale(chord, 1.5), scale(u, 0.5)))
                }
                (None, None) => (chord, chord),
            };
            line.extend((1..=STEPS).map(|k| hermite(p, u, q, v, k as f64 / STEPS as f64)));
        }
        line
    }
}

fn hermite(p: Point, u: Point, q: Point, v: Point, t: f64) -> Point {
    let (t2, t3) = (t * t, t * t * t);
    let (a, b, c, d) = (2.0 * t3 - 3.0 * t2 + 1.0, t3 - 2.0 * t2 + t, 3.0 * t2 - 2.0 * t3, t3 - t2);
    [0, 1].map(|k| a * p[k] + b * u[k] + c * q[k] + d * v[k])
}

fn sub(p: Point, q: Point) -> Point {
    [p[0] - q[0], p[1] - q[1]]
}

fn scale(p: Point, by: f64) -> Point {
    [p[0] * by, p[1] * by]
}

fn half(p: Point) -> Point {
    scale(p, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stroke_passes_through_its_points_and_lines_stay_straight() {
        let stroke = Stroke {
            points: vec![([0.0, 0.0], false), ([1.0, 0.5], false), ([2.0, 1.0], false)],
            closed: false,
        };
        let line = stroke.polyline();
        assert_eq!(line.len(), 2 * STEPS + 1);
        assert_eq!((line[0], line[STEPS], line[2 * STEPS]), ([0.0, 0.0], [1.0, 0.5], [2.0, 1.0]));
        assert!(line.iter().all(|p| (p[1] - p[0] / 2.0).abs() < 1e-12));
    }

    #[test]
    fn a_closed_stroke_ends_where_it_begins() {
        let point = |k: usize| (std::f64::consts::TAU * k as f64 / 8.0).sin_cos();
        let points = (0..8).map(|k| ([point(k).0, point(k).1], false)).collect();
        let line = Stroke { points, closed: true }.polyline();
        assert_eq!(line.first(), line.last());
        // Eight points already make a circle to one per cent.
        assert!(line.iter().all(|p| (p[0].hypot(p[1]) - 1.0).abs() < 0.01));
    }
}
