//! An ordinary convolutional autoencoder.

use std::collections::BTreeMap;

use candle_core::{DType, Device, Tensor};
use candle_nn::{Linear, Module};
use equivariant_nn::checkpoint::Identity;
use equivariant_nn::{Layer, Mode, NnError, Parameters, Sequential};
use ndarray::{Array2, Array3, ArrayView2, ArrayView3, Axis};
use serde::{Deserialize, Serialize};

use super::batches;
use super::ordinary::{Conv, Upsample, check_sizes, norm, stack};
use crate::training::{Batch, BatchLoss, Metric, Trainable, TrainingError};

/// The sizes of a [`ConvAutoencoder`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AutoencoderArchitecture {
    /// Height and width of the images.
    pub side: usize,
    /// Channels after each convolution of the encoder; the decoder goes back through them.
    pub channels: Vec<usize>,
    /// Side of the filters of each convolution.
    pub kernels: Vec<usize>,
    /// The dimension of the code.
    pub code: usize,
}

impl Default for AutoencoderArchitecture {
    /// Images of side 28; 16, 20 and 3 channels; filters of side 5, 3 and 3; codes of dimension
    /// 128. The encoder has 22,842 parameters and the decoder 22,856; the default
    /// [`SteerableCnn`](super::SteerableCnn) under `C_8` has 21,138 and codes of the same
    /// dimension.
    fn default() -> Self {
        Self { side: 28, channels: vec![16, 20, 3], kernels: vec![5, 3, 3], code: 128 }
    }
}

/// An ordinary encoder `E: images → R^d` and a decoder `D: R^d → images`.
///
/// The encoder has the convolutions of a [`PlainCnn`](super::PlainCnn), the last without rectifier,
/// and a linear map of all their values behind them. The decoder is its mirror image, with linear
/// interpolation for pooling; its values are not cut off to `[0, 1]`.
///
/// The loss is the mean over pixels of `(D(E(x)) − x)²`, the log-likelihood of a Gaussian of fixed
/// width up to constants. Cross-entropy would take the grey values, which interpolation makes of
/// most pixels of a turned image, for probabilities of black and white, and is not zero where the
/// reconstruction is perfect.
///
/// # Example
/// ```
/// use images::cnn::{AutoencoderArchitecture, ConvAutoencoder};
/// use ndarray::Array3;
///
/// let architecture = AutoencoderArchitecture::default();
/// let network = ConvAutoencoder::new(architecture, 0, candle_core::Device::Cpu)?;
/// let codes = network.encode(Array3::zeros((2, 28, 28)).view())?;
/// assert_eq!(codes.dim(), (2, 128));
/// assert_eq!(network.decode(codes.view())?.dim(), (2, 28, 28));
/// # Ok::<(), images::training::TrainingError>(())
/// ```
#[derive(Debug)]
pub struct ConvAutoencoder {
    architecture: AutoencoderArchitecture,
    parameters: Parameters,
    encoder: Sequential,
    to_code: Linear,
    from_code: Linear,
    decoder: Sequential,
    /// Channels, height and width between convolutions and code.
    innermost: (usize, usize, usize),
    device: Device,
}

impl ConvAutoencoder {
    /// A network with random weights drawn from `seed`.
    ///
    /// # Errors
    /// [`TrainingError::Architecture`] where the sizes do not fit each other;
    /// [`TrainingError::Network`] where a layer refuses its parameters.
    pub fn new(
        architecture: AutoencoderArchitecture,
        seed: u64,
        device: Device,
    ) -> Result<Self, TrainingError> {
        let AutoencoderArchitecture { side, channels: sizes, kernels, code } = &architecture;
        check_sizes(sizes, kernels)?;
        if *side == 0 || *code == 0 {
            return Err(TrainingError::Architecture {
                expected: "images of at least one pixel and codes of at least one dimension",
                found: format!("side {side}, code {code}"),
            });
        }
        let parameters = Parameters::new(seed, DType::F32, device.clone());
        let vb = parameters.builder();
        let (encoding, decoding) = (vb.pp("encoder"), vb.pp("decoder"));
        let last = sizes.len() - 1;
        let mut sides = vec![*side];
        for i in 0..last {
            sides.push(sides[i].div_ceil(2));
        }
        let encoder = stack(sizes, kernels, false, &encoding)?;
        let innermost = (sizes[last], sides[last], sides[last]);
        let flat = sizes[last] * sides[last] * sides[last];
        let to_code = candle_nn::linear(flat, *code, encoding.pp("code"))?;
        let from_code = candle_nn::linear(*code, flat, decoding.pp("code"))?;
        let back = |i: usize| {
            let outputs = if i == 0 { 1 } else { sizes[i - 1] };
            Conv::new(sizes[i], outputs, kernels[i], i == 0, decoding.pp(format!("conv{i}")))
        };
        let mut decoder = Sequential::new("decoder", back(last)?);
        for i in (0..last).rev() {
            decoder = decoder
                .then(norm(sizes[i], true, decoding.pp(format!("norm{i}")))?)?
                .then(Upsample::new(sizes[i], sides[i])?)?
                .then(back(i)?)?;
        }
        Ok(Self {
            architecture,
            parameters,
            encoder,
            to_code,
            from_code,
            decoder,
            innermost,
            device,
        })
    }

