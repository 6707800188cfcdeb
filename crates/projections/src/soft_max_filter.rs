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
///
/// Precise for codes of any size: for small ones, where all exponentials are almost 1, it is computed as
/// `m + τ⁻¹ log(1 + mean_g φ(x_g))` with the mean `m` of the products, `x_g = τ(⟨z, ρ(g)t_i⟩ − m)` and
/// `φ(x) = eˣ − 1 − x`, as the mean of `x` is zero.
#[derive(Debug, Clone)]
pub struct SoftMaxFilter<T: Real> {
    pub(crate) poses: Poses<T>,
    pub(crate) sharpness: f64,
    /// Whether the proof holds for the templates.
    separates: bool,
    resolution: Resolution,
}

/// Above this mean of the exponentials, relative to the largest, the products are near each other.
pub(crate) const NEAR: f64 = 0.9;

/// `1/k!` from `k = 20` down to 2: the series of `φ(x)/x²`, exact in double precision for `|x| ≤ 1`.
pub(crate) fn series() -> impl Iterator<Item = f64> {
    (2..=20).rev().map(|k| (1..=k).map(f64::from).product::<f64>().recip())
}

/// `eˣ − 1 − x` for `|x| ≤ 1`.
fn phi(x: f64) -> f64 {
    series().fold(0.0, |sum, c| sum * x + c) * x * x
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

/// The value for products with a template that are near each other, if they are.
fn near(products: impl Iterator<Item = f64> + Clone, tau: f64, has_mean: bool) -> Option<f64> {
    let order = products.clone().count() as f64;
    let mean = if has_mean { products.clone().sum::<f64>() / order } else { 0.0 };
    let mut sum = 0.0;
    for product in products {
        let x = tau * (product - mean);
        if x.abs() > 1.0 {
            return None;
        }
        sum += phi(x);
    }
    Some(mean + (sum / order).ln_1p() / tau)
}

/// Whether the mean of a template's poses is more than rounding. Without one the mean of its products
/// is zero, and what rounding makes of it would be larger than the output for small codes.
pub(crate) fn has_mean<T: Real>(poses: &Poses<T>, template: usize) -> bool {
    let mut mean = vec![0.0; poses.dim()];
    let mut square = 0.0;
    for pose in poses.table().rows().into_iter().skip(template).step_by(poses.templates()) {
        for (mean, v) in mean.iter_mut().zip(pose) {
            *mean += v.as_f64() / poses.order() as f64;
            square += v.as_f64().powi(2) / poses.order() as f64;
        }
    }
    let norm = mean.iter().map(|v| v * v).sum::<f64>().sqrt();
    norm > 64.0 * T::epsilon().as_f64() * square.sqrt()
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
        let mut means = vec![None; templates];
        self.poses.reduce(codes, |code, products| {
            poses::largest(products, templates, &mut largest);
            let mut sums = vec![0.0; templates];
            for pose in products.chunks_exact(templates) {
                for ((sum, product), largest) in sums.iter_mut().zip(pose).zip(&largest) {
                    *sum += (tau * (product.as_f64() - largest.as_f64())).exp();
                }
            }
            let outputs = out.row_mut(code).into_iter().zip(sums).zip(&largest);
            for (i, ((out, sum), largest)) in outputs.enumerate() {
                let mean = sum / self.poses.order() as f64;
                let of_template = products.iter().skip(i).step_by(templates).map(|p| p.as_f64());
                let value = if mean > NEAR {
                    let has_mean = *means[i].get_or_insert_with(|| has_mean(&self.poses, i));
                    near(of_template, tau, has_mean)
                } else {
                    None
                };
                *out = T::of(value.unwrap_or_else(|| largest.as_f64() + mean.ln() / tau));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use groups::quotient::QuotientMetric;
    use groups::{Cyclic, Dihedral, Symmetric, TableGroup};
    use ndarray::{Array2, array};

    use super::*;

    /// Sizes of codes, from the smallest to the largest that make sense.
    const SIZES: [f64; 9] = [1e-150, 1e-12, 1e-9, 1e-6, 1e-3, 0.1, 1.0, 1e3, 1e12];

    /// `C_2` with its sign on one coordinate: `log cosh(τtz) / τ`.
    #[test]
    fn the_sign_gives_a_hyperbolic_cosine() {
        let c2 = Cyclic::new(2).unwrap();
        let sign = c2.irrep(1).unwrap().representation().clone();
        let filter = SoftMaxFilter::with_templates(&sign, array![[0.7]].view(), 2.5).unwrap();
        for z in SIZES {
            let x = 2.5 * 0.7 * z;
            let log_cosh = match x {
                ..0.5 => 0.5 * x.sinh().powi(2).ln_1p(),
                _ => x - 2f64.ln() + (-2.0 * x).exp().ln_1p(),
            };
            let value = filter.project(array![[z]].view()).unwrap()[[0, 0]];
            assert!((value / (log_cosh / 2.5) - 1.0).abs() < 1e-13, "{z:e}: {value:e}");
        }
    }

    /// Relative to the output where nothing of a code is fixed, and to the code elsewhere.
    #[test]
    fn invariance_has_no_scale() {
        fn check<G: FiniteGroup>(rep: &Representation<G>) {
            let filter = SoftMaxFilter::<f64>::random(rep, 7, 2.0, 1).unwrap();
            let unit = gaussian::<f64>(1, rep.dim(), 5);
            let mut rng = groups::laws::seeded();
            for size in SIZES {
                let z: Array2<f64> = &unit * size;
                let s = filter.project(z.view()).unwrap();
                let scale = s.iter().fold(0.0f64, |m, v| m.max(v.abs()));
                assert!(scale > 0.0 || size < 1e-100, "{rep}");
                for _ in 0..5 {
                    let g = rep.group().sample(&mut rng);
                    let moved = rep.act(&g, &z.row(0).to_vec());
                    let moved = Array2::from_shape_vec((1, rep.dim()), moved).unwrap();
                    let off = &filter.project(moved.view()).unwrap() - &s;
                    let off = off.iter().fold(0.0f64, |m, v| m.max(v.abs()));
                    assert!(off <= 1e-12 * scale, "{rep} at {size:e}: off by {:e}", off / scale);
                }
            }
            // No steeper than stated, also between two small codes.
            let metric = QuotientMetric::new(rep).unwrap();
            let [z, w] = [5, 6].map(|seed| gaussian::<f64>(1, rep.dim(), seed) * 1e-9);
            let gap = filter.project(z.view()).unwrap() - filter.project(w.view()).unwrap();
            let gap = gap.iter().map(|v| v * v).sum::<f64>().sqrt();
            assert!(gap <= filter.beta() * metric.distance(&z.row(0).to_vec(), &w.row(0).to_vec()));
        }
        check(&Symmetric::new(4).unwrap().node_features(2));
        check(&Representation::regular(&Dihedral::new(5).unwrap()).copies(2));
        check(&Representation::regular(&TableGroup::quaternion()));
        check(&Cyclic::new(7).unwrap().irrep(2).unwrap().representation().copies(3));
        check(&Symmetric::new(4).unwrap().sign());
    }
}
