//! Seeded codes to measure on.

use ndarray::Array2;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

/// Classes of [`codes`].
const CLASSES: usize = 10;
/// Dimension of the sheet that a class lies on.
const SHEET: usize = 4;

fn generator(seed: u64, stream: usize) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(stream as u64);
    rng
}

fn normal(rng: &mut ChaCha8Rng) -> f32 {
    StandardNormal.sample(rng)
}

/// Independent standard normal numbers.
pub(crate) fn gaussian(rows: usize, columns: usize, seed: u64) -> Array2<f32> {
    by_rows(rows, columns, |i, row| {
        let mut rng = generator(seed, i);
        row.iter_mut().for_each(|v| *v = normal(&mut rng));
    })
}

/// Codes as networks make them: ten classes, each a curved sheet of four dimensions with some noise
/// around it.
pub(crate) fn codes(rows: usize, dim: usize, seed: u64) -> Array2<f32> {
    let centres = gaussian(CLASSES, dim, seed ^ 1);
    let maps = gaussian(CLASSES * SHEET, dim, seed ^ 2);
    let phases = gaussian(CLASSES, dim, seed ^ 3);
    by_rows(rows, dim, |i, row| {
        let mut rng = generator(seed, i);
        let class = rng.random_range(0..CLASSES);
        let place: [f32; SHEET] = std::array::from_fn(|_| normal(&mut rng));
        for (j, value) in row.iter_mut().enumerate() {
            let along: f32 =
                (0..SHEET).map(|s| place[s] * maps[[class * SHEET + s, j]]).sum::<f32>() * 0.5;
            let bent = (along + phases[[class, j]]).sin();
            *value = centres[[class, j]] + bent + 0.1 * normal(&mut rng);
        }
    })
}

fn by_rows(rows: usize, columns: usize, fill: impl Fn(usize, &mut [f32]) + Sync) -> Array2<f32> {
    let mut values = vec![0f32; rows * columns];
    values.par_chunks_mut(columns.max(1)).enumerate().for_each(|(i, row)| fill(i, row));
    let mut values = values.into_iter();
    Array2::from_shape_simple_fn((rows, columns), || values.next().unwrap_or(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_do_not_depend_on_their_number() {
        let (few, many) = (codes(3, 8, 1), codes(5, 8, 1));
        assert_eq!(few.row(2), many.row(2));
        assert_ne!(many.row(3), many.row(4));
        assert!(gaussian(2, 2, 0).iter().all(|v| v.is_finite()));
    }
}
