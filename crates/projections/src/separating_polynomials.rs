//! Random members of a separating family of polynomials.

use groups::{FiniteGroup, Real, Representation};
use ndarray::{ArrayView2, ArrayViewMut2};
use rand::RngExt;

use crate::poses::Poses;
use crate::random::{gaussian, stream};
use crate::resolution::Resolution;
use crate::unit::directions;
use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// `s(z) = (‖z‖, ‖z‖ p_1(ẑ), …, ‖z‖ p_k(ẑ))` with `ẑ = z/‖z‖` and the invariant polynomials
/// `p_i(ẑ) = |G|⁻¹ Σ_g ((c_i + ⟨ẑ, ρ(g)t_i⟩)/2)^N − (c_i/2)^N` of degree `N = |G|`, for random unit vectors `t_i`
/// and random `c_i` between −1 and 1.
///
/// All such polynomials together separate orbits: as a function of `c` they give the power sums of
/// degrees 1 to `N` of the `N` numbers `⟨ẑ, ρ(g)t⟩`, hence these numbers up to order, for every `t`. Of a family
/// that separates and depends on its parameters polynomially, `2D + 1` generic members do so already
/// (Dym & Gortler 2022).
///
/// They are smooth but at 0, and never bi-Lipschitz: a derivative vanishes at codes with a stabilizer (Cahill,
/// Iverson & Mixon 2023). High powers see little but the largest products, so distances are distorted more
/// and more as the group grows, until rounding hides them: what is claimed is what a test has shown at the
/// precision of `T`. Of `S_5` on `R^5` the codes (1,2,3,4,5) and (0,0,0,0,√55) have images that are 5·10⁻²¹
/// apart for the seed 0, so these are [`Lossy`](Guarantee::Lossy).
///
/// Outputs `k + 1`. Cost as [`MaxFilter`](crate::MaxFilter)'s table, and `k·N` powers.
///
/// ```
/// use groups::{Cyclic, Representation};
/// use ndarray::array;
/// use projections::{Projection, SeparatingPolynomials};
///
/// let rep = Representation::regular(&Cyclic::new(3)?);
/// let s = SeparatingPolynomials::<f64>::random(&rep, 7, 42)?;
/// let images = s.project(array![[1.0, 2.0, 4.0], [4.0, 1.0, 2.0], [4.0, 2.0, 1.0]].view())?;
/// let apart = |i: usize, j: usize| (&images.row(i) - &images.row(j)).mapv(f64::abs).sum();
/// assert!(apart(0, 1) < 1e-12 && apart(0, 2) > 1e-4); // a shift, and a reversal
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct SeparatingPolynomials<T: Real> {
    pub(crate) poses: Poses<T>,
    /// `c_i`.
    pub(crate) offsets: Vec<f64>,
    resolution: Resolution,
}

impl<T: Real> SeparatingPolynomials<T> {
    const NAME: &str = "separating-polynomials";

    /// `k` polynomials drawn from `seed`. The first `k` of a larger number are the same.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] for `k = 0`; [`groups::GroupError::TooLarge`] as for
    /// [`CoOrbit::random`](crate::CoOrbit::random).
    pub fn random<G: FiniteGroup>(
        representation: &Representation<G>,
        k: usize,
        seed: u64,
    ) -> Result<Self, ProjectionError> {
        let mut templates = gaussian::<f64>(k, representation.dim(), seed);
        for mut template in templates.rows_mut() {
            let length = template.dot(&template).sqrt();
            template /= length;
        }
        let poses = Poses::new(Self::NAME, representation, templates.mapv(T::of).view(), 1.0)?;
        let offset = |i| stream(!seed, i).random_range(-1.0..1.0);
        let offsets = (0..k).map(offset).collect();
        let mut polynomials = Self { poses, offsets, resolution: Resolution::UNTRIED };
        if k > 2 * representation.dim() {
            polynomials.resolution = Resolution::of_any(representation, &polynomials);
        }
        Ok(polynomials)
    }
}

impl<T: Real> Projection<T> for SeparatingPolynomials<T> {
    fn metadata(&self) -> Metadata {
        let enough = self.offsets.len() > 2 * self.poses.dim();
        // Products are halved before they are raised to a power.
        let resolved = self.poses.order() as f64 <= -T::epsilon().as_f64().log2();
        let guarantee = match resolved {
            true => self.resolution.guarantee::<T>(),
            false => Guarantee::Lossy,
        };
        Metadata {
            name: Self::NAME,
            formula: "‖z‖ mean_g ((c_i + ⟨z/‖z‖, ρ(g)t_i⟩)/2)^|G|",
            guarantee,
            lipschitz: Lipschitz::UNKNOWN,
            cross_section: false,
            because: match (guarantee, enough) {
                (Guarantee::Separating, _) => {
                    "2·dim + 1 generic members of a separating family of polynomials separate"
                }
                (Guarantee::Generic, _) => {
                    "2·dim + 1 generic members of a separating family of polynomials separate; near codes with symmetry rounding hides it"
                }
                (_, true) => {
                    "orbits are separated in theory, but high powers differ by less than rounding"
                }
                (_, false) => {
                    "separation is proved for 2·dim + 1 generic members and more; these are fewer"
                }
            },
            source: "Dym & Gortler 2022 (arXiv 2205.02956)",
        }
    }

    fn input_dim(&self) -> usize {
        self.poses.dim()
    }

    fn output_dim(&self) -> usize {
        self.offsets.len() + 1
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        let (order, count) = (self.poses.order(), self.poses.templates());
        let degree = i32::try_from(order).unwrap_or(i32::MAX);
        let (units, lengths) = directions(codes);
        let units = units.mapv(T::of);
        self.poses.reduce(units.view(), |code, products| {
            let mut outputs = out.row_mut(code);
            outputs[0] = T::of(lengths[code]);
            for (i, c) in self.offsets.iter().enumerate() {
                let at_zero = (c / 2.0).powi(degree);
                let sum: f64 = products[i..]
                    .iter()
                    .step_by(count)
                    .map(|x| ((c + x.as_f64()) / 2.0).powi(degree) - at_zero)
                    .sum();
                outputs[i + 1] = T::of(lengths[code] * sum / order as f64);
            }
        });
    }
}
