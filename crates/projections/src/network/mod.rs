//! Sorting networks: many lists at once.
//!
//! A network compares the same places whatever the values, so that many lists go side by side
//! through the minima and maxima of vector registers: one a lane, for any length and any processor (`tiles`), or
//! whole, where they fit (`registers`).

#[cfg(target_arch = "x86_64")]
mod registers;
mod streamed;
mod tiles;

use bytemuck::{Zeroable, cast, cast_slice, cast_slice_mut};
use groups::Real;
use ndarray::{ArrayView2, ArrayViewMut2, Axis, Slice};
use pulp::{Simd, WithSimd};

#[cfg(target_arch = "x86_64")]
use self::registers::Registers;
use self::tiles::{Nothing, PLACES, Tile, sort};
use crate::streaming::{LINE, Line};
use crate::transpose::{LANES, Lane, Shuffles};

/// Longer lists are sorted one by one: a network makes `n log² n` comparisons.
const LONGEST: usize = 2048;

/// Calls `exchange(i, j)` with `i < j` for each pair of places that a list of `count` has to be
/// put in order at, one after the other. Batcher's merge exchange (Knuth, *The Art of Computer
/// Programming* 3, algorithm 5.2.2M).
#[inline(always)]
pub(crate) fn merge_exchange(count: usize, mut exchange: impl FnMut(usize, usize)) {
    let top = count.next_power_of_two() / 2;
    let mut p = top;
    while p > 0 {
        let (mut q, mut r, mut d) = (top, 0, p);
        loop {
            for i in (0..count.saturating_sub(d)).filter(|i| i & p == r) {
                exchange(i, i + d);
            }
            if q == p {
                break;
            }
            (d, q, r) = (q - p, q / 2, p);
        }
        p /= 2;
    }
}

/// Sorts lists of one length.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Network {
    length: usize,
}

impl Network {
    /// For lists of `length`.
    pub(crate) fn new(length: usize) -> Self {
        Self { length }
    }

    /// Sorts each row of `from` into `to` by the total order, `−0` before `+0`.
    pub(crate) fn sort_rows<T: Real>(&self, from: ArrayView2<'_, T>, to: ArrayViewMut2<'_, T>) {
        if self.length > LONGEST {
            return one_by_one(from, to);
        }
        #[cfg(target_arch = "x86_64")]
        let (from, mut to) = self.sort_in_registers(from, to);
        if from.is_empty() {
            return;
        }
        if let Some(to) = to.as_slice_mut().filter(|_| self.length * size_of::<T>() > 2 * LINE) {
            claim(to);
        }
        let mut memory = self.memory::<T>();
        pulp::Arch::new().dispatch(Rows { from, to, tiles: as_tiles::<T>(&mut memory) });
    }

    /// Sorts as many rows in registers as can be, and returns the others.
    #[cfg(target_arch = "x86_64")]
    fn sort_in_registers<'a, 'b, T: Real>(
        &self,
        from: ArrayView2<'a, T>,
        mut to: ArrayViewMut2<'b, T>,
    ) -> (ArrayView2<'a, T>, ArrayViewMut2<'b, T>) {
        let mut whole = 0;
        if let (Some(registers), Some(numbers), Some(places)) =
            (Registers::of::<T>(self.length), from.as_slice(), to.as_slice_mut())
        {
            whole = Registers::whole(numbers.len()) / self.length;
            registers.sort(numbers, &mut cast_slice_mut(places).as_chunks_mut().0);
        }
        let rest = Slice::from(whole..);
        (from.slice_axis_move(Axis(0), rest), to.slice_axis_move(Axis(0), rest))
    }

    /// Memory for [`LANES`] rows in tiles: each lane in lines of its own, as what crosses two of them takes twice
    /// as long. What fills up the last tile is sorted to the end, where it was.
    fn memory<T: Real>(&self) -> Vec<Line> {
        let places = self.length.next_multiple_of(PLACES);
        let mut lines = vec![Line::zeroed(); places * size_of::<Lane<T>>() / LINE];
        cast_slice_mut(&mut lines).fill(T::infinity());
        lines
    }
}

/// Lines as tiles.
fn as_tiles<T: Real>(lines: &mut [Line]) -> &mut [Tile<T::Ordinal>] {
    cast_slice_mut(lines).as_chunks_mut::<LANES>().0.as_chunks_mut::<PLACES>().0
}

/// Writes one number into each line of the cache, one line after the other: rows that are written side by
/// side later need not wait for memory.
fn claim<T: Real>(to: &mut [T]) {
    to.iter_mut().step_by(LINE / size_of::<T>()).for_each(|value| *value = T::zero());
}

fn one_by_one<T: Real>(from: ArrayView2<'_, T>, mut to: ArrayViewMut2<'_, T>) {
    let mut row = Vec::with_capacity(from.ncols());
    for (from, mut to) in from.rows().into_iter().zip(to.rows_mut()) {
        row.clear();
        row.extend(from.iter().map(|value| value.ordinal()));
        row.sort_unstable();
        to.iter_mut().zip(&row).for_each(|(to, value)| *to = T::from_ordinal(*value));
    }
}

/// Rows, and the places that they go through the network at.
struct Rows<'a, T: Real> {
    from: ArrayView2<'a, T>,
    to: ArrayViewMut2<'a, T>,
    tiles: &'a mut [Tile<T::Ordinal>],
}

