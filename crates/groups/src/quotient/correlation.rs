//! `⟨z, ρ(r^k)w⟩` for all `k` at once, for regular fields of a cyclic group.

use std::fmt;
use std::sync::Arc;

use num_complex::Complex;
use rustfft::{Fft, FftPlanner};

use crate::Real;

/// Cross-correlation by FFT: `c_k = Σ_f Σ_h z_f(h) w_f(h − k)`, whose transform is
/// `Σ_f ẑ_f · conj ŵ_f`.
#[derive(Clone)]
pub(super) struct CrossCorrelation {
    order: usize,
    forward: Arc<dyn Fft<f64>>,
    inverse: Arc<dyn Fft<f64>>,
}

impl CrossCorrelation {
    pub(super) fn new(order: usize) -> Self {
        let mut planner = FftPlanner::new();
        Self {
            order,
            forward: planner.plan_fft_forward(order),
            inverse: planner.plan_fft_inverse(order),
        }
    }

    /// The `k` that maximises `⟨z, ρ(r^k)w⟩`, the smallest where several do to rounding.
    pub(super) fn best_shift<T: Real>(&self, z: &[T], w: &[T]) -> usize {
        let n = self.order;
        let mut sum = vec![Complex::new(0.0, 0.0); n];
        let mut both = vec![Complex::new(0.0, 0.0); n];
        for (z, w) in z.chunks_exact(n).zip(w.chunks_exact(n)) {
            // Two real transforms in one complex one: x = z + i·w.
            for (x, (a, b)) in both.iter_mut().zip(z.iter().zip(w)) {
                *x = Complex::new(a.as_f64(), b.as_f64());
            }
            self.forward.process(&mut both);
            for m in 0..n {
                let (x, y) = (both[m], both[(n - m) % n].conj());
                let z_hat = (x + y) * 0.5;
                let w_hat = (x - y) * Complex::new(0.0, -0.5);
                sum[m] += z_hat * w_hat.conj();
            }
        }
        self.inverse.process(&mut sum);
        let largest = sum.iter().map(|c| c.re).fold(f64::NEG_INFINITY, f64::max);
        let scale = sum.iter().map(|c| c.re.abs()).fold(0.0, f64::max);
        sum.iter().position(|c| c.re >= largest - 1e-14 * scale).unwrap_or(0)
    }
}

impl fmt::Debug for CrossCorrelation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CrossCorrelation(C{})", self.order)
    }
}
