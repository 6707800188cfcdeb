//! Lists in tiles, sorted in registers.

use bytemuck::cast;
use groups::Real;

use crate::transpose::{LANES, Lane};

/// Places that are sorted and merged in registers.
pub(super) const PLACES: usize = 16;

/// A part of each list.
pub(super) type Tile<K> = [Lane<K>; PLACES];

/// What is done between the steps of a network.
pub(super) trait Meanwhile {
    /// A part of it.
    fn step(&mut self);
}

/// Nothing is done.
pub(super) struct Nothing;

impl Meanwhile for Nothing {
    #[inline(always)]
    fn step(&mut self) {}
}

/// Bits of a scalar become an integer that is ordered as scalars are, and the reverse.
#[inline(always)]
pub(super) fn turned<T: Real>(bits: T::Ordinal) -> T::Ordinal {
    cast(T::from_ordinal(bits))
}

/// Sorts lists, of bits before and after, in runs of tiles that are merged in pairs (Batcher 1968). The second run
/// is taken backwards, so that all exchanges put the smaller value first and runs may be cut short at the
/// end.
#[inline(always)]
pub(super) fn sort<T: Real>(
    tiles: &mut [Tile<T::Ordinal>],
    length: usize,
    meanwhile: &mut impl Meanwhile,
) {
    macro_rules! sort_places {
        ($($count:literal)*) => {
            match length {
                $($count => return sort_tile::<$count, true, T>(&mut tiles[0]),)*
                _ => {}
            }
        };
    }
    sort_places!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16);
    for tile in tiles.iter_mut() {
        sort_tile::<PLACES, false, T>(tile);
        meanwhile.step();
    }
    let count = tiles.len();
    // Whole eights, fours and twos by passes over sixteen places, four stages each; what is left of the
    // last one, stages of smaller distances, is done when the bits come back.
    let (eights, rest) = tiles.as_chunks_mut::<8>();
    for tiles in eights {
        let places = tiles.as_flattened_mut();
        four_stages::<0, _>(places, meanwhile);
        four_stages::<1, _>(places, meanwhile);
        four_stages::<2, _>(places, meanwhile);
        four_stages::<3, _>(places, meanwhile);
        finish::<2, T>(tiles, count == 8, meanwhile);
    }
    let (fours, twos) = rest.as_chunks_mut::<4>();
    for tiles in fours {
        let places = tiles.as_flattened_mut();
        four_stages::<0, _>(places, meanwhile);
        four_stages::<1, _>(places, meanwhile);
        finish::<4, T>(tiles, count == 4, meanwhile);
    }
    for tiles in twos.as_chunks_mut::<2>().0 {
        four_stages::<0, _>(tiles.as_flattened_mut(), meanwhile);
        finish::<1, T>(tiles, count == 2, meanwhile);
    }
    // Runs that are cut short.
    if twos.len() == 3 {
        merge(twos, 2);
        finish::<8, T>(twos, count == 3, meanwhile);
    }
    if rest.len() > 4 {
        merge(rest, 4);
        finish::<8, T>(rest, count < 8, meanwhile);
    }
    let mut run = 8;
    while run < count {
        for tiles in tiles.chunks_mut(2 * run) {
            merge(tiles, run);
        }
        run *= 2;
        finish::<8, T>(tiles, run >= count, meanwhile);
    }
}

/// Four of the stages that merge runs, of sixteen places at a time, in registers. Numbered by what they do: the
/// mirrored places of two tiles and those 8, 4 and 2 apart; 1 apart, the mirrored ones of four tiles, 16 and
/// 8; 4, 2, 1, the mirrored ones of eight tiles; and 32, 16, 8 and 4.
#[inline(always)]
fn four_stages<const PASS: usize, K: Copy + Ord>(
    places: &mut [Lane<K>],
    meanwhile: &mut impl Meanwhile,
) {
    // How far apart columns are that differ in one bit of their number, and what else a mirror changes.
    let ([eight, four, two, one], mirror) = const {
        [
            ([16, 8, 4, 2], 1),
            ([32, 16, 8, 1], 4 | 2),
            ([64, 4, 2, 1], 32 | 16 | 8),
            ([32, 16, 8, 4], 0),
        ][PASS]
    };
    let place = |k: usize| {
        (k >> 3) * (eight + mirror) + (k >> 2 & 1) * four + (k >> 1 & 1) * two + (k & 1) * one
    };
    let bits = eight | four | two | one;
    let mut first = 0;
    while first < places.len() {
        let mut lanes = [places[first]; 16];
        for k in 0..16 {
            lanes[k] = places[first ^ place(k)];
        }
        for lane in 0..LANES {
            // The compiler makes vectors of this loop, as each column is an array of its own.
            let mut column = [lanes[0][lane]; 16];
            for k in 0..16 {
                column[k] = lanes[k][lane];
            }
            match PASS {
                0 => mirrored_stage(&mut column),
                1 => stage::<1, 1, 0, K>(&mut column),
                2 => stage::<4, 4, 0, K>(&mut column),
                _ => stage::<8, 8, 0, K>(&mut column),
            }
            match PASS {
                1 => mirrored_stage(&mut column),
                2 => stage::<2, 2, 0, K>(&mut column),
                _ => stage::<4, 4, 0, K>(&mut column),
            }
            match PASS {
                1 => stage::<4, 4, 0, K>(&mut column),
                2 => stage::<1, 1, 0, K>(&mut column),
                _ => stage::<2, 2, 0, K>(&mut column),
            }
            match PASS {
                1 => stage::<2, 2, 0, K>(&mut column),
                2 => mirrored_stage(&mut column),
                _ => stage::<1, 1, 0, K>(&mut column),
            }
            for k in 0..16 {
                lanes[k][lane] = column[k];
            }
        }
        for k in 0..16 {
            places[first ^ place(k)] = lanes[k];
        }
        first = ((first | bits) + 1) & !bits;
        meanwhile.step();
    }
}

