//! Random Fourier features: what makes a linear probe a kernel method.

use groups::Real;
use ndarray::{Array1, Array2, ArrayView2};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use crate::{AnalysisError, checks};

const OPERATION: &str = "FourierFeatures";

/// `φ(x) = √(2/k) cos(Wx + b)` with `W ~ N(0, 1/ℓ²)` and `b` uniform on the circle, so that
/// `⟨φ(x), φ(y)⟩ ≈ exp(−‖x − y‖²/2ℓ²)` (Rahimi & Recht 2007, *Random Features for Large-Scale Kernel
/// Machines*). A [`Ridge`](super::Ridge) on them is kernel ridge regression: linear in what it fits,
/// but not bound to lines.
///
/// Standardise codes first, see [`Standardisation`](super::Standardisation); distances between them
/// then grow as the root of their dimension, and so should `ℓ`.
///
/// ```
/// use analysis::probes::FourierFeatures;
/// use ndarray::array;
/// let features = FourierFeatures { count: 20_000, scale: 2.0, seed: 0 };
/// let phi = features.transform(array![[0.0, 1.0], [1.0, 3.0]].view())?;
/// let kernel = (-5.0f64 / 8.0).exp();
/// assert!((phi.row(0).dot(&phi.row(1)) - kernel).abs() < 0.02);
/// # Ok::<(), analysis::AnalysisError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FourierFeatures {
    /// How many features, `k`.
    pub count: usize,
    /// Width of the kernel, `ℓ`.
    pub scale: f64,
    /// What `W` and `b` are drawn from.
    pub seed: u64,
}

impl FourierFeatures {
    /// The features of `(n, dim)` codes, `(n, k)`. Equal settings and dimensions give equal `W` and
    /// `b`.
    ///
    /// # Errors
    /// [`AnalysisError::NotFinite`] for NaN or infinities, [`AnalysisError::Option`] unless the scale
    /// is positive.
    pub fn transform<T: Real>(
        &self,
        codes: ArrayView2<'_, T>,
    ) -> Result<Array2<f64>, AnalysisError> {
        if !(self.scale > 0.0 && self.scale.is_finite()) {
            return Err(AnalysisError::Option {
                operation: OPERATION,
                option: "scale",
                expected: "positive",
                got: self.scale.to_string(),
            });
        }
        let codes = checks::to_f64(OPERATION, codes)?;
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let weights: Array2<f64> =
            Array2::from_shape_simple_fn((codes.ncols(), self.count), || {
                let normal: f64 = StandardNormal.sample(&mut rng);
                normal / self.scale
            });
        let phases: Array1<f64> = Array1::from_shape_simple_fn(self.count, || {
            rng.random_range(0.0..std::f64::consts::TAU)
        });
        let height = (2.0 / self.count.max(1) as f64).sqrt();
        let mut features = codes.dot(&weights) + &phases;
        features.mapv_inplace(|v| height * v.cos());
        Ok(features)
    }
}
