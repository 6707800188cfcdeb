//! Invariance for any encoder: encode the input in every pose.

use groups::{FiniteGroup, Real, Representation};
use ndarray::{Array2, Axis};

use crate::ProjectionError;

/// The orbit lift `x ↦ (E(g⁻¹x))_g` of an encoder `E` that need not be equivariant.
///
/// What comes out is a code of regular fields, one for each of the `k` outputs of the encoder: if `x`
/// is moved by `h`, the lift is moved by `ρ(h)`. So every projection for regular fields makes the
/// encoder invariant; the plain [`average`](Self::average) keeps one number a field, max filters or
/// a bispectrum keep all. Exact where the group acts on inputs exactly, such as quarter turns of
/// images; where it does so up to interpolation, as eighth turns do, invariance holds up to the same.
///
/// Cost: `N` encodings an input.
///
/// ```
/// use groups::Cyclic;
/// use ndarray::{array, Array2};
/// use projections::{MaxFilter, OrbitLift, Projection};
///
/// // Inputs on which C_2 acts by the sign, and an encoder that knows nothing of it.
/// let encode = |x: &Array2<f64>| x.mapv(f64::exp);
/// let lift = OrbitLift::new(&Cyclic::new(2)?, 1)?;
/// let lifted = |x: &Array2<f64>| lift.lift(|g| encode(&(if *g == 1 { -x } else { x.clone() })));
///
/// let x = array![[0.3], [2.0]];
/// let filter = MaxFilter::random(lift.representation(), 4, 42)?;
/// let (s, t) = (filter.project(lifted(&x)?.view())?, filter.project(lifted(&-x)?.view())?);
/// assert!((s - t).iter().all(|d| d.abs() < 1e-12));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct OrbitLift<G: FiniteGroup> {
    representation: Representation<G>,
    outputs: usize,
}

impl<G: FiniteGroup> OrbitLift<G> {
    const NAME: &str = "orbit-lift";

    /// The lift of an encoder with `outputs` outputs.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] for `outputs = 0`.
    pub fn new(group: &G, outputs: usize) -> Result<Self, ProjectionError> {
        if outputs == 0 {
            return Err(ProjectionError::NoOutputs { projection: Self::NAME });
        }
        let representation = Representation::regular(group).copies(outputs);
        Ok(Self { representation, outputs })
    }

    /// The representation on lifted codes: `outputs` regular fields.
    pub fn representation(&self) -> &Representation<G> {
        &self.representation
    }

    /// The lifted codes, `(n, outputs·N)`. `encode(g)` gives the encodings of the inputs moved by
    /// `g⁻¹`, `(n, outputs)`; it is called for every element, in the group's order.
    ///
    /// # Errors
    /// [`ProjectionError::Dimension`] for encodings of another dimension,
    /// [`ProjectionError::NotFinite`] for NaN or infinity in them, [`ProjectionError::Encodings`]
    /// where their number depends on the element.
    pub fn lift<T: Real>(
        &self,
        mut encode: impl FnMut(&G::Element) -> Array2<T>,
    ) -> Result<Array2<T>, ProjectionError> {
        let group = self.representation.group();
        let order = group.order();
        let mut lifted = Array2::zeros((0, 0));
        for (index, g) in group.elements().enumerate() {
            let encoded = encode(&g);
            crate::projection::check(Self::NAME, self.outputs, encoded.view())?;
            if index == 0 {
                lifted = Array2::zeros((encoded.nrows(), self.outputs * order));
            }
            if encoded.nrows() != lifted.nrows() {
                return Err(ProjectionError::Encodings {
                    expected: lifted.nrows(),
                    got: encoded.nrows(),
                });
            }
            for (field, values) in encoded.axis_iter(Axis(1)).enumerate() {
                lifted.column_mut(field * order + index).assign(&values);
            }
        }
        Ok(lifted)
    }

    /// The orbit average `N⁻¹ Σ_g E(g⁻¹x)`, `(n, outputs)`, without keeping all encodings. Invariant,
    /// and the only linear invariant of each field: much is lost.
    ///
    /// # Errors
    /// As [`lift`](Self::lift).
    pub fn average<T: Real>(
        &self,
        mut encode: impl FnMut(&G::Element) -> Array2<T>,
    ) -> Result<Array2<T>, ProjectionError> {
        let group = self.representation.group();
        let mut sum: Option<Array2<f64>> = None;
        for g in group.elements() {
            let encoded = encode(&g);
            crate::projection::check(Self::NAME, self.outputs, encoded.view())?;
            let encoded = encoded.mapv(|v| v.as_f64());
            match &mut sum {
                None => sum = Some(encoded),
                Some(sum) if sum.dim() == encoded.dim() => *sum += &encoded,
                Some(sum) => {
                    let (expected, got) = (sum.nrows(), encoded.nrows());
                    return Err(ProjectionError::Encodings { expected, got });
                }
            }
        }
        let scale = (group.order() as f64).recip();
        Ok(sum.unwrap_or_default().mapv(|v| T::of(v * scale)))
    }
}
