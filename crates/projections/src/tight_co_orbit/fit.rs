//! Templates that keep given pairs of codes apart.

use groups::{FiniteGroup, Operator, Real, Representation, linalg};
use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;

use super::TightCoOrbit;
use super::frame::Frame;
use crate::ProjectionError;

/// Share of the last direction in the next one.
const MOMENTUM: f64 = 0.9;

/// Ascent of a soft minimum of `log r`, `r = ‖s(z) − s(w)‖ / d([z],[w])`, over the templates of a
/// [`TightCoOrbit`].
///
/// As the bank stays tight, `r ≤ 1` throughout and only the least ratios are left to raise. With
/// weights `p_j ∝ r_j^{−κ}` of the pairs the derivative along `t_i` is
///
/// `Σ_j p_j ‖Δ_j‖^{−2} Σ_r Δ_jir (ρ(g_r)ᵀz_j − ρ(h_r)ᵀw_j)`,
///
/// where `Δ` is the difference of the images and `g_r`, `h_r` are the elements that take rank `r` at `z` and at `w`.
/// After each step templates go back to their components and are made tight. Which pairs are hard
/// depends on the templates: give new ones every few steps.
#[derive(Debug)]
pub struct TemplateFit<G: FiniteGroup> {
    frame: Frame<G>,
    /// `ρ(g)ᵀ` for every element.
    inverses: Vec<Operator>,
    supports: Vec<Vec<usize>>,
    templates: Array2<f64>,
    direction: Array2<f64>,
    /// Whether templates are still those that were drawn.
    drawn: bool,
}

impl<G: FiniteGroup> TemplateFit<G> {
    /// A fit that starts from [`TightCoOrbit::random`].
    ///
    /// # Errors
    /// As [`TightCoOrbit::random`].
    pub fn new(
        representation: &Representation<G>,
        outputs: usize,
        seed: u64,
    ) -> Result<Self, ProjectionError> {
        let frame = Frame::new(representation)?;
        let templates = frame.tight(&frame.random(outputs, seed)?)?;
        let group = representation.group();
        let inverse = |g| representation.operator(&group.inverse(&g));
        Ok(Self {
            inverses: group.elements().map(inverse).collect(),
            supports: templates.rows().into_iter().map(|t| frame.support(t)).collect(),
            direction: Array2::zeros(templates.dim()),
            templates,
            frame,
            drawn: true,
        })
    }

    /// The bank as it is now. Once templates have been fitted, they are no longer known to be generic.
    ///
    /// # Errors
    /// As [`TightCoOrbit::random`].
    pub fn projection<T: Real>(&self) -> Result<TightCoOrbit<T>, ProjectionError> {
        TightCoOrbit::of_frame(&self.frame, self.templates.view(), self.drawn)
    }

    /// One step along the derivative, by `length` times the size of the templates. The pairs are the rows
    /// of `z` and `w` with their distances `d`, all positive, and `sharpness` is `κ`.
    ///
    /// Returns the soft minimum `(−κ⁻¹) log mean_j r_j^{−κ}` before the step, as a ratio.
    ///
    /// # Errors
    /// [`ProjectionError::Dimension`] and [`ProjectionError::NotFinite`] for codes,
    /// [`ProjectionError::OutOfRange`] where there are no pairs, they differ in number, or a
    /// distance is not positive.
    pub fn ascend(
        &mut self,
        z: ArrayView2<'_, f64>,
        w: ArrayView2<'_, f64>,
        d: &[f64],
        sharpness: f64,
        length: f64,
    ) -> Result<f64, ProjectionError> {
        let name = TightCoOrbit::<f64>::NAME;
        let dim = self.frame.representation().dim();
        crate::projection::check(name, dim, z)?;
        crate::projection::check(name, dim, w)?;
        let refused = |parameter, range, value| ProjectionError::OutOfRange {
            projection: name,
            parameter,
            range,
            value,
        };
        if d.is_empty() || z.nrows() != d.len() || w.nrows() != d.len() {
            let value = d.len() as f64;
            return Err(refused("number of distances", "that of the pairs, at least 1", value));
        }
        if let Some(value) = d.iter().find(|d| !(**d > 0.0 && d.is_finite())) {
            return Err(refused("distance of a pair", "positive and finite", *value));
        }
        let count = self.templates.nrows();
        if count == 0 {
            return Ok(1.0);
        }
        let table = self.table();
        let linear = (&z - &w).dot(&self.frame.fixed().t());
        let products = |codes: ArrayView2<'_, f64>| {
            let mut products = Array2::zeros((codes.nrows(), table.nrows()));
            linalg::par_matmul(1.0, codes, table.t(), 0.0, products.view_mut());
            products
        };
        let (at_z, at_w) = (products(z), products(w));
        let differences: Vec<Difference> = (0..d.len())
            .into_par_iter()
            .map(|j| {
                let linear = linear.row(j).dot(&linear.row(j));
                Difference::of(&at_z.row(j).to_vec(), &at_w.row(j).to_vec(), count, linear)
            })
            .collect();
        let logs: Vec<f64> = differences
            .iter()
            .zip(d)
            .map(|(difference, d)| 0.5 * difference.square.max(f64::MIN_POSITIVE).ln() - d.ln())
            .collect();
        let least = logs.iter().copied().fold(f64::INFINITY, f64::min);
        let weights: Vec<f64> = logs.iter().map(|r| (-sharpness * (r - least)).exp()).collect();
        let whole: f64 = weights.iter().sum();
        let soft = least - (whole / d.len() as f64).ln() / sharpness;

