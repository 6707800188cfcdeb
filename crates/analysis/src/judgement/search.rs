//! A search for pairs of codes that a projection brings too close or drives too far apart.

use groups::FiniteGroup;
use groups::quotient::QuotientMetric;
use nalgebra::DMatrix;
use ndarray::{Array2, ArrayView1, ArrayView2};
use projections::{Projection, ProjectionError};

use super::Family;
use super::pairs::{CLOSE, Pairs, direction, distances, generator};

/// Searches that run side by side: half of them lower the ratio, half raise it. With two codes a
/// pair they fill one block of a projection.
const SEARCHERS: usize = 64;

/// Step of the finite differences, as a part of the size of the codes.
pub(super) const DIFFERENCE: f64 = 1e-6;

/// `‖s(z) − s(w)‖` for each pair of rows.
pub(super) fn images_apart(
    projection: &dyn Projection<f64>,
    z: ArrayView2<'_, f64>,
    w: ArrayView2<'_, f64>,
) -> Result<Vec<f64>, ProjectionError> {
    let (s, t) = (projection.project(z)?, projection.project(w)?);
    Ok(s.rows().into_iter().zip(t.rows()).map(|(s, t)| distance(s, t)).collect())
}

fn distance(s: ArrayView1<'_, f64>, t: ArrayView1<'_, f64>) -> f64 {
    s.iter().zip(t).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

/// What all searches share.
pub(super) struct Search<'a, G: FiniteGroup> {
    pub(super) projection: &'a dyn Projection<f64>,
    pub(super) metric: &'a QuotientMetric<G>,
    /// The size of the codes.
    pub(super) size: f64,
    pub(super) steps: usize,
    pub(super) seed: u64,
}

impl<G: FiniteGroup> Search<'_, G> {
    /// At each point the directions that the derivative of the projection shrinks and stretches
    /// most, as pairs of a point and another one close to it in that direction.
    ///
    /// The derivative is taken by finite differences; where there is none (ties, jumps), the pair
    /// is a pair like any other, since its own ratio counts.
    pub(super) fn by_derivative(
        &self,
        points: ArrayView2<'_, f64>,
    ) -> Result<Pairs, ProjectionError> {
        let (n, dim) = points.dim();
        let step = DIFFERENCE * self.size;
        let (mut z, mut w) = (Array2::zeros((2 * n, dim)), Array2::zeros((2 * n, dim)));
        for (i, point) in points.rows().into_iter().enumerate() {
            let mut around = Array2::zeros((dim + 1, dim));
            for (j, mut row) in around.rows_mut().into_iter().enumerate() {
                row.assign(&point);
                if j > 0 {
                    row[j - 1] += step;
                }
            }
            let images = self.projection.project(around.view())?;
            let jacobian = DMatrix::from_fn(images.ncols(), dim, |k, j| {
                (images[(j + 1, k)] - images[(0, k)]) / step
            });
            let eigen = (jacobian.transpose() * jacobian).symmetric_eigen();
            for (place, column) in
                [eigen.eigenvalues.imin(), eigen.eigenvalues.imax()].into_iter().enumerate()
            {
                let row = 2 * i + place;
                z.row_mut(row).assign(&point);
                let direction = eigen.eigenvectors.column(column);
                for ((w, p), v) in w.row_mut(row).iter_mut().zip(point).zip(direction.iter()) {
                    *w = p + CLOSE * self.size * v;
                }
            }
        }
        Ok(Pairs::measured(Family::Derivative, z, w, self.metric))
    }

    /// Hill climbs from the worst of the pairs that are known: each step moves one or both codes of
    /// a pair at random, and keeps what makes the ratio more extreme. Pairs closer than 1/1000 of the size
    /// of the codes do not count, as rounding would be all that is seen of them.
    pub(super) fn climb(&self, known: &[(&Pairs, Vec<f64>)]) -> Result<Pairs, ProjectionError> {
        let least = CLOSE * self.size;
        let mut order: Vec<(f64, usize, usize)> = known
            .iter()
            .enumerate()
            .flat_map(|(f, (pairs, ratios))| {
                let far = ratios.iter().enumerate().filter(|(i, _)| pairs.d[*i] >= 0.99 * least);
                far.map(move |(i, r)| (*r, f, i))
            })
            .collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        let half = (SEARCHERS / 2).min(order.len());
        let starts: Vec<_> =
            order[..half].iter().chain(&order[order.len() - half..]).copied().collect();
        let dim = self.metric.representation().dim();
        let pick = |w: bool| {
            Array2::from_shape_fn((starts.len(), dim), |(i, j)| {
                let (_, family, row) = starts[i];
                let pairs = known[family].0;
                if w { pairs.w[(row, j)] } else { pairs.z[(row, j)] }
            })
        };
        let (mut z, mut w) = (pick(false), pick(true));
        let mut d = distances(self.metric, z.view(), w.view());
        let mut ratios: Vec<f64> = starts.iter().map(|start| start.0).collect();
        for step in 0..self.steps {
            let (mut new_z, mut new_w) = (z.clone(), w.clone());
            let shrink = 0.5f64.powf(8.0 * step as f64 / self.steps as f64);
            for i in 0..starts.len() {
                let purpose = (1 << 32) + (step * SEARCHERS + i) as u64;
                let mut rng = generator(self.seed, purpose);
                let which = (step + i) % 3;
                // Far pairs take steps by the size of the codes, close ones by their distance.
                let length = shrink * d[i].min(self.size);
                let scale = if which == 2 { self.size * shrink } else { length };
                if which != 1 {
                    add(&mut new_z, i, &direction(dim, &mut rng), scale);
                }
                if which == 2 {
                    // Both together, so that the pair looks elsewhere.
                    let moved = &new_z.row(i) - &z.row(i);
                    let mut row = new_w.row_mut(i);
                    row += &moved;
                } else if which == 1 {
                    add(&mut new_w, i, &direction(dim, &mut rng), scale);
                }
            }
            let found = distances(self.metric, new_z.view(), new_w.view());
            let n = starts.len();
            // One batch, which is cheaper than two half-filled ones.
            let both = Array2::from_shape_fn((2 * n, dim), |(i, j)| {
                if i < n { new_z[(i, j)] } else { new_w[(i - n, j)] }
            });
            let images = self.projection.project(both.view())?;
            for i in 0..n {
                if found[i] < least {
                    continue;
                }
                let ratio = distance(images.row(i), images.row(i + n)) / found[i];
                let better = if i < half { ratio < ratios[i] } else { ratio > ratios[i] };
                if better {
                    (ratios[i], d[i]) = (ratio, found[i]);
                    z.row_mut(i).assign(&new_z.row(i));
                    w.row_mut(i).assign(&new_w.row(i));
                }
            }
        }
        Ok(Pairs { family: Family::Search, z, w, d })
    }
}

fn add(codes: &mut Array2<f64>, row: usize, v: &[f64], length: f64) {
    codes.row_mut(row).iter_mut().zip(v).for_each(|(c, v)| *c += length * v);
}
