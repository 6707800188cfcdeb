//! Sorted keys: column-wise sorting of more columns than there are features.

use groups::Real;
use ndarray::{Array2, ArrayView2, ArrayViewMut2};

use crate::general_position::escape_planes;
use crate::matrix::spectral_norm;
use crate::network::Network;
use crate::random::gaussian;
use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// `s(X)` sorts each column of `XA`, for `S_n` moving the rows of `X ∈ R^{n×d}`; the `k` columns of
/// `A ∈ R^{d×k}` are the keys.
///
/// Lipschitz with constant `β = σ_max(A)`, which is attained. With `k ≥ n(d − 1) + 1` keys of which any `d` are
/// independent it separates orbits: each row of `X` has a row of `Y` with the same products by `d` of them.
/// Then it is bi-Lipschitz (Balan, Haghani & Singh 2022). Random keys are such; given ones are checked. With few keys the lower constant is small: four times as many are a good choice where distances
/// matter. With `A = 1` it is [`ColumnSort`](crate::ColumnSort), which does not separate.
///
/// Outputs `n·k`, the sorted columns side by side as an `(n, k)` matrix, row by row. Sets of
/// different size: as for [`Sort`](crate::Sort).
///
/// Cost `n·k·(d + log n)`.
#[derive(Debug, Clone)]
pub struct SortedKeys {
    pub(crate) nodes: usize,
    /// `Aᵀ`, `(k, d)`: one key a row.
    pub(crate) keys: Array2<f64>,
    beta: f64,
    /// Whether enough keys are known to be in general position.
    separates: bool,
}

impl SortedKeys {
    const NAME: &str = "sorted-keys";

    /// `k` random keys `a_i / √k` with standard normal `a_i`, drawn from `seed`. The first `k` of a
    /// larger number are the same, up to the factor `1/√k`.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] where `nodes`, `features` or `k` is 0.
    pub fn random(
        nodes: usize,
        features: usize,
        k: usize,
        seed: u64,
    ) -> Result<Self, ProjectionError> {
        let keys = gaussian::<f64>(k, features, seed) / (k as f64).sqrt();
        let keys = Self::of(nodes, keys.t())?;
        Ok(Self { separates: k > nodes * (features - 1), ..keys })
    }

    /// The keys in the columns of `A`, `(d, k)`, taken as they are. They count as separating where
    /// `n(d − 1) + 1` of them are found of which any `d` are independent; where there are too many to try, they
    /// do not.
    ///
    /// # Errors
    /// As [`random`](Self::random), and [`ProjectionError::NotFinite`] for the keys.
    pub fn with_keys<T: Real>(
        nodes: usize,
        keys: ArrayView2<'_, T>,
    ) -> Result<Self, ProjectionError> {
        let keys = Self::of(nodes, keys)?;
        Ok(Self { separates: escape_planes(keys.keys.view(), nodes), ..keys })
    }

    fn of<T: Real>(nodes: usize, keys: ArrayView2<'_, T>) -> Result<Self, ProjectionError> {
        if nodes == 0 || keys.is_empty() {
            return Err(ProjectionError::NoOutputs { projection: Self::NAME });
        }
        crate::projection::check(Self::NAME, keys.ncols(), keys)?;
        let (d, k) = keys.dim();
        let keys = Array2::from_shape_fn((k, d), |(i, j)| keys[(j, i)].as_f64());
        let beta = spectral_norm(keys.view());
        Ok(Self { nodes, keys, beta, separates: false })
    }

    /// `σ_max(A)`: the Lipschitz constant `β`.
    pub fn beta(&self) -> f64 {
        self.beta
    }
}

impl<T: Real> Projection<T> for SortedKeys {
    fn metadata(&self) -> Metadata {
        let (k, d) = self.keys.dim();
        let enough = k > self.nodes * (d - 1);
        let separates = self.separates;
        Metadata {
            name: Self::NAME,
            formula: "each column of XA sorted",
            guarantee: if separates { Guarantee::BiLipschitz } else { Guarantee::Lossy },
            lipschitz: Lipschitz::at_most(self.beta),
            cross_section: false,
            because: match (separates, enough) {
                (true, _) => {
                    "n(d − 1) + 1 keys in general position separate orbits, and separating implies bi-Lipschitz"
                }
                (false, true) => {
                    "separation is proved for n(d − 1) + 1 keys in general position; these were given, and are not known to be"
                }
                (false, false) => {
                    "separation is proved for n(d − 1) + 1 generic keys and more; these are fewer"
                }
            },
            source: "Balan, Haghani & Singh 2022 (arXiv 2203.07546)",
        }
    }

    fn input_dim(&self) -> usize {
        self.nodes * self.keys.ncols()
    }

    fn output_dim(&self) -> usize {
        self.nodes * self.keys.nrows()
    }

    fn is_injective(&self) -> bool {
        self.nodes == 1 && self.separates
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        let (k, d) = self.keys.dim();
        let mut nodes = vec![0.0; self.nodes * d];
        let network = Network::new(self.nodes);
        let mut columns = Array2::zeros((self.nodes, k));
        let mut sorted = Array2::zeros((self.nodes, k));
        for (code, mut out) in codes.rows().into_iter().zip(out.rows_mut()) {
            nodes.iter_mut().zip(code).for_each(|(node, value)| *node = value.as_f64());
            // Plain sums: a blocked product would round a row by where it stands.
            for (node, mut values) in nodes.chunks_exact(d).zip(columns.rows_mut()) {
                for (value, key) in values.iter_mut().zip(self.keys.rows()) {
                    *value = node.iter().zip(key).map(|(x, a)| x * a).sum();
                }
            }
            network.sort_rows(columns.t(), sorted.view_mut().reversed_axes());
            out.iter_mut()
                .zip(&sorted)
                .for_each(|(out, value): (&mut T, &f64)| *out = T::of(*value));
        }
    }
}
