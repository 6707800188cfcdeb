//! The total order of finite scalars, in which `−0 < +0`.
//!
//! Sorting by it gives the same bits whatever the order of the input, also where zeros of both signs
//! occur; `<` calls them equal and leaves them in their given order.

use std::cmp::Ordering;

use groups::{Permutation, Real};

/// Compares as [`f64::total_cmp`] does. Widening `f32` keeps the order and the sign of zero.
pub(crate) fn compare<T: Real>(a: &T, b: &T) -> Ordering {
    a.as_f64().total_cmp(&b.as_f64())
}

/// An integer that is ordered as [`compare`] orders the scalars.
pub(crate) fn key(value: f64) -> i64 {
    let bits = value.to_bits() as i64;
    // Negative numbers: the larger the magnitude, the smaller.
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

/// The permutation that sorts: `σ(i)` is the rank of entry `i`, equal entries in their given order.
pub(crate) fn sorting<T: Real>(values: &[T]) -> Permutation {
    let keys: Vec<i64> = values.iter().map(|v| key(v.as_f64())).collect();
    Permutation::sorting(&keys)
}
