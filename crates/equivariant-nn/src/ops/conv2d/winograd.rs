//! Convolution by the values of polynomials, tile by tile: Toom–Cook's multiplication, which
//! Winograd showed to be minimal.
//!
//! One-dimensional first. With filters of `k` taps and tiles of `m` outputs, `m + k = 9`, each tile
//! reads eight inputs. For eight points `p_i` (one of them at infinity) there are matrices such that
//!
//! `Σ_j Σ_t y_j g_t d_{j+t} = Σ_i (A y)_i (G g)_i (Bᵀ d)_i`:
//!
//! `A` evaluates the polynomial with coefficients `y` at the points, `G` does so for `g` and divides
//! by `N_i(p_i)`, and row `i` of `Bᵀ` holds the coefficients of `N_i(x) = Π_{j≠i} (x − p_j)`. Read as a
//! form in `y` this is a convolution, in `g` the gradient of the filter. In two dimensions all three
//! act on rows and columns, and 64 products take the place of `m²k²`: 400 for `k = 5`, 324 for
//! `k = 3`. Summed over channels, each of the 64 is a dense product of matrices.
//!
//! The points `0, ±1, ±2, ±1/2, ∞` keep rounding small: the test below holds it to `3·10⁻⁵` of the
//! largest output in `f32`.
//!
//! Sources: Lavin & Gray, *Fast Algorithms for Convolutional Neural Networks*, CVPR 2016; for the points
//! Barabasz et al., *Error analysis and improving the accuracy of Winograd convolution*, ACM TOMS 2020.

use groups::linalg::matmul;
use ndarray::{ArrayView2, ArrayViewMut2, ShapeBuilder};
use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use super::super::FilterSupport;
use super::super::element::{Element, Scratch, sized, sum_parts};
use super::super::patches::{Lines, transpose};
use super::kernel::{Conv2d, Sizes};

/// Points, and inputs of a tile, in each direction.
const POINTS: usize = 8;
/// Products of a tile.
const PRODUCTS: usize = POINTS * POINTS;
/// Channels that go through a transform together.
const LANES: usize = 16;
/// With fewer channels the transforms cost more than the products save.
const FEWEST_CHANNELS: usize = 16;
/// Tiles that a product should have to run at full speed; those of several samples are stacked up
/// to it.
const TILES_PER_PRODUCT: usize = 64;
/// Samples whose filter gradients are summed by one task. Fixed, so that sums do not depend on the
/// number of threads.
const SAMPLES_PER_TASK: usize = 16;

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

/// How tiles cover the outputs of a convolution of stride 1.
#[derive(Clone, Copy, Debug)]
struct Grid {
    /// Outputs of a tile in each direction, `m`.
    side: usize,
    /// Tiles down and across.
    tiles: (usize, usize),
    /// Zeros above and to the left of the source.
    margin: usize,
    /// Height and width of what is read.
    source: (usize, usize),
    /// Height and width of what is written.
    target: (usize, usize),
}

impl Grid {
    fn new(kernel: usize, margin: usize, source: (usize, usize), target: (usize, usize)) -> Self {
        let side = POINTS + 1 - kernel;
        let tiles = (target.0.div_ceil(side), target.1.div_ceil(side));
        Self { side, tiles, margin, source, target }
    }

    fn count(&self) -> usize {
        self.tiles.0 * self.tiles.1
    }

    /// Samples that are multiplied together.
    fn stack(&self) -> usize {
        TILES_PER_PRODUCT.div_ceil(self.count().max(1)).min(SAMPLES_PER_TASK)
    }

    /// Calls `f(place, channel, at)` for each tile and each lane of channels of a sample: the place of
    /// its first output, its first channel, and where its first product lies.
    fn each(&self, planes: Planes, sample: usize, mut f: impl FnMut((usize, usize), usize, usize)) {
        for tile in 0..self.count() {
            let (row, column) = (tile / self.tiles.1, tile % self.tiles.1);
            for channel in (0..planes.row()).step_by(LANES) {
                let at = (sample * self.count() + tile) * planes.row() + channel;
                f((row * self.side, column * self.side), channel, at);
            }
        }
    }
}

/// The 64 matrices of a transform, `(tiles, channels)` each; rows and matrices lie a little further
/// apart than need be, so that lanes are whole and matrices do not share cache sets.
#[derive(Clone, Copy, Debug)]
struct Planes {
    rows: usize,
    channels: usize,
}

impl Planes {
    fn row(&self) -> usize {
        self.channels.next_multiple_of(LANES)
    }

    fn plane(&self) -> usize {
        self.rows * self.row() + LANES
    }