        // The derivative along every pose of every template, then along the templates.
        let scaled = |pick: fn(&Difference) -> &Vec<f64>| {
            Array2::from_shape_fn((table.nrows(), d.len()), |(i, j)| {
                let difference = &differences[j];
                let square = difference.square.max(f64::MIN_POSITIVE);
                weights[j] / whole / square * pick(difference)[i]
            })
        };
        let mut slope = Array2::zeros(table.dim());
        linalg::par_matmul(1.0, scaled(|d| &d.at_z).view(), z, 0.0, slope.view_mut());
        linalg::par_matmul(-1.0, scaled(|d| &d.at_w).view(), w, 1.0, slope.view_mut());
        let mut along = Array2::zeros(self.templates.dim());
        for (pose, inverse) in self.inverses.iter().enumerate() {
            for i in 0..count {
                let back = inverse.apply(&slope.row(pose * count + i).to_vec());
                along.row_mut(i).zip_mut_with(&ndarray::ArrayView1::from(&back), |a, v| *a += v);
            }
        }
        let along = self.frame.restricted(&along, &self.supports);
        self.direction = &self.direction * MOMENTUM + along;
        let (size, norm) = (length_of(&self.templates), length_of(&self.direction));
        if norm > 0.0 {
            let moved = &self.templates + &self.direction * (length * size / norm);
            self.templates = self.frame.tight(&moved)?;
            self.drawn = false;
        }
        Ok(soft.exp())
    }

    /// All poses, those of all templates under one element after those under the one before.
    fn table(&self) -> Array2<f64> {
        let (count, dim) = self.templates.dim();
        let mut table = Array2::zeros((count * self.inverses.len(), dim));
        let poses = self.frame.operators().iter().flat_map(|operator| {
            self.templates.rows().into_iter().map(|t| operator.apply(&t.to_vec()))
        });
        for (mut row, pose) in table.rows_mut().into_iter().zip(poses) {
            row.assign(&ndarray::ArrayView1::from(&pose));
        }
        table
    }
}

/// The difference of two images, told pose by pose.
struct Difference {
    /// `‖s(z) − s(w)‖²`.
    square: f64,
    /// For every pose of a template the difference in its rank at `z`.
    at_z: Vec<f64>,
    /// The same by its rank at `w`.
    at_w: Vec<f64>,
}

impl Difference {
    fn of(z: &[f64], w: &[f64], templates: usize, linear: f64) -> Self {
        let poses = z.len() / templates;
        let (mut at_z, mut at_w) = (vec![0.0; z.len()], vec![0.0; z.len()]);
        let mut square = linear;
        let ranked = |values: &[f64], template: usize| {
            let mut order: Vec<usize> = (0..poses).map(|g| g * templates + template).collect();
            order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
            order
        };
        for template in 0..templates {
            for (i, j) in ranked(z, template).into_iter().zip(ranked(w, template)) {
                let difference = z[i] - w[j];
                square += difference * difference;
                (at_z[i], at_w[j]) = (difference, difference);
            }
        }
        Self { square, at_z, at_w }
    }
}

fn length_of(matrix: &Array2<f64>) -> f64 {
    matrix.iter().map(|v| v * v).sum::<f64>().sqrt()
}
