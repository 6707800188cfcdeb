//! Fixed blocks of rows and columns.
//!
//! Block sizes never depend on the number of threads, so neither do sums. Slices are taken with
//! `slice_axis`: the macro `ndarray::s!` expands to an `allow(unsafe_code)`, which a crate that
//! forbids unsafe code refuses.

use std::ops::Range;

use ndarray::{ArrayView2, ArrayViewMut2, Axis, Slice};

/// `0..n` in ranges of `size`, the last one shorter.
pub(crate) fn ranges(n: usize, size: usize) -> impl Iterator<Item = Range<usize>> {
    (0..n.div_ceil(size)).map(move |b| b * size..((b + 1) * size).min(n))
}

/// The rows of `range`.
pub(crate) fn rows<T>(array: ArrayView2<'_, T>, range: Range<usize>) -> ArrayView2<'_, T> {
    array.slice_axis_move(Axis(0), Slice::from(range))
}

/// The columns of `range`.
pub(crate) fn columns_mut<T>(
    array: ArrayViewMut2<'_, T>,
    range: Range<usize>,
) -> ArrayViewMut2<'_, T> {
    array.slice_axis_move(Axis(1), Slice::from(range))
}

/// The leading `rows × columns` corner.
pub(crate) fn corner_mut<T>(
    array: ArrayViewMut2<'_, T>,
    rows: usize,
    columns: usize,
) -> ArrayViewMut2<'_, T> {
    columns_mut(array.slice_axis_move(Axis(0), Slice::from(0..rows)), 0..columns)
}
