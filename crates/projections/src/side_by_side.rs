//! Fourier coefficients of many fields side by side, a field in each lane of the vector registers.

use groups::Real;
use ndarray::ArrayView2;

use crate::transpose::{Block, SIDE, Shuffles};
pub(crate) use crate::transpose::{LANES, Lane};

/// The largest fields: their values stay in the nearest cache.
pub(crate) const LARGEST_ORDER: usize = 64;

/// Whether squares and products of three numbers, of which this is the largest, neither overflow nor
/// lose digits that matter. Numbers that are too small to be squared are then below rounding beside
/// it.
#[inline(always)]
pub(crate) fn ordinary<T: Real>(largest: T) -> bool {
    (largest >= T::of(1e-6)) & (largest <= T::of(1e8))
}

/// Up to [`LANES`] fields of `n` values that follow one another, value by value; lanes without a
/// field hold zeros. Returns the largest magnitude of each field.
#[inline(always)]
pub(crate) fn load<T: Real>(
    fields: &[T],
    n: usize,
    values: &mut [Lane<T>],
    shuffles: Shuffles,
) -> Lane<T> {
    if fields.len() == LANES * n {
        shuffles.rows_to_lanes(fields, n, values);
    } else {
        for (j, value) in values.iter_mut().enumerate().take(n) {
            *value = [T::zero(); LANES];
            for (value, field) in value.iter_mut().zip(fields.chunks_exact(n)) {
                *value = field[j];
            }
        }
    }
    let mut largest = [T::zero(); LANES];
    for value in values.iter().take(n) {
        for l in 0..LANES {
            let size = value[l].abs();
            largest[l] = if size > largest[l] { size } else { largest[l] };
        }
    }
    largest
}

/// The reverse of [`load`]: the values of one field, then those of the next, as many fields as there is
/// room for.
#[inline(always)]
pub(crate) fn store<T: Real>(values: &[Lane<T>], to: &mut [T], shuffles: Shuffles) {
    let n = values.len();
    if n > SIDE || to.len() != LANES * n {
        for (j, value) in values.iter().enumerate() {
            for (to, value) in to[j..].iter_mut().step_by(n).zip(value) {
                *to = *value;
            }
        }
        return;
    }
    for half in 0..LANES / SIDE {
        let mut block: Block<T> = [[T::zero(); SIDE]; SIDE];
        for (row, value) in block.iter_mut().zip(values) {
            *row = value.as_chunks().0[half];
        }
        let block = shuffles.transposed(block);
        for i in 0..SIDE {
            let to = &mut to[(half * SIDE + i) * n..];
            // What is too much is written over by the next field.
            match to.first_chunk_mut() {
                Some(to) => *to = block[i],
                None => {
                    for (to, value) in to.iter_mut().zip(&block[i][..n]) {
                        *to = *value;
                    }
                }
            }
        }
    }
}

/// `Σ_j x_j f_j`, even and odd `j` by themselves: an addition does not wait for the one before.
#[inline(always)]
pub(crate) fn coefficient<T: Real>(values: &[Lane<T>], factors: &[T]) -> Lane<T> {
    let (mut even, mut odd) = ([T::zero(); LANES], [T::zero(); LANES]);
    let (pairs, last) = values.as_chunks::<2>();
    let (factor_pairs, last_factor) = factors.as_chunks::<2>();
    for (value, factor) in pairs.iter().zip(factor_pairs) {
        for l in 0..LANES {
            even[l] += value[0][l] * factor[0];
        }
        for l in 0..LANES {
            odd[l] += value[1][l] * factor[1];
        }
    }
    for (value, &factor) in last.iter().zip(last_factor) {
        for l in 0..LANES {
            even[l] += value[l] * factor;
        }
    }
    for l in 0..LANES {
        even[l] += odd[l];
    }
    even
}

/// The columns of a matrix, one after the other.
pub(crate) fn columns<T: Real>(matrix: ArrayView2<'_, T>) -> Vec<T> {
    matrix.t().iter().copied().collect()
}
