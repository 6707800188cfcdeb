//! Distances as values: [`Euclidean`] between codes, [`Quotient`] between their orbits.
//!
//! Both are of the form `d(z, w) = min_i ‖A_i z − w‖` with orthogonal `A_i`, for which
//!
//! ```text
//! d(z, w)² = ‖z‖² + ‖w‖² − 2 max_i ⟨A_i z, w⟩
//! ```
//!
//! so that all distances between two batches of codes are a few dense products. Whatever searches
//! or ranks codes ([`neighbours`](crate::neighbours), [`metrics`](crate::metrics)) is written once
//! against [`Geometry`].

use std::ops::Range;

use groups::{
    FiniteGroup, Operator, Real, Representation,
    linalg::{matmul, norm},
};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis, Slice};

use crate::AnalysisError;
use crate::blocks::{corner_mut, ranges, rows};
use crate::moments::column_means;

/// Rows of a block of queries. Fixed, so that results do not depend on the number of threads.
pub(crate) const QUERY_ROWS: usize = 256;
/// Rows of a block of base codes: `QUERY_ROWS × BASE_ROWS` distances fit a core's cache.
pub(crate) const BASE_ROWS: usize = 512;

/// Codes that are so much longer without than with their common part taken off are compared without it.
const MUCH: f64 = 64.0;

/// Images of a block of queries are all held at once.
pub(crate) const LARGEST_ORDER: usize = 1024;

/// A distance of the form `min_i ‖A_i z − w‖`, with orthogonal `A_i` closed under inversion.
pub trait Geometry: Sync {
    /// The arrays `(A_i z)` for a batch of codes `z`, one per row: same shape as `codes`, at
    /// least one array.
    fn images(&self, codes: ArrayView2<'_, f64>) -> Vec<Array2<f64>>;

    /// The dimension that codes must have; `None` if any will do.
    fn dim(&self) -> Option<usize>;
}

/// `‖z − w‖`: the distance that ignores the group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Euclidean;

impl Geometry for Euclidean {
    fn images(&self, codes: ArrayView2<'_, f64>) -> Vec<Array2<f64>> {
        vec![codes.to_owned()]
    }

    fn dim(&self) -> Option<usize> {
        None
    }
}

/// `d([z], [w]) = min_g ‖z − ρ(g)w‖`: the distance between orbits, by search over a finite group.
///
/// Costs `|G|` times the Euclidean distance; meant for groups of moderate order.
#[derive(Debug, Clone)]
pub struct Quotient {
    operators: Vec<Operator>,
    dim: usize,
}

impl Quotient {
    /// The quotient by a finite group that acts by `representation`.
    ///
    /// # Errors
    /// - [`AnalysisError::Option`] for more than 1,024 elements: use an invariant projection there;
    /// - [`AnalysisError::NotOrthogonal`] if some element changes the length of a generic code.
    pub fn new<G: FiniteGroup>(representation: &Representation<G>) -> Result<Self, AnalysisError> {
        let dim = representation.dim();
        let order = representation.group().order();
        if order > LARGEST_ORDER {
            return Err(AnalysisError::Option {
                operation: "Quotient::new",
                option: "order of the group",
                expected: "at most 1024",
                got: order.to_string(),
            });
        }
        let operators: Vec<_> =
            representation.group().elements().map(|g| representation.operator(&g)).collect();
        let generic: Vec<f64> = (0..dim).map(|i| (1.0 + i as f64 * 0.7).sin() + 1.5).collect();
        let before = norm(generic.iter().copied());
        for operator in &operators {
            let after = norm(operator.apply(&generic).into_iter());
            if (after - before).abs() > 1e-6 * before {
                let operation = "Quotient::new";
                return Err(AnalysisError::NotOrthogonal { operation, before, after });
            }
        }
        Ok(Self { operators, dim })
    }

    /// `|G|`.
    pub fn order(&self) -> usize {
        self.operators.len()
    }
}

impl Geometry for Quotient {
    fn images(&self, codes: ArrayView2<'_, f64>) -> Vec<Array2<f64>> {
        let mut input = vec![0.0; self.dim];
        let mut output = vec![0.0; self.dim];
        let mut images = vec![Array2::zeros(codes.dim()); self.operators.len()];
        for (row, code) in codes.rows().into_iter().enumerate() {
            for (to, from) in input.iter_mut().zip(code) {
                *to = *from;
            }
            for (operator, image) in self.operators.iter().zip(&mut images) {
                operator.apply_into(&input, &mut output);
                image.row_mut(row).assign(&ArrayView1::from(&output));
            }
        }
        images
    }

