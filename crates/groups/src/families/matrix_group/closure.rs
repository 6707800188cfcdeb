//! All products of some orthogonal matrices.

use std::collections::HashMap;

use nalgebra::DMatrix;

use super::MatrixGroup;
use crate::GroupError;
use crate::linalg::orthogonal::{ROUNDED, nearest_orthogonal, off_orthogonal, polish};

/// What is known of a group that is being generated.
#[derive(Debug)]
pub(super) struct Closure {
    pub(super) list: MatrixList,
    /// `left[s][a]` is the number of generator `s` times element `a`.
    pub(super) left: Vec<Vec<usize>>,
    /// Element number `i + 1` is the generator times the earlier element of step `i`.
    pub(super) steps: Vec<(usize, usize)>,
}

/// When matrices are equal, and when they are not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tolerance {
    /// Largest difference of entries of equal ones.
    pub(super) same: f64,
    /// Above this they are distinct; between both nobody can tell.
    pub(super) distinct: f64,
}

impl Tolerance {
    /// Of matrices that are right to rounding.
    pub(super) const EXACT: Self =
        Self { same: MatrixGroup::TOLERANCE, distinct: 100.0 * MatrixGroup::TOLERANCE };

    /// Of products of matrices that were rounded to the digits of a 32-bit number.
    pub(super) const ROUNDED: Self = Self { same: 1e-5, distinct: 1e-3 };
}

/// Rounds of [`Closure::refined`]; each squares the error.
const ROUNDS: usize = 4;

impl Closure {
    /// Forms products until no new one appears. Each is made orthogonal to rounding again, so that errors do
    /// not add up.
    pub(super) fn of(
        generators: &[DMatrix<f64>],
        limit: usize,
        tolerance: Tolerance,
        name: &str,
    ) -> Result<Self, GroupError> {
        let dim = generators.first().map_or(0, DMatrix::nrows);
        let mut list = MatrixList { dim, tolerance, matrices: vec![], buckets: HashMap::new() };
        list.find_or_insert(DMatrix::identity(dim, dim), name)?;
        let mut left: Vec<Vec<usize>> = vec![vec![]; generators.len()];
        let mut steps = Vec::new();
        let mut next = 0;
        while next < list.matrices.len() {
            for (generator, m) in generators.iter().enumerate() {
                let known = list.matrices.len();
                let product = list.find_or_insert(polish(m * &list.matrices[next]), name)?;
                left[generator].push(product);
                if product == known {
                    steps.push((generator, next));
                }
                if list.matrices.len() > limit {
                    let (operation, group) = ("the closure of matrices", name.to_owned());
                    return Err(GroupError::TooManyFound { operation, group, limit });
                }
            }
            next += 1;
        }
        Ok(Self { list, left, steps })
    }

    /// The closure of generators that were rounded: the group is found with the wider tolerance, then the
    /// generators become those of a representation of it.
    ///
    /// `ρ(s) = |G|⁻¹ Σ_g M_sg M_gᵀ`, made orthogonal, obeys the law to the square of the error of `M` (Grove,
    /// Karcher & Ruh 1974, *Group actions and curvature*).
    pub(super) fn of_rounded(
        generators: &[DMatrix<f64>],
        limit: usize,
        name: &str,
    ) -> Result<Self, GroupError> {
        let one = DMatrix::identity(generators[0].nrows(), generators[0].ncols());
        for m in generators {
            // So near the identity it is not a rounding of it, and no other element can be meant.
            let distance = (m - &one).amax();
            if distance > Tolerance::EXACT.same && distance <= Tolerance::ROUNDED.distinct {
                return Err(ambiguous(name, distance, Tolerance::EXACT));
            }
        }
        let rough = Self::of(generators, limit, Tolerance::ROUNDED, name)?;
        let refined = rough.refined(generators);
        let moved = generators.iter().zip(&refined).map(|(m, refined)| (m - refined).amax());
        let moved = moved.fold(0.0, f64::max);
        let exact = Self::of(&refined, limit, Tolerance::EXACT, name)?;
        if exact.left == rough.left && moved <= ROUNDED {
            return Ok(exact);
        }
        Err(ambiguous(name, moved, Tolerance::EXACT))
    }

    fn refined(&self, generators: &[DMatrix<f64>]) -> Vec<DMatrix<f64>> {
        let (order, dim) = (self.list.matrices.len(), self.list.dim);
        let mut generators = generators.to_vec();
        for _ in 0..ROUNDS {
            let mut matrices = vec![DMatrix::identity(dim, dim)];
            for &(generator, from) in &self.steps {
                matrices.push(polish(&generators[generator] * &matrices[from]));
            }
            for (m, left) in generators.iter_mut().zip(&self.left) {
                let mut sum = DMatrix::zeros(dim, dim);
                for (g, &sg) in left.iter().enumerate() {
                    sum += &matrices[sg] * matrices[g].transpose();
                }
                *m = nearest_orthogonal(&(sum / order as f64));
            }
        }
        generators
    }
}

fn ambiguous(group: &str, distance: f64, tolerance: Tolerance) -> GroupError {
    GroupError::Ambiguous { group: group.to_owned(), distance, tolerance: tolerance.same }
}

/// Matrices with a hash of a random functional of their entries, by which equal ones are found.
#[derive(Debug)]
pub(super) struct MatrixList {
    pub(super) dim: usize,
    pub(super) matrices: Vec<DMatrix<f64>>,
    tolerance: Tolerance,
    buckets: HashMap<i64, Vec<usize>>,
}

impl MatrixList {
    /// `Σ w_ij m_ij` with weights of absolute sum at most 1, in units of [`Tolerance::distinct`]: that of
    /// a matrix closer than one unit is in the same or a neighbouring bucket.
    fn bucket(&self, m: &DMatrix<f64>) -> i64 {
        let scale = (m.len() as f64).recip();
        let sum: f64 =
            m.iter().enumerate().map(|(i, v)| v * scale * (1.0 + 1.7 * i as f64).cos()).sum();
        (sum / self.tolerance.distinct).floor() as i64
    }

    pub(super) fn nearest(&self, m: &DMatrix<f64>) -> Option<(usize, f64)> {
        let bucket = self.bucket(m);
        (bucket - 1..=bucket + 1)
            .filter_map(|b| self.buckets.get(&b))
            .flatten()
            .map(|&i| (i, (&self.matrices[i] - m).amax()))
            .min_by(|a, b| a.1.total_cmp(&b.1))
    }

    fn find_or_insert(&mut self, m: DMatrix<f64>, group: &str) -> Result<usize, GroupError> {
        match self.nearest(&m) {
            Some((index, distance)) if distance <= self.tolerance.same => Ok(index),
            Some((_, distance)) if distance <= self.tolerance.distinct => {
                Err(ambiguous(group, distance, self.tolerance))
            }
            _ => {
                let index = self.matrices.len();
                self.buckets.entry(self.bucket(&m)).or_default().push(index);
                self.matrices.push(m);
                Ok(index)
            }
        }
    }
}

/// How far a matrix is from orthogonal, or why it is not at all.
pub(super) fn off(m: &DMatrix<f64>, dim: usize, most: f64) -> Result<f64, String> {
    if m.shape() != (dim, dim) {
        return Err(format!("of shape {}×{}", m.nrows(), m.ncols()));
    }
    let off = off_orthogonal(m);
    // Not `off > …`, which would let NaN through.
    let orthogonal = off <= most;
    if orthogonal { Ok(off) } else { Err(format!("off by {off:.1e}")) }
}