    /// The sizes.
    pub fn architecture(&self) -> &AutoencoderArchitecture {
        &self.architecture
    }

    /// The weights and running statistics.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The dimension `d` of the codes.
    pub fn dim(&self) -> usize {
        self.architecture.code
    }

    /// Where the weights are.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Codes `(B, d)` of images `(B, 1, side, side)`.
    ///
    /// # Errors
    /// [`TrainingError::Network`] for a tensor of another shape.
    pub fn codes(&self, images: &Tensor, mode: Mode) -> Result<Tensor, TrainingError> {
        let side = self.architecture.side;
        let expected = [images.dims().first().copied().unwrap_or(0), 1, side, side];
        if images.dims() != expected {
            return Err(NnError::Shape {
                layer: "ConvAutoencoder".to_owned(),
                expected: expected.to_vec(),
                got: images.dims().to_vec(),
            }
            .into());
        }
        let maps = self.encoder.forward(images, mode)?;
        Ok(self.to_code.forward(&maps.flatten_from(1)?)?)
    }

    /// Images `(B, 1, side, side)` of codes `(B, d)`.
    ///
    /// # Errors
    /// [`TrainingError::Network`] for a tensor of another shape.
    pub fn images(&self, codes: &Tensor, mode: Mode) -> Result<Tensor, TrainingError> {
        let (channels, height, width) = self.innermost;
        let flat = self.from_code.forward(codes)?;
        let maps = flat.reshape((flat.dim(0)?, channels, height, width))?;
        Ok(self.decoder.forward(&maps, mode)?)
    }

    /// The codes `(n, d)` of images `(n, side, side)`, in batches.
    ///
    /// # Errors
    /// [`TrainingError::Network`] for images of another size.
    pub fn encode(&self, images: ArrayView3<'_, f32>) -> Result<Array2<f32>, TrainingError> {
        batches::encode(images, self.dim(), &self.device, |x| self.codes(x, Mode::Eval))
    }

    /// The images `(n, side, side)` of codes `(n, d)`, in batches.
    ///
    /// # Errors
    /// [`TrainingError::Network`] for codes of another dimension.
    pub fn decode(&self, codes: ArrayView2<'_, f32>) -> Result<Array3<f32>, TrainingError> {
        let side = self.architecture.side;
        let mut images = Array3::zeros((codes.nrows(), side, side));
        for (codes, mut out) in codes
            .axis_chunks_iter(Axis(0), batches::BATCH)
            .zip(images.axis_chunks_iter_mut(Axis(0), batches::BATCH))
        {
            let codes = batches::code_tensor(codes, &self.device)?;
            let values: Vec<f32> = self.images(&codes, Mode::Eval)?.flatten_all()?.to_vec1()?;
            out.iter_mut().zip(values).for_each(|(out, value)| *out = value);
        }
        Ok(images)
    }

    /// Images `(n, height, width)` as a tensor `(n, 1, height, width)` where the weights are.
    ///
    /// # Errors
    /// [`TrainingError::Network`] where candle refuses.
    pub fn tensor(&self, images: ArrayView3<'_, f32>) -> Result<Tensor, TrainingError> {
        batches::image_tensor(images, &self.device)
    }
}

impl Trainable for ConvAutoencoder {
    fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    fn identity(&self) -> Result<Identity, TrainingError> {
        Ok(BTreeMap::from([
            ("network".to_owned(), "convolutional autoencoder".to_owned()),
            ("architecture".to_owned(), serde_json::to_string(&self.architecture)?),
        ]))
    }

    fn loss(&self, batch: &Batch, mode: Mode) -> Result<BatchLoss, TrainingError> {
        let decoded = self.images(&self.codes(&batch.images, mode)?, mode)?;
        let loss = (decoded - &batch.images)?.sqr()?.mean_all()?;
        let mut done = BatchLoss::new(loss)?;
        // Checkpoints name it, with no value.
        done.metrics.push(Metric { name: "accuracy", sum: 0.0, count: 0 });
        Ok(done)
    }
}
