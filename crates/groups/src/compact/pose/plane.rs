//! The best rotation of the plane.

use num_complex::Complex;

use super::trigonometric::maximise;
use crate::compact::Angle;
use crate::representation::{Block, BlockKind};

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

    /// The rotation that makes `⟨z, ρ(g)w⟩` largest, after a reflection or without, and the part of
    /// this product that depends on the pose.
    pub(in crate::compact) fn best(&self, z: &[f64], w: &[f64], reflected: bool) -> (Angle, f64) {
        let mut terms: Vec<(usize, Complex<f64>)> = Vec::new();
        let (turn, sign) = if reflected { (-1.0, -1.0) } else { (1.0, 1.0) };
        for &(frequency, at) in &self.planes {
            let moved = Complex::new(w[at], turn * w[at + 1]);
            let product = Complex::new(z[at], -z[at + 1]) * moved;
            match terms.last_mut() {
                Some((last, sum)) if *last == frequency => *sum += product,
                _ => terms.push((frequency, product)),
            }
        }
        let constant: f64 = self.signs.iter().map(|&at| sign * z[at] * w[at]).sum();
        let (angle, value) = maximise(&terms);
        (Angle::new(angle), value + constant)
    }
}
