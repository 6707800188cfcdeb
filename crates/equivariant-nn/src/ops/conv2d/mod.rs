//! Two-dimensional convolution with both gradients.
//!
//! candle 0.11 computes the input gradient with a scalar loop. Here all three products are dense
//! matrix products, of gathered windows (`kernel`) or, where that takes less than half of the
//! flops, of transformed tiles (`winograd`). With channels last, windows are contiguous runs, one
//! gathering of the output gradient serves both gradients, and no gradient is ever scattered.

mod kernel;
mod winograd;

use std::sync::Arc;

use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp2, CustomOp3, Layout, Result, Shape, Tensor, WithDType};

use self::kernel::{Conv2d, channel_sums};
use super::FilterSupport;
use super::element::{dispatch, entries, half_on_cpu, has_kernel, widened, with_entries};

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
/// for any number of them; half precision is computed in `f32` there. Elsewhere this is candle's own
/// convolution. With stride 1, filters of side
/// 3 to 7 and at least 16 channels, tiles of 8×8 inputs take up to 6 times fewer products
/// (Winograd's algorithm); rounding in `f32` is then larger than that of a plain sum, below `3·10⁻⁵`
/// of the largest output in the tests.
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
    conv2d_act(x, w, bias, config, false)
}

/// The same, and perhaps the rectifier, in one pass over memory.
pub(crate) fn conv2d_act(
    x: &Tensor,
    w: &Tensor,
    bias: Option<&Tensor>,
    config: &Conv2dConfig,
    relu: bool,
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
    // What nothing upstream waits for is no part of the graph.
    let x = &if config.needs_input_grad { x.clone() } else { x.detach() };
    if half_on_cpu(x) {
        let bias = bias.map(widened).transpose()?;
        let y = conv2d_act(&widened(x)?, &widened(w)?, bias.as_ref(), config, relu)?;
        return y.to_dtype(x.dtype());
    }
    if !has_kernel(x) {
        let y = composed(x, w, bias, config)?;
        return if relu { y.relu() } else { Ok(y) };
    }
    let op = Conv2d {
        padding: config.padding,
        stride: config.stride,
        needs_input_grad: config.needs_input_grad,
        relu,
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
    let (x, padding) = without_rest(x, w.dim(2)?, config)?;
    let y = x.conv2d(&w, padding, config.stride, 1, 1)?;
    match bias {
        None => Ok(y),
        Some(bias) => y.broadcast_add(&bias.reshape((1, (), 1, 1))?),
    }
}

/// The input without the rows and columns behind the last window, and the padding that is left.
///
/// The gradient of candle's convolution takes the number of those rows for that of the columns too.
fn without_rest(x: &Tensor, k: usize, config: &Conv2dConfig) -> Result<(Tensor, usize)> {
    let Conv2dConfig { padding, stride, .. } = *config;
    let (_, _, h, w) = x.dims4()?;
    let rest = |side: usize| (side + 2 * padding - k) % stride;
    if rest(h) == 0 && rest(w) == 0 {
        return Ok((x.clone(), padding));
    }
    let x = x.pad_with_zeros(2, padding, padding)?.pad_with_zeros(3, padding, padding)?;
    let x = x.narrow(2, 0, h + 2 * padding - rest(h))?;
    Ok((x.narrow(3, 0, w + 2 * padding - rest(w))?.contiguous()?, 0))
}

impl Conv2d {
    /// From the gradient of outputs that of the sums before a rectifier.
    fn of_sums(&self, y: &Tensor, dy: &Tensor) -> Result<Tensor> {
        if self.relu { y.le(0.0)?.where_cond(&dy.zeros_like()?, dy) } else { Ok(dy.clone()) }
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
        y: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        self.gradients(x, w, &self.of_sums(y, dy)?)
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
        y: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let dy = &self.of_sums(y, dy)?;
        let (dx, dw) = self.gradients(x, w, dy)?;
        let (_, channels, h, width) = dy.dims4()?;
        let db = dispatch!(x.dtype(), "conv2d", T => with_entries::<T, 1, _>([dy], |[dys]| {
            Tensor::from_vec(channel_sums(dys, channels, h * width), bias.shape(), bias.device())
        }))?;
        Ok((dx, dw, Some(db)))
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{DType, Device, Var};

    use super::*;

    /// In one pass or in two: outputs and all gradients, by windows and by tiles.
    #[test]
    fn a_rectifier_in_the_same_pass_is_one_after_it() -> Result<()> {
        let draw = |shape: &[usize]| Var::randn(0.0f64, 1.0, shape, &Device::Cpu);
        for (c_in, c_out, k, stride) in [(1, 5, 3, 1), (3, 4, 3, 2), (16, 20, 5, 1)] {
            let (x, w) = (draw(&[3, c_in, 12, 13])?, draw(&[c_out, c_in, k, k])?);
            let bias = draw(&[c_out])?;
            let config = Conv2dConfig { padding: 1, stride, ..Default::default() };
            for bias in [None, Some(bias.as_tensor())] {
                let plain = conv2d(&x, &w, bias, &config)?.relu()?;
                let fused = conv2d_act(&x, &w, bias, &config, true)?;
                let weights = draw(plain.dims())?;
                let gradients = [&plain, &fused].map(|y| (y * weights.as_tensor())?.backward());
                let [plain_gradients, fused_gradients] = gradients;
                let (plain_gradients, fused_gradients) = (plain_gradients?, fused_gradients?);
                let mut pairs = vec![(plain, fused)];
                for of in [Some(x.as_tensor()), Some(w.as_tensor()), bias].into_iter().flatten() {
                    let of = [&plain_gradients, &fused_gradients].map(|g| g.get(of).cloned());
                    let [Some(a), Some(b)] = of else { panic!("a gradient is missing") };
                    pairs.push((a, b));
                }
                for (a, b) in pairs {
                    let gap = (a - b)?.abs()?.flatten_all()?.max(0)?.to_scalar::<f64>()?;
                    assert!(gap < 1e-12, "{gap}");
                }
            }
        }
        Ok(())
    }

    /// Half precision has no kernel here: candle's own operations.
    #[test]
    fn a_rectifier_is_the_same_without_a_kernel() -> Result<()> {
        let draw = |shape: &[usize]| Tensor::randn(0.0f32, 1.0, shape, &Device::Cpu);
        let tensors = [draw(&[2, 3, 8, 9])?, draw(&[4, 3, 3, 3])?, draw(&[4])?];
        let config = Conv2dConfig { padding: 1, ..Default::default() };
        let [half, single] = [DType::F16, DType::F32].map(|dtype| {
            let [x, w, bias] = tensors.each_ref().map(|t| t.to_dtype(dtype));
            let (x, w, bias) = (x?, w?, bias?);
            assert_eq!(has_kernel(&x), dtype == DType::F32);
            conv2d_act(&x, &w, Some(&bias), &config, true)?.to_dtype(DType::F32)
        });
        let (half, single) = (half?, single?);
        let gap = (&half - &single)?.abs()?.max_all()?.to_scalar::<f32>()?;
        let size = single.max_all()?.to_scalar::<f32>()?;
        assert!(gap < 0.02 * size, "{gap} of {size}");
        assert_eq!(half.min_all()?.to_scalar::<f32>()?, 0.0);
        Ok(())
    }

    #[test]
    fn sums_over_no_channels_are_biases() -> Result<()> {
        let x = Tensor::zeros((3, 0, 5, 5), DType::F64, &Device::Cpu)?;
        let w = Tensor::zeros((2, 0, 3, 3), DType::F64, &Device::Cpu)?;
        let bias = Tensor::new(&[1.5f64, -2.0], &Device::Cpu)?;
        for (relu, second) in [(false, -2.0), (true, 0.0)] {
            let y = conv2d_act(&x, &w, Some(&bias), &Conv2dConfig::default(), relu)?;
            assert_eq!(y.dims(), [3, 2, 3, 3]);
            let sums = y.sum((0, 2, 3))?.to_vec1::<f64>()?;
            assert_eq!(sums, [27.0 * 1.5, 27.0 * second]);
        }
        Ok(())
    }

    /// What is no number stays none, and does not become zero.
    #[test]
    fn a_rectifier_keeps_what_is_no_number() -> Result<()> {
        let x = Tensor::full(f32::NAN, (1, 1, 4, 4), &Device::Cpu)?;
        let w = Tensor::ones((2, 1, 3, 3), DType::F32, &Device::Cpu)?;
        let y = conv2d_act(&x, &w, None, &Conv2dConfig::default(), true)?;
        assert!(y.flatten_all()?.to_vec1::<f32>()?.iter().all(|v| v.is_nan()));
        Ok(())
    }
}
