//! The total order of finite scalars, in which `−0 < +0`.
//!
//! Sorting by it gives the same bits whatever the order of the input, also where zeros of both signs
//! occur; `<` calls them equal and leaves them in their given order.

use groups::{Permutation, Real};

/// The permutation that sorts: `σ(i)` is the rank of entry `i`, equal entries in their given order.
pub(crate) fn sorting<T: Real>(values: &[T]) -> Permutation {
    let keys: Vec<_> = values.iter().map(|v| v.ordinal()).collect();
    Permutation::sorting(&keys)
}
