//! Featurewise sort pooling: sorted columns, weighted along their rank.

use groups::Real;
use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis};
use rand_distr::{Distribution, StandardNormal};

use crate::general_position::escape_planes;
use crate::random::stream;
use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// `s(X)_j = Σ_i w_j(i/(n−1)) sort(X a_j)_i / √(mn)`, for `S_n` moving the rows of `X ∈ R^{n×d}`: one number a
/// key, the sorted values weighted by a piecewise linear function `w_j` of their rank.
///
/// FSPool (Zhang, Hare & Prügel-Bennett 2020) sorts the columns of `X` and learns the values of `w_j` at a
/// few knots. With the columns themselves as keys different sets may have equal images, whatever the
/// weights, as for [`ColumnSort`](crate::ColumnSort); [random](Self::random) keys and knots mend that. With `n` knots
/// or more the weights of `n` sorted values are free, and `2nd` generic pairs of key and weights
/// separate sets of `n` points; a piecewise linear map that separates is bi-Lipschitz. With fewer
/// knots nothing is proved. Given keys and knots count as generic only where it can be shown that they tell
/// as much as [`SortedKeys`](crate::SortedKeys) in general position.
///
/// **Sets of different size** are embedded in the same space by [`embed_set`](Self::embed_set): `w_j` is
/// a function of the rank as a part of the whole.
///
/// Cost `m·n·(d + log n)`.
///
/// ```
/// use ndarray::array;
/// use projections::{Projection, SortPool};
///
/// // The median of three numbers: knots at the least, the middle and the largest.
/// let median = SortPool::with_knots(3, array![[1.0]].view(), array![[0.0, 1.0, 0.0]].view())?;
/// let s = median.project(array![[5.0f64, -2.0, 1.0]].view())?;
/// assert!((s[(0, 0)] - 1.0).abs() < 1e-12);
/// let embedded: Vec<f64> = median.embed_set(&[7.0, 0.0, 2.0, 3.0, 9.0])?;
/// assert!((embedded[0] - 3.0 - 0.5 * (2.0 + 7.0)).abs() < 1e-12);
/// # Ok::<(), projections::ProjectionError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SortPool {
    pub(crate) nodes: usize,
    pub(crate) features: usize,
    pub(crate) columns: Vec<Column>,
    /// Whether the columns are known to separate sets.
    separates: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Column {
    /// `a_j`.
    pub(crate) key: Vec<f64>,
    /// Values of `w_j` at equal distances from 0 to 1.
    knots: Vec<f64>,
    /// `w_j` at the ranks of `n` values.
    pub(crate) weights: Vec<f64>,
}

impl SortPool {
    const NAME: &str = "sort-pool";

    /// `m` standard normal keys, each with weights of standard normal values at `knots` knots, drawn
    /// from `seed` and divided by `√(mn)`. The first `m` of a larger number are the same, up to the factor
    /// `1/√m`.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] where `nodes`, `features`, `m` or `knots` is 0.
    pub fn random(
        nodes: usize,
        features: usize,
        m: usize,
        knots: usize,
        seed: u64,
    ) -> Result<Self, ProjectionError> {
        if nodes == 0 || features == 0 || m == 0 || knots == 0 {
            return Err(ProjectionError::NoOutputs { projection: Self::NAME });
        }
        let scale = ((m * nodes) as f64).sqrt().recip();
        let column = |j| {
            let mut rng = stream(seed, j);
            let mut draw = |count: usize| -> Vec<f64> {
                (0..count).map(|_| StandardNormal.sample(&mut rng)).collect()
            };
            let key = draw(features);
            let knots: Vec<f64> = draw(knots).iter().map(|v| v * scale).collect();
            let weights = weights(&knots, nodes);
            Column { key, knots, weights }
        };
        let columns = (0..m).map(column).collect();
        let separates = knots >= nodes && m >= 2 * nodes * features;
        Ok(Self { nodes, features, columns, separates })
    }

    /// Keys in the columns of a `(d, m)` matrix and the values of `w_j` at the knots in the rows of an
    /// `(m, knots)` one, taken as they are: learnt ones.
    ///
    /// # Errors
    /// As [`random`](Self::random), [`ProjectionError::Dimension`] where keys and weights differ in number,
    /// [`ProjectionError::NotFinite`] for either.
    pub fn with_knots<T: Real>(
        nodes: usize,
        keys: ArrayView2<'_, T>,
        knots: ArrayView2<'_, T>,
    ) -> Result<Self, ProjectionError> {
        if nodes == 0 || keys.is_empty() || knots.is_empty() {
            return Err(ProjectionError::NoOutputs { projection: Self::NAME });
        }
        crate::projection::check(Self::NAME, knots.nrows(), keys)?;
        crate::projection::check(Self::NAME, knots.ncols(), knots)?;
        let numbers =
            |row: ArrayView1<'_, T>| -> Vec<f64> { row.iter().map(|v| v.as_f64()).collect() };
        let columns = keys.columns().into_iter().zip(knots.rows());
        let columns = columns.map(|(key, knots)| {
            let knots = numbers(knots);
            Column { key: numbers(key), weights: weights(&knots, nodes), knots }
        });
        let columns: Vec<Column> = columns.collect();
        let separates = escape_planes(told_in_full(&columns, nodes).view(), nodes);
        Ok(Self { nodes, features: keys.nrows(), columns, separates })
    }

