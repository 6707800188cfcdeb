//! Training on digits, rotated or upright: seeded, interruptible, and resumed bit for bit.
//! By the loop of [`equivariant_nn::training`].

mod error;
mod trainable;

use candle_core::Tensor;
use equivariant_nn::checkpoint::Checkpoints;
use equivariant_nn::training::{self, Plan};
use equivariant_nn::{AdamWConfig, Mode};
use ndarray::{Axis, CowArray, Ix3};
use serde::{Deserialize, Serialize};

use crate::cnn::image_tensor;
use crate::dataset::Digits;
use crate::rotate::{Purpose, Rotator};

pub use equivariant_nn::training::{BatchLoss, Metric, Metrics, Observer, Outcome, StepReport};
pub use error::TrainingError;
pub use trainable::{Batch, Trainable};

/// What is done to the images before a network is trained on them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Augmentation {
    /// In each epoch every image stands at a new random angle.
    #[default]
    Rotations,
    /// Nothing: all images are upright.
    None,
}

impl Augmentation {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// How a network is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingConfig {
    /// Passes over the training set.
    pub epochs: usize,
    /// Images a step. An incomplete batch at the end of an epoch is left out.
    pub batch: usize,
    /// The largest learning rate of the one-cycle schedule.
    pub peak_rate: f64,
    /// Decoupled weight decay.
    pub weight_decay: f64,
    /// What is done to the images. The default is left out of the text form, so that checkpoints
    /// from before this setting can still be resumed.
    #[serde(default, skip_serializing_if = "Augmentation::is_default")]
    pub augmentation: Augmentation,
}

impl Default for TrainingConfig {
    /// 5 epochs, batches of 64, rate 1e-2 at the peak, weight decay 1e-2, random rotations.
    fn default() -> Self {
        let augmentation = Augmentation::default();
        Self { epochs: 5, batch: 64, peak_rate: 1e-2, weight_decay: 1e-2, augmentation }
    }
}

/// Trains a network on digits: a classifier, or an autoencoder.
///
/// With `checkpoints`, weights and optimizer are written after every epoch; if a usable
/// checkpoint is there and resuming was asked for, the training continues from it, to the same
/// weights, bit for bit on a CPU, as without the interruption.
///
/// # Errors
/// [`TrainingError::Network`] for errors of layers, optimizer and files, among them
/// [`equivariant_nn::NnError::Diverged`] where the loss is not finite and
/// [`equivariant_nn::NnError::Changed`] where the checkpoint belongs to other settings.
pub fn train(
    network: &dyn Trainable,
    digits: &Digits,
    config: &TrainingConfig,
    seed: u64,
    checkpoints: Option<&Checkpoints>,
    observer: &mut dyn Observer,
) -> Result<Outcome, TrainingError> {
    let plan = Plan {
        samples: digits.len(),
        batch: config.batch,
        epochs: config.epochs,
        peak_rate: config.peak_rate,
        optimizer: AdamWConfig { weight_decay: config.weight_decay, ..AdamWConfig::default() },
        seed,
    };
    let identity = training::identity(network.identity()?, config, seed, &digits.fingerprint())?;
    let (rotator, device) = (Rotator::new(seed), network.parameters().device());
    // The images of the epoch that is going on.
    let mut turned: Option<(usize, CowArray<'_, f32, Ix3>)> = None;
    let loss = |epoch: usize, chosen: &[usize], mode: Mode| {
        let images = match &mut turned {
            Some((of, images)) if *of == epoch => images,
            other => {
                let stream = u32::try_from(epoch).unwrap_or(u32::MAX);
                let images = match config.augmentation {
                    Augmentation::Rotations => {
                        let upright = digits.images.view();
                        rotator.rotate(upright, Purpose::Augmentation, stream)?.0.into()
                    }
                    Augmentation::None => CowArray::from(digits.images.view()),
                };
                &mut other.insert((epoch, images)).1
            }
        };
        let labels = chosen.iter().map(|&i| u32::from(digits.labels[i]));
        let batch = Batch {
            images: image_tensor(images.select(Axis(0), chosen).view(), device)?,
            labels: Tensor::from_iter(labels, device)?,
        };
        network.loss(&batch, mode)
    };
    training::train(network.parameters(), &plan, &identity, checkpoints, observer, loss)
}
