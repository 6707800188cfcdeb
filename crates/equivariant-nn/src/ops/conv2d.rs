//! Two-dimensional convolution with both gradients.
//!
//! candle 0.11 computes the input gradient with a scalar loop. Here all three products are dense
//! matrix products over gathered windows: with channels last, windows are contiguous runs, one
//! gathering of the output gradient serves both gradients, and no gradient is ever scattered.

use std::sync::Arc;

use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp2, CustomOp3, Layout, Result, Shape, Tensor, WithDType};
use groups::linalg::matmul;
use ndarray::{ArrayView2, ArrayViewMut2};
use rayon::prelude::*;

use super::FilterSupport;
use super::element::{
    Element, Scratch, dispatch, entries, has_kernel, sized, sum_parts, with_entries,
};
use super::patches::{Lines, Windows, transpose};

/// Samples that one task handles. Fixed, so that sums do not depend on the number of threads.
const SAMPLES_PER_TASK: usize = 8;
/// Rows that a product should have to run at full speed; small samples are stacked up to it.
const ROWS_PER_PRODUCT: usize = 192;

/// How a convolution is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conv2dConfig {
    /// Zeros around the input, at most `k − 1`.
    pub padding: usize,
    /// Distance between neighbouring windows. The input gradient for a stride `s` does `s²`
    /// times the necessary work: where speed matters, convolve with stride 1 and pool.
    pub stride: usize,
    /// Whether anything upstream wants the gradient of the input. A first layer says `false`.
    pub needs_input_grad: bool,
    /// The taps that may be non-zero, all of them if `None`. Weights outside the support count
    /// as zero and receive a zero gradient.
    pub support: Option<Arc<FilterSupport>>,
}

impl Default for Conv2dConfig {
    fn default() -> Self {
        Self { padding: 0, stride: 1, needs_input_grad: true, support: None }
    }
}

/// `y[b,o] = bias[o] + Σ_i x[b,i] ⋆ w[o,i]`, the cross-correlation that deep learning calls
/// convolution.
///
/// # Shapes
/// `x`: (B, Cᵢ, H, W); `w`: (Cₒ, Cᵢ, k, k); `bias`: (Cₒ); result: (B, Cₒ, H', W') with
/// `H' = (H + 2·padding − k)/stride + 1`.
///
/// On the CPU in `f32` and `f64` the work is spread over rayon's threads and gives the same bits
/// for any number of them; elsewhere this is candle's own convolution.
///
/// # Errors
/// If the shapes do not fit, the padding exceeds `k − 1` or the stride is 0.
///
/// # Example
/// ```
/// use candle_core::{DType, Device, Tensor};
/// use equivariant_nn::ops::{Conv2dConfig, conv2d};
/// let x = Tensor::ones((2, 3, 8, 8), DType::F32, &Device::Cpu)?;
/// let w = Tensor::ones((4, 3, 3, 3), DType::F32, &Device::Cpu)?;
/// let y = conv2d(&x, &w, None, &Conv2dConfig { padding: 1, ..Default::default() })?;
/// assert_eq!(y.dims(), [2, 4, 8, 8]);
/// # Ok::<(), candle_core::Error>(())
/// ```
pub fn conv2d(
    x: &Tensor,
    w: &Tensor,
    bias: Option<&Tensor>,
    config: &Conv2dConfig,
) -> Result<Tensor> {
    let (_, c_in, h, width) = x.dims4()?;
    let (c_out, w_in, k, k2) = w.dims4()?;
    if w_in != c_in || k != k2 || k == 0 {
        candle_core::bail!("conv2d: filters ({c_out}, {c_in}, k, k) expected, got {:?}", w.dims());
    }
    if config.stride == 0 || config.padding >= k || h.min(width) + 2 * config.padding < k {
        candle_core::bail!(
            "conv2d: stride ≥ 1, padding < {k} and an input no smaller than the filter expected, \
             got stride {}, padding {}, input {h}×{width}",
            config.stride,
            config.padding
        );
    }
    if let Some(bias) = bias
        && bias.dims() != [c_out]
    {
        candle_core::bail!("conv2d: a bias of {c_out} values expected, got {:?}", bias.dims());
    }
    if let Some(support) = &config.support
        && (support.side() != k || support.is_empty())
    {
        candle_core::bail!("conv2d: a non-empty support of side {k} expected, got {support:?}");
    }
    if !has_kernel(x) {
        return composed(x, w, bias, config);
    }
    let op = Conv2d {
        padding: config.padding,
        stride: config.stride,
        needs_input_grad: config.needs_input_grad,
        support: match &config.support {
            Some(support) => support.as_ref().clone(),
            None => FilterSupport::full(k),
        },
    };
    match bias {
        None => x.apply_op2(w, op),
        Some(bias) => x.apply_op3(w, bias, op),
    }
}

