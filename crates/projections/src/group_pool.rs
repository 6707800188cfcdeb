//! Pooling over the group: one number a field.

use std::fmt;
use std::marker::PhantomData;

use groups::{Group, Real, Representation};
use ndarray::{ArrayView2, ArrayViewMut2};

use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// A statistic of the values of one field that does not depend on their order.
pub trait Statistic: fmt::Debug + Send + Sync + 'static {
    /// The name of the projection.
    const NAME: &'static str;
    /// Its formula.
    const FORMULA: &'static str;

    /// Its Lipschitz constant on `count ≥ 1` values in the Euclidean norm, not increasing in `count`.
    fn lipschitz(count: usize) -> f64;

    /// The statistic of at least one value.
    fn of<T: Real>(values: impl Iterator<Item = T> + Clone) -> T;
}

/// `N⁻¹ Σ_h z_f(h)`.
#[derive(Debug, Clone, Copy)]
pub struct Mean;

/// `max_h z_f(h)`.
#[derive(Debug, Clone, Copy)]
pub struct Max;

/// `(Σ_h z_f(h)²)^{1/2}`.
#[derive(Debug, Clone, Copy)]
pub struct Norm;

impl Statistic for Mean {
    const NAME: &'static str = "group-mean";
    const FORMULA: &'static str = "mean_h z_f(h)";

    fn lipschitz(count: usize) -> f64 {
        (count as f64).sqrt().recip()
    }

    fn of<T: Real>(values: impl Iterator<Item = T> + Clone) -> T {
        // In f64, so that the sum does not depend on where the orbit starts beyond rounding of T.
        let (sum, count) = values.fold((0.0, 0.0), |(s, n), v| (s + v.as_f64(), n + 1.0));
        <T as Real>::of(sum / count)
    }
}

impl Statistic for Max {
    const NAME: &'static str = "group-max";
    const FORMULA: &'static str = "max_h z_f(h)";

    fn lipschitz(_: usize) -> f64 {
        1.0
    }

    fn of<T: Real>(values: impl Iterator<Item = T> + Clone) -> T {
        values.fold(T::neg_infinity(), T::max)
    }
}

impl Statistic for Norm {
    const NAME: &'static str = "group-norm";
    const FORMULA: &'static str = "(Σ_h z_f(h)²)^{1/2}";

    fn lipschitz(_: usize) -> f64 {
        1.0
    }

    fn of<T: Real>(values: impl Iterator<Item = T> + Clone) -> T {
        // Scaled, so that neither huge nor tiny values overflow or vanish.
        let largest = values.clone().map(|v| v.as_f64().abs()).fold(0.0, f64::max);
        if largest == 0.0 {
            return T::zero();
        }
        let sum: f64 = values.map(|v| (v.as_f64() / largest).powi(2)).sum();
        <T as Real>::of(largest * sum.sqrt())
    }
}

/// A statistic of each field: each orbit of coordinates of a representation that moves coordinates.
///
/// Invariant field by field, so it divides by `G^F` and not by the diagonal `G`: the relative pose
/// of the fields is lost.
#[derive(Debug, Clone)]
pub struct GroupPool<S> {
    /// Orbits of coordinates.
    pub(crate) fields: Vec<Vec<usize>>,
    /// The number of coordinates of each field where fields lie one after the other.
    order: Option<usize>,
    dim: usize,
    statistic: PhantomData<S>,
}

/// The mean of each field: [`Reynolds`](crate::Reynolds) up to scale.
pub type GroupMean = GroupPool<Mean>;
/// The maximum of each field.
pub type GroupMax = GroupPool<Max>;
/// The norm of each field.
pub type GroupNorm = GroupPool<Norm>;

impl<S: Statistic> GroupPool<S> {
    /// Pools the fields of a representation that moves coordinates.
    ///
    /// # Errors
    /// [`ProjectionError::NotApplicable`] for any other representation.
    pub fn new<G: Group>(representation: &Representation<G>) -> Result<Self, ProjectionError> {
        let fields =
            representation.coordinate_orbits().ok_or_else(|| ProjectionError::NotApplicable {
                projection: S::NAME,
                requirement: "a representation that moves coordinates (regular, quotient, permutation)",
                representation: representation.name(),
            })?;
        let dim = representation.dim();
        let order = fields.first().map(Vec::len).filter(|order| {
            fields.iter().all(|field| field.len() == *order)
                && fields.iter().flatten().copied().eq(0..dim)
        });
        Ok(Self { fields, order, dim, statistic: PhantomData })
    }
}

impl<S: Statistic, T: Real> Projection<T> for GroupPool<S> {
    fn metadata(&self) -> Metadata {
        let smallest = self.fields.iter().map(Vec::len).min().unwrap_or(1);
        Metadata {
            name: S::NAME,
            formula: S::FORMULA,
            guarantee: Guarantee::Lossy,
            lipschitz: Lipschitz::at_most(S::lipschitz(smallest)),
            cross_section: false,
            because: "each field is reduced by itself: the relative pose of the fields is lost",
            source: "Cohen & Welling 2016, §6.3 (coset pooling)",
        }
    }

    fn input_dim(&self) -> usize {
        self.dim
    }

    fn output_dim(&self) -> usize {
        self.fields.len()
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        for (code, mut out) in codes.rows().into_iter().zip(out.rows_mut()) {
            if let (Some(order), Some(code)) = (self.order, code.as_slice()) {
                for (out, field) in out.iter_mut().zip(code.chunks_exact(order)) {
                    *out = S::of(field.iter().copied());
                }
                continue;
            }
            for (out, field) in out.iter_mut().zip(&self.fields) {
                *out = S::of(field.iter().map(|&i| code[i]));
            }
        }
    }
}
