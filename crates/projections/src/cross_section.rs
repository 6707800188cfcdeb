//! Projections that stay on the orbit.

use std::fmt;

use groups::Real;
use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;

use crate::{Projection, ProjectionError};

/// A projection with `s(z) = ρ(g)z`: it picks one code of each orbit, and knows the group element
/// that leads there.
///
/// So `s(z)` is still a code, which a decoder understands, and [`take_back`](Self::take_back) undoes
/// the projection: `ρ(g)⁻¹ s(z) = z`. A cross-section never contracts, `‖s(z) − s(w)‖ ≥ d([z],[w])`,
/// and is isometric if and only if it is 1-Lipschitz.
///
/// ```
/// use ndarray::array;
/// use projections::{CrossSection, Sort};
///
/// let sort = Sort::new(3)?;
/// let z = array![[2.0, 0.5, -1.0]];
/// let (s, elements) = sort.project_with_elements(z.view())?;
/// assert_eq!(s, array![[-1.0, 0.5, 2.0]]);
/// assert_eq!(elements[0].images(), [2, 1, 0]); // entry 0 went to place 2
/// assert_eq!(sort.take_back(s.view(), &elements)?, z);
/// # Ok::<(), projections::ProjectionError>(())
/// ```
pub trait CrossSection<T: Real>: Projection<T> {
    /// An element of the group.
    type Element: Clone + fmt::Debug + Send + Sync;

    /// Writes `s(z)` to `out` and returns the `g` with `ρ(g)z = s(z)`, for one code that is known to
    /// be finite and of the right dimension.
    /// Implemented by each cross-section; callers use
    /// [`project_with_elements`](Self::project_with_elements).
    fn section_row(&self, code: &[T], out: &mut [T]) -> Self::Element;

    /// Writes `ρ(g)⁻¹z` to `out`, for a code of the right dimension.
    /// Implemented by each cross-section; callers use [`take_back`](Self::take_back).
    fn take_back_row(&self, element: &Self::Element, code: &[T], out: &mut [T]);

    /// The projected codes and, for each, the element `g` with `s(z) = ρ(g)z`, in parallel.
    ///
    /// # Errors
    /// As [`Projection::project`].
    fn project_with_elements(
        &self,
        codes: ArrayView2<'_, T>,
    ) -> Result<(Array2<T>, Vec<Self::Element>), ProjectionError> {
        crate::projection::check(self.metadata().name, self.input_dim(), codes)?;
        let codes = codes.as_standard_layout();
        let mut out = Array2::zeros(codes.raw_dim());
        let elements = out
            .axis_iter_mut(Axis(0))
            .into_par_iter()
            .zip(codes.axis_iter(Axis(0)).into_par_iter())
            .map(|(mut out, code)| {
                let mut section = vec![T::zero(); code.len()];
                let element = self.section_row(&code.to_vec(), &mut section);
                out.iter_mut().zip(section).for_each(|(out, value)| *out = value);
                element
            })
            .collect();
        Ok((out, elements))
    }

    /// Undoes the projection: row `i` becomes `ρ(g_i)⁻¹` of itself, in parallel. The rows may be
    /// other codes than those that were projected, such as points between them.
    ///
    /// # Errors
    /// [`ProjectionError::Elements`] unless there is one element a row, and as
    /// [`Projection::project`].
    fn take_back(
        &self,
        codes: ArrayView2<'_, T>,
        elements: &[Self::Element],
    ) -> Result<Array2<T>, ProjectionError> {
        let projection = self.metadata().name;
        crate::projection::check(projection, self.input_dim(), codes)?;
        if codes.nrows() != elements.len() {
            let (codes, elements) = (codes.nrows(), elements.len());
            return Err(ProjectionError::Elements { projection, codes, elements });
        }
        let mut out = Array2::zeros(codes.raw_dim());
        out.axis_iter_mut(Axis(0))
            .into_par_iter()
            .zip(codes.axis_iter(Axis(0)).into_par_iter())
            .zip(elements)
            .for_each(|((mut out, code), element)| {
                let mut row = vec![T::zero(); code.len()];
                self.take_back_row(element, &code.to_vec(), &mut row);
                out.iter_mut().zip(row).for_each(|(out, value)| *out = value);
            });
        Ok(out)
    }
}
