//! Short lists in registers of 512 bits: between where they come from and where they go, nothing is written.
//!
//! Sixteen registers of sixteen lanes hold 256 numbers. Where one of them is takes eight bits: four say in
//! which register, four in which lane. A stage of a network compares numbers whose places in their
//! list differ in one bit. As long as this is one of the register, a stage is minima and maxima of
//! registers; where it is one of the lane, [`swap`] exchanges it with one of the register that no stage needs
//! for longest.

use std::arch::x86_64::__m512i as Register;
use std::mem::take;
use std::slice::from_ref;

use bytemuck::{cast, cast_ref, cast_slice};
use groups::Real;
use pulp::NullaryFnOnce;
use pulp::x86::V4;

use crate::streaming::{Past, prefetch};
use crate::transpose::LANES;

/// Registers that are sorted at once.
const COUNT: usize = 16;

/// Lists, one after the other.
pub(super) type Lists = [Register; COUNT];

/// Sorts lists of one length in registers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Registers {
    simd: V4,
    length: usize,
}

impl Registers {
    /// For numbers of 32 bits in lists of 16, 32, 64 or 128, where the processor has AVX-512.
    pub(super) fn of<T: Real>(length: usize) -> Option<Self> {
        let fits = size_of::<T>() == size_of::<i32>() && [16, 32, 64, 128].contains(&length);
        Some(Self { simd: V4::try_new().filter(|_| fits)?, length })
    }

    /// How many of some numbers are sorted: as often as registers can be filled.
    pub(super) fn whole(numbers: usize) -> usize {
        numbers / (COUNT * LANES) * (COUNT * LANES)
    }

    /// Sorts lists that follow one another, as many numbers as are [`whole`](Self::whole). Whether those
    /// are all finite.
    pub(super) fn sort<T: Real>(self, from: &[T], to: &mut impl Sink) -> bool {
        let (Self { simd, length }, from) = (self, cast_slice(from).as_chunks().0);
        match length {
            16 => simd.vectorize(Sorting::<0, _> { simd, from, to }),
            32 => simd.vectorize(Sorting::<1, _> { simd, from, to }),
            64 => simd.vectorize(Sorting::<2, _> { simd, from, to }),
            _ => simd.vectorize(Sorting::<3, _> { simd, from, to }),
        }
    }
}

/// Where sorted lists go.
pub(super) trait Sink {
    /// Whether it is memory that no cache holds, as that where they come from.
    const PAST_CACHES: bool;

    /// Takes the next lists, of integers that are still to be [`turned`].
    fn put(&mut self, simd: V4, lists: Lists);
}

impl Sink for &mut [[i32; LANES]] {
    const PAST_CACHES: bool = false;

    #[inline(always)]
    fn put(&mut self, simd: V4, lists: Lists) {
        if let Some((now, later)) = take(self).split_first_chunk_mut::<COUNT>() {
            *self = later;
            for i in 0..COUNT {
                now[i] = cast(turned(simd, lists[i]));
            }
        }
    }
}

/// Each register is a line.
impl Sink for Past<'_> {
    const PAST_CACHES: bool = true;

    #[inline(always)]
    fn put(&mut self, simd: V4, mut lists: Lists) {
        for i in 0..COUNT {
            lists[i] = turned(simd, lists[i]);
        }
        self.write_all(simd, lists);
    }
}

/// Lines that begin in the midst of registers.
pub(super) struct Shifted<'a, 'b, T> {
    head: &'a mut [T],
    past: &'a mut Past<'b>,
    /// Which lanes of two registers a line is made of.
    lanes: Register,
    /// The register before the next one.
    last: Register,
}

impl<'a, 'b, T: Real> Shifted<'a, 'b, T> {
    /// What comes before the first line, and the lines.
    pub(super) fn new(head: &'a mut [T], past: &'a mut Past<'b>) -> Self {
        let lanes = std::array::from_fn::<u32, LANES, _>(|i| (head.len() + i) as u32);
        Self { head, past, lanes: cast(lanes), last: zeros() }
    }

    /// So many numbers, the last of all: what comes after the last line.
    pub(super) fn rest(&self, count: usize) -> &[T] {
        let last = cast_slice(from_ref(&self.last));
        &last[last.len() - count..]
    }
}

impl<T: Real> Sink for Shifted<'_, '_, T> {
    const PAST_CACHES: bool = true;

    #[inline(always)]
    fn put(&mut self, simd: V4, mut lists: Lists) {
        for i in 0..COUNT {
            let register = turned(simd, lists[i]);
            lists[i] = simd.avx512f._mm512_permutex2var_epi32(self.last, self.lanes, register);
            self.last = register;
        }
        if self.head.is_empty() {
            return self.past.write_all(simd, lists);
        }
        let [first, lines @ ..] = lists;
        let (first, head) = (cast_slice(from_ref(&first)), take(&mut self.head));
        head.copy_from_slice(&first[first.len() - head.len()..]);
        self.past.write_all(simd, lines);
    }
}

