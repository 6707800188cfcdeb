//! The three products of a convolution, over windows.

use candle_core::Result;
use groups::linalg::matmul;
use rayon::prelude::*;

use super::super::FilterSupport;
use super::super::element::{Element, Scratch, sized, sum_by, sum_parts, view, view_mut};
use super::super::patches::{Lines, Windows, transpose};
use super::winograd;

/// Samples that one task handles. Fixed, so that sums do not depend on the number of threads.
const SAMPLES_PER_TASK: usize = 8;
/// Rows that a product should have to run at full speed; small samples are stacked up to it.
const ROWS_PER_PRODUCT: usize = 192;

/// A convolution with valid parameters.
#[derive(Debug)]
pub(super) struct Conv2d {
    pub(super) padding: usize,
    pub(super) stride: usize,
    pub(super) needs_input_grad: bool,
    /// Whether negative outputs become zero.
    pub(super) relu: bool,
    pub(super) support: FilterSupport,
}

/// The sizes of one call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    pub(super) batch: usize,
    pub(super) c_in: usize,
    pub(super) c_out: usize,
    /// Height and width of the input.
    pub(super) source: (usize, usize),
    /// Height and width of the output.
    pub(super) target: (usize, usize),
}

impl Sizes {
    /// Numbers of a sample of the input, and of the output.
    pub(super) fn samples(&self) -> (usize, usize) {
        let area = |(height, width)| height * width;
        (self.c_in * area(self.source), self.c_out * area(self.target))
    }
}

impl Conv2d {
    pub(super) fn sizes(&self, x: &[usize], w: &[usize]) -> Result<Sizes> {
        let (&[batch, c_in, h, width], &[c_out, ..]) = (x, w) else {
            candle_core::bail!("conv2d: tensors of rank 4 expected, got {x:?} and {w:?}")
        };
        let side = |n: usize| (n + 2 * self.padding - self.support.side()) / self.stride + 1;
        Ok(Sizes { batch, c_in, c_out, source: (h, width), target: (side(h), side(width)) })
    }

    /// Windows of the input, one for each output position.
    fn input_windows(&self, s: &Sizes) -> Windows {
        Windows {
            channels: s.c_in,
            source: s.source,
            margin: self.padding,
            dilation: 1,
            stride: self.stride,
            windows: s.target,
            support: self.support.clone(),
        }
    }

    /// Windows of the output gradient, one for each input position.
    fn gradient_windows(&self, s: &Sizes) -> Windows {
        Windows {
            channels: s.c_out,
            source: s.target,
            margin: self.support.side() - 1 - self.padding,
            dilation: self.stride,
            stride: 1,
            windows: s.source,
            support: self.support.flipped(),
        }
    }

    /// Filters as a matrix with rows (tap, input channel) and a column per output channel.
    fn forward_matrix<T: Element>(&self, w: &[T], s: &Sizes) -> Vec<T> {
        let k = self.support.side();
        let mut matrix = vec![T::zero(); self.support.len() * s.c_in * s.c_out];
        for ((row, column), block) in
            self.support.taps().zip(matrix.chunks_exact_mut(s.c_in * s.c_out))
        {
            for (i, line) in block.chunks_exact_mut(s.c_out).enumerate() {
                let start = (i * k + row) * k + column;
                for (out, &v) in line.iter_mut().zip(w[start..].iter().step_by(s.c_in * k * k)) {
                    *out = v;
                }
            }
        }
        matrix
    }

    /// Filters as a matrix with rows (flipped tap, output channel), a column per input channel.
    fn transposed_matrix<T: Element>(&self, w: &[T], s: &Sizes) -> Vec<T> {
        let k = self.support.side();
        let flipped = self.support.flipped();
        let mut matrix = vec![T::zero(); flipped.len() * s.c_out * s.c_in];
        for ((row, column), block) in flipped.taps().zip(matrix.chunks_exact_mut(s.c_out * s.c_in))
        {
            let tap = (k - 1 - row) * k + k - 1 - column;
            for (o, line) in block.chunks_exact_mut(s.c_in).enumerate() {
                let start = o * s.c_in * k * k + tap;
                for (out, &v) in line.iter_mut().zip(w[start..].iter().step_by(k * k)) {
                    *out = v;
                }
            }
        }
        matrix
    }

    pub(super) fn forward<T: Element>(
        &self,
        x: &[T],
        w: &[T],
        bias: Option<&[T]>,
        s: &Sizes,
    ) -> Vec<T> {
        let positions = s.target.0 * s.target.1;
        // While outputs are in the cache.
        let finish = |y: &mut [T]| {
            for (i, plane) in y.chunks_exact_mut(positions).enumerate() {
                let bias = bias.map_or(T::zero(), |bias| bias[i % s.c_out]);
                match self.relu {
                    true => plane.iter_mut().for_each(|v| *v = rectified(*v + bias)),
                    false if bias != T::zero() => plane.iter_mut().for_each(|v| *v += bias),
                    false => {}
                }
            }
        };
        let (size_in, size_out) = s.samples();
        if size_in == 0 {
            let mut y = vec![T::zero(); s.batch * size_out];
            finish(&mut y);
            y
        } else if winograd::pays(self, s) {
            winograd::forward(self, x, w, s, finish)
        } else {
            self.direct(x, w, s, finish)
        }
    }

