//! Shortest paths between orbits.

use super::QuotientMetric;
use crate::{Group, Real};

/// A shortest path between two orbits, by a straight line between codes on them.
#[derive(Debug, Clone, PartialEq)]
pub struct Geodesic<T, E> {
    from: Vec<T>,
    to: Vec<T>,
    /// `g*`, which moved `w` to where the path ends.
    pub element: E,
    /// Its length, `d([z],[w])`.
    pub length: f64,
}

impl<T: Real, E> Geodesic<T, E> {
    /// `(1 − t)·z + t·ρ(g*)w`, for `t` from 0 to 1: `z` itself at 0, `ρ(g*)w` at 1.
    pub fn at(&self, t: f64) -> Vec<T> {
        let (from, to) = (T::of(1.0 - t), T::of(t));
        self.from.iter().zip(&self.to).map(|(z, w)| from * *z + to * *w).collect()
    }

    /// `count` codes at equal distances along the path, both ends among them.
    pub fn steps(&self, count: usize) -> impl Iterator<Item = Vec<T>> + '_ {
        let last = count.saturating_sub(1).max(1) as f64;
        (0..count).map(move |i| self.at(i as f64 / last))
    }
}

impl<G: Group> QuotientMetric<G> {
    /// The straight line from `z` to `ρ(g*)w`, where `g* = argmin_g ‖z − ρ(g)w‖`: *aligned
    /// interpolation*. No path between the orbits is shorter, as the quotient map never lengthens and
    /// `‖z − ρ(g*)w‖ = d([z],[w])`; so `d([z], [at(t)]) = t·d([z],[w])`. A line from `z` to `w` as they
    /// are is longer, and leads past codes that mean something else.
    ///
    /// # Panics
    /// If a code does not have the dimension of the representation, as slice operations do.
    ///
    /// ```
    /// use groups::{quotient::QuotientMetric, Symmetric};
    /// let metric = QuotientMetric::new(&Symmetric::new(2)?.natural())?;
    /// let path = metric.geodesic(&[0.0, 2.0], &[4.0, 0.0]); // the sets {0, 2} and {0, 4}
    /// assert_eq!(path.length, 2.0);
    /// assert_eq!(path.at(0.5), [0.0, 3.0]);
    /// assert_eq!(path.steps(3).last(), Some(vec![0.0, 4.0]));
    /// # Ok::<(), groups::GroupError>(())
    /// ```
    pub fn geodesic<T: Real>(&self, z: &[T], w: &[T]) -> Geodesic<T, G::Element> {
        let alignment = self.align(z, w);
        Geodesic {
            from: z.to_vec(),
            to: self.representation().act(&alignment.element, w),
            element: alignment.element,
            length: alignment.distance,
        }
    }
}