    fn len(&self) -> usize {
        PRODUCTS * self.plane()
    }

    fn view<'a, T: Element>(&self, data: &'a [T], product: usize) -> ArrayView2<'a, T> {
        let shape = (self.rows, self.channels).strides((self.row(), 1));
        ArrayView2::from_shape(shape, &data[product * self.plane()..])
            .unwrap_or_else(|_| unreachable!())
    }

    fn view_mut<'a, T: Element>(&self, data: &'a mut [T], product: usize) -> ArrayViewMut2<'a, T> {
        let shape = (self.rows, self.channels).strides((self.row(), 1));
        ArrayViewMut2::from_shape(shape, &mut data[product * self.plane()..])
            .unwrap_or_else(|_| unreachable!())
    }
}

/// Whether tiles save enough of the products of `conv` to be worth their transforms.
pub(super) fn pays(conv: &Conv2d, s: &Sizes) -> bool {
    let (k, positions) = (conv.support.side(), s.target.0 * s.target.1);
    if conv.stride != 1 || !(3..=7).contains(&k) || s.c_in.min(s.c_out) < FEWEST_CHANNELS {
        return false;
    }
    let grid = Grid::new(k, conv.padding, s.source, s.target);
    2 * grid.count() * PRODUCTS <= positions * conv.support.len()
}

/// `y`, without bias.
pub(super) fn forward<T: Element>(conv: &Conv2d, x: &[T], w: &[T], s: &Sizes) -> Vec<T> {
    let k = conv.support.side();
    let grid = Grid::new(k, conv.padding, s.source, s.target);
    let filters = Filters { outer: s.c_in, inner: s.c_out, k };
    let place = |i, o, tap| (o * s.c_in + i) * k * k + tap;
    let transformed = filters.evaluate(w, &conv.support, place);
    let (size_in, size_out) = (s.c_in * s.source.0 * s.source.1, s.c_out * s.target.0 * s.target.1);
    let mut y = vec![T::zero(); s.batch * size_out];
    if y.is_empty() {
        return y;
    }
    let stack = grid.stack();
    y.par_chunks_mut(stack * size_out).zip(x.par_chunks(stack * size_in)).for_each(|(y, x)| {
        T::with_scratch(|scratch| {
            let Scratch { padded, patches, dense, .. } = scratch;
            let rows = x.len() / size_in * grid.count();
            let (read, written) =
                (Planes { rows, channels: s.c_in }, Planes { rows, channels: s.c_out });
            let patches = sized(patches, read.len());
            let dense = sized(dense, written.len());
            windows(&grid, x, read, padded, patches);
            for product in 0..PRODUCTS {
                let (a, b) = (read.view(patches, product), filters.view(&transformed, product));
                matmul(T::one(), a, b, T::zero(), written.view_mut(dense, product));
            }
            outputs(&grid, dense, written, padded, y);
        });
    });
    y
}

/// Gradients of input and filters.
pub(super) fn backward<T: Element>(
    conv: &Conv2d,
    x: &[T],
    w: &[T],
    dy: &[T],
    s: &Sizes,
) -> (Vec<T>, Vec<T>) {
    let k = conv.support.side();
    // The input gradient is a convolution of the output gradient with filters that are turned, and
    // that convolution's filter gradient, turned back, the one that is wanted.
    let grid = Grid::new(k, k - 1 - conv.padding, s.target, s.source);
    let filters = Filters { outer: s.c_out, inner: s.c_in, k };
    let place = |o, i, tap| (o * s.c_in + i) * k * k + (k * k - 1 - tap);
    let support = conv.support.flipped();
    let transformed = filters.evaluate(w, &support, place);
    let (size_in, size_out) = (s.c_in * s.source.0 * s.source.1, s.c_out * s.target.0 * s.target.1);
    let mut dx = vec![T::zero(); s.batch * size_in];
    let stack = grid.stack();
    let task = SAMPLES_PER_TASK / stack * stack;
    let parts: Vec<Vec<T>> = dx
        .par_chunks_mut(task * size_in)
        .zip(x.par_chunks(task * size_in))
        .zip(dy.par_chunks(task * size_out))
        .map(|((dx, x), dy)| {
            let mut part = vec![T::zero(); filters.planes().len()];
            T::with_scratch(|scratch| {
                let Scratch { padded, patches, dense, evaluated } = scratch;
                let stacks = dx
                    .chunks_mut(stack * size_in)
                    .zip(x.chunks(stack * size_in))
                    .zip(dy.chunks(stack * size_out));
                for (group, ((dx, x), dy)) in stacks.enumerate() {
                    let rows = x.len() / size_in * grid.count();
                    let read = Planes { rows, channels: s.c_out };
                    let written = Planes { rows, channels: s.c_in };
                    let patches = sized(patches, read.len());
                    let dense = sized(dense, written.len());
                    let evaluated = sized(evaluated, written.len());
                    windows(&grid, dy, read, padded, patches);
                    inputs(&grid, x, written, padded, evaluated);
                    let beta = if group == 0 { T::zero() } else { T::one() };
                    for product in 0..PRODUCTS {
                        let a = read.view(patches, product);
                        let b = filters.view(&transformed, product);
                        matmul(T::one(), a, b, T::zero(), written.view_mut(dense, product));
                        let b = written.view(evaluated, product);
                        let sums = filters.planes().view_mut(&mut part, product);
                        matmul(T::one(), a.reversed_axes(), b, beta, sums);
                    }
                    outputs(&grid, dense, written, padded, dx);
                }
            });
            part
        })
        .collect();
    let total = sum_parts(&parts, filters.planes().len());
    let mut dw = vec![T::zero(); w.len()];
    dw.par_chunks_mut(s.c_in * k * k).enumerate().for_each(|(o, dw)| {
        filters.collect(&total, o, &support, |i, tap, v| dw[i * k * k + (k * k - 1 - tap)] = v);
    });
    (dx, dw)
}

