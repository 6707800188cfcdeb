//! Templates in every pose: what filter banks are made of.

use groups::{FiniteGroup, GroupError, Real, Representation, linalg};
use ndarray::{Array2, ArrayView2, ArrayViewMut1};

use crate::ProjectionError;

/// The most numbers that the transformed templates may hold: 1 GiB in `f32`.
const TABLE_LIMIT: usize = 1 << 28;

/// All `ρ(g)t_i`, up to a factor.
#[derive(Debug, Clone)]
pub(crate) struct Poses<T: Real> {
    /// `(k·N, D)`: the `N` poses of a template in successive rows.
    table: Array2<T>,
    order: usize,
}

impl<T: Real> Poses<T> {
    /// The poses of the given templates, one a row, each times `scale`.
    pub(crate) fn new<G: FiniteGroup>(
        projection: &'static str,
        representation: &Representation<G>,
        templates: ArrayView2<'_, T>,
        scale: f64,
    ) -> Result<Self, ProjectionError> {
        let (group, dim) = (representation.group(), representation.dim());
        crate::projection::check(projection, dim, templates)?;
        let (k, order) = (templates.nrows(), group.order());
        if k == 0 {
            return Err(ProjectionError::NoOutputs { projection });
        }
        if order.saturating_mul(k).saturating_mul(dim) > TABLE_LIMIT {
            return Err(ProjectionError::Group(GroupError::TooLarge {
                operation: projection,
                group: group.name(),
                order,
                limit: TABLE_LIMIT / (k * dim).max(1),
            }));
        }
        let scale = T::of(scale);
        let mut table = Array2::zeros((k * order, dim));
        for (j, g) in group.elements().enumerate() {
            let operator = representation.operator(&g);
            for (i, template) in templates.rows().into_iter().enumerate() {
                let moved = operator.apply(&template.to_vec());
                for (out, value) in table.row_mut(i * order + j).iter_mut().zip(moved) {
                    *out = value * scale;
                }
            }
        }
        Ok(Self { table, order })
    }

    pub(crate) fn table(&self) -> ArrayView2<'_, T> {
        self.table.view()
    }

    /// `N`.
    pub(crate) fn order(&self) -> usize {
        self.order
    }

    /// `k`.
    pub(crate) fn templates(&self) -> usize {
        self.table.nrows() / self.order
    }

    /// `D`.
    pub(crate) fn dim(&self) -> usize {
        self.table.ncols()
    }

    /// `(Σ_i ‖t_i‖²)^{1/2}`, with the factor.
    pub(crate) fn norm(&self) -> f64 {
        let squares: f64 = self.table.iter().map(|v| v.as_f64().powi(2)).sum();
        (squares / self.order as f64).sqrt()
    }

    /// Calls `reduce(code, template, products)` with the `N` products of every code and template, as
    /// one dense product of all.
    pub(crate) fn reduce(
        &self,
        codes: ArrayView2<'_, T>,
        mut reduce: impl FnMut(usize, usize, ArrayViewMut1<'_, T>),
    ) {
        let mut products = Array2::zeros((codes.nrows(), self.table.nrows()));
        linalg::matmul(T::one(), codes, self.table.t(), T::zero(), products.view_mut());
        for (code, mut products) in products.rows_mut().into_iter().enumerate() {
            for (template, poses) in products.exact_chunks_mut(self.order).into_iter().enumerate() {
                reduce(code, template, poses);
            }
        }
    }
}
