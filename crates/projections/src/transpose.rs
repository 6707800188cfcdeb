//! Transposed blocks of numbers, by shuffles of vector registers where there are some.

use bytemuck::Pod;

/// Rows that are worked on side by side.
pub(crate) const LANES: usize = 16;

/// One number of each row.
pub(crate) type Lane<T> = [T; LANES];

/// Rows and columns of a block.
pub(crate) const SIDE: usize = 8;

/// `SIDE` rows that follow one another.
pub(crate) type Block<T> = [[T; SIDE]; SIDE];

/// The shuffles of this processor. Compilers make moves of single numbers of a transposition, which
/// take ten times as long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shuffles {
    #[cfg(target_arch = "x86_64")]
    avx2: Option<pulp::x86::V3>,
}

impl Shuffles {
    /// What this processor has.
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Self {
            #[cfg(target_arch = "x86_64")]
            avx2: pulp::x86::V3::try_new(),
        }
    }

    /// [`LANES`] rows of one length that follow one another, number by number.
    #[inline(always)]
    pub(crate) fn rows_to_lanes<T: Pod>(self, rows: &[T], length: usize, lanes: &mut [Lane<T>]) {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = self.avx2 {
            match size_of::<T>() {
                4 => return x86::rows_to_lanes::<u32, T>(avx2, rows, length, lanes),
                8 => return x86::rows_to_lanes::<u64, T>(avx2, rows, length, lanes),
                _ => {}
            }
        }
        for (l, row) in rows.chunks_exact(length).enumerate() {
            for i in 0..length {
                lanes[i][l] = row[i];
            }
        }
    }

    /// The reverse of [`rows_to_lanes`](Self::rows_to_lanes).
    #[inline(always)]
    pub(crate) fn lanes_to_rows<T: Pod>(self, lanes: &[Lane<T>], length: usize, rows: &mut [T]) {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = self.avx2 {
            match size_of::<T>() {
                4 => return x86::lanes_to_rows::<u32, T>(avx2, lanes, length, rows),
                8 => return x86::lanes_to_rows::<u64, T>(avx2, lanes, length, rows),
                _ => {}
            }
        }
        for (l, row) in rows.chunks_exact_mut(length).enumerate() {
            for i in 0..length {
                row[i] = lanes[i][l];
            }
        }
    }

    /// The transposed block.
    #[inline(always)]
    pub(crate) fn transposed<T: Pod>(self, block: Block<T>) -> Block<T> {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = self.avx2 {
            match size_of::<T>() {
                4 => return x86::transposed::<u32, T>(avx2, block),
                8 => return x86::transposed::<u64, T>(avx2, block),
                _ => {}
            }
        }
        plain(block)
    }
}

fn plain<T: Copy>(rows: Block<T>) -> Block<T> {
    let mut columns = rows;
    for (j, column) in columns.iter_mut().enumerate() {
        *column = rows.map(|row| row[j]);
    }
    columns
}

