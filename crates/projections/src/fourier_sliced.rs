//! The Fourier sliced-Wasserstein embedding of sets.

use std::f64::consts::PI;

use groups::Real;
use ndarray::{ArrayView1, ArrayView2, ArrayViewMut2, Axis};
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};

use crate::random::stream;
use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// `s(X)_j = 2(1 + ξ_j) ∫_0^1 Q_j(t) cos(2πξ_j t) dt / √m`, where `Q_j` is the quantile function of the
/// rows of `X ∈ R^{n×d}` along the random unit direction `v_j`, that is, the sorted `Xv_j` as a step
/// function, and `ξ_j ≥ 0` is a random frequency with density `(1 + ξ)^{−2}`.
///
/// One number a direction: a cosine coefficient of [`SortedKeys`](crate::SortedKeys). `m ≥ 2nd + 1`
/// of them separate sets of at most `n` points, and are bi-Lipschitz on those of `n` (Amir & Dym
/// 2025, arXiv 2405.16519 and 2504.02544). In the mean over directions and frequencies `‖Δs‖²` is the
/// squared sliced Wasserstein distance.
///
/// **Sets of different size** are embedded in the same space by [`embed_set`](Self::embed_set), as
/// the uniform measures on their points: a set and its double have the same image.
///
/// Cost `m·n·(d + log n)`.
///
/// ```
/// use ndarray::array;
/// use projections::{FourierSliced, Projection};
///
/// let fsw = FourierSliced::random(2, 2, 9, 42)?;
/// let s = fsw.project(array![[1.0, 5.0, 0.0, 9.0], [0.0, 9.0, 1.0, 5.0]].view())?;
/// assert_eq!(s.row(0), s.row(1));
/// # Ok::<(), projections::ProjectionError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FourierSliced {
    pub(crate) nodes: usize,
    pub(crate) features: usize,
    pub(crate) slices: Vec<Slice>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Slice {
    /// `v_j`.
    pub(crate) direction: Vec<f64>,
    /// `ξ_j`.
    frequency: f64,
    /// What the sorted values of `n` points are multiplied with.
    pub(crate) weights: Vec<f64>,
}

impl FourierSliced {
    const NAME: &str = "fourier-sliced-wasserstein";

    /// `m` directions and frequencies drawn from `seed`. The first `m` of a larger number are the
    /// same, up to the factor `1/√m`.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] where `nodes`, `features` or `m` is 0.
    pub fn random(
        nodes: usize,
        features: usize,
        m: usize,
        seed: u64,
    ) -> Result<Self, ProjectionError> {
        if nodes == 0 || features == 0 || m == 0 {
            return Err(ProjectionError::NoOutputs { projection: Self::NAME });
        }
        let slice = |j| {
            let mut rng = stream(seed, j);
            let normal: Vec<f64> = (0..features).map(|_| StandardNormal.sample(&mut rng)).collect();
            let norm = normal.iter().map(|v| v * v).sum::<f64>().sqrt();
            // The inverse of the distribution function ξ/(1 + ξ).
            let uniform: f64 = rng.random();
            let frequency = uniform / (1.0 - uniform);
            Slice {
                direction: normal.iter().map(|v| v / norm).collect(),
                frequency,
                weights: weights(frequency, nodes, m),
            }
        };
        Ok(Self { nodes, features, slices: (0..m).map(slice).collect() })
    }

    /// The embedding of one set of any number of points, at least one, given one after the other.
    ///
    /// # Errors
    /// [`ProjectionError::Dimension`] where the values are not whole points,
    /// [`ProjectionError::NotFinite`], in row 0.
    pub fn embed_set<T: Real>(&self, points: &[T]) -> Result<Vec<T>, ProjectionError> {
        let whole = points.len().next_multiple_of(self.features).max(self.features);
        crate::projection::check(Self::NAME, whole, ArrayView1::from(points).insert_axis(Axis(0)))?;
        let points: Vec<f64> = points.iter().map(|v| v.as_f64()).collect();
        let n = points.len() / self.features;
        let embed = |slice: &Slice| {
            if n == self.nodes {
                return slice.coefficient(&points, &slice.weights);
            }
            slice.coefficient(&points, &weights(slice.frequency, n, self.slices.len()))
        };
        Ok(self.slices.iter().map(|slice| T::of(embed(slice))).collect())
    }

