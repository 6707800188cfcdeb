//! Training: seeded, interruptible, and resumed bit for bit.

use candle_core::Tensor;
use equivariant_nn::checkpoint::Checkpoints;
use equivariant_nn::training::{self, BatchLoss, Observer, Outcome, Plan};
use equivariant_nn::{AdamWConfig, Mode};
use ndarray::Axis;
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

/// Trains a classifier of clouds.
///
/// With `checkpoints`, weights and optimizer are written after every epoch; if a usable checkpoint is
/// there and resuming was asked for, the training continues from it, to the same weights, bit for
/// bit on a CPU, as without the interruption.
///
/// # Errors
/// [`ShapesError::NoClouds`] for an empty set, [`ShapesError::Network`] for errors of layers, optimizer
/// and files, among them [`equivariant_nn::NnError::Diverged`] where the loss is not finite.
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
    let plan = Plan {
        samples: clouds.len(),
        batch: config.batch,
        epochs: config.epochs,
        peak_rate: config.peak_rate,
        optimizer: AdamWConfig { weight_decay: config.weight_decay, ..AdamWConfig::default() },
        seed,
    };
    let identity = training::identity(network.identity()?, config, seed, &clouds.fingerprint())?;
    let loss = |_, chosen: &[usize], mode: Mode| {
        let points = cloud_tensor(clouds.points.select(Axis(0), chosen).view())?;
        let labels = chosen.iter().map(|&i| clouds.labels[i] as u32);
        let labels = Tensor::from_iter(labels, points.device())?;
        let logits = network.logits(&network.codes(&points, mode)?, mode)?;
        Ok(BatchLoss::of_logits(&logits, &labels)?)
    };
    training::train(network.parameters(), &plan, &identity, checkpoints, observer, loss)
}
