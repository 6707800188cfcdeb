//! How a projection stretches and shrinks the quotient distance.

use groups::linalg::norm;
use groups::quotient::QuotientMetric;
use groups::{Group, Real};
use ndarray::ArrayView2;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::statistics::{quantile, spearman};
use crate::{AnalysisError, checks};

/// The ratios `r = ‖s(z) − s(w)‖ / d([z], [w])` over pairs of codes.
///
/// An isometric projection has `r = 1` throughout, a bi-Lipschitz one keeps `r` between two
/// positive constants. Over finitely many pairs the empirical distortion is a **lower** estimate of
/// the true one; random pairs alone hide most failures, so add hard pairs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Distortion {
    /// Smallest ratio: an upper estimate of the lower Lipschitz constant `α`.
    pub min: f64,
    /// 1 % quantile of the ratios.
    pub q01: f64,
    /// Median of the ratios.
    pub median: f64,
    /// 99 % quantile of the ratios.
    pub q99: f64,
    /// Largest ratio: a lower estimate of the upper Lipschitz constant `β`.
    pub max: f64,
    /// `√(1 − (Σ e·d)²/(Σ e² Σ d²))` with `e = ‖s(z) − s(w)‖`: the relative misfit of distances
    /// after the best common scale. 0 is perfect.
    pub stress: f64,
    /// Spearman's rank correlation of the two distances.
    pub spearman: f64,
    /// Pairs that were used.
    pub pairs: usize,
    /// Pairs left out because they lie in one orbit (`d` is zero to rounding).
    pub coincident: usize,
}

impl Distortion {
    /// The empirical distortion `max/min`, infinite if two different orbits coincide.
    pub fn empirical(&self) -> f64 {
        self.max / self.min
    }
}

/// Compares distances between projected codes with the quotient distances of the same pairs.
///
/// Pairs with `d ≤ 1e-9 · max d` are left out and counted.
///
/// # Errors
/// - [`AnalysisError::Shape`] if the lists differ in length;
/// - [`AnalysisError::TooFew`] with fewer than 2 pairs of different orbits;
/// - [`AnalysisError::NotFinite`] for NaN or infinities.
pub fn distortion(projected: &[f64], quotient: &[f64]) -> Result<Distortion, AnalysisError> {
    const OPERATION: &str = "distortion";
    checks::same(OPERATION, "projected distances", quotient.len(), projected.len())?;
    checks::finite_values(OPERATION, projected)?;
    checks::finite_values(OPERATION, quotient)?;
    let zero = 1e-9 * quotient.iter().copied().fold(0.0, f64::max);
    let (e, d): (Vec<f64>, Vec<f64>) =
        projected.iter().zip(quotient).filter(|(_, d)| **d > zero).map(|(e, d)| (*e, *d)).unzip();
    checks::at_least(OPERATION, "pairs of different orbits", 2, d.len())?;
    let mut ratios: Vec<f64> = e.iter().zip(&d).map(|(e, d)| e / d).collect();
    ratios.sort_by(f64::total_cmp);
    // A common factor says nothing; squares of very large or small distances are no numbers.
    let unit = |distances: &[f64]| {
        let largest = distances.iter().copied().fold(0.0, f64::max);
        let size = if largest > 0.0 { largest.log2().floor().exp2() } else { 1.0 };
        distances.iter().map(|v| v / size).collect::<Vec<_>>()
    };
    let (e, d) = (unit(&e), unit(&d));
    let sum = |f: fn(f64, f64) -> f64| -> f64 { e.iter().zip(&d).map(|(e, d)| f(*e, *d)).sum() };
    let (ed, ee, dd) = (sum(|e, d| e * d), sum(|e, _| e * e), sum(|_, d| d * d));
    let fit = if ee > 0.0 { ed * ed / (ee * dd) } else { 0.0 };
    Ok(Distortion {
        min: ratios[0],
        q01: quantile(&ratios, 0.01),
        median: quantile(&ratios, 0.5),
        q99: quantile(&ratios, 0.99),
        max: ratios[ratios.len() - 1],
        stress: (1.0 - fit).max(0.0).sqrt(),
        spearman: spearman(&e, &d),
        pairs: d.len(),
        coincident: quotient.len() - d.len(),
    })
}

/// `count` pairs `i ≠ j` among `0..n`, drawn uniformly with repetition.
///
/// # Errors
/// [`AnalysisError::TooFew`] for fewer than 2 samples.
pub fn random_pairs(
    n: usize,
    count: usize,
    seed: u64,
) -> Result<Vec<(usize, usize)>, AnalysisError> {
    checks::at_least("random_pairs", "samples", 2, n)?;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let draw = |_| {
        let i = rng.random_range(0..n);
        let j = rng.random_range(0..n - 1);
        (i, if j < i { j } else { j + 1 })
    };
    Ok((0..count).map(draw).collect())
}

/// `‖zᵢ − zⱼ‖` for each pair of rows, by subtraction in double precision.
///
/// # Errors
/// [`AnalysisError::Shape`] for a pair that names no row, [`AnalysisError::NotFinite`] for NaN or
/// infinities.
pub fn euclidean_distances<T: Real>(
    codes: ArrayView2<'_, T>,
    pairs: &[(usize, usize)],
) -> Result<Vec<f64>, AnalysisError> {
    const OPERATION: &str = "euclidean_distances";
    check_pairs(OPERATION, codes.nrows(), pairs)?;
    let codes = checks::to_f64(OPERATION, codes)?;
    Ok(pairs
        .iter()
        .map(|(i, j)| {
            let (z, w) = (codes.row(*i), codes.row(*j));
            norm(z.iter().zip(w).map(|(a, b)| a - b))
        })
        .collect())
}

/// `d([zᵢ], [zⱼ]) = min_g ‖zᵢ − ρ(g)zⱼ‖` for each pair of rows, in parallel.
///
/// # Errors
/// As [`euclidean_distances`], and [`AnalysisError::Shape`] if the metric is of another dimension.
pub fn quotient_distances<T: Real, G: Group>(
    codes: ArrayView2<'_, T>,
    metric: &QuotientMetric<G>,
    pairs: &[(usize, usize)],
) -> Result<Vec<f64>, AnalysisError> {
    const OPERATION: &str = "quotient_distances";
    checks::same(OPERATION, "columns", metric.representation().dim(), codes.ncols())?;
    check_pairs(OPERATION, codes.nrows(), pairs)?;
    let codes = checks::to_f64(OPERATION, codes)?;
    let distance =
        |(i, j): &(usize, usize)| metric.distance(&codes.row(*i).to_vec(), &codes.row(*j).to_vec());
    Ok(pairs.par_iter().map(distance).collect())
}

fn check_pairs(
    operation: &'static str,
    n: usize,
    pairs: &[(usize, usize)],
) -> Result<(), AnalysisError> {
    match pairs.iter().find(|(i, j)| *i >= n || *j >= n) {
        None => Ok(()),
        Some((i, j)) => Err(AnalysisError::Shape {
            operation,
            expected: format!("pairs of rows below {n}"),
            got: format!("({i}, {j})"),
        }),
    }
}