/// The same from candle's own operations.
fn composed(
    x: &Tensor,
    w: &Tensor,
    bias: Option<&Tensor>,
    config: &Conv2dConfig,
) -> Result<Tensor> {
    let w = match &config.support {
        None => w.clone(),
        Some(support) => {
            let k = support.side();
            let mask = (0..k * k).map(|t| f32::from(u8::from(support.contains(t / k, t % k))));
            let mask = Tensor::from_iter(mask, w.device())?.reshape((1, 1, k, k))?;
            w.broadcast_mul(&mask.to_dtype(w.dtype())?)?
        }
    };
    let y = x.conv2d(&w, config.padding, config.stride, 1, 1)?;
    match bias {
        None => Ok(y),
        Some(bias) => y.broadcast_add(&bias.reshape((1, (), 1, 1))?),
    }
}

#[derive(Debug)]
struct Conv2d {
    padding: usize,
    stride: usize,
    needs_input_grad: bool,
    support: FilterSupport,
}

/// The sizes of one call.
#[derive(Clone, Copy, Debug)]
struct Sizes {
    batch: usize,
    c_in: usize,
    c_out: usize,
    source: (usize, usize),
    target: (usize, usize),
}

impl Conv2d {
    fn sizes(&self, x: &[usize], w: &[usize]) -> Result<Sizes> {
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

    fn forward<T: Element>(&self, x: &[T], w: &[T], bias: Option<&[T]>, s: &Sizes) -> Vec<T> {
        let windows = self.input_windows(s);
        let matrix = self.forward_matrix(w, s);
        let (size_in, size_out) = (s.c_in * s.source.0 * s.source.1, s.c_out * windows.positions());
        let mut y = vec![T::zero(); s.batch * size_out];
        if y.is_empty() {
            return y;
        }
        y.par_chunks_mut(SAMPLES_PER_TASK * size_out).enumerate().for_each(|(task, y)| {
            let x = &x[task * SAMPLES_PER_TASK * size_in..];
            T::with_scratch(|scratch| {
                product(x, size_in, &windows, &matrix, s.c_out, y, scratch, |_, _, _| ());
            });
            if let Some(bias) = bias {
                for (plane, &b) in y.chunks_exact_mut(windows.positions()).zip(bias.iter().cycle())
                {
                    plane.iter_mut().for_each(|v| *v += b);
                }
            }
        });
        y
    }

    /// Gradients of input (if wanted), filters and bias.
    fn backward<T: Element>(
        &self,
        x: &[T],
        w: &[T],
        dy: &[T],
        s: &Sizes,
    ) -> (Option<Vec<T>>, Vec<T>) {
        let size_in = s.c_in * s.source.0 * s.source.1;
        let size_out = s.c_out * s.target.0 * s.target.1;
        let k = self.support.side();
        let mut dw = vec![T::zero(); s.c_out * s.c_in * k * k];
        if s.batch * size_in * size_out == 0 {
            return (self.needs_input_grad.then(|| vec![T::zero(); s.batch * size_in]), dw);
        }
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

    fn gradients(
        &self,
        x: &Tensor,
        w: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let s = self.sizes(x.dims(), w.dims())?;
        dispatch!(x.dtype(), "conv2d", T => with_entries::<T, 3, _>([x, w, dy], |[xs, ws, dys]| {
            let (dx, dw) = self.backward(xs, ws, dys, &s);
            let dx = dx.map(|v| Tensor::from_vec(v, x.shape(), x.device())).transpose()?;
            Ok((dx, Some(Tensor::from_vec(dw, w.shape(), w.device())?)))
        }))
    }
}

fn view<T: Element>(data: &[T], rows: usize, columns: usize) -> ArrayView2<'_, T> {
    ArrayView2::from_shape((rows, columns), data).unwrap_or_else(|_| unreachable!())
}

fn view_mut<T: Element>(data: &mut [T], rows: usize, columns: usize) -> ArrayViewMut2<'_, T> {
    ArrayViewMut2::from_shape((rows, columns), data).unwrap_or_else(|_| unreachable!())
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
    let Scratch { padded, patches, dense } = scratch;
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
    let (size_in, size_out) = (s.c_in * s.source.0 * s.source.1, s.c_out * positions);
    let stack = samples_per_product(positions);
    let mut part = vec![T::zero(); depth * s.c_out];
    let Scratch { padded, patches, dense } = scratch;
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
fn channel_sums<T: Element>(dy: &[T], channels: usize, positions: usize) -> Vec<T> {
    let planes: Vec<T> =
        dy.par_chunks(positions.max(1)).map(|p| super::element::sum_by(p, p, |a, _| a)).collect();
    let mut sums = vec![0.0f64; channels];
    for sample in planes.chunks(channels.max(1)) {
        for (sum, v) in sums.iter_mut().zip(sample) {
            *sum += v.as_f64();
        }
    }
    sums.into_iter().map(T::of).collect()
}

impl CustomOp2 for Conv2d {
    fn name(&self) -> &'static str {
        "equivariant-nn conv2d"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        lx: &Layout,
        w: &CpuStorage,
        lw: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let s = self.sizes(lx.dims(), lw.dims())?;
        let shape = Shape::from((s.batch, s.c_out, s.target.0, s.target.1));
        dispatch!(x.dtype(), "conv2d", T => {
            let y = self.forward::<T>(&entries(x, lx)?, &entries(w, lw)?, None, &s);
            Ok((T::to_cpu_storage_owned(y), shape))
        })
    }

