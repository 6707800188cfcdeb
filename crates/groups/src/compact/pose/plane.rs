//! The best rotation of the plane.

use num_complex::Complex;

use super::CLEAR;
use super::trigonometric::{maxima, maximise};
use crate::compact::{Angle, PlaneIsometry};
use crate::representation::{Block, BlockKind};

/// Steps of Newton's method.
const STEPS: usize = 8;

/// Codes made of blocks `a + ib` that a rotation by `θ` multiplies by `e^{ikθ}`, of signs that
/// reflections change, and of numbers that nothing changes.
///
/// `⟨z, ρ(θ)w⟩ = Σ_k Re(C_k e^{ikθ})` with `C_k = Σ conj(z) w` over the blocks of frequency `k`: a
/// trigonometric polynomial. After a reflection it is the one of `conj(w)`.
#[derive(Debug, Clone)]
pub(in crate::compact) struct Waves {
    /// Frequency and offset of each plane, ascending.
    planes: Vec<(usize, usize)>,
    /// Offsets of signs.
    signs: Vec<usize>,
}

impl Waves {
    /// The layout, where every block is an irrep.
    pub(in crate::compact) fn of(blocks: &[Block]) -> Option<Self> {
        let (mut planes, mut signs) = (Vec::new(), Vec::new());
        for block in blocks {
            match block.kind {
                BlockKind::Trivial => {}
                BlockKind::Harmonic { degree: 0, odd: true } => signs.push(block.offset),
                BlockKind::Harmonic { degree, .. } if degree > 0 && block.dim == 2 => {
                    planes.push((degree, block.offset));
                }
                _ => return None,
            }
        }
        planes.sort_unstable();
        Some(Self { planes, signs })
    }

    /// The rotation, after a reflection where this is better and `reflects` allows it, that minimises
    /// `‖z − ρ(g)w‖`.
    ///
    /// The largest product is found first. Where the codes come so close to each other that its rounding
    /// may hide a better angle, all that may be the best are sharpened and measured by differences.
    pub(in crate::compact) fn best(&self, z: &[f64], w: &[f64], reflects: bool) -> PlaneIsometry {
        let turned = self.largest(z, w, false);
        let (mut best, mut value) = ((turned.0, false), turned.1);
        if reflects {
            let reflected = self.largest(z, w, true);
            if reflected.1 > turned.1 {
                (best, value) = ((reflected.0, true), reflected.1);
            }
        }
        let sizes = self.size(z) + self.size(w);
        if sizes - 2.0 * value < CLEAR * sizes {
            let mut least = self.slopes(z, w, best.1, best.0)[0];
            for reflected in [false, true].into_iter().take(1 + usize::from(reflects)) {
                for start in maxima(&self.terms(z, w, reflected), self.error(z, w)) {
                    let (angle, square) = self.sharpened(z, w, reflected, start);
                    if square < least {
                        (best, least) = ((angle, reflected), square);
                    }
                }
            }
        }
        PlaneIsometry { angle: Angle::new(best.0), reflected: best.1 }
    }

    /// The angle that makes `⟨z, ρ(g)w⟩` largest, after a reflection or without, and the part of
    /// this product that depends on the pose.
    fn largest(&self, z: &[f64], w: &[f64], reflected: bool) -> (f64, f64) {
        let sign = if reflected { -1.0 } else { 1.0 };
        let constant: f64 = self.signs.iter().map(|&at| sign * z[at] * w[at]).sum();
        let (angle, value) = maximise(&self.terms(z, w, reflected));
        (angle, value + constant)
    }

    /// `‖z‖²` without what nothing changes.
    fn size(&self, code: &[f64]) -> f64 {
        let planes = self.planes.iter().map(|&(_, at)| code[at].powi(2) + code[at + 1].powi(2));
        planes.sum::<f64>() + self.signs.iter().map(|&at| code[at].powi(2)).sum::<f64>()
    }

    /// `(k, C_k)`.
    fn terms(&self, z: &[f64], w: &[f64], reflected: bool) -> Vec<(usize, Complex<f64>)> {
        let mut terms: Vec<(usize, Complex<f64>)> = Vec::new();
        for &(frequency, at) in &self.planes {
            let product = Complex::new(z[at], -z[at + 1]) * plane(w, at, reflected);
            match terms.last_mut() {
                Some((last, sum)) if *last == frequency => *sum += product,
                _ => terms.push((frequency, product)),
            }
        }
        terms
    }

    /// The most by which the polynomial errs.
    fn error(&self, z: &[f64], w: &[f64]) -> f64 {
        let most = (8 + self.planes.len()) as f64;
        let of = |&(k, at): &(usize, usize)| {
            (most + 8.0 * k as f64) * (z[at].hypot(z[at + 1]) * w[at].hypot(w[at + 1]))
        };
        f64::EPSILON * self.planes.iter().map(of).sum::<f64>()
    }

    /// `‖z − ρ(g)w‖²` without what nothing changes, and its first two derivatives by the angle.
    fn slopes(&self, z: &[f64], w: &[f64], reflected: bool, angle: f64) -> [f64; 3] {
        let sign = if reflected { -1.0 } else { 1.0 };
        let constant: f64 = self.signs.iter().map(|&at| (z[at] - sign * w[at]).powi(2)).sum();
        let mut sums = [constant, 0.0, 0.0];
        let mut turn = (0, Complex::new(1.0, 0.0));
        for &(frequency, at) in &self.planes {
            let k = frequency as f64;
            if turn.0 != frequency {
                turn = (frequency, Complex::from_polar(1.0, k * angle));
            }
            let moved = turn.1 * plane(w, at, reflected);
            let apart = plane(z, at, false) - moved;
            let product = apart.conj() * moved;
            sums[0] += apart.norm_sqr();
            sums[1] += 2.0 * k * product.im;
            sums[2] += 2.0 * k * k * (moved.norm_sqr() + product.re);
        }
        sums
    }

    /// The nearby minimum of the squared distance, by Newton's method, and its value.
    fn sharpened(&self, z: &[f64], w: &[f64], reflected: bool, angle: f64) -> (f64, f64) {
        let [square, slope, bend] = self.slopes(z, w, reflected, angle);
        let (mut best, mut at) = ((angle, square), (angle, slope, bend));
        for _ in 0..STEPS {
            if at.2 <= 0.0 || at.1 == 0.0 {
                break;
            }
            let angle = at.0 - at.1 / at.2;
            let [square, slope, bend] = self.slopes(z, w, reflected, angle);
            if square < best.1 {
                best = (angle, square);
            }
            if slope.abs() >= at.1.abs() {
                break;
            }
            at = (angle, slope, bend);
        }
        best
    }
}

/// The plane at an offset, reflected or not.
fn plane(code: &[f64], at: usize, reflected: bool) -> Complex<f64> {
    Complex::new(code[at], if reflected { -code[at + 1] } else { code[at + 1] })
}
