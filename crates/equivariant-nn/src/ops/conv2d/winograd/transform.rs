//! The transforms of one tile, [`LANES`] channels side by side.

use pulp::{Simd, WithSimd};

use super::super::super::element::{Element, sized};
use super::super::super::patches::{Lines, transpose};
use super::tiles::Planes;

/// Points, and inputs of a tile, in each direction.
pub(super) const POINTS: usize = 8;
/// Products of a tile.
pub(super) const PRODUCTS: usize = POINTS * POINTS;
/// Channels that go through a transform together.
pub(super) const LANES: usize = 16;

type Lane<T> = [T; LANES];

/// Evaluates `$body` with the constant `$n` equal to `$value`, the number of taps or of outputs.
macro_rules! for_size {
    ($value:expr, $n:ident => $body:expr) => {
        match $value {
            2 => {
                const $n: usize = 2;
                $body
            }
            3 => {
                const $n: usize = 3;
                $body
            }
            4 => {
                const $n: usize = 4;
                $body
            }
            5 => {
                const $n: usize = 5;
                $body
            }
            6 => {
                const $n: usize = 6;
                $body
            }
            _ => {
                const $n: usize = 7;
                $body
            }
        }
    };
}

/// A map with its channels last, zero outside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Map<'a, T> {
    pub(super) data: &'a [T],
    /// Height and width.
    pub(super) size: (usize, usize),
    /// Numbers from one position to the next.
    pub(super) line: usize,
}

impl<'a, T: Element> Map<'a, T> {
    /// A sample of `planes.channels` planes, written to `last`.
    pub(super) fn of(
        sample: &[T],
        size: (usize, usize),
        planes: Planes,
        last: &'a mut Vec<T>,
    ) -> Self {
        let (positions, line) = (size.0 * size.1, planes.row());
        let last = sized(last, positions * line);
        if line > planes.channels {
            last.fill(T::zero());
        }
        let source = Lines { data: sample, stride: positions };
        transpose(source, planes.channels, positions, last, line);
        Self { data: last, size, line }
    }

    #[inline(always)]
    fn lane(&self, y: isize, x: isize, channel: usize) -> Lane<T> {
        let (h, w) = self.size;
        // Negative numbers are large as unsigned ones.
        if (y as usize) < h && (x as usize) < w {
            *lane(self.data, (y as usize * w + x as usize) * self.line + channel)
        } else {
            [T::zero(); LANES]
        }
    }
}

/// How a square of numbers becomes 64.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    /// `Bᵀ d B` of 8×8 inputs.
    Interpolated,
    /// `A y Aᵀ`: the values of a polynomial in two variables, `n×n` coefficients, at all pairs of points.
    Values(usize),
}

/// The 64 numbers of a square, for a lane of channels.
pub(super) struct Products<'a, T> {
    pub(super) way: Way,
    pub(super) from: Map<'a, T>,
    /// The first number of the square.
    pub(super) y: isize,
    pub(super) x: isize,
    pub(super) channel: usize,
    pub(super) to: &'a mut [T],
    /// From one product to the next.
    pub(super) apart: usize,
}

impl<T: Element> Products<'_, T> {
    /// `line` transforms columns, then rows.
    #[inline(always)]
    fn run<const N: usize>(self, line: impl Fn(&[Lane<T>; N]) -> [Lane<T>; POINTS]) {
        let mut half = [[[T::zero(); LANES]; N]; POINTS];
        for j in 0..N {
            let mut column = [[T::zero(); LANES]; N];
            for (i, lane) in column.iter_mut().enumerate() {
                *lane = self.from.lane(self.y + i as isize, self.x + j as isize, self.channel);
            }
            let values = line(&column);
            for i in 0..POINTS {
                half[i][j] = values[i];
            }
        }
        for (i, half) in half.iter().enumerate() {
            for (j, values) in line(half).iter().enumerate() {
                *lane_mut(self.to, (i * POINTS + j) * self.apart) = *values;
            }
        }
    }
}

impl<T: Element> WithSimd for Products<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        match self.way {
            Way::Interpolated => self.run(interpolate),
            Way::Values(n) => for_size!(n, N => self.run::<N>(evaluate)),
        }
    }
}

/// `Aᵀ p A` for a lane of channels, the transpose of [`Way::Values`].
pub(super) struct Coefficients<'a, T> {
    pub(super) n: usize,
    pub(super) from: &'a [T],
    /// From one product to the next.
    pub(super) apart: usize,
    /// How many rows and columns of coefficients are wanted.
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) to: &'a mut [T],
    /// From one row of coefficients to the next, and from one column.
    pub(super) down: usize,
    pub(super) across: usize,
}