/// Compiled once for each kind of vector register, and inlined there, as closures are not.
impl<T: Real> WithSimd for Rows<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { from, mut to, tiles } = self;
        let (length, shuffles) = (from.ncols(), Shuffles::new());
        let to = to.axis_chunks_iter_mut(Axis(0), LANES);
        for (from, mut to) in from.axis_chunks_iter(Axis(0), LANES).zip(to) {
            // There may be fewer rows; what is in the other lanes is sorted along.
            let whole = from.nrows() == LANES;
            let lanes = tiles.as_flattened_mut();
            match from.as_slice() {
                Some(from) if whole => {
                    shuffles.rows_to_lanes(cast_slice(from), length, lanes);
                }
                // Of another layout it is columns, more often than not, that lie together.
                _ => {
                    for (lane, column) in lanes.iter_mut().zip(from.columns()) {
                        for (to, value) in lane.iter_mut().zip(column) {
                            *to = cast(*value);
                        }
                    }
                }
            }
            sort::<T>(tiles, length, &mut Nothing);
            let lanes = tiles.as_flattened();
            match to.as_slice_mut() {
                Some(to) if whole => {
                    shuffles.lanes_to_rows(lanes, length, cast_slice_mut(to));
                }
                _ => {
                    for (lane, column) in lanes.iter().zip(to.columns_mut()) {
                        for (value, from) in column.into_iter().zip(lane) {
                            *value = cast(*from);
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use proptest::prelude::*;

    use super::*;
    use crate::random::gaussian;

    fn sorted<T: Real>(values: &Array2<T>) -> Array2<T> {
        let mut expected = values.clone();
        for mut row in expected.rows_mut() {
            let mut list = row.to_vec();
            list.sort_by(|a, b| a.as_f64().total_cmp(&b.as_f64()));
            row.assign(&ndarray::Array1::from(list));
        }
        expected
    }

    /// Bit for bit, zeros of both signs included.
    fn agree<T: Real>(rows: usize, length: usize, seed: u64) {
        let mut values = gaussian::<T>(rows, length, seed);
        values.iter_mut().step_by(3).for_each(|v| *v = T::zero());
        values.iter_mut().step_by(5).for_each(|v| *v = -T::zero());
        let mut out = Array2::from_elem((rows, length), T::nan());
        Network::new(length).sort_rows(values.view(), out.view_mut());
        let expected = sorted(&values);
        assert!(out.iter().zip(&expected).all(|(a, b)| a.ordinal() == b.ordinal()));
        // Columns of another layout.
        let turned = values.reversed_axes();
        let expected = sorted(&turned.as_standard_layout().to_owned());
        let mut out = Array2::zeros((rows, length)).reversed_axes();
        Network::new(rows).sort_rows(turned.view(), out.view_mut());
        assert!(out.iter().zip(&expected).all(|(a, b)| a.ordinal() == b.ordinal()));
    }

    proptest! {
        #[test]
        fn rows_are_sorted(rows in 1usize..40, length in 1usize..80, seed: u64) {
            agree::<f32>(rows, length, seed);
            agree::<f64>(rows, length, seed);
        }
    }

    #[test]
    fn long_rows_are_sorted() {
        for length in (1..26).map(|tiles| tiles * PLACES - 3).chain([128, 384, 1000, LONGEST]) {
            agree::<f32>(3, length, 1);
            agree::<f32>(2 * LANES + 1, length, 1);
        }
        agree::<f64>(2 * LANES + 1, 384, 2);
        agree::<f64>(LANES, 257, 2);
        agree::<f64>(3, LONGEST + 1, 2);
    }

    /// By the principle of zeros and ones a network that sorts those sorts everything.
    #[test]
    fn every_list_of_zeros_and_ones_is_sorted() {
        for count in 1..13 {
            let mut exchanges = Vec::new();
            merge_exchange(count, |i, j| exchanges.push((i, j)));
            for bits in 0u32..1 << count {
                let mut list: Vec<u32> = (0..count).map(|i| bits >> i & 1).collect();
                for &(i, j) in &exchanges {
                    assert!(i < j);
                    (list[i], list[j]) = (list[i].min(list[j]), list[i].max(list[j]));
                }
                assert!(list.is_sorted(), "{count}: {bits:b}");
            }
        }
        for count in 1..17 {
            let bit = |(row, i): (usize, usize)| (row >> i & 1) as f32;
            let lists = Array2::from_shape_fn((1 << count, count), bit);
            let mut out = Array2::zeros(lists.dim());
            Network::new(count).sort_rows(lists.view(), out.view_mut());
            for (bits, (list, row)) in lists.rows().into_iter().zip(out.rows()).enumerate() {
                assert!(row.to_vec().is_sorted() && row.sum() == list.sum(), "{count}: {bits:b}");
            }
        }
    }

    /// Runs of sorted tiles are all that merges meet: of zeros and ones there are few.
    #[test]
    fn runs_of_zeros_and_ones_are_merged() {
        for (first, second) in [
            (16, 16),
            (32, 16),
            (32, 32),
            (64, 16),
            (64, 24),
            (64, 48),
            (64, 64),
            (128, 64),
            (128, 70),
            (128, 128),
            (256, 128),
        ] {
            for (a, b) in (0..=first).flat_map(|a| (0..=second).map(move |b| (a, b))) {
                let mut list = vec![0.0; a];
                list.resize(first, 1.0);
                list.resize(first + b, 0.0);
                list.resize(first + second, 1.0);
                let list = Array2::from_shape_vec((1, first + second), list).unwrap();
                let mut out = Array2::zeros(list.dim());
                Network::new(first + second).sort_rows(list.view(), out.view_mut());
                assert!(out.as_slice().unwrap().is_sorted() && out.sum() == list.sum());
            }
        }
    }
}