/// `Bᵀ d B` of every tile of every sample.
fn windows<T: Element>(
    grid: &Grid,
    samples: &[T],
    planes: Planes,
    last: &mut Vec<T>,
    out: &mut [T],
) {
    let (size, margin, arch) = (grid.source, grid.margin as isize, pulp::Arch::new());
    for (i, sample) in samples.chunks_exact(planes.channels * size.0 * size.1).enumerate() {
        let from = Map::of(sample, size, planes, last);
        grid.each(planes, i, |(y, x), channel, at| {
            arch.dispatch(Interpolated {
                from,
                y: y as isize - margin,
                x: x as isize - margin,
                channel,
                to: &mut out[at..],
                apart: planes.plane(),
            });
        });
    }
}

/// `A y Aᵀ` of every tile of every sample, which has the size of what the convolution writes.
fn inputs<T: Element>(
    grid: &Grid,
    samples: &[T],
    planes: Planes,
    last: &mut Vec<T>,
    out: &mut [T],
) {
    let (size, arch) = (grid.target, pulp::Arch::new());
    for (i, sample) in samples.chunks_exact(planes.channels * size.0 * size.1).enumerate() {
        let from = Map::of(sample, size, planes, last);
        grid.each(planes, i, |(y, x), channel, at| {
            arch.dispatch(Values {
                n: grid.side,
                from,
                y: y as isize,
                x: x as isize,
                channel,
                to: &mut out[at..],
                apart: planes.plane(),
            });
        });
    }
}

/// `Aᵀ p A` of every tile, as samples.
fn outputs<T: Element>(
    grid: &Grid,
    products: &[T],
    planes: Planes,
    last: &mut Vec<T>,
    out: &mut [T],
) {
    let ((h, w), arch) = (grid.target, pulp::Arch::new());
    let line = planes.row();
    let last = sized(last, h * w * line);
    for (i, sample) in out.chunks_exact_mut(planes.channels * h * w).enumerate() {
        grid.each(planes, i, |(y, x), channel, at| {
            arch.dispatch(Coefficients {
                n: grid.side,
                from: &products[at..],
                apart: planes.plane(),
                // Outputs of a tile that reaches beyond the target are dropped.
                rows: grid.side.min(h - y),
                columns: grid.side.min(w - x),
                to: &mut last[(y * w + x) * line + channel..],
                down: w * line,
                across: line,
            });
        });
        transpose(Lines { data: last, stride: line }, h * w, planes.channels, sample, h * w);
    }
}

/// A bank of filters as one matrix for each product: `(outer, inner)` channels.
#[derive(Clone, Copy, Debug)]
struct Filters {
    outer: usize,
    inner: usize,
    k: usize,
}

impl Filters {
    fn planes(&self) -> Planes {
        Planes { rows: self.outer, channels: self.inner }
    }

