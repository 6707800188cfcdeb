//! Max filtering: random templates, best pose of each.

use groups::{FiniteGroup, GroupError, Real, Representation, linalg};
use ndarray::{Array2, ArrayView2, ArrayViewMut2};

use crate::random::gaussian;
use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// The most numbers that the transformed templates may hold: 1 GiB in `f32`.
const TABLE_LIMIT: usize = 1 << 28;

/// The max filter bank `s(z)_i = max_g ⟨z, ρ(g)t_i⟩ / √k` with `k` templates `t_i`.
///
/// Invariant, convex, and Lipschitz with constant at most `(Σ_i ‖t_i‖²)^{1/2} / √k`. `k ≥ 2D`
/// generic templates separate all orbits (Cahill, Iverson, Mixon & Packer 2022; Mixon & Qaddura
/// 2022, arXiv 2212.11156), and for a finite group a separating bank is bi-Lipschitz (Balan &
/// Tsoukanis 2023, arXiv 2308.11784). No linear invariant comes near this: its rank is at most
/// `dim Z^G`.
///
/// Cost `2·k·N·D` flops a code, as one dense product with the table of all `k·N` transformed
/// templates.
#[derive(Debug, Clone)]
pub struct MaxFilter<T: Real> {
    /// All `ρ(g)t_i / √k`, `(k·N, D)`: the `N` poses of a template in successive rows.
    table: Array2<T>,
    order: usize,
}

impl<T: Real> MaxFilter<T> {
    /// `k` standard normal templates drawn from `seed`. The first `k` of a larger number are the
    /// same, up to the factor `1/√k`.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] for `k = 0`, [`GroupError::TooLarge`] where the transformed
    /// templates would not fit memory.
    pub fn random<G: FiniteGroup>(
        representation: &Representation<G>,
        k: usize,
        seed: u64,
    ) -> Result<Self, ProjectionError> {
        Self::with_templates(representation, gaussian(k, representation.dim(), seed).view())
    }

    /// The bank of the given templates, one a row.
    ///
    /// # Errors
    /// As [`random`](Self::random), and those of a batch of codes for the templates.
    pub fn with_templates<G: FiniteGroup>(
        representation: &Representation<G>,
        templates: ArrayView2<'_, T>,
    ) -> Result<Self, ProjectionError> {
        let (group, dim) = (representation.group(), representation.dim());
        crate::projection::check("max-filter", dim, templates)?;
        let (k, order) = (templates.nrows(), group.order());
        if k == 0 {
            return Err(ProjectionError::NoOutputs { projection: "max-filter" });
        }
        if order.saturating_mul(k).saturating_mul(dim) > TABLE_LIMIT {
            return Err(ProjectionError::Group(GroupError::TooLarge {
                operation: "max-filter",
                group: group.name(),
                order,
                limit: TABLE_LIMIT / (k * dim).max(1),
            }));
        }
        let scale = T::of((k as f64).sqrt().recip());
        let mut table = Array2::zeros((k * order, dim));
        for (j, g) in group.elements().enumerate() {
            let operator = representation.operator(&g);
            for (i, template) in templates.rows().into_iter().enumerate() {
                let moved = operator.apply(&template.to_vec());
                for (out, value) in table.row_mut(i * order + j).iter_mut().zip(moved) {
                    *out = value * scale;
                }
            }
        }
        Ok(Self { table, order })
    }
}

impl<T: Real> MaxFilter<T> {
    /// `(Σ_i ‖t_i‖²)^{1/2} / √k`, a bound of the Lipschitz constant.
    pub fn beta(&self) -> f64 {
        let squares: f64 = self.table.iter().map(|v| v.as_f64().powi(2)).sum();
        (squares / self.order as f64).sqrt()
    }
}

impl<T: Real> Projection<T> for MaxFilter<T> {
    fn metadata(&self) -> Metadata {
        let (k, dim) = (self.output_dim(), self.table.ncols());
        let enough = k >= 2 * dim;
        Metadata {
            name: "max-filter",
            formula: "max_g ⟨z, ρ(g)t_i⟩ / √k",
            guarantee: if enough { Guarantee::BiLipschitz } else { Guarantee::Lossy },
            lipschitz: Lipschitz::at_most(self.beta()),
            cross_section: false,
            because: if enough {
                "2·dim generic templates separate orbits, and for finite groups separating implies bi-Lipschitz"
            } else {
                "separation is proved for 2·dim generic templates and more; these are fewer"
            },
            source: "Cahill, Iverson, Mixon & Packer 2022; arXiv 2212.11156; arXiv 2308.11784",
        }
    }

    fn input_dim(&self) -> usize {
        self.table.ncols()
    }

    fn output_dim(&self) -> usize {
        self.table.nrows() / self.order
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        let mut products = Array2::zeros((codes.nrows(), self.table.nrows()));
        linalg::matmul(T::one(), codes, self.table.t(), T::zero(), products.view_mut());
        for (products, mut out) in products.rows().into_iter().zip(out.rows_mut()) {
            for (out, poses) in out.iter_mut().zip(products.exact_chunks(self.order)) {
                *out = poses.fold(T::neg_infinity(), |a, &b| a.max(b));
            }
        }
    }
}