/// Shuffles of registers of 256 bits. They move bits: what counts is how many a number has.
#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{__m256, __m256d};

    use bytemuck::{Pod, cast};
    use pulp::x86::V3;

    use super::{Block, LANES, Lane, SIDE};

    /// Numbers of one width.
    pub(super) trait Word: Pod {
        /// `SIDE` of them, in registers: arrays of numbers would be taken apart.
        type Row: Pod;

        /// The columns of a block as rows.
        fn transposed(avx2: V3, rows: [Self::Row; SIDE]) -> [Self::Row; SIDE];
    }

    #[inline(always)]
    pub(super) fn transposed<W: Word, T: Pod>(avx2: V3, rows: Block<T>) -> Block<T> {
        let [a, b, c, d, e, f, g, h] = W::transposed(avx2, registers::<W, T>(rows));
        [cast(a), cast(b), cast(c), cast(d), cast(e), cast(f), cast(g), cast(h)]
    }

    #[inline(always)]
    fn registers<W: Word, T: Pod>([a, b, c, d, e, f, g, h]: Block<T>) -> [W::Row; SIDE] {
        [cast(a), cast(b), cast(c), cast(d), cast(e), cast(f), cast(g), cast(h)]
    }

    /// Blocks of `SIDE` numbers at the beginning of each of `SIDE` rows. Written out, so that the compiler
    /// knows that there are `whole` of each.
    macro_rules! starts {
        ($rows:ident, $split:ident, $chunks:ident, $length:ident, $whole:ident $(, $mut:tt)?) => {{
            let (a, rest) = $rows.$split($length);
            let (b, rest) = rest.$split($length);
            let (c, rest) = rest.$split($length);
            let (d, rest) = rest.$split($length);
            let (e, rest) = rest.$split($length);
            let (f, rest) = rest.$split($length);
            let (g, rest) = rest.$split($length);
            let (h, _) = rest.$split($length);
            [
                &$($mut)? a.$chunks::<SIDE>().0[..$whole],
                &$($mut)? b.$chunks::<SIDE>().0[..$whole],
                &$($mut)? c.$chunks::<SIDE>().0[..$whole],
                &$($mut)? d.$chunks::<SIDE>().0[..$whole],
                &$($mut)? e.$chunks::<SIDE>().0[..$whole],
                &$($mut)? f.$chunks::<SIDE>().0[..$whole],
                &$($mut)? g.$chunks::<SIDE>().0[..$whole],
                &$($mut)? h.$chunks::<SIDE>().0[..$whole],
            ]
        }};
    }

    #[inline(always)]
    pub(super) fn rows_to_lanes<W: Word, T: Pod>(
        avx2: V3,
        rows: &[T],
        length: usize,
        lanes: &mut [Lane<T>],
    ) {
        if length == SIDE
            && let Some([a, b, c, d, e, f, g, h, lower @ ..]) =
                rows.as_chunks::<SIDE>().0.first_chunk::<LANES>()
            && let Some(lanes) = lanes.first_chunk_mut()
        {
            let upper = [*a, *b, *c, *d, *e, *f, *g, *h];
            return join::<W, T>(
                W::transposed(avx2, registers::<W, T>(upper)),
                W::transposed(avx2, registers::<W, T>(*lower)),
                lanes,
            );
        }
        let whole = length / SIDE;
        for i in whole * SIDE..length {
            for l in 0..LANES {
                lanes[i][l] = rows[l * length + i];
            }
        }
        let (upper, lower) = rows.split_at(SIDE * length);
        let upper = starts!(upper, split_at, as_chunks, length, whole);
        let lower = starts!(lower, split_at, as_chunks, length, whole);
        let blocks = &mut lanes.as_chunks_mut::<SIDE>().0[..whole];
        for i in 0..whole {
            let upper = columns::<W, T>(avx2, upper, i);
            let lower = columns::<W, T>(avx2, lower, i);
            join::<W, T>(upper, lower, &mut blocks[i]);
        }
    }

    #[inline(always)]
    fn join<W: Word, T: Pod>(
        upper: [W::Row; SIDE],
        lower: [W::Row; SIDE],
        lanes: &mut [Lane<T>; SIDE],
    ) {
        for i in 0..SIDE {
            lanes[i] = cast([upper[i], lower[i]]);
        }
    }

    #[inline(always)]
    fn columns<W: Word, T: Pod>(
        avx2: V3,
        [a, b, c, d, e, f, g, h]: [&[[T; SIDE]]; SIDE],
        i: usize,
    ) -> [W::Row; SIDE] {
        let rows = [a[i], b[i], c[i], d[i], e[i], f[i], g[i], h[i]];
        W::transposed(avx2, registers::<W, T>(rows))
    }

    #[inline(always)]
    pub(super) fn lanes_to_rows<W: Word, T: Pod>(
        avx2: V3,
        lanes: &[Lane<T>],
        length: usize,
        rows: &mut [T],
    ) {
        let whole = length / SIDE;
        let blocks = &lanes.as_chunks::<SIDE>().0[..whole];
        for (half, rows) in rows.chunks_exact_mut(SIDE * length).enumerate() {
            for i in whole * SIDE..length {
                for l in 0..SIDE {
                    rows[l * length + i] = lanes[i][half * SIDE + l];
                }
            }
            let [a, b, c, d, e, f, g, h] =
                starts!(rows, split_at_mut, as_chunks_mut, length, whole, mut);
            for i in 0..whole {
                let mut block: Block<T> = [[blocks[i][0][0]; SIDE]; SIDE];
                for j in 0..SIDE {
                    block[j] = blocks[i][j].as_chunks::<SIDE>().0[half];
                }
                let rows = transposed::<W, T>(avx2, block);
                [a[i], b[i], c[i], d[i], e[i], f[i], g[i], h[i]] = rows;
            }
        }
    }

    // Closures would not be inlined into what is compiled for these registers.
    macro_rules! shuffle {
        ($name:ident, $vector:ty, $shuffle:ident $(, $mask:literal)?) => {
            #[inline(always)]
            fn $name(avx2: V3, x: $vector, y: $vector) -> $vector {
                avx2.avx.$shuffle$(::<$mask>)?(x, y)
            }
        };
    }

    shuffle!(even, __m256, _mm256_unpacklo_ps);
    shuffle!(odd, __m256, _mm256_unpackhi_ps);
    shuffle!(low, __m256, _mm256_shuffle_ps, 0b01_00_01_00);
    shuffle!(high, __m256, _mm256_shuffle_ps, 0b11_10_11_10);
    shuffle!(first, __m256, _mm256_permute2f128_ps, 0x20);
    shuffle!(last, __m256, _mm256_permute2f128_ps, 0x31);
    shuffle!(even_f64, __m256d, _mm256_unpacklo_pd);
    shuffle!(odd_f64, __m256d, _mm256_unpackhi_pd);
    shuffle!(first_f64, __m256d, _mm256_permute2f128_pd, 0x20);
    shuffle!(last_f64, __m256d, _mm256_permute2f128_pd, 0x31);

    /// Columns of four rows, in the halves of registers.
    #[inline(always)]
    fn four(s: V3, [a, b, c, d]: [__m256; 4]) -> [__m256; 4] {
        let (ab, cd) = (even(s, a, b), even(s, c, d));
        let (ba, dc) = (odd(s, a, b), odd(s, c, d));
        [low(s, ab, cd), high(s, ab, cd), low(s, ba, dc), high(s, ba, dc)]
    }

    impl Word for u32 {
        type Row = __m256;

        #[inline(always)]
        fn transposed(s: V3, [a, b, c, d, e, f, g, h]: [__m256; SIDE]) -> [__m256; SIDE] {
            let ([a, b, c, d], [e, f, g, h]) = (four(s, [a, b, c, d]), four(s, [e, f, g, h]));
            [
                first(s, a, e),
                first(s, b, f),
                first(s, c, g),
                first(s, d, h),
                last(s, a, e),
                last(s, b, f),
                last(s, c, g),
                last(s, d, h),
            ]
        }
    }

    #[inline(always)]
    fn quarter(s: V3, [a, b, c, d]: [__m256d; 4]) -> [__m256d; 4] {
        let (ab, cd) = (even_f64(s, a, b), even_f64(s, c, d));
        let (ba, dc) = (odd_f64(s, a, b), odd_f64(s, c, d));
        [first_f64(s, ab, cd), first_f64(s, ba, dc), last_f64(s, ab, cd), last_f64(s, ba, dc)]
    }

    impl Word for u64 {
        type Row = [__m256d; 2];

        #[inline(always)]
        fn transposed(s: V3, rows: [Self::Row; SIDE]) -> [Self::Row; SIDE] {
            let mut out = rows;
            for i in 0..2 {
                for j in 0..2 {
                    let [a, b, c, d] =
                        [rows[4 * i], rows[4 * i + 1], rows[4 * i + 2], rows[4 * i + 3]];
                    let turned = quarter(s, [a[j], b[j], c[j], d[j]]);
                    for k in 0..4 {
                        out[4 * j + k][i] = turned[k];
                    }
                }
            }
            out
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agree<T: Pod + PartialEq + std::fmt::Debug>(number: impl Fn(usize) -> T) {
        let mut row = 0;
        let block: Block<T> = [(); SIDE].map(|()| {
            row += 1;
            std::array::from_fn(|j| number(row * SIDE + j))
        });
        let (fast, slow) = (Shuffles::new().transposed(block), plain(block));
        assert_eq!(fast, slow);
        for (i, row) in block.iter().enumerate() {
            assert!((0..SIDE).all(|j| fast[j][i] == row[j]));
        }
    }

    #[test]
    fn rows_become_columns() {
        agree(|i| i as f32);
        agree(|i| i as f64);
        agree(|i| i as i32);
        agree(|i| i as i64);
        agree(|i| i as u16);
    }

    fn become_lanes_and_come_back<T: Pod + PartialEq + std::fmt::Debug>(
        number: impl Fn(usize) -> T,
    ) {
        for length in 1..40 {
            let rows: Vec<T> = (0..LANES * length).map(&number).collect();
            let mut lanes = vec![[number(0); LANES]; length];
            Shuffles::new().rows_to_lanes(&rows, length, &mut lanes);
            for (i, lane) in lanes.iter().enumerate() {
                assert!((0..LANES).all(|l| lane[l] == rows[l * length + i]), "{length}");
            }
            let mut back = vec![number(0); rows.len()];
            Shuffles::new().lanes_to_rows(&lanes, length, &mut back);
            assert_eq!(rows, back, "{length}");
        }
    }

    #[test]
    fn rows_of_any_length_become_lanes_and_come_back() {
        become_lanes_and_come_back(|i| i as u16);
        become_lanes_and_come_back(|i| i as i32);
        become_lanes_and_come_back(|i| i as f64);
    }
}
