//! The silhouette (Rousseeuw 1987).

use groups::Real;
use ndarray::{Array2, ArrayView2, Axis};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::blocks::{self, ranges};
use crate::geometry::{BASE_ROWS, Cloud, Euclidean, QUERY_ROWS, QueryBlock, comparable};
use crate::statistics::PerSample;
use crate::{AnalysisError, checks};

const OPERATION: &str = "silhouette";

/// A seeded choice of samples without replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subsample {
    /// Samples to keep; all are kept if there are no more.
    pub size: usize,
    /// Seed of the choice.
    pub seed: u64,
}

impl Subsample {
    /// The samples chosen among `0..n`, ascending.
    pub fn choose(&self, n: usize) -> Vec<usize> {
        if self.size >= n {
            return (0..n).collect();
        }
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let mut chosen = rand::seq::index::sample(&mut rng, n, self.size).into_vec();
        chosen.sort_unstable();
        chosen
    }
}

/// `(b − a)/max(a, b)` for each sample, with `a` the mean distance to its own class and `b` the
/// smallest mean distance to another; 0 for a class of one. Its mean is the silhouette.
///
/// Between −1 (in the wrong class) and 1 (classes far apart). Euclidean, exact over all samples:
/// `O(n²·dim)` time in parallel, `O(n·dim)` memory. With `subsample`, both the samples and the
/// distances are restricted to the chosen ones.
///
/// # Errors
/// - [`AnalysisError::Shape`] if codes and labels differ in number;
/// - [`AnalysisError::TooFew`] with fewer than two classes, or as many classes as samples;
/// - [`AnalysisError::NotFinite`] for NaN or infinities.
///
/// # Example
/// ```
/// use analysis::metrics::silhouette;
/// use ndarray::array;
///
/// let codes = array![[0.0], [1.0], [10.0], [11.0]];
/// let score = silhouette(codes.view(), &[0, 0, 1, 1], None)?.mean();
/// assert!((score - 0.5 * (9.5 / 10.5 + 8.5 / 9.5)).abs() < 1e-12);
/// # Ok::<(), analysis::AnalysisError>(())
/// ```
pub fn silhouette<T: Real>(
    codes: ArrayView2<'_, T>,
    labels: &[usize],
    subsample: Option<Subsample>,
) -> Result<PerSample, AnalysisError> {
    checks::same(OPERATION, "labels, one per code", codes.nrows(), labels.len())?;
    let chosen = match subsample {
        Some(subsample) => subsample.choose(labels.len()),
        None => (0..labels.len()).collect(),
    };
    let codes = checks::to_f64(OPERATION, codes.select(Axis(0), &chosen).view())?;
    let labels: Vec<usize> = chosen.iter().map(|i| labels[*i]).collect();
    let mut classes = labels.clone();
    classes.sort_unstable();
    classes.dedup();
    checks::at_least(OPERATION, "classes", 2, classes.len())?;
    checks::at_least(OPERATION, "samples for that many classes", classes.len() + 1, labels.len())?;
    let class: Vec<usize> = labels.iter().map(|l| classes.partition_point(|c| c < l)).collect();
    let mut sizes = vec![0usize; classes.len()];
    class.iter().for_each(|c| sizes[*c] += 1);

    let base = Cloud::new(comparable(&Euclidean, codes));
    let queries: Vec<_> = ranges(base.len(), QUERY_ROWS).collect();
    let values = queries
        .into_par_iter()
        .flat_map_iter(|rows| {
            let block =
                QueryBlock::<f64>::new(&Euclidean, blocks::rows(base.codes.view(), rows.clone()));
            let shape = (rows.len(), BASE_ROWS.min(base.len()));
            let (mut scratch, mut squared) = (Array2::zeros(shape), Array2::zeros(shape));
            let mut sums = Array2::<f64>::zeros((rows.len(), sizes.len()));
            for range in base.blocks() {
                let out = squared.view_mut();
                block.squared_distances(&base, range.clone(), &mut scratch, out);
                for (row, i) in rows.clone().enumerate() {
                    let mut sums = sums.row_mut(row);
                    for (value, j) in squared.row(row).iter().zip(range.clone()) {
                        if i != j {
                            sums[class[j]] += value.sqrt();
                        }
                    }
                }
            }
            let scores: Vec<f64> =
                rows.enumerate().map(|(row, i)| score(sums.row(row), class[i], &sizes)).collect();
            scores
        })
        .collect();
    Ok(PerSample::new(values))
}

fn score(sums: ndarray::ArrayView1<'_, f64>, own: usize, sizes: &[usize]) -> f64 {
    if sizes[own] == 1 {
        return 0.0;
    }
    let a = sums[own] / (sizes[own] - 1) as f64;
    let b = sums
        .iter()
        .zip(sizes)
        .enumerate()
        .filter(|(c, _)| *c != own)
        .map(|(_, (sum, size))| sum / *size as f64)
        .fold(f64::INFINITY, f64::min);
    let larger = a.max(b);
    if larger > 0.0 { (b - a) / larger } else { 0.0 }
}
