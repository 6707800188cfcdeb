//! Rows that are written past the caches while the next ones are sorted.

use bytemuck::{Zeroable, cast_slice, cast_slice_mut};
use groups::Real;
use ndarray::{ArrayView1, ArrayView2, ArrayViewMut1, Axis};
use pulp::{Simd, WithSimd};
use rayon::prelude::*;

#[cfg(target_arch = "x86_64")]
use super::registers::{Registers, Shifted};
use super::tiles::{Meanwhile, Tile, sort, turned};
use super::{LONGEST, Network, as_tiles};
use crate::streaming::{LINE, Line, Past, past_caches, prefetch};
use crate::transpose::{LANES, Shuffles};

/// Bytes that one task sorts: enough for what it does by itself at the beginning and the end not to count.
const TASK: usize = 1 << 20;

/// Steps that [`sort`] makes for each of eight tiles.
const STEPS: usize = 6;

impl Network {
    /// The same for rows whose memory follows one another, in parallel: they are written past the caches while
    /// the next ones are sorted. Whether all numbers are finite.
    pub(crate) fn sort_past_caches<T: Real>(&self, from: &[T], to: &mut [T]) -> bool {
        let block = LANES * self.length;
        let task = block * (TASK / (block * size_of::<T>())).max(1);
        to.par_chunks_mut(task)
            .zip(from.par_chunks(task))
            .map(|(to, from)| {
                let whole = if self.length > LONGEST { 0 } else { from.len() / block * block };
                let ((blocks, rest), (to, last)) = (from.split_at(whole), to.split_at_mut(whole));
                let finite = self.sort_blocks(blocks, to);
                for (from, to) in rest.chunks(self.length).zip(last.chunks_mut(self.length)) {
                    self.sort_rows(row(from), ArrayViewMut1::from(to).insert_axis(Axis(0)));
                }
                finite && rest.iter().all(|value| value.is_finite())
            })
            .reduce(|| true, |a, b| a & b)
    }

    /// The same for some times [`LANES`] rows.
    fn sort_blocks<T: Real>(&self, from: &[T], to: &mut [T]) -> bool {
        #[cfg(target_arch = "x86_64")]
        if let Some(registers) = Registers::of::<T>(self.length) {
            let (head, to, tail) = bytemuck::pod_align_to_mut(to);
            return past_caches(to, |past| {
                if head.is_empty() {
                    return registers.sort(from, past);
                }
                let mut shifted = Shifted::new(head, past);
                let finite = registers.sort(from, &mut shifted);
                tail.copy_from_slice(shifted.rest(tail.len()));
                finite
            });
        }
        let mut memory = self.memory::<T>();
        let lines = LANES * self.length * size_of::<T>() / LINE;
        let mut sorted = vec![Line::zeroed(); lines + 1];
        let (head, to, tail) = bytemuck::pod_align_to_mut(to);
        past_caches(to, |past| {
            pulp::Arch::new().dispatch(Streamed {
                from,
                length: self.length,
                head,
                past,
                tail,
                tiles: as_tiles::<T>(&mut memory),
                sorted: &mut sorted,
            })
        })
    }
}

/// Numbers as a row.
fn row<T>(values: &[T]) -> ArrayView2<'_, T> {
    ArrayView1::from(values).insert_axis(Axis(0))
}

/// Rows that go through the network, and past the caches when they are sorted.
struct Streamed<'a, 'b, T: Real> {
    from: &'a [T],
    length: usize,
    /// What is written before the first whole line of the cache, into lines, and after the last one.
    head: &'a mut [T],
    past: &'a mut Past<'b>,
    tail: &'a mut [T],
    tiles: &'a mut [Tile<T::Ordinal>],
    /// [`LANES`] sorted rows, which are some lines, and a line for what comes before them.
    sorted: &'a mut [Line],
}

impl<T: Real> WithSimd for Streamed<'_, '_, T> {
    /// Whether all numbers are finite.
    type Output = bool;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> bool {
        let Self { from, length, head, past, tail, tiles, sorted } = self;
        let (shuffles, block, line) = (Shuffles::new(), LANES * length, LINE / size_of::<T>());
        let lines = block / line;
        let at_once = lines.div_ceil(STEPS * tiles.len());
        // Blocks begin where the first one does: so many numbers after a line.
        let (before, mut carried) = ((line - head.len()) % line, [T::zero(); LINE]);
        // The lines of a block that are there; of the first one, the head is no whole line.
        let mut whole = 0..0;
        let zero = T::zero().ordinal();
        let (mut least, mut greatest) = ([zero; LANES], [zero; LANES]);
        for (i, rows) in from.chunks_exact(block).enumerate() {
            let next = &from[(i + 1) * block..];
            let mut moves = Moves {
                simd,
                lines: at_once,
                past,
                sorted: &sorted[whole],
                next: &next[..block.min(next.len())],
            };
            shuffles.rows_to_lanes(cast_slice(rows), length, tiles.as_flattened_mut());
            sort::<T>(tiles, length, &mut moves);
            moves.rest();
            let lanes = &tiles.as_flattened()[..length];
            for lane in 0..LANES {
                least[lane] = least[lane].min(turned::<T>(lanes[0][lane]));
                greatest[lane] = greatest[lane].max(turned::<T>(lanes[length - 1][lane]));
            }
            let place: &mut [T] = cast_slice_mut(sorted);
            shuffles.lanes_to_rows(lanes, length, cast_slice_mut(&mut place[before..][..block]));
            if before > 0 {
                place[..before].copy_from_slice(&carried[..before]);
                carried[..before].copy_from_slice(&place[block..][..before]);
                if i == 0 {
                    head.copy_from_slice(&place[before..line]);
                }
            }
            whole = usize::from(i == 0 && before > 0)..lines;
        }
        past.write(simd, &sorted[whole]);
        tail.copy_from_slice(&carried[..tail.len()]);
        // What is not finite is before or after all that is.
        least.iter().chain(&greatest).all(|ordinal| T::from_ordinal(*ordinal).is_finite())
    }
}

