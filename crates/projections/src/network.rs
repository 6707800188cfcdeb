//! Sorting networks: many lists at once, one a lane.
//!
//! A network compares the same places whatever the values, so that many lists go side by side
//! through the minima and maxima of vector registers.

use groups::Real;
use ndarray::{ArrayView2, ArrayViewMut2, Axis};
use pulp::{Simd, WithSimd};

/// Lists that are sorted at once.
const LANES: usize = 32;

/// Longer lists are sorted one by one: a network makes `n log² n` comparisons.
const LONGEST: usize = 256;

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
#[derive(Debug)]
pub(crate) struct Network {
    length: usize,
    exchanges: Vec<(usize, usize)>,
}

impl Network {
    /// For lists of `length`.
    pub(crate) fn new(length: usize) -> Self {
        let mut exchanges = Vec::new();
        if length <= LONGEST {
            merge_exchange(length, |i, j| exchanges.push((i, j)));
        }
        Self { length, exchanges }
    }

    /// Sorts each row of `from` into `to` by the total order, `−0` before `+0`.
    pub(crate) fn sort_rows<T: Real>(&self, from: ArrayView2<'_, T>, mut to: ArrayViewMut2<'_, T>) {
        if self.length > LONGEST {
            return one_by_one(from, to);
        }
        let arch = pulp::Arch::new();
        let mut block = vec![T::default().ordinal(); self.length * LANES];
        let to = to.axis_chunks_iter_mut(Axis(0), LANES);
        for (from, to) in from.axis_chunks_iter(Axis(0), LANES).zip(to) {
            let (exchanges, places) = (&self.exchanges[..], &mut block[..]);
            arch.dispatch(Block { from, to, exchanges, places, lanes: LANES });
        }
    }
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

/// Rows that go through the network together. `places` holds one place of all rows after the other.
struct Block<'a, T: Real> {
    from: ArrayView2<'a, T>,
    to: ArrayViewMut2<'a, T>,
    exchanges: &'a [(usize, usize)],
    places: &'a mut [T::Ordinal],
    /// Not a constant here: loops of known length are unrolled before they are made of vectors.
    lanes: usize,
}

/// Compiled once for each kind of vector register, and inlined there, as closures are not.
impl<T: Real> WithSimd for Block<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { from, mut to, exchanges, places, lanes } = self;
        // Not all lanes need to be filled; what is in the others is sorted along and not read.
        for (lane, row) in from.rows().into_iter().enumerate() {
            let places = places[lane..].iter_mut().step_by(lanes);
            match row.as_slice() {
                Some(row) => places.zip(row).for_each(|(place, value)| *place = value.ordinal()),
                None => places.zip(row).for_each(|(place, value)| *place = value.ordinal()),
            }
        }
        for &(i, j) in exchanges {
            let (before, after) = places.split_at_mut(j * lanes);
            let low = &mut before[i * lanes..][..lanes];
            for (low, high) in low.iter_mut().zip(&mut after[..lanes]) {
                (*low, *high) = ((*low).min(*high), (*low).max(*high));
            }
        }
        for (lane, mut row) in to.rows_mut().into_iter().enumerate() {
            let places = places[lane..].iter().step_by(lanes);
            match row.as_slice_mut() {
                Some(row) => places.zip(row).for_each(|(place, v)| *v = T::from_ordinal(*place)),
                None => places.zip(row).for_each(|(place, v)| *v = T::from_ordinal(*place)),
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
        agree::<f32>(3, LONGEST, 1);
        agree::<f64>(3, LONGEST + 1, 2);
    }

    /// By the principle of zeros and ones a network that sorts those sorts everything.
    #[test]
    fn every_list_of_zeros_and_ones_is_sorted() {
        for count in 1..13 {
            let Network { exchanges, .. } = Network::new(count);
            for bits in 0u32..1 << count {
                let mut list: Vec<u32> = (0..count).map(|i| bits >> i & 1).collect();
                for &(i, j) in &exchanges {
                    assert!(i < j);
                    (list[i], list[j]) = (list[i].min(list[j]), list[i].max(list[j]));
                }
                assert!(list.is_sorted(), "{count}: {bits:b}");
            }
        }
    }
}
