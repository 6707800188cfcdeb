//! Weighted frames: an average over several canonical orders that does not jump.

use groups::{Permutation, Real};
use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis};

use crate::random::gaussian;
use crate::unit::directions;
use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// `s(X) = Σ_j w_j(X) σ_j(X)·X` for `S_n` on `R^{n×d}`: an average of the code in the orders `σ_j` that
/// sort it along random directions `a_j`.
///
/// The weights are `w_j ∝ min_{x_i ≠ x_l} |⟨a_j, x_i − x_l⟩| / ‖x_i − x_l‖`, so a direction counts the
/// less the closer it is to exchanging two rows. That makes `s` **continuous** on sets of distinct
/// rows, where no single canonical order is (Dym, Lawrence & Siegel 2024, arXiv 2402.16077). With
/// more than `(d − 1)·n(n − 1)/2` generic directions one of them tells all rows apart, whatever `X`.
/// Where rows coincide exactly they are interchangeable and do not count; there `s` may jump.
///
/// An average is not on the orbit, and different orbits may share one. The use of a weighted frame
/// is to make any function invariant, `Σ_j w_j f(σ_j·X)`: [`frame`](Self::frame) gives weights and
/// orders.
///
/// Cost `k·(nd + n²)` for `k` directions.
///
/// ```
/// use ndarray::array;
/// use projections::{Projection, WeightedFrame};
///
/// let frame = WeightedFrame::random(2, 2, 42)?;
/// let s = frame.project(array![[1.0, 5.0, 0.0, 9.0], [0.0, 9.0, 1.0, 5.0]].view())?;
/// assert_eq!(s.row(0), s.row(1));
/// # Ok::<(), projections::ProjectionError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct WeightedFrame {
    nodes: usize,
    /// Unit vectors, `(k, d)`.
    directions: Array2<f64>,
}

impl WeightedFrame {
    const NAME: &str = "weighted-frame";

    /// As many directions as make the frame continuous, `(d − 1)·n(n − 1)/2 + 1`, drawn from `seed`.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] where `nodes` or `features` is 0.
    pub fn random(nodes: usize, features: usize, seed: u64) -> Result<Self, ProjectionError> {
        if nodes == 0 || features == 0 {
            return Err(ProjectionError::NoOutputs { projection: Self::NAME });
        }
        let count = (features - 1) * nodes * (nodes - 1) / 2 + 1;
        Self::with_directions(nodes, gaussian::<f64>(count, features, seed).view())
    }

    /// The given directions, one a row, of any length but 0.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] for no nodes, features or directions,
    /// [`ProjectionError::NotFinite`] for the directions, and [`ProjectionError::OutOfRange`] for a
    /// direction of length 0.
    pub fn with_directions(
        nodes: usize,
        directions: ArrayView2<'_, f64>,
    ) -> Result<Self, ProjectionError> {
        if nodes == 0 || directions.is_empty() {
            return Err(ProjectionError::NoOutputs { projection: Self::NAME });
        }
        crate::projection::check(Self::NAME, directions.ncols(), directions)?;
        let mut directions = directions.to_owned();
        for mut direction in directions.rows_mut() {
            let norm = direction.dot(&direction).sqrt();
            if norm == 0.0 {
                return Err(ProjectionError::OutOfRange {
                    projection: Self::NAME,
                    parameter: "length of a direction",
                    range: "positive",
                    value: norm,
                });
            }
            direction /= norm;
        }
        Ok(Self { nodes, directions })
    }

    /// The weights, which add up to 1, and the permutations that sort the rows of one code along each
    /// direction.
    ///
    /// # Errors
    /// As [`Projection::project`], the row being 0.
    pub fn frame<T: Real>(&self, code: &[T]) -> Result<Vec<(f64, Permutation)>, ProjectionError> {
        let row = ArrayView1::from(code).insert_axis(Axis(0));
        crate::projection::check(Self::NAME, self.nodes * self.directions.ncols(), row)?;
        Ok(self.frame_of(&code.iter().map(|v| v.as_f64()).collect::<Vec<_>>()))
    }

    fn frame_of(&self, code: &[f64]) -> Vec<(f64, Permutation)> {
        let d = self.directions.ncols();
        let rows: Vec<&[f64]> = code.chunks_exact(d).collect();
        let frame: Vec<(f64, Permutation)> = self
            .directions
            .rows()
            .into_iter()
            .map(|direction| {
                let along = |row: &&[f64]| row.iter().zip(direction).map(|(x, a)| x * a).sum();
                let values: Vec<f64> = rows.iter().map(along).collect();
                // Rows of equal value are told apart by themselves, not by where they stand.
                let keys: Vec<Vec<i64>> = values
                    .iter()
                    .zip(&rows)
                    .map(|(v, row)| [v].into_iter().chain(*row).map(|x| x.ordinal()).collect())
                    .collect();
                (clearance(&rows, &values), Permutation::sorting(&keys))
            })
            .collect();
        let total: f64 = frame.iter().map(|(weight, _)| weight).sum();
        let even = (frame.len() as f64).recip();
        let normalised = |w: f64| if total > 0.0 { w / total } else { even };
        frame.into_iter().map(|(weight, sigma)| (normalised(weight), sigma)).collect()
    }
}

/// How far a direction is from exchanging two rows: 1 if it is along all differences, 0 if it is
/// perpendicular to one. Symmetric in the rows, to the bit.
fn clearance(rows: &[&[f64]], values: &[f64]) -> f64 {
    let mut least = 1.0f64;
    for i in 0..rows.len() {
        for j in 0..i {
            let norm =
                rows[i].iter().zip(rows[j]).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
            if norm > 0.0 {
                least = least.min((values[i] - values[j]).abs() / norm);
            }
        }
    }
    least
}

impl<T: Real> Projection<T> for WeightedFrame {
    fn metadata(&self) -> Metadata {
        Metadata {
            name: Self::NAME,
            formula: "Σ_j w_j(X) σ_j(X)·X",
            guarantee: Guarantee::Lossy,
            lipschitz: Lipschitz::UNKNOWN,
            cross_section: false,
            because: "an average of poses, continuous where rows are distinct; different orbits may share one",
            source: "Dym, Lawrence & Siegel 2024 (arXiv 2402.16077)",
        }
    }

    fn input_dim(&self) -> usize {
        self.nodes * self.directions.ncols()
    }

    fn output_dim(&self) -> usize {
        self.nodes * self.directions.ncols()
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        let d = self.directions.ncols();
        let mut mean = vec![0.0; self.nodes * d];
        let (directions, _) = directions(codes);
        for ((code, direction), mut out) in
            codes.rows().into_iter().zip(directions.rows()).zip(out.rows_mut())
        {
            let code: Vec<f64> = code.iter().map(|v| v.as_f64()).collect();
            mean.fill(0.0);
            for (weight, sigma) in self.frame_of(&direction.to_vec()) {
                for (row, &place) in code.chunks_exact(d).zip(sigma.images()) {
                    let target = &mut mean[place * d..][..d];
                    target.iter_mut().zip(row).for_each(|(sum, x)| *sum += weight * x);
                }
            }
            out.iter_mut().zip(&mean).for_each(|(out, value)| *out = T::of(*value));
        }
    }
}
