//! `ρ(g)` for one `g`, ready to be applied to many codes.

use nalgebra::DMatrix;
use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;

use crate::{Permutation, Real};

/// Entries of matrices this close to ±1 are.
const ROUNDING: f64 = 1e-9;

/// The linear map `ρ(g)` of one group element: block diagonal, each block a permutation or a small
/// dense matrix.
#[derive(Debug, Clone)]
pub struct Operator {
    dim: usize,
    terms: Vec<(OperatorBlock, usize)>,
}

#[derive(Debug, Clone)]
pub(crate) enum OperatorBlock {
    Identity {
        dim: usize,
    },
    /// Output `i` is input `sources[i]`.
    Gather {
        sources: Vec<usize>,
    },
    /// Output `i` is input `sources[i]`, or minus it.
    Signed {
        sources: Vec<usize>,
        negative: Vec<bool>,
    },
    Matrix(DMatrix<f64>),
}

impl OperatorBlock {
    /// The map `out[σ(i)] = z[i]`.
    pub(crate) fn gathering(sigma: &Permutation) -> Self {
        Self::Gather { sources: sigma.inverse().into() }
    }

    fn dim(&self) -> usize {
        match self {
            Self::Identity { dim } => *dim,
            Self::Gather { sources } | Self::Signed { sources, .. } => sources.len(),
            Self::Matrix(m) => m.nrows(),
        }
    }

    fn apply<T: Real>(&self, z: &[T], out: &mut [T]) {
        match self {
            Self::Identity { .. } => out.copy_from_slice(z),
            Self::Gather { sources } => {
                for (out, &source) in out.iter_mut().zip(sources) {
                    *out = z[source];
                }
            }
            Self::Signed { sources, negative } => {
                for ((out, &source), &negative) in out.iter_mut().zip(sources).zip(negative) {
                    *out = if negative { -z[source] } else { z[source] };
                }
            }
            Self::Matrix(m) => {
                for (i, out) in out.iter_mut().enumerate() {
                    let sum: f64 = z.iter().enumerate().map(|(j, v)| m[(i, j)] * v.as_f64()).sum();
                    *out = T::of(sum);
                }
            }
        }
    }
}

impl Operator {
    pub(crate) fn new(dim: usize, terms: impl Iterator<Item = (OperatorBlock, usize)>) -> Self {
        Self { dim, terms: terms.collect() }
    }

    /// Dimension of the space it acts on.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Writes `ρ(g)z` to `out`.
    ///
    /// # Panics
    /// If `z` or `out` does not have [`dim`](Self::dim) entries.
    pub fn apply_into<T: Real>(&self, z: &[T], out: &mut [T]) {
        assert_eq!(z.len(), self.dim, "a code of dimension {} was expected", self.dim);
        assert_eq!(out.len(), self.dim, "an output of dimension {} was expected", self.dim);
        let mut offset = 0;
        for (block, copies) in &self.terms {
            let dim = block.dim();
            for _ in 0..*copies {
                let range = offset..offset + dim;
                block.apply(&z[range.clone()], &mut out[range]);
                offset += dim;
            }
        }
    }

    /// `ρ(g)z`.
    ///
    /// # Panics
    /// If `z` does not have [`dim`](Self::dim) entries.
    pub fn apply<T: Real>(&self, z: &[T]) -> Vec<T> {
        let mut out = vec![T::zero(); self.dim];
        self.apply_into(z, &mut out);
        out
    }

    /// `ρ(g)z` for each row `z` of a batch, in parallel.
    ///
    /// # Panics
    /// If rows do not have [`dim`](Self::dim) entries.
    pub fn apply_rows<T: Real>(&self, codes: ArrayView2<'_, T>) -> Array2<T> {
        let codes = codes.as_standard_layout();
        let mut moved = Array2::zeros(codes.raw_dim());
        moved
            .axis_iter_mut(Axis(0))
            .into_par_iter()
            .zip(codes.axis_iter(Axis(0)).into_par_iter())
            .for_each(|(mut out, code)| {
                // Rows of arrays in standard layout are slices.
                if let (Some(out), Some(code)) = (out.as_slice_mut(), code.as_slice()) {
                    self.apply_into(code, out);
                }
            });
        moved
    }

