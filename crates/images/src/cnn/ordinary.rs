//! Layers of ordinary networks, and the stack of convolutions that they share.
//!
//! An ordinary layer is one over the trivial group, for which every map is equivariant.

use std::sync::Arc;

use candle_core::Tensor;
use candle_nn::{Init, VarBuilder};
use equivariant_nn::init::he_stdev;
use equivariant_nn::layers::{AntialiasedPool, BatchNormConfig, FieldBatchNorm, Window};
use equivariant_nn::ops::{BandMatrix, Conv2dConfig, conv2d, separable_resample};
use equivariant_nn::{FieldType, Layer, Mode, NnError, Sequential};
use groups::Cyclic;

use crate::training::TrainingError;

/// So many channels without a symmetry.
pub(super) fn channels(count: usize) -> Result<FieldType, NnError> {
    Ok(FieldType::trivial(&Cyclic::new(1)?, count))
}

/// Refuses sizes of which no [`stack`] can be made.
pub(super) fn check_sizes(channels: &[usize], kernels: &[usize]) -> Result<(), TrainingError> {
    if channels.is_empty() || channels.len() != kernels.len() || channels.contains(&0) {
        return Err(TrainingError::Architecture {
            expected: "as many kernels as channels, at least one of each, all channels positive",
            found: format!("channels {channels:?}, kernels {kernels:?}"),
        });
    }
    if let Some(even) = kernels.iter().find(|kernel| kernel.is_multiple_of(2)) {
        return Err(TrainingError::Architecture {
            expected: "kernels of odd side, which keep the size of the image",
            found: format!("a kernel of side {even}"),
        });
    }
    Ok(())
}

/// Convolutions of images `(B, 1, H, W)`, each with batch normalisation and a rectifier, and
/// anti-aliased pooling by two between them: the shape of the steerable encoder. The last rectifier
/// may be left out.
pub(super) fn stack(
    sizes: &[usize],
    kernels: &[usize],
    rectified: bool,
    vb: &VarBuilder<'_>,
) -> Result<Sequential, NnError> {
    let last = sizes.len() - 1;
    let conv = |i: usize| {
        let inputs = if i == 0 { 1 } else { sizes[i - 1] };
        Conv::new(inputs, sizes[i], kernels[i], false, vb.pp(format!("conv{i}")))
    };
    let norm = |i: usize| norm(sizes[i], rectified || i < last, vb.pp(format!("norm{i}")));
    let mut stack = Sequential::new("encoder", conv(0)?).then(norm(0)?)?;
    for i in 1..sizes.len() {
        stack = stack
            .then(AntialiasedPool::new(channels(sizes[i - 1])?, Window::Binomial)?)?
            .then(conv(i)?)?
            .then(norm(i)?)?;
    }
    Ok(stack)
}

/// Batch normalisation, with a rectifier if wanted.
pub(super) fn norm(
    count: usize,
    rectified: bool,
    vb: VarBuilder<'_>,
) -> Result<FieldBatchNorm, NnError> {
    let config = BatchNormConfig { relu: rectified, ..BatchNormConfig::default() };
    FieldBatchNorm::new(channels(count)?, config, vb)
}

/// A convolution with learned `k×k` filters and zeros around the image, which keeps its size.
///
/// # Parameters
/// `weight` (out, in, k, k), drawn as He et al. (2015) for a rectifier; `bias` (out) if wanted.
#[derive(Debug)]
pub(super) struct Conv {
    name: String,
    input: FieldType,
    output: FieldType,
    weight: Tensor,
    bias: Option<Tensor>,
    padding: usize,
}

