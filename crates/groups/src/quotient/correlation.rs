//! `⟨z, ρ(r^k)w⟩` for all `k` at once, for regular fields of a cyclic group.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use num_complex::Complex;
use rustfft::{Fft, FftPlanner};

use super::balance::balance;
use super::fixed::Fixed;

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

    /// The `k` that minimises `‖z − ρ(r^k)w‖`, the smallest where several do to rounding.
    ///
    /// Sums by FFT are off by a few `ε(log N + F)` of `‖z‖² + ‖w‖²`. Where this leaves open which is the
    /// largest, what the group fixes is taken off, and then distances decide.
    pub(super) fn best_shift(&self, z: &[f64], w: &[f64], fixed: &Fixed) -> usize {
        let (mut z, mut w) = (Cow::Borrowed(z), Cow::Borrowed(w));
        let open = self.open(&mut z, &mut w);
        if let [only] = open[..] {
            return only;
        }
        fixed.remove(&mut z);
        fixed.remove(&mut w);
        let open = self.open(&mut z, &mut w);
        let mut best = (0, f64::INFINITY);
        let alike = 1.0 - z.len() as f64 * f64::EPSILON;
        for k in open {
            let distance = self.squared_distance(&z, &w, k);
            if distance < best.1 * alike {
                best = (k, distance);
            }
            if distance == 0.0 {
                break;
            }
        }
        best.0
    }

    /// Each `k` that may be the best, ascending.
    fn open<'a>(&self, z: &mut Cow<'a, [f64]>, w: &mut Cow<'a, [f64]>) -> Vec<usize> {
        let squares = balance(z, w);
        let n = self.order;
        let mut sum = vec![Complex::new(0.0, 0.0); n];
        let mut both = vec![Complex::new(0.0, 0.0); n];
        for (z, w) in z.chunks_exact(n).zip(w.chunks_exact(n)) {
            // Two real transforms in one complex one: x = z + i·w.
            for (x, (a, b)) in both.iter_mut().zip(z.iter().zip(w)) {
                *x = Complex::new(*a, *b);
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
        let (fields, steps) = ((z.len() / n) as f64, f64::from(n.ilog2() + 1));
        let error = f64::EPSILON * (16.0 * (steps + 4.0) + 2.0 * fields) * squares * n as f64;
        let largest = sum.iter().map(|c| c.re).fold(f64::NEG_INFINITY, f64::max);
        (0..n).filter(|&k| sum[k].re >= largest - error).collect()
    }

    /// `‖z − ρ(r^k)w‖²`.
    fn squared_distance(&self, z: &[f64], w: &[f64], k: usize) -> f64 {
        let n = self.order;
        let mut sum = 0.0;
        for (z, w) in z.chunks_exact(n).zip(w.chunks_exact(n)) {
            let moved = w[n - k..].iter().chain(&w[..n - k]);
            sum += z.iter().zip(moved).map(|(z, w)| (z - w) * (z - w)).sum::<f64>();
        }
        sum
    }
}

impl fmt::Debug for CrossCorrelation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CrossCorrelation(C{})", self.order)
    }
}
