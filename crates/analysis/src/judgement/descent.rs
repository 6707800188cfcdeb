//! A descent to pairs that a projection brings as close as it can.

use groups::FiniteGroup;
use ndarray::{Array1, Array2, ArrayView1, Axis, Slice};
use projections::{Projection, ProjectionError};

use super::Judge;
use super::pairs::{CLOSE, distances};
use super::search::{DIFFERENCE, images_apart};
use crate::AnalysisError;

/// Pairs from which it starts: those with the least ratios.
const STARTS: usize = 6;

/// Steps of a descent for each of the settings' steps.
const PATIENCE: usize = 2;

/// The first step as a part of the distance of a pair; later ones are shorter in proportion.
const LENGTH: f64 = 0.15;

impl<G: FiniteGroup> Judge<G> {
    /// The least ratio `‖s(z) − s(w)‖ / d([z],[w])` that a descent along its derivative finds, from the
    /// worst pairs of the judge. This is a far stronger search than that of [`judge`](Self::judge), at
    /// the price of `2D` projected codes a step, and shows how much lower than `α̂` the true lower constant
    /// is at least. Derivatives are taken by finite differences; pairs closer than 1/1000 of the size of
    /// the codes do not count.
    ///
    /// # Errors
    /// [`AnalysisError::Projection`] where the projection does not take the codes.
    pub fn least_by_descent(&self, projection: &dyn Projection<f64>) -> Result<f64, AnalysisError> {
        let least = CLOSE * self.size;
        let mut starts: Vec<(f64, Array1<f64>, Array1<f64>)> = Vec::new();
        for pairs in &self.pairs {
            let apart = images_apart(projection, pairs.z.view(), pairs.w.view())?;
            for (i, (e, d)) in apart.iter().zip(&pairs.d).enumerate() {
                if *d > 0.99 * least {
                    starts.push((e / d, pairs.z.row(i).to_owned(), pairs.w.row(i).to_owned()));
                }
            }
        }
        starts.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut best = starts.first().map_or(f64::INFINITY, |start| start.0);
        let steps = PATIENCE * self.settings.steps;
        for (_, mut z, mut w) in starts.into_iter().take(STARTS) {
            for step in 0..steps {
                let (slope_z, slope_w) = self.slopes(projection, &z, &w)?;
                let norm = (slope_z.dot(&slope_z) + slope_w.dot(&slope_w)).sqrt();
                if !(norm > 0.0 && norm.is_finite()) {
                    break;
                }
                let d = self.distance(z.view(), w.view());
                let share = LENGTH * (1.0 - step as f64 / steps as f64);
                let length = share * d.min(self.size) / norm;
                let (next_z, next_w) = (&z - &(slope_z * length), &w - &(slope_w * length));
                if self.distance(next_z.view(), next_w.view()) < least {
                    break;
                }
                (z, w) = (next_z, next_w);
                let d = self.distance(z.view(), w.view());
                best = best.min(apart(projection, &z, &w)? / d);
            }
        }
        Ok(best)
    }

    fn distance(&self, z: ArrayView1<'_, f64>, w: ArrayView1<'_, f64>) -> f64 {
        self.metric.distance(&z.to_vec(), &w.to_vec())
    }

    /// The derivatives of `log ‖s(z) − s(w)‖ − log d` along `z` and along `w`.
    fn slopes(
        &self,
        projection: &dyn Projection<f64>,
        z: &Array1<f64>,
        w: &Array1<f64>,
    ) -> Result<(Array1<f64>, Array1<f64>), AnalysisError> {
        let (dim, step) = (z.len(), DIFFERENCE * self.size);
        // `z` and a step from it along every coordinate, then the same for `w`: one batch, as a batch
        // costs whole blocks.
        let around = Array2::from_shape_fn((2 * (dim + 1), dim), |(i, j)| {
            let (code, moved) = if i <= dim { (z, i) } else { (w, i - dim - 1) };
            code[j] + if moved == j + 1 { step } else { 0.0 }
        });
        let images = projection.project(around.view())?;
        let along = |moving: usize, held: usize| {
            let other = Array2::from_shape_fn((dim + 1, dim), |(_, j)| around[(held, j)]);
            let rows = Slice::from(moving..=moving + dim);
            let d = distances(&self.metric, around.slice_axis(Axis(0), rows), other.view());
            let log = |i: usize| {
                let gap = &images.row(moving + i) - &images.row(held);
                0.5 * gap.dot(&gap).ln() - d[i].ln()
            };
            let here = log(0);
            Array1::from_shape_fn(dim, |j| (log(j + 1) - here) / step)
        };
        Ok((along(0, dim + 1), along(dim + 1, 0)))
    }
}

fn apart(
    projection: &dyn Projection<f64>,
    z: &Array1<f64>,
    w: &Array1<f64>,
) -> Result<f64, ProjectionError> {
    let [z, w] = [z, w].map(|code| code.view().insert_axis(Axis(0)));
    Ok(images_apart(projection, z, w)?[0])
}
