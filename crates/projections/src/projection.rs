//! What all projections have in common.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use groups::Real;
use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis, Slice};
use pulp::{Simd, WithSimd};
use rayon::prelude::*;
use serde::Serialize;

use crate::{ProjectionError, Then};

/// Codes that one task projects. Fixed, so that results do not depend on the number of threads.
const CODES_PER_TASK: usize = 128;

/// How much of the quotient `Z/G` a projection keeps, in descending order (the weaker is the greater). With
/// `d([z],[w]) = min_g ‖z − ρ(g)w‖`:
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Guarantee {
    /// `‖s(z) − s(w)‖ = d([z],[w])`.
    Isometric,
    /// `α d ≤ ‖s(z) − s(w)‖ ≤ β d` with `α > 0`.
    BiLipschitz,
    /// `s(z) = s(w)` only if `[z] = [w]`.
    Separating,
    /// Separating outside a set of measure zero.
    Generic,
    /// Different orbits may have equal images.
    Lossy,
}

impl fmt::Display for Guarantee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Isometric => "isometric",
            Self::BiLipschitz => "bi-Lipschitz",
            Self::Separating => "separating",
            Self::Generic => "separating for generic codes",
            Self::Lossy => "lossy",
        })
    }
}

/// What is known of the constants in `α d([z],[w]) ≤ ‖s(z) − s(w)‖ ≤ β d([z],[w])`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Lipschitz {
    /// A proved lower bound of `α`, where there is one.
    pub lower: Option<f64>,
    /// A proved upper bound of `β`, where there is one.
    pub upper: Option<f64>,
}

impl Lipschitz {
    /// Nothing is known, or nothing holds.
    pub const UNKNOWN: Self = Self { lower: None, upper: None };
    /// `α = β = 1`.
    pub const ISOMETRIC: Self = Self { lower: Some(1.0), upper: Some(1.0) };
    /// `α ≥ 1`: true of every cross-section, because `s(z) ∈ [z]`.
    pub const NEVER_CONTRACTS: Self = Self { lower: Some(1.0), upper: None };

    /// `β ≤ upper`.
    pub const fn at_most(upper: f64) -> Self {
        Self { lower: None, upper: Some(upper) }
    }

    /// The bound `β/α` of the distortion, where both constants are known.
    pub fn distortion(self) -> Option<f64> {
        Some(self.upper? / self.lower?)
    }
}

/// What is known of a projection.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Metadata {
    /// Its name in kebab case, such as `max-filter`.
    pub name: &'static str,
    /// Its definition.
    pub formula: &'static str,
    /// How much it keeps.
    pub guarantee: Guarantee,
    /// By which factors it may shrink and stretch the quotient metric.
    pub lipschitz: Lipschitz,
    /// Whether `s(z)` lies on the orbit of `z`, so that a decoder still understands it.
    pub cross_section: bool,
    /// Why the guarantee holds, or what is lost.
    pub because: &'static str,
    /// Where it is proved.
    pub source: &'static str,
}

/// An invariant projection `s: Z → R^k`, `s(ρ(g)z) = s(z)`, of codes of scalar type `T`.
///
/// Results depend on neither the number of threads nor how codes are split into batches.
pub trait Projection<T: Real>: fmt::Debug + Send + Sync {
    /// Name, formula, guarantee and source.
    fn metadata(&self) -> Metadata;

    /// Dimension of the codes, `D`.
    fn input_dim(&self) -> usize;

    /// Dimension of the invariants, `k`.
    fn output_dim(&self) -> usize;

    /// Whether `s(z) = s(w)` for `z = w` only: nothing at all is divided out, and the constants are those
    /// beside `‖z − w‖`. Known of very few, such as of a linear map of full rank; what follows a projection must be
    /// injective for its guarantee to survive, see [`then`](Self::then).
    fn is_injective(&self) -> bool {
        false
    }

