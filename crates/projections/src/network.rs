//! Sorting networks: many lists at once, one a lane.
//!
//! A network compares the same places whatever the values, so that many lists go side by side
//! through the minima and maxima of vector registers.

use std::marker::PhantomData;

use groups::Real;
use ndarray::{ArrayView2, ArrayViewMut2, Axis};
use pulp::{Simd, WithSimd};

use crate::transpose::{Change, LANES, Lane, Shuffles};

/// Places that are sorted and merged in registers.
const PLACES: usize = 16;

/// A part of each list.
type Tile<K> = [Lane<K>; PLACES];

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
    pub(crate) fn sort_rows<T: Real>(&self, from: ArrayView2<'_, T>, mut to: ArrayViewMut2<'_, T>) {
        if self.length > LONGEST {
            return one_by_one(from, to);
        }
        if let Some(to) = to.as_slice_mut().filter(|_| self.length * size_of::<T>() > 2 * LINE) {
            claim(to);
        }
        // What fills up the last tile is sorted to the end, where it was.
        let last = T::infinity().ordinal();
        let mut tiles = vec![[[last; LANES]; PLACES]; self.length.div_ceil(PLACES)];
        pulp::Arch::new().dispatch(Rows { from, to, tiles: &mut tiles });
    }
}

/// Bytes of a line of the cache.
const LINE: usize = 64;

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

struct ToOrdinal;

impl<T: Real> Change<T> for ToOrdinal {
    type Out = T::Ordinal;

    #[inline(always)]
    fn of(value: T) -> T::Ordinal {
        value.ordinal()
    }
}

struct FromOrdinal<T>(PhantomData<T>);

impl<T: Real> Change<T::Ordinal> for FromOrdinal<T> {
    type Out = T;

    #[inline(always)]
    fn of(ordinal: T::Ordinal) -> T {
        T::from_ordinal(ordinal)
    }
}

/// Rows, and the places that their ordinals go through the network at.
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
                    shuffles.rows_to_lanes::<ToOrdinal, _>(from, length, lanes);
                }
                // Of another layout it is columns, more often than not, that lie together.
                _ => {
                    for (lane, column) in lanes.iter_mut().zip(from.columns()) {
                        for (to, value) in lane.iter_mut().zip(column) {
                            *to = value.ordinal();
                        }
                    }
                }
            }
            sort(tiles, length);
            let lanes = tiles.as_flattened();
            match to.as_slice_mut() {
                Some(to) if whole => {
                    shuffles.lanes_to_rows::<FromOrdinal<T>, _>(lanes, length, to);
                }
                _ => {
                    for (lane, column) in lanes.iter().zip(to.columns_mut()) {
                        for (value, from) in column.into_iter().zip(lane) {
                            *value = T::from_ordinal(*from);
                        }
                    }
                }
            }
        }
    }
}

/// Sorts the tiles, and merges runs of them, which double: each place of a run with the mirrored one
/// of the next, then places further and further inside (Batcher 1968). All exchanges put the smaller
/// value first, so that runs may be cut short at the end.
#[inline(always)]
fn sort<K: Copy + Ord>(tiles: &mut [Tile<K>], length: usize) {
    macro_rules! sort_places {
        ($($count:literal)*) => {
            match length {
                $($count => return sort_tile::<$count, false, K>(&mut tiles[0]),)*
                _ => {}
            }
        };
    }
    sort_places!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    let count = tiles.len();
    for tile in tiles.iter_mut() {
        sort_tile::<PLACES, false, K>(tile);
    }
    let mut run = 1;
    while run < count {
        for tiles in tiles.chunks_mut(2 * run) {
            merge(tiles, run);
        }
        for tile in tiles.iter_mut() {
            sort_tile::<PLACES, true, K>(tile);
        }
        run *= 2;
    }
}

/// Merges two runs up to what is within tiles. Of the second there may be only a part, or nothing: four
/// or eight tiles of a longer run are in order, and stay what they are.
#[inline(always)]
fn merge<K: Copy + Ord>(tiles: &mut [Tile<K>], run: usize) {
    if let Ok(tiles) = tiles.try_into() {
        return merge_in_registers::<4, true, K>(tiles);
    }
    if let Ok(tiles) = tiles.try_into() {
        return merge_in_registers::<8, true, K>(tiles);
    }
    let count = tiles.len();
    for (i, j) in (0..run).zip((run..2 * run).rev()) {
        if j < count {
            let (before, after) = tiles.split_at_mut(j);
            exchange_mirrored(&mut before[i], &mut after[0]);
        }
    }
    let mut apart = run / 2;
    while apart > 0 {
        if apart == 4 && count == 2 * run {
            for tiles in tiles.as_chunks_mut().0 {
                merge_in_registers::<8, false, K>(tiles);
            }
            return;
        }
        for start in (0..count).step_by(2 * apart) {
            for i in (start..start + apart).take_while(|i| i + apart < count) {
                let (before, after) = tiles.split_at_mut(i + apart);
                exchange(&mut before[i], &mut after[0]);
            }
        }
        apart /= 2;
    }
}

