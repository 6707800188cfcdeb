//! From polylines to pixels.

use std::f64::consts::TAU;

use rand::{Rng, RngExt};

use super::hand::{clamped, normal};
use super::stroke::Point;

/// A pen and how it is pressed.
#[derive(Debug)]
pub(super) struct Pen {
    /// Half the width of the line in pixels.
    radius: f64,
    /// Width in pixels of the edge over which ink fades to paper; at least 1 against aliasing.
    softness: f64,
    /// Darkness of the ink, up to 1.
    ink: f64,
    /// Share by which pressure changes the width along a stroke.
    pressure: f64,
    /// Share by which a broad nib makes strokes along one direction thinner, and that direction.
    nib: (f64, f64),
    /// Standard deviation of the grain, as a share of the ink.
    grain: f64,
}

impl Pen {
    pub(super) fn draw(rng: &mut impl Rng) -> Self {
        Self {
            radius: 1.05 * (clamped(rng, 2.0) * 0.27).exp(),
            softness: rng.random_range(1.0..1.7),
            ink: rng.random_range(0.82..1.12),
            pressure: rng.random_range(0.0..0.22),
            nib: (rng.random_range(0.0..0.25), rng.random_range(0.0..TAU)),
            grain: rng.random_range(0.01..0.06),
        }
    }

    /// How far ink may lie from the middle of a stroke, in pixels.
    pub(super) fn reach(&self) -> f64 {
        self.radius * (1.0 + self.pressure) * (1.0 + self.nib.0) + self.softness / 2.0
    }

    /// Ink in `[0, 1]` for each pixel of a square image, row by row, in steps of 1/255.
    ///
    /// A pixel takes its ink from the distance `d` of its centre to the nearest stroke of radius
    /// `r`: full ink for `d ≤ r - s/2`, none for `d ≥ r + s/2`, linear between, where `s` is the
    /// softness. Grain scales with the ink, so that paper stays exactly 0.
    pub(super) fn ink(&self, lines: &[Vec<Point>], size: usize, rng: &mut impl Rng) -> Vec<f32> {
        let mut coverage = vec![0.0_f64; size * size];
        for line in lines {
            let phase = rng.random_range(0.0..TAU);
            let waves = rng.random_range(0.4..1.4);
            let segments = line.len().saturating_sub(1).max(1) as f64;
            for (i, pair) in line.windows(2).enumerate() {
                let [dx, dy] = [pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]];
                let along = 2.0 * (dy.atan2(dx) - self.nib.1);
                let wave = (TAU * waves * i as f64 / segments + phase).sin();
                let radius =
                    self.radius * (1.0 + self.pressure * wave) * (1.0 - self.nib.0 * along.cos());
                self.segment(pair[0], pair[1], radius, size, &mut coverage);
            }
        }
        coverage
            .into_iter()
            .map(|cover| {
                let grain = 1.0 + self.grain * if cover > 0.0 { normal(rng) } else { 0.0 };
                let ink = (cover * self.ink * grain).clamp(0.0, 1.0);
                (ink * 255.0).round() as f32 / 255.0
            })
            .collect()
    }

    fn segment(&self, p: Point, q: Point, radius: f64, size: usize, coverage: &mut [f64]) {
        let reach = radius + self.softness / 2.0;
        let range = |k: usize| {
            let low = (p[k].min(q[k]) - reach).ceil().max(0.0) as usize;
            let high = (p[k].max(q[k]) + reach).floor().min(size as f64 - 1.0);
            low..if high < 0.0 { 0 } else { high as usize + 1 }
        };
        for y in range(1) {
            for x in range(0) {
                let distance = distance([x as f64, y as f64], p, q);
                let cover = ((reach - distance) / self.softness).clamp(0.0, 1.0);
                let pixel = &mut coverage[y * size + x];
                *pixel = pixel.max(cover);
            }
        }
    }
}

/// Distance of `x` to the segment from `p` to `q`.
fn distance(x: Point, p: Point, q: Point) -> f64 {
    let (dx, dy) = (q[0] - p[0], q[1] - p[1]);
    let length = dx * dx + dy * dy;
    let along = (x[0] - p[0]) * dx + (x[1] - p[1]) * dy;
    let t = if length > 0.0 { (along / length).clamp(0.0, 1.0) } else { 0.0 };
    (x[0] - p[0] - t * dx).hypot(x[1] - p[1] - t * dy)
}