    /// Projects a block of codes, one a row, that are known to be finite and of the right dimension.
    /// All blocks have the same number of rows; rows of zeros may be among them.
    /// Implemented by each projection; callers use [`project`](Self::project).
    fn project_rows(&self, codes: ArrayView2<'_, T>, out: ArrayViewMut2<'_, T>);

    /// Projects a batch: `(n, D)` codes, one a row, to `(n, k)` invariants, in parallel.
    ///
    /// # Errors
    /// [`ProjectionError::Dimension`] for codes of another dimension,
    /// [`ProjectionError::NotFinite`] naming the first row and column with NaN or infinity.
    fn project(&self, codes: ArrayView2<'_, T>) -> Result<Array2<T>, ProjectionError> {
        let mut out = Array2::zeros((codes.nrows(), self.output_dim()));
        self.project_into(codes, out.view_mut())?;
        Ok(out)
    }

    /// The same into an array that is there: batch after batch without new memory.
    ///
    /// # Errors
    /// Those of [`project`](Self::project), with `out` partly written, and
    /// [`ProjectionError::Output`] for an `out` that is not `(n, k)`.
    ///
    /// ```
    /// use ndarray::{Array2, array};
    /// use projections::{Projection, Sort};
    ///
    /// let (sort, mut sorted) = (Sort::new(3)?, Array2::zeros((1, 3)));
    /// for batch in [array![[3.0, 1.0, 2.0]], array![[0.5, 0.0, 1.0]]] {
    ///     sort.project_into(batch.view(), sorted.view_mut())?;
    /// }
    /// assert_eq!(sorted, array![[0.0, 0.5, 1.0]]);
    /// # Ok::<(), projections::ProjectionError>(())
    /// ```
    fn project_into(
        &self,
        codes: ArrayView2<'_, T>,
        out: ArrayViewMut2<'_, T>,
    ) -> Result<(), ProjectionError> {
        check_shapes(self, codes, &out)?;
        project_by_blocks(self, codes, out)
    }

    /// This projection and another one after it: an invariant of the group of this one. Its guarantee survives
    /// where the other one is [injective](Self::is_injective); else images of different orbits may be merged, and
    /// the composition is [`Lossy`](Guarantee::Lossy). For the quotient by both groups see [`Then::of_tower`].
    ///
    /// # Errors
    /// [`ProjectionError::Dimension`] where the outputs do not fit.
    ///
    /// ```
    /// use ndarray::array;
    /// use projections::{Projection, SortedKeys, Moments};
    ///
    /// // S_2 moves the rows of a 2 × 2 matrix; its sorted keys are two columns of two.
    /// let keys = SortedKeys::random(2, 2, 2, 42)?;
    /// let both = Projection::<f64>::then(keys, Moments::of_sets(2, 2, 1)?)?;
    /// let s = both.project(array![[1.0, 2.0, 3.0, 4.0], [3.0, 4.0, 1.0, 2.0]].view())?;
    /// assert_eq!(s.row(0), s.row(1));
    /// # Ok::<(), projections::ProjectionError>(())
    /// ```
    fn then<Q: Projection<T>>(self, next: Q) -> Result<Then<Self, Q>, ProjectionError>
    where
        Self: Sized,
    {
        Then::new(self, next)
    }
}

/// A projection behind a pointer is one too, so that those of the catalogue are composed like others.
macro_rules! behind_a_pointer {
    ($([$($generics:tt)*] $pointer:ty;)*) => {
        $(impl<$($generics)*> Projection<T> for $pointer {
            fn metadata(&self) -> Metadata {
                (**self).metadata()
            }

            fn input_dim(&self) -> usize {
                (**self).input_dim()
            }

            fn output_dim(&self) -> usize {
                (**self).output_dim()
            }

            fn is_injective(&self) -> bool {
                (**self).is_injective()
            }

            fn project_rows(&self, codes: ArrayView2<'_, T>, out: ArrayViewMut2<'_, T>) {
                (**self).project_rows(codes, out);
            }

            fn project_into(
                &self,
                codes: ArrayView2<'_, T>,
                out: ArrayViewMut2<'_, T>,
            ) -> Result<(), ProjectionError> {
                (**self).project_into(codes, out)
            }
        })*
    };
}

