//! Templates in every pose: what filter banks are made of.

use groups::{FiniteGroup, GroupError, Real, Representation, linalg};
use ndarray::{Array2, ArrayView2, ArrayViewMut2};
use pulp::{Simd, WithSimd};

use crate::ProjectionError;
use crate::correlation::Correlation;
use crate::network::merge_exchange;

/// The most numbers that the transformed templates may hold: 1 GiB in `f32`.
const TABLE_LIMIT: usize = 1 << 28;

/// The most poses of all templates, `kN`. Every code of a block is multiplied with all of them: 512 MiB
/// for each thread.
const POSES_LIMIT: usize = 1 << 19;

/// The largest group whose elements are listed.
const LISTING_LIMIT: usize = 50_000;

/// All `ρ(g)t_i`, up to a factor.
#[derive(Debug, Clone)]
pub(crate) struct Poses<T: Real> {
    /// `(N·k, D)`: the `k` templates in the first pose, then in the second, and so on.
    table: Array2<T>,
    order: usize,
    /// The same products by Fourier coefficients, where this is cheaper.
    correlation: Option<Correlation<T>>,
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
        let (most, name) = (Self::most_templates(representation), group.name());
        if most == 0 {
            let limit = POSES_LIMIT.min(TABLE_LIMIT / dim.max(1)).min(LISTING_LIMIT);
            let (operation, group) = (projection, name);
            let error = GroupError::TooLarge { operation, group, order, limit };
            return Err(ProjectionError::Group(error));
        }
        if k > most {
            let (group, templates) = (name, k);
            return Err(ProjectionError::TooManyTemplates {
                projection,
                group,
                order,
                templates,
                most,
            });
        }
        let scale = T::of(scale);
        let mut table = Array2::zeros((k * order, dim));
        for (j, g) in group.elements().enumerate() {
            let operator = representation.operator(&g);
            for (i, template) in templates.rows().into_iter().enumerate() {
                let moved = operator.apply(&template.to_vec());
                for (out, value) in table.row_mut(j * k + i).iter_mut().zip(moved) {
                    *out = value * scale;
                }
            }
        }
        let correlation = Correlation::of(representation, templates, scale.as_f64());
        Ok(Self { table, order, correlation })
    }

    /// The most templates whose poses fit.
    pub(crate) fn most_templates<G: FiniteGroup>(representation: &Representation<G>) -> usize {
        let (order, dim) = (representation.group().order(), representation.dim());
        match order <= LISTING_LIMIT {
            true => POSES_LIMIT.min(TABLE_LIMIT / dim.max(1)) / order,
            false => 0,
        }
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

    /// The largest value of each template over all poses, for each code.
    pub(crate) fn largest(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        if let Some(correlation) = &self.correlation {
            return correlation.largest(codes, out);
        }
        let mut values = vec![T::zero(); self.templates()];
        self.reduce(codes, |code, products| {
            largest(products, self.templates(), &mut values);
            out.row_mut(code).iter_mut().zip(&values).for_each(|(out, v)| *out = *v);
        });
    }

    /// Calls `reduce(code, products)` with the `N·k` products of every code: those of all templates
    /// in the first pose, then in the second, and so on.
    pub(crate) fn reduce(&self, codes: ArrayView2<'_, T>, mut reduce: impl FnMut(usize, &mut [T])) {
        if let Some(correlation) = &self.correlation {
            return correlation.reduce(codes, reduce);
        }
        let mut products = Array2::zeros((codes.nrows(), self.table.nrows()));
        linalg::matmul(T::one(), codes, self.table.t(), T::zero(), products.view_mut());
        for (code, mut products) in products.rows_mut().into_iter().enumerate() {
            if let Some(products) = products.as_slice_mut() {
                reduce(code, products);
            }
        }
    }
}

/// The largest value of each template over all poses.
pub(crate) fn largest<T: Real>(products: &[T], templates: usize, out: &mut [T]) {
    pulp::Arch::new().dispatch(Largest { products, templates, out });
}

/// Sorts the values of each template over all poses: afterwards those in the first pose are the
/// smallest. By a network, so that all templates go side by side.
pub(crate) fn sort<T: Real>(products: &mut [T], templates: usize) {
    pulp::Arch::new().dispatch(Sorted { products, templates });
}