/// Sorted rows on their way to memory, the next ones on their way from there: a few lines at each step, as
/// a processor waits only where many are on their way at once.
struct Moves<'a, 'b, S, T> {
    simd: S,
    lines: usize,
    past: &'a mut Past<'b>,
    sorted: &'a [Line],
    next: &'a [T],
}

impl<S: Simd, T> Moves<'_, '_, S, T> {
    #[inline(always)]
    fn lines(&mut self, count: usize) {
        let (now, later) = self.sorted.split_at(count.min(self.sorted.len()));
        self.sorted = later;
        self.past.write(self.simd, now);
        let line = LINE / size_of::<T>();
        let (now, later) = self.next.split_at((count * line).min(self.next.len()));
        self.next = later;
        now.chunks(line).for_each(prefetch);
    }

    #[inline(always)]
    fn rest(&mut self) {
        let rest = std::mem::take(&mut self.sorted);
        self.past.write(self.simd, rest);
    }
}

impl<S: Simd, T> Meanwhile for Moves<'_, '_, S, T> {
    #[inline(always)]
    fn step(&mut self) {
        self.lines(self.lines);
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use proptest::prelude::*;

    use super::super::tiles::PLACES;
    use super::*;
    use crate::random::gaussian;

    /// Bit for bit, wherever in lines of the cache both begin, and nothing beside the rows is touched.
    fn agree_past_caches<T: Real>(rows: usize, length: usize, seed: u64) {
        let (network, size, untouched) = (Network::new(length), rows * length, T::of(7.0));
        let line = LINE / size_of::<T>();
        let mut values = gaussian::<T>(1, size + line, seed);
        values.iter_mut().step_by(3).for_each(|v| *v = T::zero());
        values.iter_mut().step_by(5).for_each(|v| *v = -T::zero());
        for offset in 0..line {
            let from = &values.as_slice().unwrap()[line - offset..][..size];
            let mut out = vec![untouched; size + 2 * line];
            let to = &mut out[offset..][..size];
            let mut expected = Array2::zeros((rows, length));
            let codes = ArrayView2::from_shape((rows, length), from).unwrap();
            network.sort_rows(codes, expected.view_mut());
            assert!(network.sort_past_caches(from, to));
            let equal = to.iter().zip(&expected).all(|(a, b)| a.ordinal() == b.ordinal());
            assert!(equal, "{rows} × {length} at {offset}");
            let beside = out[..offset].iter().chain(&out[offset + size..]);
            assert!(beside.into_iter().all(|value| *value == untouched));
        }
    }

    /// Whether a number that is not finite is noticed, wherever it is.
    fn finite_with<T: Real>(value: T, rows: usize, length: usize, place: usize) -> bool {
        let mut values = gaussian::<T>(rows, length, 3).into_raw_vec_and_offset().0;
        let place = place % values.len();
        values[place] = value;
        Network::new(length).sort_past_caches(&values, &mut vec![T::zero(); rows * length])
    }

    proptest! {
        #[test]
        fn rows_are_sorted_past_caches(rows in 0usize..70, length in 1usize..70, seed: u64) {
            agree_past_caches::<f32>(rows, length, seed);
            agree_past_caches::<f64>(rows, length, seed);
        }

        #[test]
        fn what_is_not_finite_is_noticed_past_caches(
            rows in 1usize..70, length in 1usize..70, place: usize,
        ) {
            for value in [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                prop_assert!(!finite_with(value, rows, length, place));
                prop_assert!(!finite_with(f64::from(value), rows, length, place));
            }
            prop_assert!(finite_with(f32::MAX, rows, length, place));
            prop_assert!(finite_with(f64::MIN, rows, length, place));
        }
    }

    /// More than one task, all ways to put runs together, and lists too long for a network.
    #[test]
    fn long_rows_are_sorted_past_caches() {
        for tiles in 1..26 {
            agree_past_caches::<f32>(2 * LANES + 3, tiles * PLACES - 5, 1);
        }
        for length in [16, 32, 64, 128] {
            agree_past_caches::<f32>(2 * LANES + 3, length, 1);
        }
        agree_past_caches::<f32>(2 * TASK / 4 / 128 + 5, 128, 1);
        agree_past_caches::<f64>(33, LONGEST, 2);
        agree_past_caches::<f64>(3, LONGEST + 1, 2);
    }
}