    /// The map as a dense matrix.
    pub fn matrix(&self) -> DMatrix<f64> {
        let mut matrix = DMatrix::zeros(self.dim, self.dim);
        let mut unit = vec![0.0; self.dim];
        for j in 0..self.dim {
            unit[j] = 1.0;
            let column = self.apply(&unit);
            unit[j] = 0.0;
            matrix.column_mut(j).copy_from_slice(&column);
        }
        matrix
    }

    /// The trace, `χ_ρ(g)`.
    pub fn trace(&self) -> f64 {
        self.terms
            .iter()
            .map(|(block, copies)| {
                let trace = match block {
                    OperatorBlock::Identity { dim } => *dim as f64,
                    OperatorBlock::Gather { sources } => {
                        sources.iter().enumerate().filter(|&(i, &s)| i == s).count() as f64
                    }
                    OperatorBlock::Signed { sources, negative } => {
                        let fixed = (0..sources.len()).filter(|&i| sources[i] == i);
                        fixed.map(|i| if negative[i] { -1.0 } else { 1.0 }).sum()
                    }
                    OperatorBlock::Matrix(m) => m.trace(),
                };
                trace * *copies as f64
            })
            .sum()
    }

    /// Offset, number of copies and matrix of each dense block.
    pub(crate) fn dense_blocks(&self) -> impl Iterator<Item = (usize, usize, &DMatrix<f64>)> {
        let mut next = 0;
        self.terms.iter().filter_map(move |(block, copies)| {
            let offset = next;
            next += block.dim() * copies;
            match block {
                OperatorBlock::Matrix(matrix) => Some((offset, *copies, matrix)),
                _ => None,
            }
        })
    }

    /// Its permutation of coordinates, for each coordinate of the output the one of the input, or
    /// nothing where a block is a dense matrix.
    pub fn sources(&self) -> Option<Vec<usize>> {
        let mut all = Vec::with_capacity(self.dim);
        for (block, copies) in &self.terms {
            for _ in 0..*copies {
                let offset = all.len();
                match block {
                    OperatorBlock::Identity { dim } => all.extend(offset..offset + dim),
                    OperatorBlock::Gather { sources } => {
                        all.extend(sources.iter().map(|s| offset + s));
                    }
                    OperatorBlock::Signed { .. } | OperatorBlock::Matrix(_) => return None,
                }
            }
        }
        Some(all)
    }

    /// As [`sources`](Self::sources), with whether the sign changes on the way, for maps that do no more.
    pub(crate) fn signed_sources(&self) -> Option<Vec<(usize, bool)>> {
        let mut all = Vec::with_capacity(self.dim);
        for (block, copies) in &self.terms {
            for _ in 0..*copies {
                let offset = all.len();
                match block {
                    OperatorBlock::Identity { dim } => {
                        all.extend((offset..offset + dim).map(|i| (i, false)));
                    }
                    OperatorBlock::Gather { sources } => {
                        all.extend(sources.iter().map(|s| (offset + s, false)));
                    }
                    OperatorBlock::Signed { sources, negative } => {
                        all.extend(sources.iter().zip(negative).map(|(s, n)| (offset + s, *n)));
                    }
                    OperatorBlock::Matrix(m) => {
                        for row in m.row_iter() {
                            let (source, entry) = row
                                .iter()
                                .enumerate()
                                .max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))?;
                            // The rows of an orthogonal matrix have length 1.
                            if (entry.abs() - 1.0).abs() > ROUNDING {
                                return None;
                            }
                            all.push((offset + source, *entry < 0.0));
                        }
                    }
                }
            }
        }
        Some(all)
    }
}