impl<T: Element> Coefficients<'_, T> {
    #[inline(always)]
    fn run<const N: usize>(self) {
        let mut half = [[[T::zero(); LANES]; POINTS]; N];
        for j in 0..POINTS {
            let mut values = [[T::zero(); LANES]; POINTS];
            for (i, value) in values.iter_mut().enumerate() {
                *value = *lane(self.from, (i * POINTS + j) * self.apart);
            }
            let coefficients = collect::<T, N>(&values);
            for i in 0..N {
                half[i][j] = coefficients[i];
            }
        }
        for (i, half) in half.iter().enumerate().take(self.rows) {
            let coefficients = collect::<T, N>(half);
            for (j, values) in coefficients.iter().enumerate().take(self.columns) {
                *lane_mut(self.to, i * self.down + j * self.across) = *values;
            }
        }
    }
}

impl<T: Element> WithSimd for Coefficients<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for_size!(self.n, N => self.run::<N>());
    }
}

/// `1 / (N_i(p_i) N_j(p_j))` for product `8i + j`.
pub(super) fn scale(product: usize) -> f64 {
    const N: [f64; POINTS] = [-1.0, -4.5, -4.5, 90.0, 90.0, 1.40625, 1.40625, 1.0];
    (N[product / POINTS] * N[product % POINTS]).recip()
}

/// `Bᵀ d`.
#[inline(always)]
fn interpolate<T: Element>(lanes: &[Lane<T>; POINTS]) -> [Lane<T>; POINTS] {
    let c = |v: f64| T::of(v);
    let mut out = [[T::zero(); LANES]; POINTS];
    for l in 0..LANES {
        let d: [T; POINTS] = std::array::from_fn(|i| lanes[i][l]);
        let (even, odd) = (d[6] - c(4.25) * d[4] + d[2], d[5] - c(4.25) * d[3] + d[1]);
        out[1][l] = even + odd;
        out[2][l] = even - odd;
        let (even, odd) =
            (d[6] - c(1.25) * d[4] + c(0.25) * d[2], c(2.0) * d[5] - c(2.5) * d[3] + c(0.5) * d[1]);
        out[3][l] = even + odd;
        out[4][l] = even - odd;
        let (even, odd) =
            (d[6] - c(5.0) * d[4] + c(4.0) * d[2], c(0.5) * d[5] - c(2.5) * d[3] + c(2.0) * d[1]);
        out[5][l] = even + odd;
        out[6][l] = even - odd;
        out[0][l] = d[6] - d[0] + c(5.25) * (d[2] - d[4]);
        out[7][l] = d[7] - d[1] + c(5.25) * (d[3] - d[5]);
    }
    out
}

/// The values at all points of a polynomial with `N` coefficients; at infinity, the last of them.
#[inline(always)]
fn evaluate<T: Element, const N: usize>(x: &[Lane<T>; N]) -> [Lane<T>; POINTS] {
    let mut out = [[T::zero(); LANES]; POINTS];
    for l in 0..LANES {
        for (pair, p) in [1.0, 2.0, 0.5].into_iter().enumerate() {
            // Horner's rule in p², for even and for odd powers.
            let (mut even, mut odd) = (T::zero(), T::zero());
            for j in (0..N).rev() {
                let sum = if j % 2 == 0 { &mut even } else { &mut odd };
                *sum = *sum * T::of(p * p) + x[j][l];
            }
            let odd = odd * T::of(p);
            out[2 * pair + 1][l] = even + odd;
            out[2 * pair + 2][l] = even - odd;
        }
        out[0][l] = x[0][l];
        out[7][l] = x[N - 1][l];
    }
    out
}

/// The transpose of [`evaluate`].
#[inline(always)]
fn collect<T: Element, const N: usize>(v: &[Lane<T>; POINTS]) -> [Lane<T>; N] {
    let mut out = [[T::zero(); LANES]; N];
    for l in 0..LANES {
        let pair = |i: usize| (v[i][l] + v[i + 1][l], v[i][l] - v[i + 1][l]);
        let (ones, twos, halves) = (pair(1), pair(3), pair(5));
        let mut power = 1.0;
        for j in 0..N {
            let (two, half) = (T::of(power), T::of(1.0 / power));
            out[j][l] = if j % 2 == 0 {
                ones.0 + two * twos.0 + half * halves.0
            } else {
                ones.1 + two * twos.1 + half * halves.1
            };
            power *= 2.0;
        }
        out[0][l] += v[0][l];
        out[N - 1][l] += v[7][l];
    }
    out
}

#[inline(always)]
pub(super) fn lane<T>(data: &[T], at: usize) -> &Lane<T> {
    data[at..].first_chunk().unwrap_or_else(|| unreachable!())
}

#[inline(always)]
fn lane_mut<T>(data: &mut [T], at: usize) -> &mut Lane<T> {
    data[at..].first_chunk_mut().unwrap_or_else(|| unreachable!())
}
