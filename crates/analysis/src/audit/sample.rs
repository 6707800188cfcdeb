//! The codes that an audit looks at, and what is known of them exactly.

use groups::{Operator, Real};
use ndarray::{Array2, ArrayView2, Axis, concatenate};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::ambiguity::rms_distance;
use super::setting::Setting;
use super::{AuditOptions, Labels, OPERATION};
use crate::metrics::{quotient_distances, random_pairs};
use crate::neighbours::{Neighbours, SelfMatches, nearest_in_quotient};
use crate::scaling::{extreme, times_power};
use crate::{AnalysisError, checks};

/// Poses of each code in which invariance is checked.
const POSES: usize = 8;

/// A sample of codes in double precision, split into those whose neighbours are looked for and
/// those among which they are.
pub(super) struct Sample {
    pub(super) queries: Array2<f64>,
    pub(super) base: Array2<f64>,
    /// All of them, queries first.
    pub(super) all: Array2<f64>,
    /// Of all of them.
    pub(super) labels: Option<Labels>,
    pub(super) neighbours: usize,
    /// Exact, between orbits.
    pub(super) truth: Neighbours,
    /// Rows of `all`.
    pub(super) pairs: Vec<(usize, usize)>,
    /// `d([z],[w])` of each pair.
    pub(super) distances: Vec<f64>,
    /// Random elements.
    pub(super) poses: Vec<Operator>,
    /// `all`, each code moved by a random element of its own.
    pub(super) reposed: Array2<f64>,
    pub(super) seed: u64,
    /// The power of two that was taken out of codes.
    pub(super) exponent: i32,
}

impl Sample {
    pub(super) fn draw<T: Real>(
        codes: ArrayView2<'_, T>,
        labels: Option<&Labels>,
        setting: &Setting,
        options: &AuditOptions,
    ) -> Result<Self, AnalysisError> {
        let n = codes.nrows();
        checks::at_least(OPERATION, "codes", 3, n)?;
        for (what, value) in [
            ("queries", options.queries),
            ("codes to search", options.base),
            ("neighbours", options.neighbours),
            ("pairs", options.pairs),
        ] {
            checks::at_least(OPERATION, what, 1, value)?;
        }
        let representation = setting.space();
        let mut rng = ChaCha8Rng::seed_from_u64(options.seed);
        let queries = options.queries.min(n.div_ceil(4)).min(n - 2);
        let base = options.base.max(2).min(n - queries);
        let rows = rand::seq::index::sample(&mut rng, n, queries + base).into_vec();
        let mut all = Array2::from_shape_fn((rows.len(), codes.ncols()), |(i, j)| {
            codes[(rows[i], j)].as_f64()
        });
        let exponent = extreme(&all);
        if exponent != 0 {
            all.mapv_inplace(|v| times_power(v, -exponent));
        }
        let labels = labels.map(|labels| labels.select(&rows));
        let (first, rest) = all.view().split_at(Axis(0), queries);
        let (queries, base) = (first.to_owned(), rest.to_owned());
        let poses: Vec<Operator> = (0..POSES)
            .map(|_| representation.operator(&representation.random_element(&mut rng)))
            .collect();
        let mut reposed = Array2::zeros(all.dim());
        for (from, mut to) in all.rows().into_iter().zip(reposed.rows_mut()) {
            let g = representation.random_element(&mut rng);
            to.assign(&ndarray::Array1::from(representation.act(&g, &from.to_vec())));
        }
        let neighbours = options.neighbours.min(base.nrows() - 1);
        let keep = SelfMatches::Keep;
        let truth =
            nearest_in_quotient(queries.view(), base.view(), representation, neighbours, keep)?;
        // Random pairs and near ones, on which projections fail first.
        let mut pairs = random_pairs(all.nrows(), options.pairs, options.seed)?;
        let near = truth.indices().rows().into_iter().map(|row| row[0]).collect::<Vec<_>>();
        pairs.extend(near.into_iter().enumerate().map(|(i, j)| (i, queries.nrows() + j)));
        let distances = quotient_distances(all.view(), &setting.metric, &pairs)?;
        // Rounding beside the spread of codes, wherever they lie.
        let size = all.iter().fold(0.0f64, |m, v| m.max(v.abs()));
        let rounding = (1e-9 * rms_distance(&all)).max(1e-13 * size);
        let apart = distances.iter().filter(|d| **d > rounding).count();
        checks::at_least(OPERATION, "different orbits among the codes", 2, 1 + apart.min(1))?;
        Ok(Self {
            queries,
            base,
            all,
            labels,
            neighbours,
            truth,
            pairs,
            distances,
            poses,
            reposed,
            seed: options.seed,
            exponent,
        })
    }
}

/// Both, one above the other.
pub(super) fn stack(a: &Array2<f64>, b: &Array2<f64>) -> Result<Array2<f64>, AnalysisError> {
    concatenate(Axis(0), &[a.view(), b.view()]).map_err(|error| AnalysisError::Shape {
        operation: OPERATION,
        expected: format!("{} columns", a.ncols()),
        got: error.to_string(),
    })
}
