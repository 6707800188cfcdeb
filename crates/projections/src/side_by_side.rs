//! Fourier coefficients of many fields side by side, a field in each lane of the vector registers.

use groups::Real;
use ndarray::ArrayView2;

/// Fields that are transformed together.
pub(crate) const LANES: usize = 16;

/// One number of each field.
pub(crate) type Lane<T> = [T; LANES];

/// The largest fields: their values stay in the nearest cache.
pub(crate) const LARGEST_ORDER: usize = 64;

/// Whether squares and products of three numbers, of which this is the largest, neither overflow nor
/// lose digits that matter. Numbers that are too small to be squared are then below rounding beside
/// it.
#[inline(always)]
pub(crate) fn ordinary<T: Real>(largest: T) -> bool {
    largest >= T::of(1e-6) && largest <= T::of(1e8)
}

/// Up to [`LANES`] fields of `n` values that follow one another, value by value; lanes without a
/// field hold zeros. Returns the largest magnitude of each field.
#[inline(always)]
pub(crate) fn load<T: Real>(fields: &[T], n: usize, values: &mut [Lane<T>]) -> Lane<T> {
    let mut largest = [T::zero(); LANES];
    if fields.len() == LANES * n {
        for (j, value) in values.iter_mut().enumerate().take(n) {
            for l in 0..LANES {
                value[l] = fields[l * n + j];
            }
        }
    } else {
        for (j, value) in values.iter_mut().enumerate().take(n) {
            *value = [T::zero(); LANES];
            for (value, field) in value.iter_mut().zip(fields.chunks_exact(n)) {
                *value = field[j];
            }
        }
    }
    for value in values.iter().take(n) {
        for l in 0..LANES {
            let size = value[l].abs();
            largest[l] = if size > largest[l] { size } else { largest[l] };
        }
    }
    largest
}

/// `Σ_j x_j · matrix[(j, column)]`.
#[inline(always)]
pub(crate) fn coefficient<T: Real>(
    values: &[Lane<T>],
    matrix: ArrayView2<'_, T>,
    column: usize,
) -> Lane<T> {
    let mut sum = [T::zero(); LANES];
    for (value, factor) in values.iter().zip(matrix.column(column)) {
        for l in 0..LANES {
            sum[l] += value[l] * *factor;
        }
    }
    sum
}