    fn view<'a, T: Element>(&self, data: &'a [T], product: usize) -> ArrayView2<'a, T> {
        self.planes().view(data, product)
    }

    /// `G g Gᵀ` of every filter. The weight of a tap for two channels lies at `place(outer, inner, tap)`.
    fn evaluate<T: Element>(
        &self,
        w: &[T],
        support: &FilterSupport,
        place: impl Fn(usize, usize, usize) -> usize + Sync,
    ) -> Vec<T> {
        let (planes, k, arch) = (self.planes(), self.k, pulp::Arch::new());
        let row = planes.row();
        let lines: Vec<Vec<T>> = (0..self.outer)
            .into_par_iter()
            .map(|outer| {
                let mut line = vec![T::zero(); PRODUCTS * row];
                let mut taps = vec![T::zero(); k * k * LANES];
                for first in (0..self.inner).step_by(LANES) {
                    let count = LANES.min(self.inner - first);
                    for tap in support.taps().map(|(i, j)| i * k + j) {
                        for l in 0..count {
                            taps[tap * LANES + l] = w[place(outer, first + l, tap)];
                        }
                        taps[tap * LANES..][count..LANES].fill(T::zero());
                    }
                    let from = Map { data: &taps, size: (k, k), line: LANES };
                    let to = &mut line[first..];
                    arch.dispatch(Values { n: k, from, y: 0, x: 0, channel: 0, to, apart: row });
                }
                line
            })
            .collect();
        let mut out = vec![T::zero(); planes.len()];
        out.par_chunks_mut(planes.plane()).enumerate().for_each(|(product, out)| {
            let scale = T::of(scale(product));
            for (out, line) in out.chunks_exact_mut(row).zip(&lines) {
                for (out, value) in out.iter_mut().zip(&line[product * row..]) {
                    *out = *value * scale;
                }
            }
        });
        out
    }

    /// `Gᵀ p G` for the filters of an outer channel, to `write(inner, tap, value)`.
    fn collect<T: Element>(
        &self,
        products: &[T],
        outer: usize,
        support: &FilterSupport,
        mut write: impl FnMut(usize, usize, T),
    ) {
        let (planes, k, arch) = (self.planes(), self.k, pulp::Arch::new());
        let mut taps = vec![T::zero(); k * k * LANES];
        let mut scaled = [T::zero(); PRODUCTS * LANES];
        for first in (0..self.inner).step_by(LANES) {
            for (product, scaled) in scaled.chunks_exact_mut(LANES).enumerate() {
                let at = product * planes.plane() + outer * planes.row() + first;
                let scale = T::of(scale(product));
                for (to, value) in scaled.iter_mut().zip(lane(products, at)) {
                    *to = *value * scale;
                }
            }
            arch.dispatch(Coefficients {
                n: k,
                from: &scaled,
                apart: LANES,
                rows: k,
                columns: k,
                to: &mut taps,
                down: k * LANES,
                across: LANES,
            });
            for tap in support.taps().map(|(i, j)| i * k + j) {
                for (l, &v) in
                    taps[tap * LANES..].iter().enumerate().take(LANES.min(self.inner - first))
                {
                    write(first + l, tap, v);
                }
            }
        }
    }
}

/// A map with its channels last, zero outside.
#[derive(Clone, Copy, Debug)]
struct Map<'a, T> {
    data: &'a [T],
    /// Height and width.
    size: (usize, usize),
    /// Numbers from one position to the next.
    line: usize,
}

impl<'a, T: Element> Map<'a, T> {
    /// A sample of `planes.channels` planes, written to `last`.
    fn of(sample: &[T], size: (usize, usize), planes: Planes, last: &'a mut Vec<T>) -> Self {
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

/// `Bᵀ d B` for a lane of channels.
struct Interpolated<'a, T> {
    from: Map<'a, T>,
    /// The first input.
    y: isize,
    x: isize,
    channel: usize,
    to: &'a mut [T],
    /// From one product to the next.
    apart: usize,
}

impl<T: Element> WithSimd for Interpolated<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let mut half = [[[T::zero(); LANES]; POINTS]; POINTS];
        for j in 0..POINTS {
            let mut d = [[T::zero(); LANES]; POINTS];
            for (i, d) in d.iter_mut().enumerate() {
                *d = self.from.lane(self.y + i as isize, self.x + j as isize, self.channel);
            }
            let values = interpolate(&d);
            for i in 0..POINTS {
                half[i][j] = values[i];
            }
        }
        for (i, half) in half.iter().enumerate() {
            for (j, values) in interpolate(half).iter().enumerate() {
                *lane_mut(self.to, (i * POINTS + j) * self.apart) = *values;
            }
        }
    }
}

/// `A y Aᵀ` for a lane of channels: the values of a polynomial in two variables, `n×n`
/// coefficients, at all pairs of points.
struct Values<'a, T> {
    n: usize,
    from: Map<'a, T>,
    /// The first coefficient.
    y: isize,
    x: isize,
    channel: usize,
    to: &'a mut [T],
    /// From one product to the next.
    apart: usize,
}

