//! The size of orbits beside the distances between codes.

use groups::linalg::norm;
use groups::{FiniteGroup, Real, Representation};
use ndarray::ArrayView2;
use rayon::prelude::*;

use crate::moments::column_means;
use crate::statistics::PerSample;
use crate::{AnalysisError, checks};

/// How far a code moves within its orbit, against how far codes lie apart.
///
/// ```text
/// within²(z) = mean over pairs g ≠ h of ‖ρ(g)z − ρ(h)z‖²      between² = mean over i ≠ j of ‖zᵢ − zⱼ‖²
/// ```
///
/// For an invariant code `within = 0`. Where `within/between` is near 1, the pose of an input
/// moves its code as much as changing the input does, and `‖z − w‖` says little of what differs.
#[derive(Debug, Clone, PartialEq)]
pub struct OrbitSpread {
    within_squared: PerSample,
    between: f64,
}

impl OrbitSpread {
    /// RMS distance between two members of a code's orbit, over all codes.
    pub fn within(&self) -> f64 {
        self.within_squared.mean().sqrt()
    }

    /// RMS distance between two codes.
    pub fn between(&self) -> f64 {
        self.between
    }

    /// `within/between`; NaN if all codes are equal.
    pub fn ratio(&self) -> f64 {
        self.within() / self.between
    }

    /// `within²` of each code.
    pub fn within_squared(&self) -> &PerSample {
        &self.within_squared
    }
}

/// The orbit spread of `(n, dim)` codes under a representation.
///
/// # Errors
/// - [`AnalysisError::Shape`] if the representation is of another dimension;
/// - [`AnalysisError::TooFew`] for fewer than 2 codes or a trivial group;
/// - [`AnalysisError::NotFinite`] for NaN or infinities.
pub fn orbit_spread<T: Real, G: FiniteGroup>(
    codes: ArrayView2<'_, T>,
    representation: &Representation<G>,
) -> Result<OrbitSpread, AnalysisError> {
    const OPERATION: &str = "orbit_spread";
    checks::same(OPERATION, "columns", representation.dim(), codes.ncols())?;
    checks::at_least(OPERATION, "codes", 2, codes.nrows())?;
    let elements: Vec<_> = representation.group().elements().collect();
    checks::at_least(OPERATION, "group elements", 2, elements.len())?;
    let codes = checks::to_f64(OPERATION, codes)?;
    let rows: Vec<usize> = (0..codes.nrows()).collect();
    let within: Vec<f64> = rows
        .into_par_iter()
        .map(|i| {
            let code = codes.row(i).to_vec();
            let orbit: Vec<Vec<f64>> =
                elements.iter().map(|g| representation.act(g, &code)).collect();
            mean_pair_squared(orbit.iter().map(Vec::as_slice), orbit.len(), code.len())
        })
        .collect();
    Ok(OrbitSpread {
        within_squared: PerSample::new(within),
        between: rms_pair_distance(codes.view()),
    })
}

/// The orbit spread of an encoder: `encodings[g]` holds the codes of all inputs transformed by the
/// group's element number `g`, the identity first, each `(n, dim)`.
///
/// For encoders that are not exactly equivariant, or act on by no known representation; for codes
/// after an invariant projection it measures what interpolation of the inputs leaves.
///
/// # Errors
/// As [`orbit_spread`]; [`AnalysisError::Shape`] if the encodings differ in shape.
pub fn orbit_spread_of_encodings<T: Real>(
    encodings: &[ArrayView2<'_, T>],
) -> Result<OrbitSpread, AnalysisError> {
    const OPERATION: &str = "orbit_spread_of_encodings";
    checks::at_least(OPERATION, "group elements", 2, encodings.len())?;
    let (n, dim) = encodings[0].dim();
    checks::at_least(OPERATION, "codes", 2, n)?;
    let mut wide = Vec::with_capacity(encodings.len());
    for codes in encodings {
        checks::same(OPERATION, "rows in each encoding", n, codes.nrows())?;
        checks::same(OPERATION, "columns in each encoding", dim, codes.ncols())?;
        wide.push(checks::to_f64(OPERATION, *codes)?);
    }
    let within = (0..n)
        .map(|i| {
            let orbit = wide.iter().filter_map(|codes| codes.row(i).to_slice());
            mean_pair_squared(orbit, wide.len(), dim)
        })
        .collect();
    Ok(OrbitSpread {
        within_squared: PerSample::new(within),
        between: rms_pair_distance(wide[0].view()),
    })
}

/// The RMS of `‖xᵢ − xⱼ‖` over all pairs `i ≠ j` of rows, in linear time:
/// `2/(n − 1) · Σ‖xᵢ − x̄‖²`.
pub(super) fn rms_pair_distance(codes: ArrayView2<'_, f64>) -> f64 {
    let mean = column_means(codes);
    let scatter: f64 =
        codes.rows().into_iter().map(|row| (&row - &mean).mapv(|v| v * v).sum()).sum();
    if scatter.is_normal() {
        return (2.0 * scatter / (codes.nrows() - 1) as f64).sqrt();
    }
    norm((&codes - &mean).iter().copied()) * (2.0 / (codes.nrows() - 1) as f64).sqrt()
}

/// As [`rms_pair_distance`], squared, for the `count` members of one orbit.
fn mean_pair_squared<'a>(
    orbit: impl Iterator<Item = &'a [f64]> + Clone,
    count: usize,
    dim: usize,
) -> f64 {
    let mut mean = vec![0.0; dim];
    for member in orbit.clone() {
        mean.iter_mut().zip(member).for_each(|(m, v)| *m += v / count as f64);
    }
    let scatter: f64 = orbit
        .map(|member| member.iter().zip(&mean).map(|(v, m)| (v - m) * (v - m)).sum::<f64>())
        .sum();
    2.0 * scatter / (count - 1) as f64
}
