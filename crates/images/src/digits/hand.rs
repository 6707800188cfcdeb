//! How a person departs from the template.

use std::f64::consts::TAU;

use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

use super::SIZE;
use super::stroke::{Point, Stroke};
use super::templates::Template;

/// Standard deviation of a control point, as a share of the digit's height.
const JITTER: f64 = 0.017;
/// Standard deviation of an end of a stroke along and across it, as a share of the height.
const END_JITTER: f64 = 0.03;
/// Mean slant to the right as a tangent, and its standard deviation.
const SLANT: (f64, f64) = (0.07, 0.18);
/// Standard deviation of the turn of the whole digit, in radians.
const TURN: f64 = 0.09;
/// Mean height in pixels, and the standard deviation of its logarithm.
const HEIGHT: (f64, f64) = (18.0, 0.09);
/// Mean width of the unit square against its height, and the standard deviation of its logarithm.
const ASPECT: (f64, f64) = (0.92, 0.14);
/// Standard deviation of the centre, in pixels.
const SHIFT: f64 = 1.0;
/// Amplitude of the smooth deformation, as a share of the height.
const BEND: f64 = 0.03;
/// Waves of the smooth deformation.
const WAVES: usize = 4;
/// Ink stays this far from the centre at most, in pixels, so that no rotation cuts it.
const REACH: f64 = 13.5;

/// The pose and the bend of one digit.
#[derive(Debug)]
pub(super) struct Hand {
    linear: [[f64; 2]; 2],
    shift: Point,
    waves: [Wave; WAVES],
}

/// One plane wave of the displacement `amplitude · sin(frequency · p + phase)`.
#[derive(Debug)]
struct Wave {
    amplitude: Point,
    frequency: Point,
    phase: f64,
}

impl Hand {
    pub(super) fn draw(rng: &mut impl Rng) -> Self {
        let slant = SLANT.0 + clamped(rng, 2.0) * SLANT.1;
        let (sin, cos) = (clamped(rng, 2.5) * TURN).sin_cos();
        let height = HEIGHT.0 * (clamped(rng, 2.0) * HEIGHT.1).exp();
        let width = height * ASPECT.0 * (clamped(rng, 2.0) * ASPECT.1).exp();
        // Stretch, then slant to the right, then turn; y points downwards.
        let (xx, xy, yy) = (width, -slant * height, height);
        let linear = [[cos * xx, cos * xy - sin * yy], [sin * xx, sin * xy + cos * yy]];
        let shift = [clamped(rng, 2.0) * SHIFT, clamped(rng, 2.0) * SHIFT];
        let waves = std::array::from_fn(|_| {
            let angle = rng.random_range(0.0..TAU);
            let length = TAU * rng.random_range(0.4..1.2);
            let size = BEND / (length / TAU).max(0.6);
            Wave {
                amplitude: [normal(rng) * size, normal(rng) * size],
                frequency: [length * angle.cos(), length * angle.sin()],
                phase: rng.random_range(0.0..TAU),
            }
        });
        Self { linear, shift, waves }
    }

    /// The strokes of `template` in this hand, as polylines in pixel coordinates; `margin` is how
    /// far the pen reaches beyond them.
    pub(super) fn write(
        &self,
        template: &Template,
        margin: f64,
        rng: &mut impl Rng,
    ) -> Vec<Vec<Point>> {
        let mut lines: Vec<Vec<Point>> = template
            .strokes
            .iter()
            .map(|path| {
                let last = path.points.len() - 1;
                let points = path.points.iter().enumerate().map(|(i, &(p, corner))| {
                    let end = !path.closed && (i == 0 || i == last);
                    let size = if end { END_JITTER } else { JITTER };
                    ([p[0] + clamped(rng, 2.0) * size, p[1] + clamped(rng, 2.0) * size], corner)
                });
                let stroke = Stroke { points: points.collect(), closed: path.closed };
                stroke.polyline().into_iter().map(|p| self.place(p)).collect()
            })
            .collect();
        keep_within(&mut lines, REACH - margin);
        lines
    }

    fn place(&self, p: Point) -> Point {
        let mut q = [p[0] - 0.5, p[1] - 0.5];
        for wave in &self.waves {
            let at = wave.frequency[0] * p[0] + wave.frequency[1] * p[1] + wave.phase;
            q[0] += wave.amplitude[0] * at.sin();
            q[1] += wave.amplitude[1] * at.sin();
        }
        let centre = (SIZE - 1) as f64 / 2.0;
        [0, 1].map(|k| centre + self.shift[k] + self.linear[k][0] * q[0] + self.linear[k][1] * q[1])
    }
}

/// Shrinks the digit towards the centre of the image where a point lies beyond `limit`.
fn keep_within(lines: &mut [Vec<Point>], limit: f64) {
    let centre = (SIZE - 1) as f64 / 2.0;
    let points = lines.iter().flatten();
    let reach = points.map(|p| (p[0] - centre).hypot(p[1] - centre)).fold(0.0, f64::max);
    if reach > limit {
        for p in lines.iter_mut().flatten() {
            *p = p.map(|x| centre + (x - centre) * limit / reach);
        }
    }
}

pub(super) fn normal(rng: &mut impl Rng) -> f64 {
    StandardNormal.sample(rng)
}

/// A standard normal number, cut off at `limit`.
pub(super) fn clamped(rng: &mut impl Rng, limit: f64) -> f64 {
    normal(rng).clamp(-limit, limit)
}
