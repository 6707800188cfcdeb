//! The nearest codes of a stream, whatever its length.

use groups::linalg::{distance, norm};
use groups::quotient::QuotientMetric;
use groups::{Group, Real};
use ndarray::ArrayView2;
use rayon::prelude::*;

use crate::{AnalysisError, checks};

const OPERATION: &str = "StreamedNearest";

/// The exact `k` nearest codes to one code by `d([z],[w]) = min_g ‖z − ρ(g)w‖`, among codes that come
/// block by block. Memory is that of `k` codes and a block.
///
/// Lengths bound the distance, `|‖z‖ − ‖w‖| ≤ d([z],[w])`, so that codes of other lengths are passed
/// over. Equal distances are ordered by row. The same for any blocks and any number of threads.
///
/// ```
/// use analysis::neighbours::StreamedNearest;
/// use groups::{quotient::QuotientMetric, Symmetric};
/// use ndarray::array;
///
/// let metric = QuotientMetric::new(&Symmetric::new(2)?.natural())?;
/// let mut nearest = StreamedNearest::new(&metric, &[0.0, 2.0], 1)?;
/// nearest.offer(0, array![[4.0, 4.0], [5.0, 0.0]].view())?;
/// nearest.offer(2, array![[2.0, 0.0]].view())?;
/// let found = nearest.found();
/// assert_eq!((found[0].row, found[0].distance), (2, 0.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct StreamedNearest<'a, G: Group> {
    metric: &'a QuotientMetric<G>,
    code: Vec<f64>,
    k: usize,
    /// Distance, row and code, in ascending order.
    best: Vec<(f64, usize, Vec<f64>)>,
}

/// A code that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Near<E> {
    /// Its row in the stream.
    pub row: usize,
    /// `d([z],[w])`.
    pub distance: f64,
    /// `‖z − w‖`.
    pub straight: f64,
    /// `g*` with `‖z − ρ(g*)w‖ = d([z],[w])`.
    pub element: E,
}

impl<'a, G: Group> StreamedNearest<'a, G> {
    /// The `k` nearest to a code; fewer where fewer codes come.
    ///
    /// # Errors
    /// [`AnalysisError::Shape`] for a code of another dimension, [`AnalysisError::TooFew`] for `k = 0`,
    /// [`AnalysisError::NotFinite`] for NaN or infinities.
    pub fn new<T: Real>(
        metric: &'a QuotientMetric<G>,
        code: &[T],
        k: usize,
    ) -> Result<Self, AnalysisError> {
        checks::same(OPERATION, "coordinates", metric.representation().dim(), code.len())?;
        checks::at_least(OPERATION, "neighbours (k)", 1, k)?;
        let code: Vec<f64> = code.iter().map(|v| v.as_f64()).collect();
        checks::finite_values(OPERATION, &code)?;
        Ok(Self { metric, code, k, best: Vec::new() })
    }

    /// Compares codes, one a row, the first of which is row `first` of the stream.
    ///
    /// # Errors
    /// [`AnalysisError::Shape`] for codes of another dimension, [`AnalysisError::NotFinite`] for NaN or
    /// infinities.
    pub fn offer<T: Real>(
        &mut self,
        first: usize,
        codes: ArrayView2<'_, T>,
    ) -> Result<(), AnalysisError> {
        checks::same(OPERATION, "columns", self.code.len(), codes.ncols())?;
        checks::finite(OPERATION, codes)?;
        let length = norm(self.code.iter().copied());
        let rounding = (self.code.len() + 8) as f64 * f64::EPSILON;
        let worst = match self.best.last() {
            Some((distance, ..)) if self.best.len() == self.k => *distance,
            _ => f64::INFINITY,
        };
        let (metric, code) = (self.metric, &self.code);
        let found: Vec<_> = (0..codes.nrows())
            .into_par_iter()
            .filter_map(|i| {
                let w: Vec<f64> = codes.row(i).iter().map(|v| v.as_f64()).collect();
                // Lengths are rounded: by more than their difference, where codes have much in common.
                let other = norm(w.iter().copied());
                let bound = (length - other).abs() - rounding * length.max(other);
                // Neither where lengths are above the largest number.
                (bound <= worst || bound.is_nan())
                    .then(|| (metric.distance(code, &w), first + i, w))
            })
            .filter(|(distance, ..)| *distance <= worst)
            .collect();
        self.best.extend(found);
        self.best.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        self.best.truncate(self.k);
        Ok(())
    }

    /// The nearest so far, in ascending order of distance.
    pub fn found(&self) -> Vec<Near<G::Element>> {
        let near = |(length, row, w): &(f64, usize, Vec<f64>)| Near {
            row: *row,
            distance: *length,
            straight: distance(&self.code, w),
            element: self.metric.align(&self.code, w).element,
        };
        self.best.iter().map(near).collect()
    }
}
