//! Point sets in the pose closest to a reference, up to rotation and reflection.

use groups::Real;
use groups::linalg::svd;
use groups::quotient::procrustes::procrustes;
use nalgebra::DMatrix;
use ndarray::{ArrayView1, ArrayView2, ArrayViewMut2, Axis};

use crate::{CrossSection, Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// `s(X) = XRᵀ` for `n` points in `R^d`, the rows of `X`, where the orthogonal `R` brings them closest to
/// the points of a template: [`Canonicalize`](crate::Canonicalize) for `O(d)`, by singular values
/// (Schönemann 1966).
///
/// A cross-section: nothing is lost, the points can be turned back, and `‖s(X) − s(Y)‖ ≥ d([X],[Y])`. It
/// jumps where the best `R` changes: where `TᵀX` is singular, which holds all points that do not span
/// `R^d`. There the image depends on the pose of the input, as it does for all points where the template itself
/// does not span as much as `n` points can; then the metadata say [`Lossy`](Guarantee::Lossy). Distances are better served by
/// [`RootGram`](crate::RootGram).
///
/// Codes are the points one after the other. For Euclidean motions subtract the mean first. Cost
/// `n·d² + d³`.
///
/// ```
/// use ndarray::array;
/// use projections::{Projection, RotationAlignment};
///
/// let section = RotationAlignment::to_template(&[1.0, 0.0, 0.0, 2.0], 2)?;
/// let s = section.project(array![[0.0, 1.0, -2.0, 0.0]].view())?; // the template, turned
/// assert!((&s - &array![[1.0, 0.0, 0.0, 2.0]]).iter().all(|d: &f64| d.abs() < 1e-12));
/// # Ok::<(), projections::ProjectionError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RotationAlignment {
    template: Vec<f64>,
    d: usize,
    /// Whether the template spans as much as its number of points can.
    decides: bool,
}

impl RotationAlignment {
    const NAME: &str = "align-by-rotation";

    /// Aligns to the given points of dimension `d`, one after the other.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] for no points or `d = 0`, [`ProjectionError::Dimension`] where the
    /// values are not whole points, [`ProjectionError::NotFinite`] for unfit ones.
    pub fn to_template<T: Real>(template: &[T], d: usize) -> Result<Self, ProjectionError> {
        if template.is_empty() || d == 0 {
            return Err(ProjectionError::NoOutputs { projection: Self::NAME });
        }
        let whole = template.len().next_multiple_of(d);
        crate::projection::check(
            Self::NAME,
            whole,
            ArrayView1::from(template).insert_axis(Axis(0)),
        )?;
        let template: Vec<f64> = template.iter().map(|v| v.as_f64()).collect();
        let values =
            svd(&DMatrix::from_row_slice(template.len() / d, d, &template)).singular_values;
        let largest = values.iter().copied().fold(0.0, f64::max);
        let decides = largest > 0.0 && values.iter().all(|v| *v > 1e-9 * largest);
        Ok(Self { template, d, decides })
    }

    /// Writes `XRᵀ`.
    fn turn<T: Real>(&self, r: &DMatrix<f64>, code: &[T], out: &mut [T]) {
        for (point, out) in code.chunks_exact(self.d).zip(out.chunks_exact_mut(self.d)) {
            for (i, out) in out.iter_mut().enumerate() {
                *out = T::of(point.iter().enumerate().map(|(j, x)| r[(i, j)] * x.as_f64()).sum());
            }
        }
    }
}

impl<T: Real> Projection<T> for RotationAlignment {
    fn metadata(&self) -> Metadata {
        Metadata {
            name: Self::NAME,
            formula: "XRᵀ, R = argmin ‖T − XRᵀ‖ over O(d)",
            guarantee: if self.decides { Guarantee::Generic } else { Guarantee::Lossy },
            lipschitz: Lipschitz::NEVER_CONTRACTS,
            cross_section: true,
            because: if self.decides {
                "s(X) lies on the orbit of X; it jumps where TᵀX is singular, and there the image depends on the pose of the points"
            } else {
                "s(X) lies on the orbit of X, but rotations leave the template alone, so that the image depends on the pose of the points"
            },
            source: "Schönemann 1966; Dym, Lawrence & Siegel 2024 (arXiv 2402.16077)",
        }
    }

    fn input_dim(&self) -> usize {
        self.template.len()
    }

    fn output_dim(&self) -> usize {
        self.template.len()
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        let mut turned = vec![T::zero(); self.template.len()];
        for (code, mut out) in codes.rows().into_iter().zip(out.rows_mut()) {
            self.section_row(&code.to_vec(), &mut turned);
            out.iter_mut().zip(&turned).for_each(|(out, value)| *out = *value);
        }
    }
}

impl<T: Real> CrossSection<T> for RotationAlignment {
    /// The orthogonal matrix `R`.
    type Element = DMatrix<f64>;

    fn section_row(&self, code: &[T], out: &mut [T]) -> DMatrix<f64> {
        let wide: Vec<f64> = code.iter().map(|v| v.as_f64()).collect();
        // Sizes fit and values are finite, so this does not fail.
        let r = procrustes(&self.template, &wide, self.d)
            .map_or_else(|_| DMatrix::identity(self.d, self.d), |best| best.matrix);
        self.turn(&r, code, out);
        r
    }

    fn take_back_row(&self, r: &DMatrix<f64>, code: &[T], out: &mut [T]) {
        self.turn(&r.transpose(), code, out);
    }
}
