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
    let whole = match n {
        // Known sizes are unrolled.
        4 => transpose::<T, 4>(fields, values),
        8 => transpose::<T, 8>(fields, values),
        16 => transpose::<T, 16>(fields, values),
        _ => false,
    };
    if !whole {
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

/// Whether there is a field for each lane; if so, its values.
#[inline(always)]
fn transpose<T: Real, const N: usize>(fields: &[T], values: &mut [Lane<T>]) -> bool {
    let (Some(values), (fields, [])) = (values.first_chunk_mut::<N>(), fields.as_chunks::<N>())
    else {
        return false;
    };
    let Ok(fields) = <&[[T; N]; LANES]>::try_from(fields) else { return false };
    for j in 0..N {
        for l in 0..LANES {
            values[j][l] = fields[l][j];
        }
    }
    true
}

/// `Σ_j x_j f_j`.
#[inline(always)]
pub(crate) fn coefficient<T: Real>(values: &[Lane<T>], factors: &[T]) -> Lane<T> {
    let mut sum = [T::zero(); LANES];
    for (value, &factor) in values.iter().zip(factors) {
        for l in 0..LANES {
            sum[l] += value[l] * factor;
        }
    }
    sum
}

/// The columns of a matrix, one after the other.
pub(crate) fn columns<T: Real>(matrix: ArrayView2<'_, T>) -> Vec<T> {
    matrix.t().iter().copied().collect()
}
