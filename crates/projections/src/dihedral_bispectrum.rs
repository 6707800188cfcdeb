//! The bispectrum of dihedral groups, from that of their rotations.

use groups::{Cyclic, Dihedral, DihedralElement, Operator, Real, Representation};
use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut2, Axis};

use crate::random::gaussian;
use crate::{Bispectrum, Coupling, Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// Below this part of the norm the mixture of differences counts as zero.
const SMALLEST: f64 = 1e-10;

/// The selective bispectrum of `F` regular fields of `D_N`, complete for generic codes.
///
/// Under the rotations alone a field of `D_N` is two fields of `C_N`, so [`Bispectrum`] gives
/// invariants `I(z)` of `2F` fields. The reflection `s` exchanges `I(z)` with `I' = I(ρ(s)z)`. What
/// is left of such a pair is its mean and its difference up to sign, of which the products with one
/// random mixture tell everything:
///
/// - `(I + I')/2`,
/// - `(I − I') · cᵀ(I − I') / ‖z‖` with a random `c`, `‖c‖ = 1`.
///
/// They determine the orbit where the bispectrum of the rotations does and `cᵀ(I − I')` vanishes only
/// with `I − I'`; [`invert`](Self::invert) finds it. Homogeneous of degree 1, smooth away from 0,
/// hence not bi-Lipschitz. About `(4F + 4)N` numbers; cost `F·N log N`.
///
/// ```
/// use groups::{Dihedral, Representation};
/// use ndarray::Array2;
/// use projections::{DihedralBispectrum, Projection};
///
/// let rep = Representation::regular(&Dihedral::new(4)?).copies(2);
/// let bispectrum = DihedralBispectrum::new(&rep, 42)?;
/// let z = Array2::from_shape_fn((1, 16), |(_, i)| (i as f64 * 0.7).sin() + (i % 5) as f64);
/// let s = bispectrum.project(z.view())?;
/// let difference = &bispectrum.project(bispectrum.invert(s.view())?.view())? - &s;
/// assert!(difference.iter().all(|d| d.abs() < 1e-9));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct DihedralBispectrum {
    pub(crate) rotations: Bispectrum,
    pub(crate) reflection: Operator,
    /// `c`.
    pub(crate) mixture: Array1<f64>,
}

impl DihedralBispectrum {
    const NAME: &str = "dihedral-bispectrum";

    /// The bispectrum of a representation of regular fields; mixtures are drawn from `seed`.
    ///
    /// # Errors
    /// [`ProjectionError::NotApplicable`] for any other representation.
    pub fn new(
        representation: &Representation<Dihedral>,
        seed: u64,
    ) -> Result<Self, ProjectionError> {
        let not_applicable = || ProjectionError::NotApplicable {
            projection: Self::NAME,
            requirement: "fields of the regular representation of a dihedral group",
            representation: representation.name(),
        };
        let fields =
            representation.regular_fields().filter(|f| *f > 0).ok_or_else(not_applicable)?;
        // Coordinates are numbered by r⁰, r¹, …, then r⁰s, r¹s, …: two fields of C_N.
        let order = representation.dim() / fields / 2;
        let cyclic = Representation::regular(&Cyclic::new(order)?).copies(2 * fields);
        let rotations = Bispectrum::new(&cyclic, Coupling::BetweenFields, seed)?;
        let reflection = representation.operator(&DihedralElement::reflection(0));
        let outputs = Projection::<f64>::output_dim(&rotations);
        // Another stream than that of the mixture of fields, which has one number a stream.
        let mut mixture = gaussian::<f64>(1, outputs + 1, seed).row(0).to_owned();
        mixture = mixture.slice_axis(Axis(0), (1..).into()).to_owned();
        mixture /= mixture.dot(&mixture).sqrt();
        Ok(Self { rotations, reflection, mixture })
    }

    /// A code with the given invariants: where `s = s(z)`, `invert(s)` is `ρ(g)z` for some `g`, to
    /// rounding times the condition number.
    ///
    /// # Errors
    /// As [`Bispectrum::invert`].
    pub fn invert<T: Real>(
        &self,
        invariants: ArrayView2<'_, T>,
    ) -> Result<Array2<T>, ProjectionError> {
        let outputs = self.mixture.len();
        crate::projection::check(Self::NAME, 2 * outputs, invariants)?;
        let mut of_rotations = Array2::<f64>::zeros((invariants.nrows(), outputs));
        for (s, mut out) in invariants.rows().into_iter().zip(of_rotations.rows_mut()) {
            let s = s.mapv(|v| v.as_f64());
            let (mean, products) = s.view().split_at(Axis(0), outputs);
            // Both have the norm of the code, which comes first.
            let norm = mean[0];
            let square = norm * self.mixture.dot(&products);
            let root = square.max(0.0).sqrt();
            out.assign(&mean);
            if root > SMALLEST * norm {
                out.scaled_add(norm / (2.0 * root), &products);
            }
        }
        Ok(self.rotations.invert(of_rotations.view())?.mapv(T::of))
    }
}

impl<T: Real> Projection<T> for DihedralBispectrum {
    fn metadata(&self) -> Metadata {
        Metadata {
            name: Self::NAME,
            formula: "(I + I')/2, (I − I') cᵀ(I − I') / ‖z‖, I the bispectrum of the rotations",
            guarantee: Guarantee::Generic,
            lipschitz: Lipschitz::UNKNOWN,
            cross_section: false,
            because: "a pair is known by its mean and its difference up to sign",
            source: "Kakarala 2012; Mataigne et al. 2024 (arXiv 2407.07655)",
        }
    }

    fn input_dim(&self) -> usize {
        self.reflection.dim()
    }

    fn output_dim(&self) -> usize {
        2 * self.mixture.len()
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        let codes = codes.mapv(|v| v.as_f64());
        let mut reflected = codes.clone();
        for (code, mut out) in codes.rows().into_iter().zip(reflected.rows_mut()) {
            out.assign(&Array1::from(self.reflection.apply(&code.to_vec())));
        }
        let invariants = |codes: ArrayView2<'_, f64>| {
            let mut out = Array2::zeros((codes.nrows(), self.mixture.len()));
            self.rotations.project_rows(codes, out.view_mut());
            out
        };
        let (here, there) = (invariants(codes.view()), invariants(reflected.view()));
        for i in 0..codes.nrows() {
            let norm = here[(i, 0)];
            let difference = &here.row(i) - &there.row(i);
            let mixed = if norm > 0.0 { self.mixture.dot(&difference) / norm } else { 0.0 };
            for j in 0..self.mixture.len() {
                let mean = here[(i, j)] / 2.0 + there[(i, j)] / 2.0;
                out[(i, j)] = T::of(mean);
                out[(i, self.mixture.len() + j)] = T::of(difference[j] * mixed);
            }
        }
    }
}