/// Lists of `16·2^M`, on their way.
struct Sorting<'a, const M: usize, S> {
    simd: V4,
    from: &'a [[[i32; LANES]; COUNT]],
    to: &'a mut S,
}

/// Compiled for these registers, and inlined there, as closures are not.
impl<const M: usize, S: Sink> NullaryFnOnce for Sorting<'_, M, S> {
    /// Whether all numbers are finite.
    type Output = bool;

    #[inline(always)]
    fn call(self) -> bool {
        /// So many times before they are sorted, numbers are asked for.
        const AHEAD: usize = 2;
        let Self { simd, from, to } = self;
        let (mut least, mut greatest) = (zeros(), zeros());
        for (i, numbers) in from.iter().enumerate() {
            if S::PAST_CACHES
                && let Some(next) = from.get(i + AHEAD)
            {
                next.iter().for_each(prefetch);
            }
            let mut lists = load(simd, numbers);
            sort::<M>(simd, &mut lists);
            for list in 0..COUNT >> M {
                let (first, last) = (lists[list << M], lists[(list << M) + (1 << M) - 1]);
                least = simd.avx512f._mm512_min_epi32(least, first);
                greatest = simd.avx512f._mm512_max_epi32(greatest, last);
            }
            to.put(simd, lists);
        }
        // What is not finite is before or after all that is.
        let (least, greatest): ([i32; LANES], [i32; LANES]) = (cast(least), cast(greatest));
        least.iter().chain(&greatest).all(|ordinal| f32::from_ordinal(*ordinal).is_finite())
    }
}

/// A register of zeros.
#[inline(always)]
fn zeros() -> Register {
    cast([0i32; LANES])
}

/// Bits of scalars become integers that are ordered as scalars are, and the reverse.
#[inline(always)]
fn turned(simd: V4, bits: Register) -> Register {
    /// The truth table of `bits ^ (sign & most)`.
    const TABLE: i32 = 0b0111_1000;
    let sign = simd.avx512f._mm512_srai_epi32::<31>(bits);
    simd.avx512f._mm512_ternarylogic_epi32::<TABLE>(bits, sign, cast([i32::MAX; LANES]))
}

/// Numbers as integers. The highest bit of the register and of the lane are exchanged on the way.
#[inline(always)]
fn load(simd: V4, numbers: &[[i32; LANES]; COUNT]) -> Lists {
    let mut lists = [zeros(); COUNT];
    for i in 0..8 {
        let first: &[[i32; 8]; 2] = cast_ref(&numbers[i]);
        let second: &[[i32; 8]; 2] = cast_ref(&numbers[i + 8]);
        lists[i] = turned(simd, cast([first[0], second[0]]));
        lists[i + 8] = turned(simd, cast([first[1], second[1]]));
    }
    lists
}

/// Sorts what [`load`] has brought: runs of sixteen, one a lane, which are merged in pairs `M` times.
///
/// For lists of 128, let `0` to `6` be the bits of a place, the lowest first, and `r` that of the number of the list.
/// The bits of registers, the lowest first, and of lanes, the highest first, hold at first
/// `0 1 2 3 | r 4 5 6`, as which number begins where does not matter, and after each exchange
/// `4 1 2 3 | r 0 5 6`,
/// `4 0 2 3 | r 1 5 6`, `4 5 2 3 | r 1 0 6`,
/// `4 5 1 3 | r 2 0 6`, `4 5 0 3 | r 2 1 6`, `4 5 6 3 | r 2 1 0`,
/// `4 5 6 2 | r 3 1 0`, `4 5 6 1 | r 3 2 0`, `4 5 6 0 | r 3 2 1`, `4 5 6 r | 3 2 1 0`, where all are in their
/// places. For shorter lists `6`, `5` and `4` are bits of the number of the list as well, by which
/// nothing is compared.
#[inline(always)]
fn sort<const M: usize>(simd: V4, lists: &mut Lists) {
    // What bits of the number of the list are still of registers.
    if M < 1 {
        swap::<0, 2>(simd, lists);
    }
    if M < 2 {
        swap::<1, 1>(simd, lists);
    }
    if M < 3 {
        swap::<2, 0>(simd, lists);
    }
    sort_registers(simd, lists);
    merge::<M, 0, 2>(simd, lists);
    merge_on::<M, 1, 2>(simd, lists);
    merge::<M, 1, 1>(simd, lists);
    merge_on::<M, 2, 2>(simd, lists);
    merge_on::<M, 2, 1>(simd, lists);
    merge::<M, 2, 0>(simd, lists);
    merge_on::<M, 3, 2>(simd, lists);
    merge_on::<M, 3, 1>(simd, lists);
    merge_on::<M, 3, 0>(simd, lists);
    shuffle::<3>(simd, lists, interleaved(0), interleaved(8));
}

