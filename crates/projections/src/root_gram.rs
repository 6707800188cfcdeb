//! The square root of the Gram matrix: point sets up to rotation and reflection.

use std::f64::consts::SQRT_2;

use groups::Real;
use groups::linalg::{Svd, svd};
use nalgebra::DMatrix;
use ndarray::{ArrayView2, ArrayViewMut2};

use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// `s(X) = (XXᵀ)^{1/2}` of `n` points in `R^d`, the rows of `X`, up to `O(d)`; of the points less
/// their mean, up to the Euclidean group `E(d)`.
///
/// Bi-Lipschitz with the best constants possible: `d([X],[Y]) ≤ ‖s(X) − s(Y)‖_F ≤ √2 d([X],[Y])`
/// (Derksen 2024, arXiv 2409.06829). Of one point, or two less their mean, it is the norm, and isometric. The Gram matrix `XXᵀ` itself separates as well, but it is
/// quadratic and therefore stable at no scale. Reflections are divided out: mirror images are equal.
///
/// Codes are the points one after the other, `n·d` numbers. Outputs are the `n(n+1)/2` entries on
/// and above the diagonal, row by row, those above it times `√2`, so that the Euclidean norm of the
/// invariants is the Frobenius norm. Cost `n·d·min(n,d) + n²·min(n,d)`.
///
/// ```
/// use ndarray::array;
/// use projections::{Projection, RootGram};
///
/// // Two points, turned by a quarter.
/// let s = RootGram::new(2, 2)?.project(array![[1.0, 0.0, 0.0, 2.0], [0.0, 1.0, -2.0, 0.0]].view())?;
/// assert!((&s.row(0) - &s.row(1)).iter().all(|d: &f64| d.abs() < 1e-12));
/// # Ok::<(), projections::ProjectionError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RootGram {
    pub(crate) points: usize,
    pub(crate) dim: usize,
    pub(crate) centred: bool,
}

impl RootGram {
    /// The invariants of `O(d)` on `points` points of dimension `d`.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] where either is 0.
    pub fn new(points: usize, d: usize) -> Result<Self, ProjectionError> {
        if points == 0 || d == 0 {
            return Err(ProjectionError::NoOutputs { projection: "root-gram" });
        }
        Ok(Self { points, dim: d, centred: false })
    }

    /// The invariants of `E(d)`, translations included: the points less their mean.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn centred(points: usize, d: usize) -> Result<Self, ProjectionError> {
        Ok(Self { centred: true, ..Self::new(points, d)? })
    }

    /// The root of the points, less their mean where asked for.
    fn root(&self, mut x: DMatrix<f64>) -> DMatrix<f64> {
        if self.centred {
            let mean = x.row_mean();
            x.row_iter_mut().for_each(|mut row| row -= &mean);
        }
        root_of_gram(&x)
    }
}

/// `(XXᵀ)^{1/2} = UΣUᵀ` of `X = UΣVᵀ`.
pub(crate) fn root_of_gram(x: &DMatrix<f64>) -> DMatrix<f64> {
    let Svd { u, singular_values, .. } = svd(x);
    &u * DMatrix::from_diagonal(&singular_values.into()) * u.transpose()
}

impl<T: Real> Projection<T> for RootGram {
    fn metadata(&self) -> Metadata {
        // One point, or two that stand opposite each other about their mean.
        let one = self.points <= if self.centred { 2 } else { 1 };
        Metadata {
            name: if self.centred { "centred-root-gram" } else { "root-gram" },
            formula: "(XXᵀ)^{1/2}",
            guarantee: if one { Guarantee::Isometric } else { Guarantee::BiLipschitz },
            lipschitz: match one {
                true => Lipschitz::ISOMETRIC,
                false => Lipschitz { lower: Some(1.0), upper: Some(SQRT_2) },
            },
            cross_section: false,
            because: if one {
                "min_Q ‖x − Qy‖ = |‖x‖ − ‖y‖| for one vector"
            } else {
                "d ≤ ‖√(XXᵀ) − √(YYᵀ)‖ ≤ √2 d, and no Euclidean invariant of two or more vectors has less distortion"
            },
            source: "Derksen 2024 (arXiv 2409.06829)",
        }
    }

    fn input_dim(&self) -> usize {
        self.points * self.dim
    }

    fn output_dim(&self) -> usize {
        self.points * (self.points + 1) / 2
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        let (n, d) = (self.points, self.dim);
        for (code, mut out) in codes.rows().into_iter().zip(out.rows_mut()) {
            // Scaled, so that neither huge nor tiny values overflow or vanish when squared.
            let largest = code.iter().fold(0.0f64, |m, v| m.max(v.as_f64().abs()));
            if largest == 0.0 {
                out.fill(T::zero());
                continue;
            }
            let root = self.root(DMatrix::from_fn(n, d, |i, j| code[i * d + j].as_f64() / largest));
            let entries = (0..n).flat_map(|i| (i..n).map(move |j| (i, j)));
            for (out, (i, j)) in out.iter_mut().zip(entries) {
                let weight = if i == j { 1.0 } else { SQRT_2 };
                *out = T::of(root[(i, j)] * weight * largest);
            }
        }
    }
}
