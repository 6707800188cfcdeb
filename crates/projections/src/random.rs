//! Seeded Gaussian matrices.

use groups::Real;
use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// The `index`-th of independent random streams of one seed.
pub(crate) fn stream(seed: u64, index: usize) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(index as u64);
    rng
}

/// A `rows × cols` matrix of independent standard normal entries.
///
/// Row `i` has a stream of its own, so that the first `k` of `2k` rows are the `k` rows of the same
/// seed: curves over the number of random projections are nested.
pub(crate) fn gaussian<T: Real>(rows: usize, cols: usize, seed: u64) -> Array2<T> {
    let mut matrix = Array2::zeros((rows, cols));
    for (i, mut row) in matrix.rows_mut().into_iter().enumerate() {
        let mut rng = stream(seed, i);
        row.mapv_inplace(|_| {
            let value: f64 = StandardNormal.sample(&mut rng);
            T::of(value)
        });
    }
    matrix
}
