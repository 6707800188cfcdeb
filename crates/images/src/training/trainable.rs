//! What a network must offer to be trained.

use candle_core::Tensor;
use equivariant_nn::checkpoint::Identity;
use equivariant_nn::training::BatchLoss;
use equivariant_nn::{Mode, Parameters};

use super::TrainingError;

/// Images and their classes, as tensors where the network is.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Images `(B, 1, height, width)`.
    pub images: Tensor,
    /// Classes `(B)`, of scalar type `u32`.
    pub labels: Tensor,
}

/// A network with a loss.
///
/// # Example
/// ```
/// use candle_core::{Device, Tensor};
/// use equivariant_nn::Mode;
/// use images::cnn::{PlainArchitecture, PlainCnn};
/// use images::training::{Batch, Trainable};
///
/// let network = PlainCnn::new(PlainArchitecture::default(), 0, Device::Cpu)?;
/// let (digits, labels) = images::digits::generate(0, 0, 4);
/// let labels: Vec<u32> = labels.into_iter().map(u32::from).collect();
/// let batch = Batch {
///     images: network.tensor(digits.view())?,
///     labels: Tensor::from_vec(labels, 4, &Device::Cpu)?,
/// };
/// let done = network.loss(&batch, Mode::Eval)?;
/// assert!(done.loss.to_scalar::<f32>()? > 0.0 && done.metrics.iter().any(|m| m.name == "accuracy"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Trainable {
    /// The weights and running statistics.
    fn parameters(&self) -> &Parameters;

    /// What tells this network from others: a checkpoint of a network with another identity is
    /// refused. The names `training`, `seed`, `data` and `history` are taken.
    ///
    /// # Errors
    /// [`TrainingError::Metadata`] where settings cannot be turned into text.
    fn identity(&self) -> Result<Identity, TrainingError>;

    /// The loss of a batch. Noise is a function of the mode's seed and step.
    ///
    /// # Errors
    /// [`TrainingError::Network`] for tensors of other shapes.
    fn loss(&self, batch: &Batch, mode: Mode) -> Result<BatchLoss, TrainingError>;
}
