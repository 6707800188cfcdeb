//! The action that a network has learnt: the representation of a cyclic group that fits its codes
//! best.
//!
//! An equivariant network obeys `E(g·x) = ρ(g)E(x)` with a known `ρ`. An ordinary network trained on
//! transformed inputs has no such law, but may obey one nearly. From the codes of inputs and of the
//! same inputs moved by the generator `g` of `C_N`, [`LearnedAction::fit`] finds
//!
//! 1. the orthogonal matrix that fits best, `ρ̂ = argmin ‖E(gX) − E(X)ρᵀ‖` (Procrustes: `UVᵀ` of the
//!    singular value decomposition `E(gX)ᵀE(X) = UΣVᵀ`; Schönemann 1966);
//! 2. the true representation nearest to it: `ρ̂` turns planes by angles `θ`, a representation by
//!    multiples of `2π/N` only, so each `θ` is rounded to the nearest.
//!
//! All projections of the crate `projections` apply to the result.

use std::f64::consts::TAU;

use groups::linalg::{Svd, svd};
use groups::{Cyclic, FiniteGroup, Real, Representation};
use nalgebra::DMatrix;
use ndarray::{Array2, ArrayView2};

use crate::scaling::{extreme, times_power};
use crate::{AnalysisError, checks};

const FIT: &str = "LearnedAction::fit";

/// A representation of `C_N` fitted to codes, and how far the codes are from obeying one.
///
/// ```
/// use analysis::action::LearnedAction;
/// use groups::{Cyclic, Representation};
/// use ndarray::Array2;
///
/// // Codes that obey the regular representation of C4 exactly.
/// let group = Cyclic::new(4)?;
/// let codes = Array2::from_shape_fn((50, 4), |(i, j)| ((i * i + 3 * i * j + j) as f64).sin());
/// let moved = Array2::from_shape_fn((50, 4), |(i, j)| codes[[i, (j + 3) % 4]]);
/// let learned = LearnedAction::fit(&group, codes.view(), moved.view())?;
/// assert!(learned.residual() < 1e-12 && learned.defect() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct LearnedAction {
    representation: Representation<Cyclic>,
    residual: f64,
    rounded_residual: f64,
    moved: f64,
    defect: f64,
}

impl LearnedAction {
    /// Fits a representation to `(n, dim)` codes and those of the same inputs moved by the
    /// generator.
    ///
    /// # Errors
    /// - [`AnalysisError::Shape`] if the two differ in shape;
    /// - [`AnalysisError::TooFew`] for fewer codes than dimensions, which fit any law;
    /// - [`AnalysisError::NotFinite`] for NaN or infinities;
    /// - [`AnalysisError::Solver`] where a decomposition does not converge.
    pub fn fit<T: Real>(
        group: &Cyclic,
        codes: ArrayView2<'_, T>,
        moved: ArrayView2<'_, T>,
    ) -> Result<Self, AnalysisError> {
        checks::same(FIT, "moved codes", codes.nrows(), moved.nrows())?;
        checks::same(FIT, "columns of moved codes", codes.ncols(), moved.ncols())?;
        checks::at_least(FIT, "codes", codes.ncols(), codes.nrows())?;
        let (x, y) = (checks::to_f64(FIT, codes)?, checks::to_f64(FIT, moved)?);
        // Squares of extreme numbers leave the range; of others not a bit is changed.
        let k = [extreme(&x), extreme(&y)].into_iter().max_by_key(|k| k.abs()).unwrap_or(0);
        let matrix = |codes: Array2<f64>| {
            DMatrix::from_fn(codes.nrows(), codes.ncols(), |i, j| match k {
                0 => codes[[i, j]],
                k => times_power(codes[[i, j]], -k),
            })
        };
        let (x, y) = (matrix(x), matrix(y));
        let unsolved = |reason| AnalysisError::Solver { operation: FIT, iterations: 0, reason };
        let Svd { u, v, .. } = svd(&(y.transpose() * &x));
        let fitted = u * v.transpose();
        let schur = fitted.clone().try_schur(1e-12, 10_000).ok_or(unsolved("no Schur form"))?;
        let (basis, form) = schur.unpack();
        let (rounded, defect) = round(&form, group.order());
        let generator = &basis * rounded * basis.transpose();
        let mut matrices = vec![DMatrix::identity(x.ncols(), x.ncols())];
        for power in 1..group.order() {
            matrices.push(&generator * &matrices[power - 1]);
        }
        let by_element = *group;
        let representation =
            Representation::from_matrices(group, "learned".into(), x.ncols(), move |g| {
                matrices[by_element.index(g)].clone()
            });
        let spread = {
            let mean = y.row_mean();
            y.row_iter().map(|row| (row - &mean).norm_squared()).sum::<f64>()
        };
        let beside_spread = |difference: DMatrix<f64>| match difference.norm_squared() {
            0.0 => 0.0,
            squares => (squares / spread).sqrt(),
        };
        let residual = |rho: &DMatrix<f64>| beside_spread(&y - &x * rho.transpose());
        Ok(Self {
            moved: beside_spread(&y - &x),
            residual: residual(&fitted),
            rounded_residual: residual(&generator),
            defect,
            representation,
        })
    }

    /// The true representation of `C_N`.
    pub fn representation(&self) -> &Representation<Cyclic> {
        &self.representation
    }

    /// `‖E(gX) − E(X)ρ̂ᵀ‖` over the spread of the moved codes about their mean: 0 where an orthogonal
    /// matrix explains the motion, 1 where it explains no more than the mean does.
    pub fn residual(&self) -> f64 {
        self.residual
    }

    /// `‖E(gX) − E(X)‖` over the same spread: what the identity leaves. A residual that is not much
    /// smaller explains nothing, however small it is.
    pub fn moved(&self) -> f64 {
        self.moved
    }

    /// The residual with the true representation.
    pub fn rounded_residual(&self) -> f64 {
        self.rounded_residual
    }

    /// How far the best matrix is from a representation: the root mean square of the rounding of
    /// its angles over the largest rounding that is possible, `π/N`. 1/√3 ≈ 0.58 is chance.
    pub fn defect(&self) -> f64 {
        self.defect
    }
}

/// The block form with angles rounded to multiples of `2π/N`, and the root mean square of what was
/// rounded off over `π/N`.
fn round(form: &DMatrix<f64>, order: usize) -> (DMatrix<f64>, f64) {
    let n = form.nrows();
    let step = TAU / order as f64;
    let mut rounded = DMatrix::zeros(n, n);
    let mut squares = 0.0;
    let mut i = 0;
    while i < n {
        if i + 1 < n && form[(i + 1, i)].abs() > 1e-9 {
            // A plane, turned by ±θ.
            let angle = form[(i + 1, i)].atan2(form[(i, i)]);
            let near = (angle / step).round() * step;
            squares += 2.0 * (angle - near).powi(2);
            // Both diagonal entries of a turn are equal; Schur forms balance them.
            let (sin, cos) = near.sin_cos();
            rounded[(i, i)] = cos;
            rounded[(i + 1, i + 1)] = cos;
            rounded[(i + 1, i)] = sin;
            rounded[(i, i + 1)] = -sin;
            i += 2;
        } else {
            // A line, kept or turned over; an odd group turns no line over.
            let turned = form[(i, i)] < 0.0;
            if turned && !order.is_multiple_of(2) {
                squares += (step / 2.0).powi(2);
            }
            rounded[(i, i)] = if turned && order.is_multiple_of(2) { -1.0 } else { 1.0 };
            i += 1;
        }
    }
    (rounded, (squares / n.max(1) as f64).sqrt() / (step / 2.0))
}
