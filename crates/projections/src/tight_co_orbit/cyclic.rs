//! Frames of cyclic groups, by Fourier coefficients.

use std::f64::consts::TAU;

use groups::{FiniteGroup, Representation, Structure};
use ndarray::{Array2, ArrayView1};

use super::span::Basis;

/// `F` regular fields of `C_N`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    order: usize,
    count: usize,
}

impl Fields {
    pub(super) fn of<G: FiniteGroup>(representation: &Representation<G>) -> Option<Self> {
        let Structure::Cyclic { order } = representation.group().structure() else { return None };
        let count = representation.regular_fields().filter(|count| *count > 0)?;
        Some(Self { order, count })
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Cosines and sines of each frequency from 1 to `N/2`, field by field.
    pub(super) fn components(&self) -> Vec<Array2<f64>> {
        let (n, fields) = (self.order, self.count);
        let component = |frequency: usize| {
            let single = 2 * frequency == n;
            let (waves, scale) = if single { (1, 1.0) } else { (2, 2.0) };
            let scale = (scale / n as f64).sqrt();
            Array2::from_shape_fn((waves * fields, n * fields), |(row, column)| {
                let (field, wave) = (row / waves, row % waves);
                let angle = TAU * (frequency * (column % n) % n) as f64 / n as f64;
                let value = if wave == 0 { angle.cos() } else { angle.sin() };
                if column / n == field { scale * value } else { 0.0 }
            })
        };
        (1..=n / 2).map(component).collect()
    }

    /// `Σ_g ρ(g) A ρ(g)ᵀ`: sums along the diagonals of each block.
    pub(super) fn sum_over_group(&self, a: &Array2<f64>) -> Array2<f64> {
        let n = self.order;
        let mut diagonals = vec![0.0; self.count * self.count * n];
        let place = |i: usize, j: usize| (i / n * self.count + j / n) * n + (i % n + n - j % n) % n;
        a.indexed_iter().for_each(|((i, j), value)| diagonals[place(i, j)] += value);
        Array2::from_shape_fn(a.dim(), |(i, j)| diagonals[place(i, j)])
    }
}

/// The frequency of each isotypic component, where the group is `C_N`: the generator's trace on it is
/// `D_c cos(2πj/N)`.
pub(super) fn frequencies<G: FiniteGroup>(
    representation: &Representation<G>,
    components: &[Array2<f64>],
) -> Option<Vec<usize>> {
    let group = representation.group();
    let Structure::Cyclic { order } = group.structure() else { return None };
    let turn = representation.operator(&group.element(1 % order));
    let frequency = |basis: &Array2<f64>| {
        let row = |row: ArrayView1<'_, f64>| row.dot(&ArrayView1::from(&turn.apply(&row.to_vec())));
        let trace: f64 = basis.rows().into_iter().map(row).sum();
        let angle = (trace / basis.nrows() as f64).clamp(-1.0, 1.0).acos();
        (angle / TAU * order as f64).round() as usize
    };
    Some(components.iter().map(frequency).collect())
}

/// Orthonormal rows that span the sorted values of a template in one component: `⟨z, ρ(r^k)t⟩ = A cos(φ + 2πjk/N)`,
/// which have one order for all `A` and `φ` but for turns by `2πj/N`. Two rows, or one where the values are
/// `±A`.
pub(super) fn span(order: usize, frequency: usize) -> Array2<f64> {
    let step = frequency as f64 * TAU / order as f64;
    let rows = Array2::from_shape_fn((PHASES, order), |(i, k)| (i as f64 + step * k as f64).cos());
    let mut sorted = rows.clone();
    for (mut sorted, row) in sorted.rows_mut().into_iter().zip(rows.rows()) {
        let mut values = row.to_vec();
        values.sort_unstable_by(f64::total_cmp);
        sorted.assign(&ArrayView1::from(&values));
    }
    let mut basis = Basis { rows: Array2::zeros((0, order)), largest: 0.0 };
    basis.add(sorted.view());
    basis.rows
}

/// Phases at which values are sorted.
const PHASES: usize = 16;