/// All stages between `N` tiles at once, in registers: exchanges of those `N/2`, `N/4`, … apart, or first
/// of each place with the mirrored one of the tile that mirrors its own.
///
/// The compiler makes vectors of the loop over lanes because each column is an array of its own.
#[inline(always)]
fn merge_in_registers<const N: usize, const MIRRORED: bool, K: Copy + Ord>(
    tiles: &mut [Tile<K>; N],
) {
    const { assert!(N == 8 || (N == 4 && MIRRORED)) };
    for i in 0..PLACES {
        let mut lanes = [tiles[0][i]; N];
        for k in 0..N {
            lanes[k] = tiles[k][if MIRRORED && k >= N / 2 { PLACES - 1 - i } else { i }];
        }
        for lane in 0..LANES {
            let mut column = [lanes[0][lane]; N];
            for k in 0..N {
                column[k] = lanes[k][lane];
            }
            if MIRRORED {
                for k in 0..N / 2 {
                    let (a, b) = (column[k], column[N - 1 - k]);
                    (column[k], column[N - 1 - k]) = (a.min(b), a.max(b));
                }
            } else {
                stage::<4, 4, 0, K>(&mut column);
            }
            if N == 8 {
                stage::<2, 2, 0, K>(&mut column);
            }
            stage::<1, 1, 0, K>(&mut column);
            for k in 0..N {
                lanes[k][lane] = column[k];
            }
        }
        for k in 0..N {
            tiles[k][if MIRRORED && k >= N / 2 { PLACES - 1 - i } else { i }] = lanes[k];
        }
    }
}

/// Puts places `D` apart in order, those with `i & P = R`.
#[inline(always)]
fn stage<const P: usize, const D: usize, const R: usize, K: Copy + Ord>(values: &mut [K]) {
    for i in 0..values.len().saturating_sub(D) {
        if i & P == R {
            let (a, b) = (values[i], values[i + D]);
            (values[i], values[i + D]) = (a.min(b), a.max(b));
        }
    }
}

/// [`merge_exchange`] of the first `COUNT` places. Of what [`merge`] leaves, a list that rises and falls
/// once, the first of the stages of each distance are enough. The loop over lanes becomes one of
/// vectors.
#[inline(always)]
fn sort_tile<const COUNT: usize, const MERGED: bool, K: Copy + Ord>(tile: &mut Tile<K>) {
    for lane in 0..LANES {
        let mut values = [tile[0][lane]; COUNT];
        for i in 0..COUNT {
            values[i] = tile[i][lane];
        }
        stage::<8, 8, 0, K>(&mut values);
        stage::<4, 4, 0, K>(&mut values);
        if !MERGED && COUNT > 8 {
            stage::<4, 4, 4, K>(&mut values);
        }
        stage::<2, 2, 0, K>(&mut values);
        if !MERGED && COUNT > 8 {
            stage::<2, 6, 2, K>(&mut values);
        }
        if !MERGED {
            stage::<2, 2, 2, K>(&mut values);
        }
        stage::<1, 1, 0, K>(&mut values);
        if !MERGED && COUNT > 8 {
            stage::<1, 7, 1, K>(&mut values);
        }
        if !MERGED {
            stage::<1, 3, 1, K>(&mut values);
            stage::<1, 1, 1, K>(&mut values);
        }
        for i in 0..COUNT {
            tile[i][lane] = values[i];
        }
    }
}

/// Smaller values to the first tile, place by place.
#[inline(always)]
fn exchange<K: Copy + Ord>(first: &mut Tile<K>, second: &mut Tile<K>) {
    for lane in 0..LANES {
        for i in 0..PLACES {
            let (a, b) = (first[i][lane], second[i][lane]);
            (first[i][lane], second[i][lane]) = (a.min(b), a.max(b));
        }
    }
}

/// The same, the second tile backwards.
#[inline(always)]
fn exchange_mirrored<K: Copy + Ord>(first: &mut Tile<K>, second: &mut Tile<K>) {
    for lane in 0..LANES {
        for i in 0..PLACES {
            let (a, b) = (first[i][lane], second[PLACES - 1 - i][lane]);
            (first[i][lane], second[PLACES - 1 - i][lane]) = (a.min(b), a.max(b));
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
        for length in [100, 128, 192, 300, 384, 1000, LONGEST] {
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
        for (first, second) in
            [(32, 32), (64, 64), (64, 24), (64, 57), (128, 64), (128, 70), (128, 128), (256, 128)]
        {
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
