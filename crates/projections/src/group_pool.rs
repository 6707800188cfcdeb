//! Pooling over the group: one number a field.

use std::fmt;
use std::marker::PhantomData;

use groups::{Group, Real, Representation};
use ndarray::{ArrayView2, ArrayViewMut2};
use pulp::{Simd, WithSimd};

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

    /// The statistic of every field of `order` values that follow one another.
    #[inline(always)]
    fn of_fields<T: Real>(values: &[T], order: usize, out: &mut [T]) {
        for (out, field) in out.iter_mut().zip(values.chunks_exact(order)) {
            *out = Self::of(field.iter().copied());
        }
    }
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

    #[inline(always)]
    fn of_fields<T: Real>(values: &[T], order: usize, out: &mut [T]) {
        let mean = |sum: f64| <T as Real>::of(sum / order as f64);
        halved(values, order, out, |v| v.as_f64(), |a, b| a + b, mean);
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

    #[inline(always)]
    fn of_fields<T: Real>(values: &[T], order: usize, out: &mut [T]) {
        let larger = |a: T, b: T| if b > a { b } else { a };
        halved(values, order, out, |v| v, larger, |largest| largest);
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

/// Values that are halved at once: they stay in the nearest cache.
const BLOCK: usize = 2048;

/// `op` over each `order` values that follow one another, of their kind `A` that `lift` makes. Neighbours
/// are taken together while `order` is even, all pairs side by side in vector registers, and `rest`
/// gets what `op` leaves of each field.
#[inline(always)]
fn halved<T: Real, A: Copy + Default>(
    values: &[T],
    order: usize,
    out: &mut [T],
    lift: impl Fn(T) -> A,
    op: impl Fn(A, A) -> A,
    rest: impl Fn(A) -> T,
) {
    let reduce = |field: &[A]| rest(field[1..].iter().fold(field[0], |a, b| op(a, *b)));
    let mut half = [A::default(); BLOCK];
    let fields = (2 * BLOCK / order).max(1);
    for (values, out) in values.chunks(fields * order).zip(out.chunks_mut(fields)) {
        if order % 2 == 1 || values.len() > 2 * BLOCK {
            for (out, field) in out.iter_mut().zip(values.chunks_exact(order)) {
                let sum = field[1..].iter().fold(lift(field[0]), |a, b| op(a, lift(*b)));
                *out = rest(sum);
            }
            continue;
        }
        let (mut order, mut len) = (order / 2, values.len() / 2);
        for (half, pair) in half.iter_mut().zip(values.chunks_exact(2)) {
            *half = op(lift(pair[0]), lift(pair[1]));
        }
        let mut quarter = [A::default(); BLOCK / 2];
        while order % 2 == 0 {
            (order, len) = (order / 2, len / 2);
            for (quarter, pair) in quarter.iter_mut().zip(half[..2 * len].chunks_exact(2)) {
                *quarter = op(pair[0], pair[1]);
            }
            half[..len].copy_from_slice(&quarter[..len]);
        }
        for (out, field) in out.iter_mut().zip(half[..len].chunks_exact(order)) {
            *out = reduce(field);
        }
    }
}

/// All fields of a block of codes.
struct Fields<'a, S, T> {
    values: &'a [T],
    order: usize,
    out: &'a mut [T],
    statistic: PhantomData<S>,
}

impl<S: Statistic, T: Real> WithSimd for Fields<'_, S, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<V: Simd>(self, _: V) {
        S::of_fields(self.values, self.order, self.out);
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
        if let (Some(order), Some(values), Some(out)) =
            (self.order, codes.as_slice(), out.as_slice_mut())
        {
            let statistic = PhantomData::<S>;
            return pulp::Arch::new().dispatch(Fields { values, order, out, statistic });
        }
        for (code, mut out) in codes.rows().into_iter().zip(out.rows_mut()) {
            for (out, field) in out.iter_mut().zip(&self.fields) {
                *out = S::of(field.iter().map(|&i| code[i]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use groups::Cyclic;

    use super::*;
    use crate::random::gaussian;

    /// Pairs of neighbours give the maximum and the mean of each field, for odd and even orders, short
    /// and long.
    #[test]
    fn halving_is_pooling() {
        for order in [1, 2, 3, 6, 8, 12, 64, 1000, 4096, 5000] {
            let rep = Representation::regular(&Cyclic::new(order).unwrap()).copies(37);
            let (pool, codes) = (GroupMax::new(&rep).unwrap(), gaussian::<f32>(3, rep.dim(), 7));
            let pooled = pool.project(codes.view()).unwrap();
            for (code, pooled) in codes.rows().into_iter().zip(pooled.rows()) {
                let code = code.to_vec();
                let largest =
                    |field: &[f32]| field.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                let expected: Vec<f32> = code.chunks_exact(order).map(largest).collect();
                assert_eq!(pooled.to_vec(), expected, "C{order}");
            }
        }
    }
}