/// Puts each place and the mirrored one in order.
#[inline(always)]
fn mirrored_stage<K: Copy + Ord>(values: &mut [K; 16]) {
    for i in 0..8 {
        let (a, b) = (values[i], values[15 - i]);
        (values[i], values[15 - i]) = (a.min(b), a.max(b));
    }
}

/// The stages of distances up to `FROM` within each tile; the last ones of all if `last`, so that bits come back.
#[inline(always)]
fn finish<const FROM: usize, T: Real>(
    tiles: &mut [Tile<T::Ordinal>],
    last: bool,
    meanwhile: &mut impl Meanwhile,
) {
    for tile in tiles {
        if last {
            merge_tile::<FROM, true, T>(tile);
        } else {
            merge_tile::<FROM, false, T>(tile);
        }
        meanwhile.step();
    }
}

/// Merges two runs up to what is within tiles. Of the second there may be only a part, or nothing.
#[inline(always)]
fn merge<K: Copy + Ord>(tiles: &mut [Tile<K>], run: usize) {
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
            for tiles in tiles.as_chunks_mut::<8>().0 {
                merge_eight(tiles);
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

/// Exchanges of tiles four, two and one apart at once, in registers.
#[inline(always)]
fn merge_eight<K: Copy + Ord>(tiles: &mut [Tile<K>; 8]) {
    for i in 0..PLACES {
        let mut lanes = [tiles[0][i]; 8];
        for k in 0..8 {
            lanes[k] = tiles[k][i];
        }
        for lane in 0..LANES {
            let mut column = [lanes[0][lane]; 8];
            for k in 0..8 {
                column[k] = lanes[k][lane];
            }
            stage::<4, 4, 0, K>(&mut column);
            stage::<2, 2, 0, K>(&mut column);
            stage::<1, 1, 0, K>(&mut column);
            for k in 0..8 {
                lanes[k][lane] = column[k];
            }
        }
        for k in 0..8 {
            tiles[k][i] = lanes[k];
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

/// [`merge_exchange`] of the first `COUNT` places, which hold bits; `LAST`: and shall hold them again. The loop
/// over lanes becomes one of vectors.
#[inline(always)]
fn sort_tile<const COUNT: usize, const LAST: bool, T: Real>(tile: &mut Tile<T::Ordinal>) {
    for lane in 0..LANES {
        let mut values = [tile[0][lane]; COUNT];
        for i in 0..COUNT {
            values[i] = turned::<T>(tile[i][lane]);
        }
        stage::<8, 8, 0, _>(&mut values);
        stage::<4, 4, 0, _>(&mut values);
        if COUNT > 8 {
            stage::<4, 4, 4, _>(&mut values);
        }
        stage::<2, 2, 0, _>(&mut values);
        if COUNT > 8 {
            stage::<2, 6, 2, _>(&mut values);
        }
        stage::<2, 2, 2, _>(&mut values);
        stage::<1, 1, 0, _>(&mut values);
        if COUNT > 8 {
            stage::<1, 7, 1, _>(&mut values);
        }
        stage::<1, 3, 1, _>(&mut values);
        stage::<1, 1, 1, _>(&mut values);
        for i in 0..COUNT {
            tile[i][lane] = if LAST { turned::<T>(values[i]) } else { values[i] };
        }
    }
}

/// The stages of distances `FROM`, `FROM/2`, …, 1; `LAST`: places shall hold bits after that.
#[inline(always)]
fn merge_tile<const FROM: usize, const LAST: bool, T: Real>(tile: &mut Tile<T::Ordinal>) {
    for lane in 0..LANES {
        let mut values = [tile[0][lane]; PLACES];
        for i in 0..PLACES {
            values[i] = tile[i][lane];
        }
        if FROM >= 8 {
            stage::<8, 8, 0, _>(&mut values);
        }
        if FROM >= 4 {
            stage::<4, 4, 0, _>(&mut values);
        }
        if FROM >= 2 {
            stage::<2, 2, 0, _>(&mut values);
        }
        stage::<1, 1, 0, _>(&mut values);
        for i in 0..PLACES {
            tile[i][lane] = if LAST { turned::<T>(values[i]) } else { values[i] };
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
