//! Training: seeded, interruptible, and resumed bit for bit.

use candle_core::Tensor;
use equivariant_nn::checkpoint::{Checkpoints, Identity};
use equivariant_nn::{AdamW, AdamWConfig, Mode, Schedule};
use ndarray::Axis;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::network::cloud_tensor;
use crate::{CloudNetwork, Clouds, ShapesError};

/// How a network is trained. Clouds are taken as they are: an equivariant network needs to see none
/// of them turned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingConfig {
    /// Passes over the clouds.
    pub epochs: usize,
    /// Clouds a step. An incomplete batch at the end of an epoch is left out.
    pub batch: usize,
    /// The largest learning rate of the one-cycle schedule.
    pub peak_rate: f64,
    /// Decoupled weight decay.
    pub weight_decay: f64,
}

impl Default for TrainingConfig {
    fn default() -> Self {
        Self { epochs: 10, batch: 32, peak_rate: 5e-3, weight_decay: 1e-2 }
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
    /// Mean cross-entropy of the epoch so far, in nats.
    pub loss: f64,
    /// Share of the epoch's clouds so far that were classified correctly.
    pub accuracy: f64,
}

/// The means over one epoch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochReport {
    /// Mean cross-entropy, in nats.
    pub loss: f64,
    /// Share of clouds classified correctly while they were trained on.
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

/// Trains a classifier of clouds.
///
/// With `checkpoints`, weights and optimizer are written after every epoch; if a usable checkpoint is
/// there and resuming was asked for, the training continues from it, to the same weights, bit for
/// bit on a CPU, as without the interruption.
///
/// # Errors
/// [`ShapesError::NoClouds`] for an empty set, [`ShapesError::Diverged`] where the loss is not finite,
/// [`ShapesError::Network`] for errors of layers, optimizer and files.
pub fn train<N: CloudNetwork>(
    network: &N,
    clouds: &Clouds,
    config: &TrainingConfig,
    seed: u64,
    checkpoints: Option<&Checkpoints>,
    observer: &mut dyn Observer,
) -> Result<Outcome, ShapesError> {
    if clouds.is_empty() {
        return Err(ShapesError::NoClouds);
    }
    let batch = config.batch.clamp(1, clouds.len());
    let steps = clouds.len() / batch;
    let schedule = Schedule::one_cycle(config.peak_rate, (steps * config.epochs).max(1) as u64)?;
    let settings = AdamWConfig { weight_decay: config.weight_decay, ..AdamWConfig::default() };
    let mut optimizer = AdamW::new(network.parameters().trainable(), settings)?;
    let identity = identity(network, clouds, config, seed)?;
    let mut history: Vec<EpochReport> = match checkpoints {
        Some(checkpoints) => {
            checkpoints.restore(network.parameters(), &mut optimizer, &identity)?
        }
        None => Vec::new(),
    };
    for epoch in history.len()..config.epochs {
        let order = shuffled(clouds.len(), seed, epoch);
        let (mut loss_sum, mut correct) = (0.0, 0);
        let mut last = EpochReport { loss: 0.0, accuracy: 0.0 };
        for (step, chosen) in order.chunks_exact(batch).enumerate() {
            let global = (epoch * steps + step) as u64;
            let points = cloud_tensor(clouds.points.select(Axis(0), chosen).view())?;
            let labels = chosen.iter().map(|&i| clouds.labels[i] as u32);
            let labels = Tensor::from_iter(labels, points.device())?;
            let mode = Mode::Train { seed, step: global };
            let logits = network.logits(&network.codes(&points, mode)?, mode)?;
            let loss = candle_nn::loss::cross_entropy(&logits, &labels)?;
            let value = f64::from(loss.to_scalar::<f32>()?);
            if !value.is_finite() {
                return Err(ShapesError::Diverged { epoch, step, loss: value });
            }
            optimizer.step(&loss.backward()?, schedule.at(global))?;
            let hits = logits.argmax(1)?.eq(&labels)?.to_dtype(candle_core::DType::U32)?;
            correct += hits.sum_all()?.to_scalar::<u32>()? as usize;
            loss_sum += value;
            let done = step + 1;
            last = EpochReport {
                loss: loss_sum / done as f64,
                accuracy: correct as f64 / (done * batch) as f64,
            };
            let EpochReport { loss, accuracy } = last;
            if !observer.step(&StepReport { epoch, step, steps, loss, accuracy }) {
                return Ok(Outcome::Interrupted { epochs: history.len() });
            }
        }
        history.push(last);
        if let Some(checkpoints) = checkpoints {
            checkpoints.write(network.parameters(), &optimizer, &identity, &history)?;
        }
    }
    Ok(Outcome::Finished(history))
}

fn identity<N: CloudNetwork>(
    network: &N,
    clouds: &Clouds,
    config: &TrainingConfig,
    seed: u64,
) -> Result<Identity, ShapesError> {
    let mut identity = network.identity()?;
    identity.insert("training".to_owned(), serde_json::to_string(config)?);
    identity.insert("seed".to_owned(), seed.to_string());
    identity.insert("data".to_owned(), clouds.fingerprint());
    Ok(identity)
}

/// The order of the clouds in an epoch.
fn shuffled(n: usize, seed: u64, epoch: usize) -> Vec<usize> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    // Clouds have streams of their own, below this offset.
    rng.set_stream(1 << 48 | epoch as u64);
    let mut order: Vec<usize> = (0..n).collect();
    order.shuffle(&mut rng);
    order
}
