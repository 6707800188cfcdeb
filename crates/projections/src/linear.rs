//! Linear invariants: the Reynolds operator, and random directions behind it.

use groups::{Group, Real, Representation, linalg};
use ndarray::{Array2, ArrayView2, ArrayViewMut2};

use crate::matrix::spectral_norm;
use crate::random::gaussian;
use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// The Reynolds operator `P_G = |G|⁻¹ Σ_g ρ(g)`, in orthonormal coordinates of the fixed space:
/// `s(z) = Bᵀz`, where the columns of `B` span `Z^G`.
///
/// `BBᵀ = P_G`, so these `dim Z^G` numbers are all that any invariant *linear* map can see. For `F`
/// regular fields they are the field means times `√N`. 1-Lipschitz in the quotient metric.
///
/// Needs no list of the elements: `Z^G` is found from the generators.
#[derive(Debug, Clone)]
pub struct Reynolds<T: Real> {
    /// `Bᵀ`, `(dim Z^G, D)`.
    pub(crate) map: Array2<T>,
}

impl<T: Real> Reynolds<T> {
    /// The projection of the codes of a representation.
    pub fn new<G: Group>(representation: &Representation<G>) -> Self {
        let basis = representation.fixed_space();
        Self {
            map: Array2::from_shape_fn((basis.ncols(), basis.nrows()), |(i, j)| {
                T::of(basis[(j, i)])
            }),
        }
    }
}

impl<T: Real> Projection<T> for Reynolds<T> {
    fn metadata(&self) -> Metadata {
        let still = self.map.is_square();
        Metadata {
            name: "reynolds",
            formula: "P_G z = |G|⁻¹ Σ_g ρ(g)z",
            guarantee: if still { Guarantee::Isometric } else { Guarantee::Lossy },
            lipschitz: if still { Lipschitz::ISOMETRIC } else { Lipschitz::at_most(1.0) },
            cross_section: false,
            because: if still {
                "the group moves nothing: these are coordinates of the code"
            } else {
                "a linear invariant sees the trivial isotypic part only"
            },
            source: "Hansen, Calissano & Feragen 2024; Serre, Linear Representations of Finite Groups, §2.6",
        }
    }

    fn input_dim(&self) -> usize {
        self.map.ncols()
    }

    fn output_dim(&self) -> usize {
        self.map.nrows()
    }

    fn is_injective(&self) -> bool {
        self.map.is_square()
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, out: ArrayViewMut2<'_, T>) {
        linalg::matmul(T::one(), codes, self.map.t(), T::zero(), out);
    }
}

/// `k` random linear invariants `s(z) = W P_G z / √k` with standard normal `W`.
///
/// However large `k` is, the rank is at most `dim Z^G` (`F` for `F` regular fields): random
/// directions add nothing beyond that.
#[derive(Debug, Clone)]
pub struct RandomLinear<T: Real> {
    /// `W P_G / √k`, `(k, D)`.
    pub(crate) map: Array2<T>,
    rank: usize,
    /// `σ_max` of the map.
    beta: f64,
}

impl<T: Real> RandomLinear<T> {
    /// `k` directions drawn from `seed`. The first `k` directions of a larger number are the same,
    /// up to the factor `1/√k`.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] for `k = 0`.
    pub fn random<G: Group>(
        representation: &Representation<G>,
        k: usize,
        seed: u64,
    ) -> Result<Self, ProjectionError> {
        if k == 0 {
            return Err(ProjectionError::NoOutputs { projection: "random-linear" });
        }
        let reynolds = Reynolds::<f64>::new(representation);
        let weights = gaussian::<f64>(k, reynolds.output_dim(), seed) / (k as f64).sqrt();
        Ok(Self {
            map: weights.dot(&reynolds.map).mapv(T::of),
            rank: k.min(reynolds.output_dim()),
            // The rows of `Bᵀ` are orthonormal.
            beta: spectral_norm(weights.view()),
        })
    }

    /// `min(k, dim Z^G)`: the dimension of the space that the invariants fill, with probability
    /// one over the directions.
    pub fn rank(&self) -> usize {
        self.rank
    }
}

impl<T: Real> Projection<T> for RandomLinear<T> {
    fn metadata(&self) -> Metadata {
        let full = self.rank == self.map.ncols();
        Metadata {
            name: "random-linear",
            formula: "W P_G z / √k, W standard normal",
            guarantee: if full { Guarantee::BiLipschitz } else { Guarantee::Lossy },
            lipschitz: Lipschitz::at_most(self.beta),
            cross_section: false,
            because: if full {
                "the group moves nothing, and there are enough directions"
            } else {
                "a linear invariant sees the trivial isotypic part only, so the rank is at most dim Z^G"
            },
            source: "Hansen, Calissano & Feragen 2024",
        }
    }

    fn input_dim(&self) -> usize {
        self.map.ncols()
    }

    fn output_dim(&self) -> usize {
        self.map.nrows()
    }

    fn is_injective(&self) -> bool {
        self.rank == self.map.ncols()
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, out: ArrayViewMut2<'_, T>) {
        linalg::matmul(T::one(), codes, self.map.t(), T::zero(), out);
    }
}
