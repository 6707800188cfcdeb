//! Moments: means of monomials.

use groups::{Group, Permutation, Real, Representation, Symmetric};
use ndarray::{ArrayView2, ArrayViewMut2};

use crate::resolution::Resolution;
use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// Means of monomials `n⁻¹ Σ_i Π_j x_ij^{a_j}` of all degrees `1 ≤ |a| ≤ p`, as DeepSets pools them.
///
/// The moments of a set of `n` points in `R^d` up to degree `n` determine it (Weyl's polarization of
/// Newton's theorem). They are smooth, and for that reason **never bi-Lipschitz**: near points that
/// coincide they see differences to the second order only (Cahill, Iverson & Mixon 2023; Amir et
/// al. 2023, arXiv 2306.06529). High degrees are badly conditioned: scale codes to about 1. Sets of many points
/// differ by less than rounding: what is claimed is what a test on regular polygons has shown.
///
/// [`of_fields`](Self::of_fields) takes the powers of each field by itself and loses the relative pose
/// of fields, as all pooling does.
///
/// Outputs are ordered by degree.
#[derive(Debug, Clone)]
pub struct Moments {
    dim: usize,
    degree: usize,
    pub(crate) monomials: Vec<Monomial>,
    /// Whether the means of these monomials are known to determine the orbit.
    complete: bool,
    resolution: Resolution,
    joint: bool,
}

/// One mean: for each point, the coordinates that are multiplied with each other.
pub(crate) type Monomial = Vec<Vec<usize>>;

impl Moments {
    const NAME: &str = "moments";

    /// All joint moments up to degree `p` of sets of `nodes` points with `features` scalars, stored
    /// point by point: `S_n` on `R^{n×d}`. There are `(d+p choose p) − 1`.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] where an argument is 0.
    pub fn of_sets(nodes: usize, features: usize, p: usize) -> Result<Self, ProjectionError> {
        if nodes == 0 || features == 0 || p == 0 {
            return Err(ProjectionError::NoOutputs { projection: Self::NAME });
        }
        let mut factors: Vec<Vec<usize>> = vec![Vec::new()];
        let mut monomials = Vec::new();
        for _ in 0..p {
            // Features in ascending order, so that each monomial comes once.
            factors = factors
                .iter()
                .flat_map(|f| {
                    let first = f.last().copied().unwrap_or(0);
                    (first..features).map(move |j| f.iter().copied().chain([j]).collect())
                })
                .collect();
            let of_points = |f: &Vec<usize>| {
                (0..nodes).map(|i| f.iter().map(|j| i * features + j).collect()).collect()
            };
            monomials.extend(factors.iter().map(of_points));
        }
        let mut moments = Self {
            dim: nodes * features,
            degree: p,
            monomials,
            complete: p >= nodes,
            resolution: Resolution::UNTRIED,
            joint: true,
        };
        if moments.complete {
            moments.resolution = resolution(nodes, features, &moments)?;
        }
        Ok(moments)
    }

    /// The powers `1 … p` of each field, `N⁻¹ Σ_h z_f(h)^k`, of a representation that moves
    /// coordinates. **A negative control** for more than one field.
    ///
    /// # Errors
    /// [`ProjectionError::NotApplicable`] for any other representation,
    /// [`ProjectionError::NoOutputs`] for `p = 0`.
    pub fn of_fields<G: Group>(
        representation: &Representation<G>,
        p: usize,
    ) -> Result<Self, ProjectionError> {
        if p == 0 {
            return Err(ProjectionError::NoOutputs { projection: Self::NAME });
        }
        let fields =
            representation.coordinate_orbits().ok_or_else(|| ProjectionError::NotApplicable {
                projection: Self::NAME,
                requirement: "a representation that moves coordinates (regular, quotient, permutation)",
                representation: representation.name(),
            })?;
        let monomials = (1..=p)
            .flat_map(|k| fields.iter().map(move |f| f.iter().map(|&i| vec![i; k]).collect()))
            .collect();
        let dim = representation.dim();
        Ok(Self {
            dim,
            degree: p,
            monomials,
            complete: false,
            resolution: Resolution::UNTRIED,
            joint: false,
        })
    }

    /// `p`.
    pub fn degree(&self) -> usize {
        self.degree
    }
}

/// By regular polygons, of which all moments below the `n`-th are those of a circle.
fn resolution(
    nodes: usize,
    features: usize,
    moments: &Moments,
) -> Result<Resolution, ProjectionError> {
    let sets = Symmetric::new(nodes)?;
    let turn = Permutation::new((1..=nodes).map(|i| i % nodes).collect())?;
    Ok(Resolution::of::<_, f64>(&sets.node_features(features), &[turn], moments))
}

impl<T: Real> Projection<T> for Moments {
    fn metadata(&self) -> Metadata {
        let guarantee = match self.complete {
            true => self.resolution.guarantee::<T>(),
            false => Guarantee::Lossy,
        };
        Metadata {
            name: if self.joint { Self::NAME } else { "moments-of-fields" },
            formula: "n⁻¹ Σ_i Π_j x_ij^{a_j}, |a| ≤ p",
            guarantee,
            lipschitz: if self.degree == 1 { Lipschitz::at_most(1.0) } else { Lipschitz::UNKNOWN },
            cross_section: false,
            because: match (self.complete, self.joint) {
                (true, _) if guarantee == Guarantee::Lossy => {
                    "moments up to degree n determine n points in theory, but differ by less than rounding"
                }
                (true, _) if guarantee == Guarantee::Generic => {
                    "moments up to degree n determine n points; near sets with symmetry rounding hides it"
                }
                (true, _) => {
                    "moments up to degree n determine n points; as smooth invariants they are never bi-Lipschitz"
                }
                (false, true) => {
                    "n points are determined by moments up to degree n; these are fewer"
                }
                (false, false) => {
                    "each field is reduced by itself: the relative pose of the fields is lost"
                }
            },
            source: "Weyl, The Classical Groups, §II.3; arXiv 2306.06529",
        }
    }

    fn input_dim(&self) -> usize {
        self.dim
    }

    fn output_dim(&self) -> usize {
        self.monomials.len()
    }

    fn is_injective(&self) -> bool {
        self.complete && self.monomials.iter().all(|points| points.len() == 1)
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        for (code, mut out) in codes.rows().into_iter().zip(out.rows_mut()) {
            for (out, monomial) in out.iter_mut().zip(&self.monomials) {
                // Powers of large codes may exceed the range of T: the nearest finite number then.
                let largest = T::max_value().as_f64();
                let product = |point: &Vec<usize>| {
                    let times =
                        |p: f64, &i: &usize| (p * code[i].as_f64()).clamp(-largest, largest);
                    point.iter().fold(1.0, times)
                };
                let count = monomial.len() as f64;
                *out = T::of(monomial.iter().map(|point| product(point) / count).sum());
            }
        }
    }
}
