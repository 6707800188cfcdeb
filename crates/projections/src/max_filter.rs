//! Max filtering: random templates, best pose of each.

use std::fmt;
use std::sync::Arc;

use groups::quotient::{Method, QuotientMetric};
use groups::{AnyFinite, FiniteGroup, Group, Real, Representation, Space, Symmetry};
use ndarray::{ArrayView1, ArrayView2, ArrayViewMut2, Axis};

use crate::correlation::Correlation;
use crate::general_position::escape_planes;
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
/// assignment instead, `k·(n²d + n³)` operations, as accurate as the products; the same with
/// signs, as on `R^n` under signed permutations, above 1,000.
///
/// **Limits.** The table holds `kND ≤ 2²⁸` numbers of `kN ≤ 2¹⁹` poses. Beyond, best poses are found by the quotient
/// metric: those of fields of `C_N` by FFT, up to `5kD log₂ N ≤ 2²⁹`, those of other groups up to 50,000 elements one
/// by one, up to `kND ≤ 2²⁹`. A group that has neither a table nor one of these methods is refused; if its metric
/// is [by branch and bound](Method::BranchAndBound), [`by_metric`](Self::by_metric) takes it.
#[derive(Debug, Clone)]
pub struct MaxFilter<T: Real> {
    pub(crate) bank: Bank<T>,
    templates: usize,
    dim: usize,
    beta: f64,
    guarantee: Guarantee,
}

/// How best poses are found.
#[derive(Clone)]
pub(crate) enum Bank<T: Real> {
    /// By trying all of them.
    Table(Poses<T>),
    /// By the method of the quotient metric, for one template after the other, or for all at once by Fourier
    /// coefficients.
    Aligned {
        templates: Vec<Vec<T>>,
        pairing: Arc<dyn Pairing<T>>,
        correlation: Option<Correlation<T>>,
    },
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

/// The same where signs change.
const SIGNED_TABLE_ORDER: usize = 1000;

/// The most steps that the products of one code may take where poses are not kept: about half a second.
const MOST_STEPS: f64 = (1 << 29) as f64;

/// The largest cyclic group for which all products by Fourier coefficients are faster than a transform for each
/// template.
const LARGEST_CORRELATION: usize = 512;

impl<T: Real> MaxFilter<T> {
    /// `k` standard normal templates drawn from `seed`. The first `k` of a larger number are the
    /// same, up to the factor `1/√k`. `2D` generic ones separate the orbits of every compact group
    /// (Cahill, Iverson, Mixon & Packer 2022).
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] for `k = 0`, [`ProjectionError::TooManyTemplates`] and
    /// [`groups::GroupError::TooLarge`] beyond the limits above, [`groups::GroupError::NoMetric`] where the metric of
    /// rotations is not known.
    pub fn random<G: Symmetry>(
        representation: &Representation<G>,
        k: usize,
        seed: u64,
    ) -> Result<Self, ProjectionError> {
        let dim = representation.dim();
        let space = Space::from(representation);
        let Some(finite) = space.finite() else {
            return Self::random_by_metric(space.metric()?, k, seed);
        };
        let bank = Self::of(&finite, gaussian(k, dim, seed).view())?;
        let enough = k >= 2 * dim;
        Ok(Self {
            guarantee: if enough { Guarantee::BiLipschitz } else { Guarantee::Lossy },
            ..bank
        })
    }

    /// The bank of the given templates, one a row. As given templates may be any, such as zero, it counts as
    /// [`Lossy`](Guarantee::Lossy) unless `N²(D − 1) + 1` of them are in general position, which separate
    /// whatever they are: for all but small groups and spaces that is too many.
    ///
    /// # Errors
    /// As [`random`](Self::random), and those of a batch of codes for the templates.
    pub fn with_templates<G: Symmetry>(
        representation: &Representation<G>,
        templates: ArrayView2<'_, T>,
    ) -> Result<Self, ProjectionError> {
        let space = Space::from(representation);
        let Some(representation) = space.finite() else {
            return Self::by_metric(space.metric()?, templates);
        };
        let bank = Self::of(&representation, templates)?;
        let order = representation.group().order();
        let separates =
            escape_planes(templates.mapv(|v| v.as_f64()).view(), order.saturating_mul(order));
        Ok(Self {
            guarantee: if separates { Guarantee::BiLipschitz } else { Guarantee::Lossy },
            ..bank
        })
    }