    /// The embedding of one set of any number of points, at least one, given one after the other.
    ///
    /// # Errors
    /// [`ProjectionError::Dimension`] where the values are not whole points,
    /// [`ProjectionError::NotFinite`], in row 0.
    pub fn embed_set<T: Real>(&self, points: &[T]) -> Result<Vec<T>, ProjectionError> {
        let whole = points.len().next_multiple_of(self.features).max(self.features);
        crate::projection::check(Self::NAME, whole, ArrayView1::from(points).insert_axis(Axis(0)))?;
        let points: Vec<f64> = points.iter().map(|v| v.as_f64()).collect();
        let n = points.len() / self.features;
        let embed = |column: &Column| {
            if n == self.nodes {
                return column.value(&points, &column.weights);
            }
            column.value(&points, &weights(&column.knots, n))
        };
        Ok(self.columns.iter().map(|column| T::of(embed(column))).collect())
    }

    /// `(Σ_j ‖a_j‖² ‖w_j‖²)^{1/2}`, a bound of the Lipschitz constant.
    pub fn beta(&self) -> f64 {
        let square = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>();
        self.columns.iter().map(|c| square(&c.key) * square(&c.weights)).sum::<f64>().sqrt()
    }
}

/// The piecewise linear function with the given values at equal distances, at `n` ranks. One value
/// has the rank 1/2.
fn weights(knots: &[f64], n: usize) -> Vec<f64> {
    let at = |rank: f64| {
        let place = rank * (knots.len() - 1) as f64;
        let before = (place as usize).min(knots.len().saturating_sub(2));
        let after = (before + 1).min(knots.len() - 1);
        let part = place - before as f64;
        (1.0 - part) * knots[before] + part * knots[after]
    };
    let rank = |i: usize| if n == 1 { 0.5 } else { i as f64 / (n - 1) as f64 };
    (0..n).map(|i| at(rank(i))).collect()
}

/// Keys whose sorted values follow from the outputs, one a row: parallel keys with `n` independent weights.
fn told_in_full(columns: &[Column], nodes: usize) -> Array2<f64> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let mut groups: Vec<(&[f64], Vec<f64>)> = Vec::new();
    for column in columns {
        let key = &column.key[..];
        let parallel = |other: &[f64]| {
            let factor = dot(other, key) / dot(other, other);
            key.iter().zip(other).all(|(a, b)| *a == factor * b)
        };
        match groups.iter_mut().find(|(first, _)| parallel(first)) {
            // The values along the opposite of a key are in the opposite order.
            Some((first, weights)) if dot(first, key) < 0.0 => {
                weights.extend(column.weights.iter().rev());
            }
            Some((_, weights)) => weights.extend(&column.weights),
            None => groups.push((key, column.weights.clone())),
        }
    }
    let full = |weights: &Vec<f64>| {
        ArrayView2::from_shape((weights.len() / nodes, nodes), weights)
            .is_ok_and(|weights| escape_planes(weights, 1))
    };
    let told: Vec<&[f64]> = groups.iter().filter(|(_, w)| full(w)).map(|(key, _)| *key).collect();
    let features = columns.first().map_or(0, |column| column.key.len());
    Array2::from_shape_fn((told.len(), features), |(i, j)| told[i][j])
}

impl Column {
    fn value(&self, points: &[f64], weights: &[f64]) -> f64 {
        let along = |point: &[f64]| point.iter().zip(&self.key).map(|(x, a)| x * a).sum();
        let mut sorted: Vec<f64> = points.chunks_exact(self.key.len()).map(along).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        sorted.iter().zip(weights).map(|(x, w)| x * w).sum()
    }
}

impl<T: Real> Projection<T> for SortPool {
    fn metadata(&self) -> Metadata {
        let free = self.columns.iter().all(|c| c.knots.len() >= self.nodes);
        let enough = free && self.columns.len() >= 2 * self.nodes * self.features;
        Metadata {
            name: Self::NAME,
            formula: "Σ_i w_j(i/(n−1)) sort(Xa_j)_i, w_j piecewise linear",
            guarantee: if self.separates { Guarantee::BiLipschitz } else { Guarantee::Lossy },
            lipschitz: Lipschitz::at_most(self.beta()),
            cross_section: false,
            because: match (self.separates, enough) {
                (true, true) => {
                    "2nd generic keys with generic weights separate sets, and separating implies bi-Lipschitz for piecewise linear maps"
                }
                (true, false) => {
                    "the sorted values of n(d − 1) + 1 keys in general position follow, and separate sets"
                }
                (false, true) => {
                    "separation is proved for 2nd generic keys and weights; these were given, and are not known to be generic"
                }
                (false, false) => {
                    "separation is proved for 2nd keys and n knots and more; these are fewer"
                }
            },
            source: "Zhang, Hare & Prügel-Bennett 2020 (arXiv 1906.02795); separation: Balan, Haghani & Singh 2022 (arXiv 2203.07546)",
        }
    }

    fn input_dim(&self) -> usize {
        self.nodes * self.features
    }

    fn output_dim(&self) -> usize {
        self.columns.len()
    }

    fn is_injective(&self) -> bool {
        self.nodes == 1 && self.separates
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        for (code, mut out) in codes.rows().into_iter().zip(out.rows_mut()) {
            let points: Vec<f64> = code.iter().map(|v| v.as_f64()).collect();
            for (out, column) in out.iter_mut().zip(&self.columns) {
                *out = T::of(column.value(&points, &column.weights));
            }
        }
    }
}