struct Largest<'a, T> {
    products: &'a [T],
    templates: usize,
    out: &'a mut [T],
}

impl<T: Real> WithSimd for Largest<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { products, templates, out } = self;
        out.copy_from_slice(&products[..templates]);
        for pose in products[templates..].chunks_exact(templates) {
            for (largest, &value) in out.iter_mut().zip(pose) {
                *largest = if value > *largest { value } else { *largest };
            }
        }
    }
}

struct Sorted<'a, T> {
    products: &'a mut [T],
    templates: usize,
}

impl<T: Real> WithSimd for Sorted<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { products, templates } = self;
        merge_exchange(products.len() / templates, |i, j| {
            let (before, after) = products.split_at_mut(j * templates);
            let low = &mut before[i * templates..][..templates];
            for (low, high) in low.iter_mut().zip(&mut after[..templates]) {
                let (a, b) = (*low, *high);
                *low = if b < a { b } else { a };
                *high = if b < a { a } else { b };
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use groups::{Cyclic, Dihedral, Group};
    use ndarray::Array1;
    use proptest::prelude::*;

    use super::*;
    use crate::random::gaussian;

    fn products<T: Real>(poses: &Poses<T>, codes: ArrayView2<'_, T>) -> Array2<T> {
        let mut out = Array2::zeros((codes.nrows(), poses.table.nrows()));
        poses.reduce(codes, |code, products| {
            out.row_mut(code).assign(&Array1::from(products.to_vec()));
        });
        out
    }

    fn agree<T: Real>(n: usize, fields: usize, k: usize, seed: u64, tolerance: f64) {
        let rep = Representation::regular(&Cyclic::new(n).unwrap()).copies(fields);
        let templates = gaussian::<T>(k, rep.dim(), seed);
        let poses = Poses::new("test", &rep, templates.view(), 0.7).unwrap();
        let with = |correlation| Poses { correlation, ..poses.clone() };
        let codes = gaussian::<T>(5, rep.dim(), !seed);
        let correlation = Correlation::new(n, fields, templates.view(), 0.7);
        let fast = products(&with(Some(correlation)), codes.view());
        let plain = products(&with(None), codes.view());
        let scale = (rep.dim() as f64).sqrt();
        for (a, b) in fast.iter().zip(&plain) {
            assert!((a.as_f64() - b.as_f64()).abs() < tolerance * scale, "C{n}: {a} {b}");
        }
    }

    proptest! {
        /// Fourier coefficients give the products of the table, for every order and number of fields.
        #[test]
        fn correlation_is_the_table(n in 1usize..40, fields in 1usize..9, k in 1usize..40, seed: u64) {
            agree::<f64>(n, fields, k, seed, 1e-13);
            agree::<f32>(n, fields, k, seed, 1e-5);
        }

        #[test]
        fn sorts(order in 1usize..70, templates in 1usize..5, seed: u64) {
            let mut values = gaussian::<f64>(order, templates, seed);
            let mut expected = values.clone();
            for mut column in expected.columns_mut() {
                let mut sorted = column.to_vec();
                sorted.sort_by(f64::total_cmp);
                column.assign(&Array1::from(sorted));
            }
            let mut greatest = vec![0.0; templates];
            largest(values.as_slice().unwrap(), templates, &mut greatest);
            prop_assert_eq!(&greatest, &expected.row(order - 1).to_vec());
            sort(values.as_slice_mut().unwrap(), templates);
            prop_assert_eq!(values, expected);
        }
    }

    /// Row `j·k + i` is template `i` moved by element `j`.
    #[test]
    fn poses_are_in_the_order_of_the_group() {
        let group = Dihedral::new(3).unwrap();
        let rep = Representation::regular(&group).copies(2);
        let templates = gaussian::<f64>(4, rep.dim(), 1);
        let poses = Poses::new("test", &rep, templates.view(), 1.0).unwrap();
        assert!(poses.correlation.is_none());
        for (j, g) in group.elements().enumerate() {
            for i in 0..4 {
                let moved = rep.act(&g, &templates.row(i).to_vec());
                assert_eq!(poses.table.row(j * 4 + i).to_vec(), moved);
            }
        }
        assert_eq!(group.identity(), group.element(0));
    }
}