impl<T: Element> Values<'_, T> {
    #[inline(always)]
    fn run<const N: usize>(self) {
        let mut half = [[[T::zero(); LANES]; N]; POINTS];
        for j in 0..N {
            let mut coefficients = [[T::zero(); LANES]; N];
            for (i, c) in coefficients.iter_mut().enumerate() {
                *c = self.from.lane(self.y + i as isize, self.x + j as isize, self.channel);
            }
            let values = evaluate(&coefficients);
            for i in 0..POINTS {
                half[i][j] = values[i];
            }
        }
        for (i, half) in half.iter().enumerate() {
            for (j, values) in evaluate(half).iter().enumerate() {
                *lane_mut(self.to, (i * POINTS + j) * self.apart) = *values;
            }
        }
    }
}

impl<T: Element> WithSimd for Values<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for_size!(self.n, N => self.run::<N>());
    }
}

/// The transpose of [`Values`], `Aᵀ p A`.
struct Coefficients<'a, T> {
    n: usize,
    from: &'a [T],
    /// From one product to the next.
    apart: usize,
    /// How many rows and columns of coefficients are wanted.
    rows: usize,
    columns: usize,
    to: &'a mut [T],
    /// From one row of coefficients to the next, and from one column.
    down: usize,
    across: usize,
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
fn scale(product: usize) -> f64 {
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
fn lane<T>(data: &[T], at: usize) -> &Lane<T> {
    data[at..].first_chunk().unwrap_or_else(|| unreachable!())
}

#[inline(always)]
fn lane_mut<T>(data: &mut [T], at: usize) -> &mut Lane<T> {
    data[at..].first_chunk_mut().unwrap_or_else(|| unreachable!())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(seed: usize, len: usize) -> Vec<f64> {
        (0..len)
            .map(|i| ((i + seed * 7919) * 2_654_435_761 % 100_003) as f64 / 50_001.0 - 1.0)
            .collect()
    }

    fn largest(a: &[f64], b: &[f64]) -> f64 {
        let scale = b.iter().fold(0.0f64, |m, v| m.max(v.abs()));
        a.iter().zip(b).fold(0.0f64, |m, (a, b)| m.max((a - b).abs())) / scale
    }

    /// Tiles give what windows give: forward, both gradients, in both precisions.
    #[test]
    fn tiles_are_windows() {
        let narrow = |v: &[f64]| v.iter().map(|v| *v as f32).collect::<Vec<_>>();
        let wide = |v: &[f32]| v.iter().map(|v| f64::from(*v)).collect::<Vec<_>>();
        let mut tried = 0;
        for k in 3..=7 {
            for (side, padding, disc) in [(14, k / 2, true), (13, k - 1, false), (9, 0, true)] {
                for (batch, c_in, c_out) in [(3, 64, 40), (19, 17, 24)] {
                    let support = match disc {
                        true => FilterSupport::disc(k, k as f64 / 2.0),
                        false => FilterSupport::full(k),
                    };
                    let conv = Conv2d { padding, stride: 1, needs_input_grad: true, support };
                    let s =
                        conv.sizes(&[batch, c_in, side, side + 1], &[c_out, c_in, k, k]).unwrap();
                    let x = wave(1, batch * c_in * side * (side + 1));
                    let w = wave(2, c_out * c_in * k * k);
                    let dy = wave(3, batch * c_out * s.target.0 * s.target.1);
                    let (y, (dx, dw)) =
                        (conv.direct(&x, &w, &s), conv.direct_backward(&x, &w, &dy, &s));
                    let dx = dx.unwrap();
                    let (fy, (fdx, fdw)) =
                        (forward(&conv, &x, &w, &s), backward(&conv, &x, &w, &dy, &s));
                    let (x, w, dy) = (narrow(&x), narrow(&w), narrow(&dy));
                    let (sy, (sdx, sdw)) =
                        (forward(&conv, &x, &w, &s), backward(&conv, &x, &w, &dy, &s));
                    for (fast, single, plain) in [(fy, sy, y), (fdx, sdx, dx), (fdw, sdw, dw)] {
                        assert!(largest(&fast, &plain) < 1e-13, "{conv:?} {s:?}");
                        let off = largest(&wide(&single), &plain);
                        assert!(off < 3e-5, "{conv:?} {s:?}: {off}");
                    }
                    tried += 1;
                }
            }
        }
        assert_eq!(tried, 30);
    }
}
