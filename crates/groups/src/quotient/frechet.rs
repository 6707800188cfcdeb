//! The Fréchet mean in the quotient.

use ndarray::{ArrayView2, Axis};
use rand::{Rng, RngExt};
use rayon::prelude::*;

use super::QuotientMetric;
use super::balance::power;
use crate::{Group, GroupError, Real};

/// Rounds of one start; a round never increases the variance, and seldom are ten needed.
const ROUNDS: usize = 200;

/// A mean of orbits.
#[derive(Debug, Clone, PartialEq)]
pub struct FrechetMean {
    /// A code on the mean orbit.
    pub mean: Vec<f64>,
    /// `n⁻¹ Σ_i d([mean],[z_i])²`; infinite or 0 where no number is so large or small.
    pub variance: f64,
    /// The variances that all starts ended with, in the order of the starts.
    pub candidates: Vec<f64>,
}

impl<G: Group> QuotientMetric<G> {
    /// A minimiser of `n⁻¹ Σ_i d([t],[z_i])²` over `t`, by *align all and compute*: move each code into
    /// the pose closest to `t`, let `t` be their mean, repeat until nothing moves. Each round lowers
    /// the variance, to a local minimum; the best of several starts, each at a random code, is kept.
    ///
    /// The mean need not be unique: where the codes are spread widely, other starts find other
    /// poses. `candidates` shows how far they differ. Reproducible for a seeded `rng`, for any number
    /// of threads.
    ///
    /// Calissano, Feragen & Vantini 2024 (for graphs); Gower 1975, generalized Procrustes analysis.
    ///
    /// # Errors
    /// [`GroupError::Dimension`] for codes of another dimension, [`GroupError::NoCodes`] for no code
    /// or no start, [`GroupError::NoConvergence`] where a code holds NaN or infinity.
    ///
    /// ```
    /// use groups::{quotient::QuotientMetric, Symmetric};
    /// use ndarray::array;
    /// use rand::SeedableRng;
    ///
    /// let metric = QuotientMetric::new(&Symmetric::new(2)?.natural())?;
    /// let codes = array![[0.0, 2.0], [4.0, 0.0]]; // the sets {0, 2} and {0, 4}
    /// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
    /// let mean = metric.frechet_mean(codes.view(), 1, &mut rng)?;
    /// assert_eq!(metric.distance(&mean.mean, &[0.0, 3.0]), 0.0);
    /// assert_eq!(mean.variance, 1.0);
    /// # Ok::<(), groups::GroupError>(())
    /// ```
    pub fn frechet_mean<T: Real, R: Rng + ?Sized>(
        &self,
        codes: ArrayView2<'_, T>,
        starts: usize,
        rng: &mut R,
    ) -> Result<FrechetMean, GroupError> {
        const OPERATION: &str = "the Fréchet mean";
        let (count, got) = codes.dim();
        let expected = self.representation().dim();
        if got != expected {
            return Err(GroupError::Dimension { operation: OPERATION, expected, got });
        }
        if count == 0 || starts == 0 {
            return Err(GroupError::NoCodes { operation: OPERATION });
        }
        let mut codes: Vec<Vec<f64>> =
            codes.axis_iter(Axis(0)).map(|z| z.iter().map(|v| v.as_f64()).collect()).collect();
        if codes.iter().flatten().any(|v| !v.is_finite()) {
            return Err(GroupError::NoConvergence { operation: OPERATION });
        }
        let power = power(codes.iter().flatten());
        codes.iter_mut().flatten().for_each(|v| *v /= power);
        let first = codes[rng.random_range(0..count)].clone();
        let (mut mean, mut variance) = self.descend(&codes, first);
        let mut candidates = vec![variance];
        for _ in 1..starts {
            let other = self.descend(&codes, codes[rng.random_range(0..count)].clone());
            candidates.push(other.1);
            if other.1 < variance {
                (mean, variance) = other;
            }
        }
        mean.iter_mut().for_each(|v| *v *= power);
        let sized = |variance: f64| variance * power * power;
        Ok(FrechetMean {
            mean,
            variance: sized(variance),
            candidates: candidates.into_iter().map(sized).collect(),
        })
    }

    fn descend(&self, codes: &[Vec<f64>], start: Vec<f64>) -> (Vec<f64>, f64) {
        let mut best = (start.clone(), f64::INFINITY);
        let mut mean = start;
        for _ in 0..ROUNDS {
            let aligned: Vec<(Vec<f64>, f64)> = codes
                .par_iter()
                .map(|z| {
                    let best = self.align(&mean, z);
                    (self.representation().act(&best.element, z), best.distance.powi(2))
                })
                .collect();
            let count = codes.len() as f64;
            let variance = aligned.iter().map(|(_, d)| d).sum::<f64>() / count;
            // To rounding, the variance no longer falls.
            if variance >= best.1 * (1.0 - 1e-14) {
                break;
            }
            best = (mean, variance);
            mean = vec![0.0; self.representation().dim()];
            for (z, _) in &aligned {
                mean.iter_mut().zip(z).for_each(|(sum, v)| *sum += v / count);
            }
        }
        best
    }
}
