//! Max filtering: random templates, best pose of each.

use std::fmt;
use std::sync::Arc;

use groups::quotient::{Method, QuotientMetric};
use groups::{FiniteGroup, Group, Real, Representation};
use ndarray::{ArrayView1, ArrayView2, ArrayViewMut2, Axis};

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
/// templates. For `F` regular fields of `C_N` with `4FN + 2N² < 2FN²` the products are taken by
/// Fourier coefficients instead, `k·(4FN + N²)` flops, equal to rounding. Under `S_n` with more than 120 elements the best pose is found by sorting or by linear
/// assignment instead, `k·(n²d + n³)` operations, as accurate as the products themselves.
#[derive(Debug, Clone)]
pub struct MaxFilter<T: Real> {
    pub(crate) bank: Bank<T>,
    templates: usize,
    dim: usize,
    beta: f64,
    /// What is proved where there are enough templates.
    best: Guarantee,
}

/// How best poses are found.
#[derive(Clone)]
pub(crate) enum Bank<T: Real> {
    /// By trying all of them.
    Table(Poses<T>),
    /// By the method of the quotient metric, for one template after the other.
    Aligned { templates: Vec<Vec<T>>, pairing: Arc<dyn Pairing<T>> },
}

/// A quotient metric, whatever its group.
pub(crate) trait Pairing<T>: Send + Sync {
    /// `⟨⟨z, t⟩⟩`.
    fn max_filter(&self, z: &[T], t: &[T]) -> f64;

    /// `ρ(g*)t` with `⟨z, ρ(g*)t⟩ = ⟨⟨z, t⟩⟩`.
    #[cfg(feature = "candle")]
    fn best_pose(&self, z: &[T], t: &[T]) -> Vec<T>;
}

impl<G: Group, T: Real> Pairing<T> for QuotientMetric<G> {
    fn max_filter(&self, z: &[T], t: &[T]) -> f64 {
        self.max_filter(z, t)
    }

    #[cfg(feature = "candle")]
    fn best_pose(&self, z: &[T], t: &[T]) -> Vec<T> {
        self.representation().act(&self.align(z, t).element, t)
    }
}

/// The largest group whose elements are all tried where a faster method is known.
const TABLE_ORDER: usize = 120;

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
        const NAME: &str = "max-filter";
        let (k, dim) = templates.dim();
        crate::projection::check(NAME, representation.dim(), templates)?;
        let scale = (k.max(1) as f64).sqrt().recip();
        let beta = scale * templates.iter().map(|v| v.as_f64().powi(2)).sum::<f64>().sqrt();
        let fast = match QuotientMetric::new(representation) {
            Ok(metric) if representation.group().order() > TABLE_ORDER && k > 0 => {
                matches!(metric.method(), Method::Sorting | Method::Assignment).then_some(metric)
            }
            _ => None,
        };
        let bank = match fast {
            None => Bank::Table(Poses::new(NAME, representation, templates, scale)?),
            Some(metric) => Bank::aligned(templates, scale, metric),
        };
        Ok(Self { bank, templates: k, dim, beta, best: Guarantee::BiLipschitz })
    }

    /// The bank of the given templates under the group of a metric, which may be infinite, such as
    /// [`O3`](groups::compact::O3): `2D` generic templates separate the orbits of every compact group
    /// (Cahill, Iverson, Mixon & Packer 2022).
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] for no templates, and those of a batch of codes for them.
    pub fn by_metric<G: Group>(
        metric: QuotientMetric<G>,
        templates: ArrayView2<'_, T>,
    ) -> Result<Self, ProjectionError> {
        const NAME: &str = "max-filter";
        let (k, dim) = templates.dim();
        crate::projection::check(NAME, metric.representation().dim(), templates)?;
        if k == 0 {
            return Err(ProjectionError::NoOutputs { projection: NAME });
        }
        let scale = (k as f64).sqrt().recip();
        let beta = scale * templates.iter().map(|v| v.as_f64().powi(2)).sum::<f64>().sqrt();
        let bank = Bank::aligned(templates, scale, metric);
        Ok(Self { bank, templates: k, dim, beta, best: Guarantee::Separating })
    }

    /// `(Σ_i ‖t_i‖²)^{1/2} / √k`, a bound of the Lipschitz constant.
    pub fn beta(&self) -> f64 {
        self.beta
    }
}

impl<T: Real> Bank<T> {
    fn aligned<G: Group>(
        templates: ArrayView2<'_, T>,
        scale: f64,
        metric: QuotientMetric<G>,
    ) -> Self {
        let scaled = |t: ArrayView1<'_, T>| t.iter().map(|v| *v * T::of(scale)).collect();
        Self::Aligned {
            templates: templates.axis_iter(Axis(0)).map(scaled).collect(),
            pairing: Arc::new(metric),
        }
    }
}

impl<T: Real> fmt::Debug for Bank<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(poses) => f.debug_tuple("Table").field(poses).finish(),
            Self::Aligned { templates, .. } => f.debug_tuple("Aligned").field(templates).finish(),
        }
    }
}

impl<T: Real> Projection<T> for MaxFilter<T> {
    fn metadata(&self) -> Metadata {
        let enough = self.templates >= 2 * self.dim;
        Metadata {
            name: "max-filter",
            formula: "max_g ⟨z, ρ(g)t_i⟩ / √k",
            guarantee: if enough { self.best } else { Guarantee::Lossy },
            lipschitz: Lipschitz::at_most(self.beta),
            cross_section: false,
            because: match (enough, self.best) {
                (false, _) => {
                    "separation is proved for 2·dim generic templates and more; these are fewer"
                }
                (true, Guarantee::BiLipschitz) => {
                    "2·dim generic templates separate orbits, and for finite groups separating implies bi-Lipschitz"
                }
                (true, _) => "2·dim generic templates separate the orbits of a compact group",
            },
            source: "Cahill, Iverson, Mixon & Packer 2022; arXiv 2212.11156; arXiv 2308.11784",
        }
    }

    fn input_dim(&self) -> usize {
        self.dim
    }

    fn output_dim(&self) -> usize {
        self.templates
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        match &self.bank {
            Bank::Table(poses) => poses.largest(codes, out),
            Bank::Aligned { templates, pairing } => {
                for (code, mut out) in codes.rows().into_iter().zip(out.rows_mut()) {
                    let code = code.to_vec();
                    for (out, template) in out.iter_mut().zip(templates) {
                        *out = T::of(pairing.max_filter(&code, template));
                    }
                }
            }
        }
    }
}