behind_a_pointer! {
    [T: Real, P: Projection<T> + ?Sized] &P;
    [T: Real, P: Projection<T> + ?Sized] Box<P>;
    [T: Real, P: Projection<T> + ?Sized] Arc<P>;
    [T: Real] crate::catalogue::Member<T>;
}

/// Checks dimensions of a batch and its outputs.
pub(crate) fn check_shapes<T: Real>(
    projection: &(impl Projection<T> + ?Sized),
    codes: ArrayView2<'_, T>,
    out: &ArrayViewMut2<'_, T>,
) -> Result<(), ProjectionError> {
    let name = projection.metadata().name;
    check_dimension(name, projection.input_dim(), codes)?;
    let (expected, found) = ((codes.nrows(), projection.output_dim()), out.dim());
    if found != expected {
        return Err(ProjectionError::Output { projection: name, expected, found });
    }
    Ok(())
}

/// Projects blocks of codes in parallel.
pub(crate) fn project_by_blocks<T: Real>(
    projection: &(impl Projection<T> + ?Sized),
    codes: ArrayView2<'_, T>,
    mut out: ArrayViewMut2<'_, T>,
) -> Result<(), ProjectionError> {
    let finite = AtomicBool::new(true);
    out.axis_chunks_iter_mut(Axis(0), CODES_PER_TASK)
        .into_par_iter()
        .zip(codes.axis_chunks_iter(Axis(0), CODES_PER_TASK).into_par_iter())
        .for_each(|(mut out, codes)| {
            // Block by block, so that codes come from memory once.
            if !all_finite(codes) {
                return finite.store(false, Ordering::Relaxed);
            }
            if codes.nrows() == CODES_PER_TASK {
                return projection.project_rows(codes, out);
            }
            // Products of other shapes are rounded differently: fill up the last block.
            let rows = Slice::from(..codes.nrows());
            let mut padded = Array2::zeros((CODES_PER_TASK, codes.ncols()));
            padded.slice_axis_mut(Axis(0), rows).assign(&codes);
            let mut images = Array2::zeros((CODES_PER_TASK, out.ncols()));
            projection.project_rows(padded.view(), images.view_mut());
            out.assign(&images.slice_axis(Axis(0), rows));
        });
    if !finite.into_inner() {
        check(projection.metadata().name, projection.input_dim(), codes)?;
    }
    Ok(())
}

/// Checks dimension and finiteness of a batch.
pub(crate) fn check<T: Real>(
    projection: &'static str,
    expected: usize,
    codes: ArrayView2<'_, T>,
) -> Result<(), ProjectionError> {
    check_dimension(projection, expected, codes)?;
    match codes.indexed_iter().find(|(_, v)| !v.is_finite()) {
        Some(((row, column), value)) => {
            Err(ProjectionError::NotFinite { projection, row, column, value: value.as_f64() })
        }
        None => Ok(()),
    }
}

/// Codes have the dimension that a projection expects.
fn check_dimension<T: Real>(
    projection: &'static str,
    expected: usize,
    codes: ArrayView2<'_, T>,
) -> Result<(), ProjectionError> {
    match codes.ncols() {
        got if got == expected => Ok(()),
        got => Err(ProjectionError::Dimension { projection, expected, got }),
    }
}

/// No value is NaN or infinite.
fn all_finite<T: Real>(codes: ArrayView2<'_, T>) -> bool {
    match codes.as_slice() {
        Some(values) => pulp::Arch::new().dispatch(AllFinite(values)),
        None => codes.iter().all(|value| value.is_finite()),
    }
}

struct AllFinite<'a, T>(&'a [T]);

/// Compiled once for each kind of vector register.
impl<T: Real> WithSimd for AllFinite<'_, T> {
    type Output = bool;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> bool {
        let mut all = true;
        for value in self.0 {
            all &= value.is_finite();
        }
        all
    }
}