    /// The same by products of windows. What is left to do to outputs is done to those of some samples at a time.
    pub(super) fn direct<T: Element>(
        &self,
        x: &[T],
        w: &[T],
        s: &Sizes,
        finish: impl Fn(&mut [T]) + Sync,
    ) -> Vec<T> {
        let windows = self.input_windows(s);
        let matrix = self.forward_matrix(w, s);
        let (size_in, size_out) = s.samples();
        let mut y = vec![T::zero(); s.batch * size_out];
        if y.is_empty() {
            return y;
        }
        let stack = samples_per_product(windows.positions());
        y.par_chunks_mut(SAMPLES_PER_TASK * size_out).enumerate().for_each(|(task, y)| {
            let x = &x[task * SAMPLES_PER_TASK * size_in..];
            T::with_scratch(|scratch| {
                for (group, y) in y.chunks_mut(stack * size_out).enumerate() {
                    let x = &x[group * stack * size_in..];
                    product(x, size_in, &windows, &matrix, s.c_out, y, scratch, |_, _, _| ());
                    finish(y);
                }
            });
        });
        y
    }

    /// Gradients of input (if wanted), filters and bias.
    pub(super) fn backward<T: Element>(
        &self,
        x: &[T],
        w: &[T],
        dy: &[T],
        s: &Sizes,
    ) -> (Option<Vec<T>>, Vec<T>) {
        let (size_in, size_out) = s.samples();
        if s.batch * size_in * size_out == 0 {
            let dx = self.needs_input_grad.then(|| vec![T::zero(); s.batch * size_in]);
            return (dx, vec![T::zero(); w.len()]);
        }
        if self.needs_input_grad && winograd::pays(self, s) {
            let (dx, dw) = winograd::backward(self, x, w, dy, s);
            return (Some(dx), dw);
        }
        self.direct_backward(x, w, dy, s)
    }

    /// The same by products of windows.
    pub(super) fn direct_backward<T: Element>(
        &self,
        x: &[T],
        w: &[T],
        dy: &[T],
        s: &Sizes,
    ) -> (Option<Vec<T>>, Vec<T>) {
        let (size_in, size_out) = s.samples();
        let k = self.support.side();
        let mut dw = vec![T::zero(); s.c_out * s.c_in * k * k];
        if !self.needs_input_grad {
            let windows = self.input_windows(s);
            let parts: Vec<Vec<T>> = x
                .par_chunks(SAMPLES_PER_TASK * size_in)
                .zip(dy.par_chunks(SAMPLES_PER_TASK * size_out))
                .map(|(x, dy)| T::with_scratch(|scratch| correlate(x, dy, &windows, s, scratch)))
                .collect();
            let total = sum_parts(&parts, windows.depth() * s.c_out);
            for ((row, column), block) in
                self.support.taps().zip(total.chunks_exact(s.c_in * s.c_out))
            {
                for (i, line) in block.chunks_exact(s.c_out).enumerate() {
                    let start = (i * k + row) * k + column;
                    for (&v, out) in line.iter().zip(dw[start..].iter_mut().step_by(s.c_in * k * k))
                    {
                        *out = v;
                    }
                }
            }
            return (None, dw);
        }
        let windows = self.gradient_windows(s);
        let matrix = self.transposed_matrix(w, s);
        let mut dx = vec![T::zero(); s.batch * size_in];
        let parts: Vec<Vec<T>> = dx
            .par_chunks_mut(SAMPLES_PER_TASK * size_in)
            .zip(x.par_chunks(SAMPLES_PER_TASK * size_in))
            .zip(dy.par_chunks(SAMPLES_PER_TASK * size_out))
            .map(|((dx, x), dy)| {
                let positions = windows.positions();
                let mut part = vec![T::zero(); windows.depth() * s.c_in];
                let mut x_last = vec![T::zero(); samples_per_product(positions) * size_in];
                T::with_scratch(|scratch| {
                    product(
                        dy,
                        size_out,
                        &windows,
                        &matrix,
                        s.c_in,
                        dx,
                        scratch,
                        |first, n, patches| {
                            for (x, last) in x[first * size_in..]
                                .chunks_exact(size_in)
                                .zip(x_last.chunks_exact_mut(size_in))
                                .take(n)
                            {
                                let x = Lines { data: x, stride: positions };
                                transpose(x, s.c_in, positions, last, s.c_in);
                            }
                            let last = view(&x_last[..n * size_in], n * positions, s.c_in);
                            let patches = view(patches, n * positions, windows.depth());
                            let out = view_mut(&mut part, windows.depth(), s.c_in);
                            let beta = if first == 0 { T::zero() } else { T::one() };
                            matmul(T::one(), patches.reversed_axes(), last, beta, out);
                        },
                    );
                });
                part
            })
            .collect();
        let total = sum_parts(&parts, windows.depth() * s.c_in);
        for ((row, column), block) in
            windows.support.taps().zip(total.chunks_exact(s.c_out * s.c_in))
        {
            let tap = (k - 1 - row) * k + k - 1 - column;
            for (o, line) in block.chunks_exact(s.c_in).enumerate() {
                let start = o * s.c_in * k * k + tap;
                for (&v, out) in line.iter().zip(dw[start..].iter_mut().step_by(k * k)) {
                    *out = v;
                }
            }
        }
        (Some(dx), dw)
    }
}

