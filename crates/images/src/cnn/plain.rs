//! An ordinary convolutional network, without any symmetry.

use std::collections::BTreeMap;

use candle_core::{DType, Device, Tensor};
use candle_nn::{Linear, Module};
use equivariant_nn::checkpoint::Identity;
use equivariant_nn::layers::{FieldDropout, SpatialPool};
use equivariant_nn::{Layer, Mode, Parameters, Sequential};
use ndarray::{Array2, ArrayView2, ArrayView3};
use serde::{Deserialize, Serialize};

use super::{batches, ordinary};
use crate::digits::CLASSES;
use crate::training::{Batch, BatchLoss, Trainable, TrainingError};

/// The sizes of a [`PlainCnn`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlainArchitecture {
    /// Channels after each convolution; the last is the dimension of the code.
    pub channels: Vec<usize>,
    /// Side of the filters of each convolution.
    pub kernels: Vec<usize>,
    /// Probability with which a coordinate of the code is dropped in training.
    pub dropout: f64,
}

impl Default for PlainArchitecture {
    /// 16, 24, 44 and 128 channels; filters of side 5, 3, 3 and 1: 20,706 parameters. The default
    /// [`SteerableCnn`](super::SteerableCnn) under `C_8` has 21,138 and codes of the same
    /// dimension.
    fn default() -> Self {
        Self { channels: vec![16, 24, 44, 128], kernels: vec![5, 3, 3, 1], dropout: 0.0 }
    }
}

/// An ordinary encoder `E: images → R^d` and a linear classifier behind it.
///
/// Convolutions with learned filters, each with batch normalisation and a rectifier, anti-aliased
/// pooling by two between them, and the mean over the disc at the end: the
/// [`SteerableCnn`](super::SteerableCnn) without its group. `E(g·x)` and `E(x)` have no relation
/// but the one that training with rotated images brings about.
///
/// # Example
/// ```
/// use images::cnn::{PlainArchitecture, PlainCnn};
/// use ndarray::Array3;
///
/// let network = PlainCnn::new(PlainArchitecture::default(), 0, candle_core::Device::Cpu)?;
/// let codes = network.encode(Array3::zeros((2, 28, 28)).view())?;
/// assert_eq!(codes.dim(), (2, 128));
/// assert_eq!(network.classify(codes.view())?.len(), 2);
/// # Ok::<(), images::training::TrainingError>(())
/// ```
#[derive(Debug)]
pub struct PlainCnn {
    architecture: PlainArchitecture,
    parameters: Parameters,
    encoder: Sequential,
    dropout: FieldDropout,
    head: Linear,
    device: Device,
}

impl PlainCnn {
    /// A network with random weights drawn from `seed`.
    ///
    /// # Errors
    /// [`TrainingError::Architecture`] where channels and kernels do not fit each other;
    /// [`TrainingError::Network`] where a layer refuses its parameters.
    pub fn new(
        architecture: PlainArchitecture,
        seed: u64,
        device: Device,
    ) -> Result<Self, TrainingError> {
        let PlainArchitecture { channels, kernels, dropout } = &architecture;
        ordinary::check_sizes(channels, kernels)?;
        let parameters = Parameters::new(seed, DType::F32, device.clone());
        let vb = parameters.builder();
        let dim = channels[channels.len() - 1];
        let maps = ordinary::channels(dim)?;
        let encoder = ordinary::stack(channels, kernels, true, &vb)?
            .then(SpatialPool::disc_mean(maps.clone())?)?;
        let dropout = FieldDropout::new("dropout", maps.at_point(), *dropout)?;
        let head = candle_nn::linear(dim, CLASSES, vb.pp("head"))?;
        Ok(Self { architecture, parameters, encoder, dropout, head, device })
    }

    /// The sizes.
    pub fn architecture(&self) -> &PlainArchitecture {
        &self.architecture
    }

    /// The weights and running statistics.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// Images `(B, 1, H, W)` to codes `(B, d)`.
    pub fn encoder(&self) -> &Sequential {
        &self.encoder
    }

    /// The dimension `d` of the codes.
    pub fn dim(&self) -> usize {
        self.encoder.output().channels()
    }

    /// Where the weights are.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Logits `(B, 10)` of images `(B, 1, H, W)`.
    ///
    /// # Errors
    /// [`TrainingError::Network`] for a tensor of another shape.
    pub fn logits(&self, images: &Tensor, mode: Mode) -> Result<Tensor, TrainingError> {
        let codes = self.encoder.forward(images, mode)?;
        self.read_out(&codes, mode)
    }

    fn read_out(&self, codes: &Tensor, mode: Mode) -> Result<Tensor, TrainingError> {
        Ok(self.head.forward(&self.dropout.forward(codes, mode)?)?)
    }

    /// The codes `(n, d)` of images `(n, height, width)`, in batches.
    ///
    /// # Errors
    /// [`TrainingError::Network`] where candle refuses an operation.
    pub fn encode(&self, images: ArrayView3<'_, f32>) -> Result<Array2<f32>, TrainingError> {
        let encoder = |x: &Tensor| Ok(self.encoder.forward(x, Mode::Eval)?);
        batches::encode(images, self.dim(), &self.device, encoder)
    }

    /// The classes that the network gives to codes.
    ///
    /// # Errors
    /// [`TrainingError::Network`] for codes of another dimension.
    pub fn classify(&self, codes: ArrayView2<'_, f32>) -> Result<Vec<usize>, TrainingError> {
        let codes = batches::code_tensor(codes, &self.device)?;
        batches::classes(&self.read_out(&codes, Mode::Eval)?)
    }

    /// Images `(n, height, width)` as a tensor `(n, 1, height, width)` where the weights are.
    ///
    /// # Errors
    /// [`TrainingError::Network`] where candle refuses.
    pub fn tensor(&self, images: ArrayView3<'_, f32>) -> Result<Tensor, TrainingError> {
        batches::image_tensor(images, &self.device)
    }
}

impl Trainable for PlainCnn {
    fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    fn identity(&self) -> Result<Identity, TrainingError> {
        Ok(BTreeMap::from([
            ("network".to_owned(), "ordinary CNN".to_owned()),
            ("architecture".to_owned(), serde_json::to_string(&self.architecture)?),
        ]))
    }

    fn loss(&self, batch: &Batch, mode: Mode) -> Result<BatchLoss, TrainingError> {
        Ok(BatchLoss::of_logits(&self.logits(&batch.images, mode)?, &batch.labels)?)
    }
}