impl Conv {
    pub(super) fn new(
        inputs: usize,
        outputs: usize,
        kernel: usize,
        bias: bool,
        vb: VarBuilder<'_>,
    ) -> Result<Self, NnError> {
        let stdev = he_stdev(inputs, kernel * kernel, std::f64::consts::SQRT_2);
        let shape = (outputs, inputs, kernel, kernel);
        let weight = vb.get_with_hints(shape, "weight", Init::Randn { mean: 0.0, stdev })?;
        let bias = match bias {
            true => Some(vb.get_with_hints(outputs, "bias", Init::Const(0.0))?),
            false => None,
        };
        let name = format!("{} (Conv)", vb.prefix());
        let (input, output) = (channels(inputs)?, channels(outputs)?);
        Ok(Self { name, input, output, weight, bias, padding: kernel / 2 })
    }
}

impl Layer for Conv {
    fn name(&self) -> &str {
        &self.name
    }

    fn input(&self) -> &FieldType {
        &self.input
    }

    fn output(&self) -> &FieldType {
        &self.output
    }

    fn forward(&self, x: &Tensor, _: Mode) -> Result<Tensor, NnError> {
        self.input.check(&self.name, x)?;
        let config = Conv2dConfig {
            padding: self.padding,
            needs_input_grad: x.track_op(),
            ..Conv2dConfig::default()
        };
        Ok(conv2d(x, &self.weight, self.bias.as_ref(), &config)?)
    }
}

/// Linear interpolation to a size `n` from `⌈n/2⌉`: each pixel goes back to where
/// [`AntialiasedPool`] took it from.
#[derive(Debug)]
pub(super) struct Upsample {
    name: String,
    ty: FieldType,
    matrix: Arc<BandMatrix>,
}

impl Upsample {
    /// To square feature maps of side `side`.
    pub(super) fn new(count: usize, side: usize) -> Result<Self, NnError> {
        let (from, offset) = (side.div_ceil(2), if side.is_multiple_of(2) { 0.5 } else { 0.0 });
        let last = from.saturating_sub(1) as f64;
        let weight = |row: usize, column: usize| {
            let position = ((row as f64 - offset) / 2.0).clamp(0.0, last);
            (1.0 - (position - column as f64).abs()).max(0.0)
        };
        let matrix = Arc::new(BandMatrix::from_fn(side, from, weight));
        Ok(Self { name: format!("Upsample({side})"), ty: channels(count)?, matrix })
    }
}

impl Layer for Upsample {
    fn name(&self) -> &str {
        &self.name
    }

    fn input(&self) -> &FieldType {
        &self.ty
    }

    fn output(&self) -> &FieldType {
        &self.ty
    }

    fn forward(&self, x: &Tensor, _: Mode) -> Result<Tensor, NnError> {
        self.ty.check(&self.name, x)?;
        Ok(separable_resample(x, &self.matrix, &self.matrix)?)
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Tensor};
    use equivariant_nn::layers::{AntialiasedPool, Window};
    use equivariant_nn::{Layer, Mode};

    use super::{Upsample, channels};

    /// Pooling and going back keep a linear function where no border is near.
    #[test]
    fn upsampling_puts_pixels_where_pooling_took_them_from() {
        for side in [12, 13, 14, 15] {
            let plane: Vec<f64> =
                (0..side * side).map(|i| (i / side) as f64 - 0.3 * (i % side) as f64).collect();
            let x = Tensor::from_vec(plane, (1, 1, side, side), &Device::Cpu).unwrap();
            let pool = AntialiasedPool::new(channels(1).unwrap(), Window::Binomial).unwrap();
            let small = pool.forward(&x, Mode::Eval).unwrap();
            let back = Upsample::new(1, side).unwrap().forward(&small, Mode::Eval).unwrap();
            assert_eq!(back.dims(), x.dims());
            let inner = |t: &Tensor| t.narrow(2, 4, side - 8).unwrap().narrow(3, 4, side - 8);
            let error = (inner(&back).unwrap() - inner(&x).unwrap()).unwrap().abs().unwrap();
            let worst: f64 = error.flatten_all().unwrap().max(0).unwrap().to_scalar().unwrap();
            assert!(worst < 1e-12, "side {side}: {worst:e}");
        }
    }
}