/// Negative numbers become zero; what is no number stays.
fn rectified<T: Element>(value: T) -> T {
    if value < T::zero() { T::zero() } else { value }
}

/// How many samples to stack into one product.
fn samples_per_product(positions: usize) -> usize {
    ROWS_PER_PRODUCT.div_ceil(positions.max(1)).min(SAMPLES_PER_TASK)
}

/// `out[sample, channel, position] = (patches · matrix)[position, channel]`, for all samples that
/// `out` has room for. `also(first, n, patches)` sees the patches of each stack of `n` samples.
#[allow(clippy::too_many_arguments)]
fn product<T: Element>(
    source: &[T],
    sample_size: usize,
    windows: &Windows,
    matrix: &[T],
    channels: usize,
    out: &mut [T],
    scratch: &mut Scratch<T>,
    mut also: impl FnMut(usize, usize, &[T]),
) {
    let (positions, depth) = (windows.positions(), windows.depth());
    let stack = samples_per_product(positions);
    let Scratch { padded, patches, dense, .. } = scratch;
    for (group, out) in out.chunks_mut(stack * channels * positions).enumerate() {
        let n = out.len() / (channels * positions);
        let patches = sized(patches, n * positions * depth);
        for (i, patches) in patches.chunks_exact_mut(positions * depth).enumerate() {
            let sample = &source[(group * stack + i) * sample_size..][..sample_size];
            windows.gather(sample, padded, patches);
        }
        let dense = sized(dense, n * positions * channels);
        matmul(
            T::one(),
            view(patches, n * positions, depth),
            view(matrix, depth, channels),
            T::zero(),
            view_mut(dense, n * positions, channels),
        );
        for (dense, out) in
            dense.chunks_exact(positions * channels).zip(out.chunks_exact_mut(positions * channels))
        {
            let dense = Lines { data: dense, stride: channels };
            transpose(dense, positions, channels, out, positions);
        }
        also(group * stack, n, patches);
    }
}

/// `Σ_samples patches(x)ᵀ · dy`, rows (tap, input channel), a column per output channel.
fn correlate<T: Element>(
    x: &[T],
    dy: &[T],
    windows: &Windows,
    s: &Sizes,
    scratch: &mut Scratch<T>,
) -> Vec<T> {
    let (positions, depth) = (windows.positions(), windows.depth());
    let (size_in, size_out) = s.samples();
    let stack = samples_per_product(positions);
    let mut part = vec![T::zero(); depth * s.c_out];
    let Scratch { padded, patches, dense, .. } = scratch;
    for (group, (x, dy)) in x.chunks(stack * size_in).zip(dy.chunks(stack * size_out)).enumerate() {
        let n = x.len() / size_in;
        let patches = sized(patches, n * positions * depth);
        let dense = sized(dense, n * size_out);
        for (x, patches) in x.chunks_exact(size_in).zip(patches.chunks_exact_mut(positions * depth))
        {
            windows.gather(x, padded, patches);
        }
        for (dy, dense) in dy.chunks_exact(size_out).zip(dense.chunks_exact_mut(size_out)) {
            let dy = Lines { data: dy, stride: positions };
            transpose(dy, s.c_out, positions, dense, s.c_out);
        }
        matmul(
            T::one(),
            view(patches, n * positions, depth).reversed_axes(),
            view(dense, n * positions, s.c_out),
            if group == 0 { T::zero() } else { T::one() },
            view_mut(&mut part, depth, s.c_out),
        );
    }
    part
}

/// `Σ_{b,y,x} dy[b, c, y, x]` for each channel.
pub(super) fn channel_sums<T: Element>(dy: &[T], channels: usize, positions: usize) -> Vec<T> {
    let planes: Vec<T> = dy.par_chunks(positions.max(1)).map(|p| sum_by(p, p, |a, _| a)).collect();
    let mut sums = vec![0.0f64; channels];
    for sample in planes.chunks(channels.max(1)) {
        for (sum, v) in sums.iter_mut().zip(sample) {
            *sum += v.as_f64();
        }
    }
    sums.into_iter().map(T::of).collect()
}