    /// `(Σ_j ‖w_j‖²)^{1/2}`, where `w_j` are the weights of the sorted values: a bound of the Lipschitz
    /// constant.
    pub fn beta(&self) -> f64 {
        self.slices.iter().flat_map(|s| &s.weights).map(|w| w * w).sum::<f64>().sqrt()
    }
}

/// `2(1 + ξ)/√m ∫ cos(2πξt) dt` over each of `n` equal parts of `[0, 1]`.
fn weights(frequency: f64, n: usize, m: usize) -> Vec<f64> {
    let step = 1.0 / n as f64;
    let half = PI * frequency * step;
    let sinc = if half.abs() < 1e-8 { 1.0 } else { half.sin() / half };
    let scale = 2.0 * (1.0 + frequency) * step * sinc / (m as f64).sqrt();
    (0..n).map(|i| scale * (half * (2 * i + 1) as f64).cos()).collect()
}

impl Slice {
    fn coefficient(&self, points: &[f64], weights: &[f64]) -> f64 {
        let along = |point: &[f64]| point.iter().zip(&self.direction).map(|(x, v)| x * v).sum();
        let mut sorted: Vec<f64> = points.chunks_exact(self.direction.len()).map(along).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        sorted.iter().zip(weights).map(|(q, w)| q * w).sum()
    }
}

impl<T: Real> Projection<T> for FourierSliced {
    fn metadata(&self) -> Metadata {
        let enough = self.slices.len() > 2 * self.nodes * self.features;
        Metadata {
            name: Self::NAME,
            formula: "2(1 + ξ_j) ∫ Q_j(t) cos(2πξ_j t) dt / √m",
            guarantee: if enough { Guarantee::BiLipschitz } else { Guarantee::Lossy },
            lipschitz: Lipschitz::at_most(self.beta()),
            cross_section: false,
            because: if enough {
                "2nd + 1 random slices and frequencies separate sets, and are bi-Lipschitz for a fixed size"
            } else {
                "separation is proved for 2nd + 1 slices and more; these are fewer"
            },
            source: "Amir & Dym 2025 (arXiv 2405.16519, 2504.02544)",
        }
    }

    fn input_dim(&self) -> usize {
        self.nodes * self.features
    }

    fn output_dim(&self) -> usize {
        self.slices.len()
    }

    fn is_injective(&self) -> bool {
        self.nodes == 1 && self.slices.len() > 2 * self.features
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        for (code, mut out) in codes.rows().into_iter().zip(out.rows_mut()) {
            let points: Vec<f64> = code.iter().map(|v| v.as_f64()).collect();
            for (out, slice) in out.iter_mut().zip(&self.slices) {
                *out = T::of(slice.coefficient(&points, &slice.weights));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the midpoint rule, and in the limit of frequency 0.
    #[test]
    fn weights_are_integrals() {
        for frequency in [0.0, 1e-12, 0.3, 1.0, 2.5, 17.0] {
            for n in [1, 2, 5] {
                let found = weights(frequency, n, 4);
                for (i, weight) in found.iter().enumerate() {
                    let parts = 100_000;
                    let at = |j| (i as f64 + (f64::from(j) + 0.5) / f64::from(parts)) / n as f64;
                    let sum: f64 = (0..parts).map(|j| (2.0 * PI * frequency * at(j)).cos()).sum();
                    let integral = sum / f64::from(parts) / n as f64;
                    assert!((weight - (1.0 + frequency) * integral).abs() < 1e-6);
                }
            }
        }
    }
}
