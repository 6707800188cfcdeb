//! Max filtering: random templates, best pose of each.

use groups::{FiniteGroup, Real, Representation};
use ndarray::{ArrayView2, ArrayViewMut2};

use crate::poses::Poses;
use crate::random::gaussian;
use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// The max filter bank `s(z)_i = max_g ⟨z, ρ(g)t_i⟩ / √k` with `k` templates `t_i`.
///
/// Invariant, convex, and Lipschitz with constant at most `(Σ_i ‖t_i‖²)^{1/2} / √k`. `k ≥ 2D`
/// generic templates separate all orbits (Cahill, Iverson, Mixon & Packer 2022; Mixon & Qaddura
/// 2022, arXiv 2212.11156), and for a finite group a separating bank is bi-Lipschitz (Balan &
/// Tsoukanis 2023, arXiv 2308.11784). No linear invariant comes near this: its rank is at most
/// `dim Z^G`. [`SoftMaxFilter`](crate::SoftMaxFilter) is its smooth form.
///
/// Cost `2·k·N·D` flops a code, as one dense product with the table of all `k·N` transformed
/// templates.
#[derive(Debug, Clone)]
pub struct MaxFilter<T: Real> {
    poses: Poses<T>,
}

impl<T: Real> MaxFilter<T> {
    /// `k` standard normal templates drawn from `seed`. The first `k` of a larger number are the
    /// same, up to the factor `1/√k`.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] for `k = 0`, [`groups::GroupError::TooLarge`] where the
    /// transformed templates would not fit memory.
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
        let scale = (templates.nrows() as f64).sqrt().recip();
        Ok(Self { poses: Poses::new("max-filter", representation, templates, scale)? })
    }

    /// `(Σ_i ‖t_i‖²)^{1/2} / √k`, a bound of the Lipschitz constant.
    pub fn beta(&self) -> f64 {
        self.poses.norm()
    }
}

impl<T: Real> Projection<T> for MaxFilter<T> {
    fn metadata(&self) -> Metadata {
        let enough = self.poses.templates() >= 2 * self.poses.dim();
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
        self.poses.dim()
    }

    fn output_dim(&self) -> usize {
        self.poses.templates()
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        self.poses.reduce(codes, |code, template, products| {
            out[(code, template)] = products.fold(T::neg_infinity(), |a, &b| a.max(b));
        });
    }
}