    fn of(
        representation: &Representation<AnyFinite>,
        templates: ArrayView2<'_, T>,
    ) -> Result<Self, ProjectionError> {
        const NAME: &str = "max-filter";
        let (k, dim) = templates.dim();
        crate::projection::check(NAME, representation.dim(), templates)?;
        let scale = (k.max(1) as f64).sqrt().recip();
        let beta = scale * templates.iter().map(|v| v.as_f64().powi(2)).sum::<f64>().sqrt();
        let order = representation.group().order();
        let in_a_table = Poses::<T>::most_templates(representation);
        let table = || Poses::new(NAME, representation, templates, scale).map(Bank::Table);
        let bank = match QuotientMetric::new(representation) {
            Ok(metric) if k > 0 => {
                let (fast, by_metric) = match metric.method() {
                    Method::Sorting | Method::Assignment => (order > TABLE_ORDER, usize::MAX),
                    Method::SignedAssignment => (order > SIGNED_TABLE_ORDER, usize::MAX),
                    Method::CrossCorrelation => {
                        let steps = 5.0 * dim as f64 * (order as f64).log2().max(1.0);
                        (false, (MOST_STEPS / steps) as usize)
                    }
                    Method::Search => (false, (MOST_STEPS / (order as f64 * dim as f64)) as usize),
                    _ => (false, 0),
                };
                let most = by_metric.max(in_a_table);
                if k > most && most > 0 {
                    let (projection, group) = (NAME, representation.group().name());
                    return Err(ProjectionError::TooManyTemplates {
                        projection,
                        group,
                        order,
                        templates: k,
                        most,
                    });
                }
                match (fast || k > in_a_table) && k <= by_metric {
                    false => table()?,
                    true => {
                        let correlation = (order <= LARGEST_CORRELATION)
                            .then(|| Correlation::of(representation, templates, scale))
                            .flatten();
                        Bank::aligned(templates, scale, metric, correlation)
                    }
                }
            }
            _ => table()?,
        };
        Ok(Self { bank, templates: k, dim, beta, guarantee: Guarantee::Lossy })
    }

    /// `k` standard normal templates under the group of a metric, which may be infinite, such as
    /// [`O3`](groups::compact::O3): `2D` generic templates separate the orbits of every compact group
    /// (Cahill, Iverson, Mixon & Packer 2022).
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] for `k = 0`.
    pub fn random_by_metric<G: Group>(
        metric: QuotientMetric<G>,
        k: usize,
        seed: u64,
    ) -> Result<Self, ProjectionError> {
        let dim = metric.representation().dim();
        let bank = Self::by_metric(metric, gaussian(k, dim, seed).view())?;
        let enough = k >= 2 * dim;
        Ok(Self {
            guarantee: if enough { Guarantee::Separating } else { Guarantee::Lossy },
            ..bank
        })
    }

    /// The bank of the given templates under the group of a metric; that they separate is not known.
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
        let bank = Bank::aligned(templates, scale, metric, None);
        Ok(Self { bank, templates: k, dim, beta, guarantee: Guarantee::Lossy })
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
        correlation: Option<Correlation<T>>,
    ) -> Self {
        let scaled = |t: ArrayView1<'_, T>| t.iter().map(|v| *v * T::of(scale)).collect();
        Self::Aligned {
            templates: templates.axis_iter(Axis(0)).map(scaled).collect(),
            pairing: Arc::new(metric),
            correlation,
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
            guarantee: self.guarantee,
            lipschitz: Lipschitz::at_most(self.beta),
            cross_section: false,
            because: match (self.guarantee, enough) {
                (Guarantee::BiLipschitz, true) => {
                    "2·dim generic templates separate orbits, and for finite groups separating implies bi-Lipschitz"
                }
                (Guarantee::BiLipschitz, false) => {
                    "the templates are so many in general position that they separate orbits, and for finite groups separating implies bi-Lipschitz"
                }
                (Guarantee::Separating, _) => {
                    "2·dim generic templates separate the orbits of a compact group"
                }
                (_, true) => {
                    "separation is proved for 2·dim generic templates; these were given, and are not known to be generic"
                }
                (_, false) => {
                    "separation is proved for 2·dim generic templates and more; these are fewer"
                }
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
            Bank::Aligned { correlation: Some(correlation), .. } => correlation.largest(codes, out),
            Bank::Aligned { templates, pairing, .. } => {
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
