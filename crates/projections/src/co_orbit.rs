//! Sorted co-orbits: not only the best pose of a template, but all of them in order.

use groups::{FiniteGroup, Real, Representation};
use ndarray::{ArrayView2, ArrayViewMut2};

use crate::general_position::escape_planes;
use crate::matrix::spectral_norm;
use crate::poses::{self, Poses};
use crate::random::gaussian;
use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// The sorted co-orbits `s(z)_i = sort_g ⟨z, ρ(g)t_i⟩ / √(kN)` of `k` templates `t_i`.
///
/// [`MaxFilter`](crate::MaxFilter) keeps the last entry of each; all `N` of them make one template
/// worth more. Lipschitz with constant at most `σ_max` of all `ρ(g)t_i` stacked. For a finite group
/// it is bi-Lipschitz if and only if it separates orbits (Balan & Tsoukanis 2023, arXiv
/// 2308.11784), which `2D` generic templates do because their max filters do.
///
/// Outputs `k·N`, ascending for each template. Cost as [`MaxFilter`](crate::MaxFilter)'s table, and `k` sorts of
/// `N` numbers by a network, `N log² N` comparisons each.
///
/// ```
/// use groups::{Cyclic, Representation};
/// use ndarray::Array2;
/// use projections::{CoOrbit, Projection};
///
/// let rep = Representation::regular(&Cyclic::new(8)?).copies(4);
/// let s = CoOrbit::random(&rep, 10, 42)?.project(Array2::<f32>::ones((3, 32)).view())?;
/// assert_eq!(s.dim(), (3, 80));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct CoOrbit<T: Real> {
    pub(crate) poses: Poses<T>,
    beta: f64,
    /// Whether the templates are known to separate orbits.
    separates: bool,
}

impl<T: Real> CoOrbit<T> {
    /// `k` standard normal templates drawn from `seed`. The first `k` of a larger number are the
    /// same, up to the factor `1/√k`.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] for `k = 0`, [`groups::GroupError::TooLarge`] where the
    /// transformed templates would not fit memory: all `N` products are needed. For `S_n` on
    /// `R^{n×d}` take [`SortedKeys`](crate::SortedKeys), for other large groups
    /// [`MaxFilter`](crate::MaxFilter), which finds best poses without listing them where it can.
    pub fn random<G: FiniteGroup>(
        representation: &Representation<G>,
        k: usize,
        seed: u64,
    ) -> Result<Self, ProjectionError> {
        let dim = representation.dim();
        let bank = Self::of(representation, gaussian(k, dim, seed).view())?;
        Ok(Self { separates: k >= 2 * dim, ..bank })
    }

    /// The co-orbits of the given templates, one a row. As given templates may be any, such as zero, they count
    /// as [`Lossy`](Guarantee::Lossy) unless `N(D − 1) + 1` of them are in general position: those separate,
    /// because `⟨z, t_i⟩` is among the `N` numbers `⟨w, ρ(g)t_i⟩` for each of them.
    ///
    /// # Errors
    /// As [`random`](Self::random), and those of a batch of codes for the templates.
    pub fn with_templates<G: FiniteGroup>(
        representation: &Representation<G>,
        templates: ArrayView2<'_, T>,
    ) -> Result<Self, ProjectionError> {
        let bank = Self::of(representation, templates)?;
        let numbers = templates.mapv(|v| v.as_f64());
        Ok(Self { separates: escape_planes(numbers.view(), bank.poses.order()), ..bank })
    }

    fn of<G: FiniteGroup>(
        representation: &Representation<G>,
        templates: ArrayView2<'_, T>,
    ) -> Result<Self, ProjectionError> {
        let scale =
            (templates.nrows() as f64 * representation.group().order() as f64).sqrt().recip();
        let poses = Poses::new("co-orbit", representation, templates, scale)?;
        let beta = spectral_norm(poses.table().mapv(|v| v.as_f64()).view());
        Ok(Self { poses, beta, separates: false })
    }

    /// `σ_max` of all `ρ(g)t_i / √(kN)` stacked, a bound of the Lipschitz constant.
    pub fn beta(&self) -> f64 {
        self.beta
    }
}

impl<T: Real> Projection<T> for CoOrbit<T> {
    fn metadata(&self) -> Metadata {
        let enough = self.poses.templates() >= 2 * self.poses.dim();
        Metadata {
            name: "co-orbit",
            formula: "sort_g ⟨z, ρ(g)t_i⟩ / √(kN)",
            guarantee: if self.separates { Guarantee::BiLipschitz } else { Guarantee::Lossy },
            lipschitz: Lipschitz::at_most(self.beta),
            cross_section: false,
            because: match (self.separates, enough) {
                (true, true) => {
                    "2·dim generic templates separate orbits, and separating implies bi-Lipschitz"
                }
                (true, false) => {
                    "the templates are so many in general position that they separate orbits, and separating implies bi-Lipschitz"
                }
                (false, true) => {
                    "separation is proved for 2·dim generic templates; these were given, and are not known to be generic"
                }
                (false, false) => {
                    "separation is proved for 2·dim generic templates and more; these are fewer"
                }
            },
            source: "Balan & Tsoukanis 2023 (arXiv 2308.11784 and 2310.16365)",
        }
    }

    fn input_dim(&self) -> usize {
        self.poses.dim()
    }

    fn output_dim(&self) -> usize {
        self.poses.table().nrows()
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        let order = self.poses.order();
        let templates = self.poses.templates();
        self.poses.reduce(codes, |code, products| {
            poses::sort(products, templates);
            for (i, value) in out.row_mut(code).iter_mut().enumerate() {
                *value = products[i % order * templates + i / order];
            }
        });
    }
}
