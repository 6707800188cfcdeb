//! Training on rotated digits: seeded, interruptible, and resumed bit for bit.
//!
//! Everything random is a function of the seed and of the number of the epoch or step, so that a
//! checkpoint holds weights and moments and no state of a generator. On a CPU the result does not
//! depend on the number of threads.

mod error;

use std::collections::BTreeMap;

use equivariant_nn::checkpoint::{Checkpoints, Identity};
use equivariant_nn::{AdamW, AdamWConfig, Mode, Schedule};
use groups::PlanarGroup;
use ndarray::Axis;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use candle_core::Tensor;

use crate::cnn::SteerableCnn;
use crate::dataset::Digits;
use crate::rotate::{Purpose, Rotator};

pub use error::TrainingError;

/// How a network is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingConfig {
    /// Passes over the training set. In each, every image stands at a new random angle.
    pub epochs: usize,
    /// Images a step. An incomplete batch at the end of an epoch is left out.
    pub batch: usize,
    /// The largest learning rate of the one-cycle schedule.
    pub peak_rate: f64,
    /// Decoupled weight decay.
    pub weight_decay: f64,
}

impl Default for TrainingConfig {
    /// 5 epochs, batches of 64, rate 1e-2 at the peak, weight decay 1e-2.
    fn default() -> Self {
        Self { epochs: 5, batch: 64, peak_rate: 1e-2, weight_decay: 1e-2 }
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
    /// The mean loss of the epoch so far, in nats.
    pub loss: f64,
    /// The share of the epoch's images so far that were classified correctly, as they were
    /// trained on.
    pub accuracy: f64,
}

/// The means over one epoch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochReport {
    /// Mean loss in nats.
    pub loss: f64,
    /// Share of images classified correctly while they were trained on.
    pub accuracy: f64,
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

/// Trains a network to classify digits that stand at random angles.
///
/// With `checkpoints`, weights and optimizer are written after every epoch; if a usable
/// checkpoint is there and resuming was asked for, the training continues from it, to the same
/// weights, bit for bit on a CPU, as without the interruption.
///
/// # Errors
/// [`TrainingError::Diverged`] where the loss is not finite; [`TrainingError::Network`] for errors of layers,
/// optimizer and files, among them [`equivariant_nn::NnError::Changed`] where the checkpoint belongs
/// to other settings.
pub fn train<G: PlanarGroup>(
    network: &SteerableCnn<G>,
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
    let rotator = Rotator::new(seed);
    for epoch in history.len()..config.epochs {
        let stream = u32::try_from(epoch).unwrap_or(u32::MAX);
        let (images, _) = rotator.rotate(digits.images.view(), Purpose::Augmentation, stream)?;
        let order = shuffled(digits.len(), seed, epoch);
        let (mut loss_sum, mut correct) = (0.0, 0usize);
        for (step, chosen) in order.chunks_exact(batch).enumerate() {
            let global = (epoch * steps + step) as u64;
            let x = network.tensor(images.select(Axis(0), chosen).view())?;
            let labels = chosen.iter().map(|&i| u32::from(digits.labels[i]));
            let labels = Tensor::from_iter(labels, network.device())?;
            let logits = network.logits(&x, Mode::Train { seed, step: global })?;
            let loss = candle_nn::loss::cross_entropy(&logits, &labels)?;
            let value = f64::from(loss.to_scalar::<f32>()?);
            if !value.is_finite() {
                return Err(TrainingError::Diverged { epoch, step, loss: value });
            }
            optimizer.step(&loss.backward()?, schedule.at(global))?;
            let hits = logits.argmax(1)?.eq(&labels)?.to_dtype(candle_core::DType::U32)?;
            correct += hits.sum_all()?.to_scalar::<u32>()? as usize;
            loss_sum += value;
            let report = StepReport {
                epoch,
                step,
                steps,
                loss: loss_sum / (step + 1) as f64,
                accuracy: correct as f64 / ((step + 1) * batch) as f64,
            };
            if !observer.step(&report) {
                return Ok(Outcome::Interrupted { epochs: history.len() });
            }
        }
        history.push(EpochReport {
            loss: loss_sum / steps as f64,
            accuracy: correct as f64 / (steps * batch) as f64,
        });
        if let Some(checkpoints) = checkpoints {
            checkpoints.write(network.parameters(), &optimizer, &identity, &history)?;
        }
    }
    Ok(Outcome::Finished(history))
}

fn identity<G: PlanarGroup>(
    network: &SteerableCnn<G>,
    digits: &Digits,
    config: &TrainingConfig,
    seed: u64,
) -> Result<Identity, TrainingError> {
    Ok(BTreeMap::from([
        ("group".to_owned(), network.group().name()),
        ("architecture".to_owned(), serde_json::to_string(network.architecture())?),
        ("training".to_owned(), serde_json::to_string(config)?),
        ("seed".to_owned(), seed.to_string()),
        ("data".to_owned(), digits.fingerprint()),
    ]))
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
