//! Training on digits, rotated or upright: seeded, interruptible, and resumed bit for bit.
//!
//! Everything random is a function of the seed and of the number of the epoch or step, so that a
//! checkpoint holds weights and moments and no state of a generator. On a CPU the result does not
//! depend on the number of threads.

mod error;
mod trainable;

use candle_core::Tensor;
use equivariant_nn::checkpoint::{Checkpoints, Identity};
use equivariant_nn::{AdamW, AdamWConfig, Mode, Schedule};
use ndarray::{Axis, CowArray};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::cnn::image_tensor;
use crate::dataset::Digits;
use crate::rotate::{Purpose, Rotator};

pub use error::TrainingError;
pub use trainable::{Batch, BatchLoss, Trainable};

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

/// What one step did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepReport {
    /// The epoch, from 0.
    pub epoch: usize,
    /// The step within the epoch, from 0.
    pub step: usize,
    /// Steps of an epoch.
    pub steps: usize,
    /// The mean loss of the epoch so far: nats for a classifier, squared error a pixel for an
    /// autoencoder.
    pub loss: f64,
    /// The share of the epoch's images so far that were classified correctly, as they were
    /// trained on; `None` for a network that does not classify.
    pub accuracy: Option<f64>,
}

/// The means over one epoch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochReport {
    /// Mean loss, in the units of [`StepReport::loss`].
    pub loss: f64,
    /// Share of images classified correctly while they were trained on; `None` for a network
    /// that does not classify.
    pub accuracy: Option<f64>,
}

/// Watches a training.
pub trait Observer {
    /// Called after every step. `false` asks to stop: the training ends at once, and what the last
    /// checkpoint holds remains.
    fn step(&mut self, report: &StepReport) -> bool;
}

/// How a training ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// All epochs are done.
    Finished(Vec<EpochReport>),
    /// The observer asked to stop; so many epochs are in the last checkpoint.
    Interrupted {
        /// Complete epochs.
        epochs: usize,
    },
}

/// Trains a network on digits: a classifier, or an autoencoder.
///
/// With `checkpoints`, weights and optimizer are written after every epoch; if a usable
/// checkpoint is there and resuming was asked for, the training continues from it, to the same
/// weights, bit for bit on a CPU, as without the interruption.
///
/// # Errors
/// [`TrainingError::Diverged`] where the loss is not finite; [`TrainingError::Network`] for errors of layers,
/// optimizer and files, among them [`equivariant_nn::NnError::Changed`] where the checkpoint belongs
/// to other settings.
pub fn train(
    network: &dyn Trainable,
    digits: &Digits,
    config: &TrainingConfig,
    seed: u64,
    checkpoints: Option<&Checkpoints>,
    observer: &mut dyn Observer,
) -> Result<Outcome, TrainingError> {
    let batch = config.batch.clamp(1, digits.len());
    let steps = digits.len() / batch;
    let schedule = Schedule::one_cycle(config.peak_rate, (steps * config.epochs).max(1) as u64)?;
    let settings = AdamWConfig { weight_decay: config.weight_decay, ..AdamWConfig::default() };
    let mut optimizer = AdamW::new(network.parameters().trainable(), settings)?;
    let identity = identity(network, digits, config, seed)?;
    let mut history = match checkpoints {
        Some(checkpoints) => {
            checkpoints.restore(network.parameters(), &mut optimizer, &identity)?
        }
        None => Vec::new(),
    };
    let (rotator, device) = (Rotator::new(seed), network.parameters().device());
    for epoch in history.len()..config.epochs {
        let stream = u32::try_from(epoch).unwrap_or(u32::MAX);
        let images = match config.augmentation {
            Augmentation::Rotations => {
                rotator.rotate(digits.images.view(), Purpose::Augmentation, stream)?.0.into()
            }
            Augmentation::None => CowArray::from(digits.images.view()),
        };
        let order = shuffled(digits.len(), seed, epoch);
        let (mut loss_sum, mut correct) = (0.0, None);
        for (step, chosen) in order.chunks_exact(batch).enumerate() {
            let global = (epoch * steps + step) as u64;
            let labels = chosen.iter().map(|&i| u32::from(digits.labels[i]));
            let batch_tensors = Batch {
                images: image_tensor(images.select(Axis(0), chosen).view(), device)?,
                labels: Tensor::from_iter(labels, device)?,
            };
            let done = network.loss(&batch_tensors, Mode::Train { seed, step: global })?;
            let value = f64::from(done.loss.to_scalar::<f32>()?);
            if !value.is_finite() {
                return Err(TrainingError::Diverged { epoch, step, loss: value });
            }
            optimizer.step(&done.loss.backward()?, schedule.at(global))?;
            loss_sum += value;
            correct = done.correct.map(|now| now + correct.unwrap_or(0));
            let report = StepReport {
                epoch,
                step,
                steps,
                loss: loss_sum / (step + 1) as f64,
                accuracy: correct.map(|correct| correct as f64 / ((step + 1) * batch) as f64),
            };
            if !observer.step(&report) {
                return Ok(Outcome::Interrupted { epochs: history.len() });
            }
        }
        history.push(EpochReport {
            loss: loss_sum / steps as f64,
            accuracy: correct.map(|correct| correct as f64 / (steps * batch) as f64),
        });
        if let Some(checkpoints) = checkpoints {
            checkpoints.write(network.parameters(), &optimizer, &identity, &history)?;
        }
    }
    Ok(Outcome::Finished(history))
}

fn identity(
    network: &dyn Trainable,
    digits: &Digits,
    config: &TrainingConfig,
    seed: u64,
) -> Result<Identity, TrainingError> {
    let mut identity = network.identity()?;
    identity.insert("training".to_owned(), serde_json::to_string(config)?);
    identity.insert("seed".to_owned(), seed.to_string());
    identity.insert("data".to_owned(), digits.fingerprint());
    Ok(identity)
}

/// The order of the images in an epoch.
fn shuffled(n: usize, seed: u64, epoch: usize) -> Vec<usize> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    // The rotations of the epoch have streams of their own, below this offset.
    rng.set_stream(1 << 48 | epoch as u64);
    let mut order: Vec<usize> = (0..n).collect();
    order.shuffle(&mut rng);
    order
}