/// [`merge_exchange`](super::merge_exchange) of the sixteen registers.
#[inline(always)]
fn sort_registers(simd: V4, lists: &mut Lists) {
    stage::<8, 8, 0>(simd, lists);
    stage::<4, 4, 0>(simd, lists);
    stage::<4, 4, 4>(simd, lists);
    stage::<2, 2, 0>(simd, lists);
    stage::<2, 6, 2>(simd, lists);
    stage::<2, 2, 2>(simd, lists);
    stage::<1, 1, 0>(simd, lists);
    stage::<1, 7, 1>(simd, lists);
    stage::<1, 3, 1>(simd, lists);
    stage::<1, 1, 1>(simd, lists);
}

/// Puts registers `D` apart in order, those with `i & P = R`.
#[inline(always)]
fn stage<const P: usize, const D: usize, const R: usize>(simd: V4, lists: &mut Lists) {
    for i in 0..COUNT - D {
        if i & P == R {
            exchange(simd, lists, i, i + D);
        }
    }
}

/// Begins to merge pairs of runs, if there is a merge of this number, as soon as the bit that tells runs of a pair apart is
/// one of registers: all distances that are bits of registers by now.
#[inline(always)]
fn merge<const M: usize, const BIT: usize, const LANE: usize>(simd: V4, lists: &mut Lists) {
    if BIT >= M {
        return swap::<BIT, LANE>(simd, lists);
    }
    // Each number is compared with the mirrored one of the other run. The lanes that hold bits of runs are this one
    // and those between it and the highest. What is mirrored may stay so: it is bitonic either way.
    let second = ones_of::<LANE>(7 >> LANE << LANE);
    shuffle::<BIT>(simd, lists, zeros_of::<LANE>(), second);
    compare::<BIT>(simd, lists, COUNT - 1);
    if BIT > 1 {
        compare::<1>(simd, lists, 1 << 1);
    }
    if BIT > 0 {
        compare::<0>(simd, lists, 1 << 0);
    }
    compare::<3>(simd, lists, 1 << 3);
    if BIT < 2 {
        compare::<2>(simd, lists, 1 << 2);
    }
    if BIT < 1 {
        compare::<1>(simd, lists, 1 << 1);
    }
}

/// Goes on with a merge: at the distance that is a bit of lanes so far.
#[inline(always)]
fn merge_on<const M: usize, const BIT: usize, const LANE: usize>(simd: V4, lists: &mut Lists) {
    swap::<BIT, LANE>(simd, lists);
    if BIT <= M {
        compare::<BIT>(simd, lists, 1 << BIT);
    }
}

/// Exchanges a bit of registers with one of lanes.
#[inline(always)]
fn swap<const BIT: usize, const LANE: usize>(simd: V4, lists: &mut Lists) {
    shuffle::<BIT>(simd, lists, zeros_of::<LANE>(), ones_of::<LANE>(0));
}

/// Makes two new registers of each two that differ in a bit. Lanes of the second one count from sixteen on.
#[inline(always)]
fn shuffle<const BIT: usize>(
    simd: V4,
    lists: &mut Lists,
    first: [u32; LANES],
    second: [u32; LANES],
) {
    for i in 0..COUNT {
        if i >> BIT & 1 == 0 {
            let (a, b) = (lists[i], lists[i | 1 << BIT]);
            lists[i] = simd.avx512f._mm512_permutex2var_epi32(a, cast(first), b);
            lists[i | 1 << BIT] = simd.avx512f._mm512_permutex2var_epi32(a, cast(second), b);
        }
    }
}

/// The lanes of both registers whose bit is zero: that of a lane tells from which register it is.
#[inline(always)]
const fn zeros_of<const LANE: usize>() -> [u32; LANES] {
    let (mut lanes, mut i) = ([0; LANES], 0);
    while i < LANES {
        lanes[i] = (i & !(1 << LANE) | (i >> LANE & 1) << 4) as u32;
        i += 1;
    }
    lanes
}

/// Those whose bit is one, each in the place of that which differs from it in the bits to be mirrored.
#[inline(always)]
const fn ones_of<const LANE: usize>(mirrored: usize) -> [u32; LANES] {
    let (zeros, mut lanes, mut i) = (zeros_of::<LANE>(), [0; LANES], 0);
    while i < LANES {
        lanes[i] = zeros[i ^ mirrored] | 1 << LANE;
        i += 1;
    }
    lanes
}

/// Lanes of both registers in turns, from one on.
#[inline(always)]
const fn interleaved(from: u32) -> [u32; LANES] {
    let (mut lanes, mut i) = ([0; LANES], 0);
    while i < LANES {
        lanes[i] = from + (i / 2 + i % 2 * LANES) as u32;
        i += 1;
    }
    lanes
}