    fn dim(&self) -> Option<usize> {
        Some(self.dim)
    }
}

/// Codes of the same distances to each other, up to a common factor, whose products keep what lies between
/// them: less what all have in common and nothing moves, where this is large, and of ordinary size.
pub(crate) fn comparable(geometry: &impl Geometry, mut codes: Array2<f64>) -> Array2<f64> {
    let largest = codes.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    if largest > 0.0 && !(1e-100..1e100).contains(&largest) {
        let power = largest.log2().floor().exp2();
        codes.mapv_inplace(|v| v / power);
    }
    let mean = column_means(codes.view()).insert_axis(Axis(0));
    let images = geometry.images(mean.view());
    let mut fixed = Array2::<f64>::zeros(mean.dim());
    images.iter().for_each(|image| fixed += image);
    fixed /= images.len() as f64;
    let centred = &codes - &fixed;
    let size = |codes: &Array2<f64>| norm(codes.iter().copied());
    // Small ones stay, as do ties of round numbers.
    if size(&codes) > MUCH * size(&centred) { centred } else { codes }
}

/// Base codes with their squared norms.
#[derive(Debug)]
pub(crate) struct Cloud<S> {
    pub(crate) codes: Array2<S>,
    norms: Array1<S>,
    /// The largest norm of a code.
    pub(crate) radius: f64,
}

impl<S: Real> Cloud<S> {
    pub(crate) fn new(codes: Array2<S>) -> Self {
        let norms = squared_norms(codes.view());
        let radius = norms.iter().fold(0.0, |m: f64, v| m.max(*v)).sqrt();
        Self { codes, norms: norms.mapv(S::of), radius }
    }

    pub(crate) fn len(&self) -> usize {
        self.codes.nrows()
    }

    pub(crate) fn blocks(&self) -> impl Iterator<Item = Range<usize>> + use<S> {
        ranges(self.len(), BASE_ROWS)
    }
}

/// A block of queries, with their images and squared norms.
#[derive(Debug)]
pub(crate) struct QueryBlock<S> {
    images: Vec<Array2<f64>>,
    /// The images as they go into products.
    rounded: Vec<Array2<S>>,
    pub(crate) norms: Array1<f64>,
}

impl<S: Real> QueryBlock<S> {
    pub(crate) fn new(geometry: &impl Geometry, codes: ArrayView2<'_, f64>) -> Self {
        let images = geometry.images(codes);
        let rounded = images.iter().map(|image| image.mapv(S::of)).collect();
        Self { images, rounded, norms: squared_norms(codes) }
    }

    /// Writes `max(d², 0)` between the block's queries and the base codes of `range` into the
    /// leading corner of `out`. `scratch` has the shape of `out`.
    pub(crate) fn squared_distances(
        &self,
        base: &Cloud<S>,
        range: Range<usize>,
        scratch: &mut Array2<S>,
        out: ArrayViewMut2<'_, S>,
    ) {
        let (height, width) = (self.norms.len(), range.len());
        let block = rows(base.codes.view(), range.clone());
        let norms = base.norms.slice_axis(Axis(0), Slice::from(range));
        let mut out = corner_mut(out, height, width);
        matmul(S::one(), self.rounded[0].view(), block.t(), S::zero(), out.view_mut());
        for image in &self.rounded[1..] {
            let mut products = corner_mut(scratch.view_mut(), height, width);
            matmul(S::one(), image.view(), block.t(), S::zero(), products.view_mut());
            out.zip_mut_with(&products, |a, b| *a = a.max(*b));
        }
        let two = S::one() + S::one();
        for (mut row, query) in out.axis_iter_mut(Axis(0)).zip(&self.norms) {
            let query = S::of(*query);
            row.zip_mut_with(&norms, |v, base| *v = (query + *base - two * *v).max(S::zero()));
        }
    }

    /// The most by which [`squared_distances`](Self::squared_distances) errs for a query: rounding in
    /// `‖z‖² + ‖w‖² − 2⟨z, w⟩`, each summed over all coordinates, and products too small to be told
    /// from zero. Infinite where sums may overflow.
    pub(crate) fn error(&self, row: usize, base: &Cloud<S>) -> f64 {
        let terms = (base.codes.ncols() + 4) as f64;
        let relative = 2.0 * terms * S::epsilon().as_f64();
        let absolute = 4.0 * terms * S::min_positive_value().as_f64();
        let largest = (self.norms[row].sqrt() + base.radius).powi(2);
        if largest > S::max_value().as_f64() / 4.0 {
            return f64::INFINITY;
        }
        relative * largest + absolute
    }

    /// `d` between query `row` and a base code by subtraction, free of cancellation.
    pub(crate) fn exact(&self, row: usize, code: ArrayView1<'_, S>) -> f64 {
        let distance = |image: &Array2<f64>| {
            norm(image.row(row).into_iter().zip(code).map(|(a, b)| a - b.as_f64()))
        };
        self.images.iter().map(distance).fold(f64::INFINITY, f64::min)
    }
}

pub(crate) fn squared_norms<S: Real>(codes: ArrayView2<'_, S>) -> Array1<f64> {
    let squared = |row: ArrayView1<'_, S>| row.iter().map(|v| v.as_f64() * v.as_f64()).sum();
    codes.rows().into_iter().map(squared).collect()
}