    fn bwd(
        &self,
        x: &Tensor,
        w: &Tensor,
        _: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        self.gradients(x, w, dy)
    }
}

impl CustomOp3 for Conv2d {
    fn name(&self) -> &'static str {
        "equivariant-nn conv2d with bias"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        lx: &Layout,
        w: &CpuStorage,
        lw: &Layout,
        bias: &CpuStorage,
        lb: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let s = self.sizes(lx.dims(), lw.dims())?;
        let shape = Shape::from((s.batch, s.c_out, s.target.0, s.target.1));
        dispatch!(x.dtype(), "conv2d", T => {
            let bias = entries(bias, lb)?;
            let y = self.forward::<T>(&entries(x, lx)?, &entries(w, lw)?, Some(&bias), &s);
            Ok((T::to_cpu_storage_owned(y), shape))
        })
    }

    fn bwd(
        &self,
        x: &Tensor,
        w: &Tensor,
        bias: &Tensor,
        _: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let (dx, dw) = self.gradients(x, w, dy)?;
        let (_, channels, h, width) = dy.dims4()?;
        let db = dispatch!(x.dtype(), "conv2d", T => with_entries::<T, 1, _>([dy], |[dys]| {
            Tensor::from_vec(channel_sums(dys, channels, h * width), bias.shape(), bias.device())
        }))?;
        Ok((dx, dw, Some(db)))
    }
}