/// Smaller numbers to registers whose bit is zero, larger ones to those that differ from them in some bits.
#[inline(always)]
fn compare<const BIT: usize>(simd: V4, lists: &mut Lists, bits: usize) {
    for i in 0..COUNT {
        if i >> BIT & 1 == 0 {
            exchange(simd, lists, i, i ^ bits);
        }
    }
}

/// Smaller numbers to the first register, lane by lane.
#[inline(always)]
fn exchange(simd: V4, lists: &mut Lists, i: usize, j: usize) {
    let (a, b) = (lists[i], lists[j]);
    lists[i] = simd.avx512f._mm512_min_epi32(a, b);
    lists[j] = simd.avx512f._mm512_max_epi32(a, b);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::random::gaussian;

    const LENGTHS: [usize; 4] = [16, 32, 64, 128];

    /// Sorts lists and says whether all numbers are finite; nothing where there are no such registers.
    fn sorted(length: usize, lists: &[f32]) -> Option<(Vec<f32>, bool)> {
        let whole = Registers::whole(lists.len() + COUNT * LANES);
        let mut from = lists.to_vec();
        from.resize(whole, 0.0);
        let mut to = vec![0i32; whole];
        let finite = Registers::of::<f32>(length)?.sort(&from, &mut to.as_chunks_mut().0);
        Some((cast_slice(&to)[..lists.len()].to_vec(), finite))
    }

    fn agree(length: usize, lists: &[f32]) {
        let Some((sorted, _)) = sorted(length, lists) else { return };
        for (list, sorted) in lists.chunks(length).zip(sorted.chunks(length)) {
            let mut list = list.to_vec();
            list.sort_by(f32::total_cmp);
            let bits = |list: &[f32]| list.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&list), bits(sorted), "{length}");
        }
    }

    proptest! {
        #[test]
        fn lists_are_sorted(which in 0usize..4, lists in 1usize..40, seed: u64) {
            let mut values = gaussian::<f32>(lists, LENGTHS[which], seed).into_raw_vec_and_offset().0;
            values.iter_mut().step_by(3).for_each(|v| *v = 0.0);
            values.iter_mut().step_by(5).for_each(|v| *v = -0.0);
            agree(LENGTHS[which], &values);
        }

        /// A network that sorts zeros and ones sorts everything.
        #[test]
        fn zeros_and_ones_are_sorted(
            which in 0usize..4, ones in prop::collection::vec(any::<u64>(), 64), share in 0u64..=64,
        ) {
            let one = |bits: &u64, i: u32| f32::from(bits.rotate_left(i) % 64 < share);
            let values: Vec<f32> = ones.iter().flat_map(|b| (0..64).map(move |i| one(b, i))).collect();
            agree(LENGTHS[which], &values);
        }
    }

    /// All pairs of runs of zeros and ones, of each merge. Places whose numbers differ in the three lowest bits
    /// are in different lanes at first, and the runs of lanes that differ in the highest of these are merged first.
    #[test]
    fn runs_of_zeros_and_ones_are_merged() {
        for (merges, length) in LENGTHS.into_iter().enumerate() {
            for merge in 0..merges {
                let run = 16 << merge;
                let mut lists = Vec::new();
                for (a, b) in (0..=run).flat_map(|a| (0..=run).map(move |b| (a, b))) {
                    let mut zeros = [[a, b]; 4];
                    lists.extend((0..length).map(|place| {
                        let second = place >> (2 - merge) & 1;
                        let others = (place % (1 << (2 - merge))) >> (3 - merges);
                        let left = &mut zeros[others][second];
                        let one = *left == 0;
                        *left -= usize::from(!one);
                        f32::from(one)
                    }));
                    assert!(
                        zeros.iter().take(1 << (merges - 1 - merge)).all(|left| *left == [0, 0])
                    );
                }
                agree(length, &lists);
            }
        }
    }

    #[test]
    fn what_is_not_finite_is_noticed() {
        for length in LENGTHS {
            let values = gaussian::<f32>(512 / length, length, 1).into_raw_vec_and_offset().0;
            for place in 0..values.len() {
                for value in [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX] {
                    let mut values = values.clone();
                    values[place] = value;
                    let finite = sorted(length, &values).map(|(_, finite)| finite);
                    assert!(
                        finite.is_none_or(|finite| finite == value.is_finite()),
                        "{value} {place}"
                    );
                }
            }
        }
    }

    #[test]
    fn other_lists_are_for_others() {
        assert!(Registers::of::<f64>(128).is_none());
        assert!([0, 1, 8, 17, 100, 256].into_iter().all(|n| Registers::of::<f32>(n).is_none()));
        assert_eq!([255, 256, 511].map(Registers::whole), [0, 256, 256]);
    }
}
