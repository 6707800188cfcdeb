//! Transposed blocks of numbers, by shuffles of vector registers where there are some.

use std::any::Any;

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

    /// [`LANES`] rows of one length that follow one another, number by number. Loops of known length
    /// become vectors.
    #[inline(always)]
    pub(crate) fn rows_to_lanes<T: Copy + 'static>(
        self,
        rows: &[T],
        length: usize,
        lanes: &mut [Lane<T>],
    ) {
        let whole = length - length % SIDE;
        for (half, rows) in rows.chunks_exact(SIDE * length).enumerate() {
            for start in (0..whole).step_by(SIDE) {
                let mut block: Block<T> = [[rows[0]; SIDE]; SIDE];
                for i in 0..SIDE {
                    if let Some(row) = rows[i * length + start..].first_chunk() {
                        block[i] = *row;
                    }
                }
                self.transpose(&mut block);
                for i in 0..SIDE {
                    lanes[start + i].as_chunks_mut().0[half] = block[i];
                }
            }
            for i in whole..length {
                let lane = &mut lanes[i].as_chunks_mut::<SIDE>().0[half];
                for l in 0..SIDE {
                    lane[l] = rows[l * length + i];
                }
            }
        }
    }

    /// The reverse of [`rows_to_lanes`](Self::rows_to_lanes).
    #[inline(always)]
    pub(crate) fn lanes_to_rows<T: Copy + 'static>(
        self,
        lanes: &[Lane<T>],
        length: usize,
        rows: &mut [T],
    ) {
        let whole = length - length % SIDE;
        for (half, rows) in rows.chunks_exact_mut(SIDE * length).enumerate() {
            for start in (0..whole).step_by(SIDE) {
                let mut block: Block<T> = [[rows[0]; SIDE]; SIDE];
                for i in 0..SIDE {
                    block[i] = lanes[start + i].as_chunks().0[half];
                }
                self.transpose(&mut block);
                for i in 0..SIDE {
                    if let Some(row) = rows[i * length + start..].first_chunk_mut() {
                        *row = block[i];
                    }
                }
            }
            for i in whole..length {
                let lane = &lanes[i].as_chunks::<SIDE>().0[half];
                for l in 0..SIDE {
                    rows[l * length + i] = lane[l];
                }
            }
        }
    }

    /// The transposed block.
    #[inline(always)]
    pub(crate) fn transpose<T: Copy + 'static>(self, block: &mut Block<T>) {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = self.avx2 {
            // The types are known to the compiler, which keeps one of these.
            let block: &mut dyn Any = block;
            if let Some(block) = block.downcast_mut() {
                return x86::f32s(avx2, block);
            }
            if let Some(block) = block.downcast_mut() {
                return x86::i32s(avx2, block);
            }
            if let Some(block) = block.downcast_mut() {
                return x86::f64s(avx2, block);
            }
            if let Some(block) = block.downcast_mut() {
                return x86::i64s(avx2, block);
            }
        }
        plain(block);
    }
}

fn plain<T: Copy>(block: &mut Block<T>) {
    let rows = *block;
    for (j, column) in block.iter_mut().enumerate() {
        *column = rows.map(|row| row[j]);
    }
}

/// Shuffles of registers of 256 bits.
#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{__m256, __m256d};

    use pulp::cast;
    use pulp::x86::V3;

    use super::Block;

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

    #[inline(always)]
    pub(super) fn f32s(s: V3, block: &mut Block<f32>) {
        let [upper, lower]: [[__m256; 4]; 2] = cast(*block);
        let ([a, b, c, d], [e, f, g, h]) = (four(s, upper), four(s, lower));
        *block = cast([
            [first(s, a, e), first(s, b, f), first(s, c, g), first(s, d, h)],
            [last(s, a, e), last(s, b, f), last(s, c, g), last(s, d, h)],
        ]);
    }

    #[inline(always)]
    pub(super) fn i32s(s: V3, block: &mut Block<i32>) {
        let mut floats = cast(*block);
        f32s(s, &mut floats);
        *block = cast(floats);
    }

    #[inline(always)]
    fn quarter(s: V3, [a, b, c, d]: [__m256d; 4]) -> [__m256d; 4] {
        let (ab, cd) = (even_f64(s, a, b), even_f64(s, c, d));
        let (ba, dc) = (odd_f64(s, a, b), odd_f64(s, c, d));
        [first_f64(s, ab, cd), first_f64(s, ba, dc), last_f64(s, ab, cd), last_f64(s, ba, dc)]
    }

    #[inline(always)]
    pub(super) fn f64s(s: V3, block: &mut Block<f64>) {
        let rows: [[__m256d; 2]; 8] = cast(*block);
        let mut out = rows;
        for i in 0..2 {
            for j in 0..2 {
                let [a, b, c, d] = [rows[4 * i], rows[4 * i + 1], rows[4 * i + 2], rows[4 * i + 3]];
                let turned = quarter(s, [a[j], b[j], c[j], d[j]]);
                for k in 0..4 {
                    out[4 * j + k][i] = turned[k];
                }
            }
        }
        *block = cast(out);
    }

    #[inline(always)]
    pub(super) fn i64s(s: V3, block: &mut Block<i64>) {
        let mut floats = cast(*block);
        f64s(s, &mut floats);
        *block = cast(floats);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agree<T: Copy + PartialEq + std::fmt::Debug + 'static>(number: impl Fn(usize) -> T) {
        let mut row = 0;
        let block: Block<T> = [(); SIDE].map(|()| {
            row += 1;
            std::array::from_fn(|j| number(row * SIDE + j))
        });
        let (mut fast, mut slow) = (block, block);
        Shuffles::new().transpose(&mut fast);
        plain(&mut slow);
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

    #[test]
    fn rows_of_any_length_become_lanes_and_come_back() {
        for length in 1..40 {
            let rows: Vec<i32> = (0..LANES * length).map(|i| i as i32).collect();
            let mut lanes = vec![[-1; LANES]; length];
            Shuffles::new().rows_to_lanes(&rows, length, &mut lanes);
            for (i, lane) in lanes.iter().enumerate() {
                assert!((0..LANES).all(|l| lane[l] == rows[l * length + i]), "{length}");
            }
            let mut back = vec![-1; rows.len()];
            Shuffles::new().lanes_to_rows(&lanes, length, &mut back);
            assert_eq!(rows, back, "{length}");
        }
    }
}
