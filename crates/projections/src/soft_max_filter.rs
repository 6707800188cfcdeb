//! The smooth form of max filtering.

use groups::{FiniteGroup, Real, Representation};
use ndarray::{ArrayView2, ArrayViewMut2};

use crate::general_position::escape_planes;
use crate::poses::{self, Poses};
use crate::random::gaussian;
use crate::resolution::Resolution;
use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// Max filtering with the maximum softened to a log-mean-exp of sharpness `τ`:
/// `s(z)_i = τ⁻¹ log( |G|⁻¹ Σ_g exp(τ⟨z, ρ(g)t_i⟩) ) / √k`.
///
/// Convex and analytic in `z`, below [`MaxFilter`](crate::MaxFilter) by at most `log|G| / (τ√k)`,
/// with the same bound of the Lipschitz constant. As `τ → 0` it becomes the linear invariant
/// `⟨P_G z, t_i⟩`. `2D + 1` generic templates separate orbits, because `exp⟨gz, t⟩` for different
/// `gz` are independent functions of `t` (finite witness theorem, Amir et al. 2023). But no
/// differentiable invariant is bi-Lipschitz (Cahill, Iverson & Mixon 2023), and this one is not
/// homogeneous: choose `τ` for the scale of the codes. Near codes that an element of order `r` leaves alone,
/// orbits differ by products of `r` small factors, which rounding hides: what is claimed is what a test on codes
/// of standard normal size has shown, at the precision of `T`.
///
/// Cost as [`MaxFilter`](crate::MaxFilter), and `k·N` exponentials.
#[derive(Debug, Clone)]
pub struct SoftMaxFilter<T: Real> {
    pub(crate) poses: Poses<T>,
    pub(crate) sharpness: f64,
    /// Whether the proof holds for the templates.
    separates: bool,
    resolution: Resolution,
}

impl<T: Real> SoftMaxFilter<T> {
    const NAME: &str = "soft-max-filter";

    /// `k` standard normal templates drawn from `seed`, the same as those of
    /// [`MaxFilter::random`](crate::MaxFilter::random).
    ///
    /// # Errors
    /// [`ProjectionError::OutOfRange`] unless `sharpness` is positive and finite, and as
    /// [`MaxFilter::random`](crate::MaxFilter::random).
    pub fn random<G: FiniteGroup>(
        representation: &Representation<G>,
        k: usize,
        sharpness: f64,
        seed: u64,
    ) -> Result<Self, ProjectionError> {
        let dim = representation.dim();
        let mut bank = Self::of(representation, gaussian(k, dim, seed).view(), sharpness)?;
        bank.separates = k > 2 * dim;
        bank.resolution = Resolution::of_any(representation, &bank);
        Ok(bank)
    }

    /// The bank of the given templates, one a row. As given templates may be any, such as zero, it counts as
    /// [`Lossy`](Guarantee::Lossy), unless the group is trivial or the space a line.
    ///
    /// # Errors
    /// As [`random`](Self::random), and those of a batch of codes for the templates.
    pub fn with_templates<G: FiniteGroup>(
        representation: &Representation<G>,
        templates: ArrayView2<'_, T>,
        sharpness: f64,
    ) -> Result<Self, ProjectionError> {
        let mut bank = Self::of(representation, templates, sharpness)?;
        let planes = if bank.poses.order() == 1 { 1 } else { usize::MAX };
        bank.separates = escape_planes(templates.mapv(|v| v.as_f64()).view(), planes);
        bank.resolution = Resolution::of_any(representation, &bank);
        Ok(bank)
    }

    fn of<G: FiniteGroup>(
        representation: &Representation<G>,
        templates: ArrayView2<'_, T>,
        sharpness: f64,
    ) -> Result<Self, ProjectionError> {
        if !(sharpness > 0.0 && sharpness.is_finite()) {
            return Err(ProjectionError::OutOfRange {
                projection: Self::NAME,
                parameter: "sharpness",
                range: "positive and finite",
                value: sharpness,
            });
        }
        let scale = (templates.nrows() as f64).sqrt().recip();
        let poses = Poses::new(Self::NAME, representation, templates, scale)?;
        Ok(Self { poses, sharpness, separates: false, resolution: Resolution::UNTRIED })
    }

    /// `(Σ_i ‖t_i‖²)^{1/2} / √k`, a bound of the Lipschitz constant.
    pub fn beta(&self) -> f64 {
        self.poses.norm()
    }
}

impl<T: Real> Projection<T> for SoftMaxFilter<T> {
    fn metadata(&self) -> Metadata {
        let enough = self.poses.templates() > 2 * self.poses.dim();
        let guarantee = match self.separates {
            true => self.resolution.guarantee::<T>(),
            false => Guarantee::Lossy,
        };
        Metadata {
            name: Self::NAME,
            formula: "τ⁻¹ log mean_g exp(τ⟨z, ρ(g)t_i⟩) / √k",
            guarantee,
            lipschitz: Lipschitz::at_most(self.beta()),
            cross_section: false,
            because: match (self.separates, guarantee, enough) {
                (true, Guarantee::Separating, true) => {
                    "2·dim + 1 generic members of an analytic separating family separate"
                }
                (true, Guarantee::Separating, false) => {
                    "the group is trivial or the space a line, and the templates span it"
                }
                (true, Guarantee::Generic, _) => {
                    "2·dim + 1 generic members of an analytic separating family separate; near codes with symmetry rounding hides it"
                }
                (true, ..) => "orbits are separated in theory, but by less than rounding",
                (false, _, true) => {
                    "separation is proved for 2·dim + 1 generic templates; these were given, and are not known to be generic"
                }
                (false, _, false) => {
                    "separation is proved for 2·dim + 1 generic templates and more; these are fewer"
                }
            },
            source: "Dym & Gortler 2022 (arXiv 2205.02956); Amir et al. 2023 (arXiv 2306.06529)",
        }
    }

    fn input_dim(&self) -> usize {
        self.poses.dim()
    }

    fn output_dim(&self) -> usize {
        self.poses.templates()
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        // The table holds t/√k, and so do the products.
        let root = (self.poses.templates() as f64).sqrt();
        let tau = self.sharpness * root;
        let templates = self.poses.templates();
        let mut largest = vec![T::zero(); templates];
        self.poses.reduce(codes, |code, products| {
            poses::largest(products, templates, &mut largest);
            let mut sums = vec![0.0; templates];
            for pose in products.chunks_exact(templates) {
                for ((sum, product), largest) in sums.iter_mut().zip(pose).zip(&largest) {
                    *sum += (tau * (product.as_f64() - largest.as_f64())).exp();
                }
            }
            let outputs = out.row_mut(code).into_iter().zip(sums).zip(&largest);
            for ((out, sum), largest) in outputs {
                let mean = sum / self.poses.order() as f64;
                *out = T::of(largest.as_f64() + mean.ln() / tau);
            }
        });
    }
}
