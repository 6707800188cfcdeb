//! Training: seeded, interruptible, and resumed bit for bit.
//!
//! Everything random is a function of the seed and of the number of the epoch or step, so that a
//! checkpoint holds weights and moments and no state of a generator. On a CPU the result does not
//! depend on the number of threads.

use std::collections::BTreeMap;

use candle_core::Tensor;
use equivariant_nn::checkpoint::{Checkpoints, Identity};
use equivariant_nn::init::stream;
use equivariant_nn::training::batch_and_steps;
use equivariant_nn::{AdamW, AdamWConfig, Divergence, Schedule};
use rand::seq::SliceRandom;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

use super::{Autoencoder, GraphTensors, VaeError};
use crate::graph::Graph;

/// How an autoencoder is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingConfig {
    /// Passes over the training set.
    pub epochs: usize,
    /// Graphs a step. An incomplete batch at the end of an epoch is left out.
    pub batch: usize,
    /// The largest learning rate of the one-cycle schedule.
    pub peak_rate: f64,
    /// Decoupled weight decay.
    pub weight_decay: f64,
    /// The weight of the divergence in the loss, at the end.
    pub beta: f64,
    /// The share of the steps over which that weight rises from 0 in a line.
    pub warmup: f64,
    /// Whether the nodes of every graph stand in a new random order in every epoch. It makes no
    /// difference to an equivariant network.
    pub shuffle_nodes: bool,
}

impl Default for TrainingConfig {
    /// 40 epochs, batches of 128, rate 3e-3 at the peak, weight decay 1e-2, β = 1e-3 after the first
    /// tenth of the steps.
    fn default() -> Self {
        Self {
            epochs: 40,
            batch: 128,
            peak_rate: 3e-3,
            weight_decay: 1e-2,
            beta: 1e-3,
            warmup: 0.1,
            shuffle_nodes: false,
        }
    }
}

impl TrainingConfig {
    /// `β` at a step of all.
    fn beta_at(&self, step: usize, steps: usize) -> f64 {
        let ramp = self.warmup * steps as f64;
        if ramp > 0.0 { self.beta * (step as f64 / ramp).min(1.0) } else { self.beta }
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
    /// The mean reconstruction loss of the epoch so far, in nats a graph.
    pub reconstruction: f64,
    /// The mean divergence of the epoch so far, in nats a graph.
    pub divergence: f64,
}

/// The means over one epoch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochReport {
    /// Mean reconstruction loss in nats a graph.
    pub reconstruction: f64,
    /// Mean divergence in nats a graph.
    pub divergence: f64,
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

/// Trains an autoencoder on graphs: `−ln p(x|z) + β·KL`, one sample of the posterior a graph.
///
/// With `checkpoints`, weights and optimizer are written after every epoch; if a usable
/// checkpoint is there and resuming was asked for, the training continues from it, to the same
/// weights, bit for bit on a CPU, as without the interruption. `data` names the graphs in it.
///
/// # Errors
/// [`VaeError::Diverged`] where the loss is not finite; [`VaeError::Network`] for errors of layers,
/// optimizer and files, among them [`equivariant_nn::NnError::Changed`] where the checkpoint
/// belongs to other settings; [`VaeError::Graphs`] where there are none.
pub fn train(
    network: &impl Autoencoder,
    graphs: &[Graph],
    data: &str,
    config: &TrainingConfig,
    seed: u64,
    checkpoints: Option<&Checkpoints>,
    observer: &mut dyn Observer,
) -> Result<Outcome, VaeError> {
    if graphs.is_empty() {
        return Err(VaeError::Graphs {
            expected: "at least one graph".into(),
            found: "none".into(),
        });
    }
    let (batch, steps) = batch_and_steps(graphs.len(), config.batch);
    let total = steps * config.epochs;
    let schedule = Schedule::one_cycle(config.peak_rate, total.max(1) as u64)?;
    let settings = AdamWConfig {
        weight_decay: config.weight_decay,
        max_grad_norm: Some(1.0),
        ..AdamWConfig::default()
    };
    let mut optimizer = AdamW::new(network.parameters().trainable(), settings)?;
    let identity: Identity = BTreeMap::from([
        ("architecture".to_owned(), network.architecture()?),
        ("training".to_owned(), serde_json::to_string(config)?),
        ("seed".to_owned(), seed.to_string()),
        ("data".to_owned(), data.to_owned()),
    ]);
    let mut history: Vec<EpochReport> = match checkpoints {
        Some(checkpoints) => {
            checkpoints.restore(network.parameters(), &mut optimizer, &identity)?
        }
        None => Vec::new(),
    };
    let (nodes, latent) = (network.config().nodes, network.config().latent);
    for epoch in history.len()..config.epochs {
        let mut order: Vec<usize> = (0..graphs.len()).collect();
        order.shuffle(&mut stream(seed, &format!("order {epoch}")));
        let (mut reconstruction, mut divergence) = (0.0, 0.0);
        for (step, numbers) in order.chunks_exact(batch).enumerate() {
            let global = epoch * steps + step;
            let shuffled: Vec<Graph>;
            let chosen: Vec<&Graph> = if config.shuffle_nodes {
                let mut rng = stream(seed, &format!("nodes {global}"));
                let moved = numbers.iter().map(|&i| {
                    let mut places: Vec<usize> = (0..graphs[i].len()).collect();
                    places.shuffle(&mut rng);
                    graphs[i].permuted(&places)
                });
                shuffled = moved.collect::<Result<_, _>>()?;
                shuffled.iter().collect()
            } else {
                numbers.iter().map(|&i| &graphs[i]).collect()
            };
            let tensors = GraphTensors::new(&chosen, network.config(), network.device())?;
            let mut rng = stream(seed, &format!("posterior {global}"));
            let noise: Vec<f32> =
                (0..batch * nodes * latent).map(|_| StandardNormal.sample(&mut rng)).collect();
            let noise = Tensor::from_vec(noise, (batch, nodes, latent), network.device())?;
            let losses = network.losses(&tensors, &noise)?;
            let beta = config.beta_at(global, total);
            let loss = (&losses.reconstruction + (&losses.divergence * beta)?)?;
            let value = f64::from(loss.to_scalar::<f32>()?);
            if !value.is_finite() {
                return Err(Divergence::new(epoch, step, value, numbers, checkpoints).into());
            }
            optimizer.step(&loss.backward()?, schedule.at(global as u64))?;
            reconstruction += f64::from(losses.reconstruction.to_scalar::<f32>()?);
            divergence += f64::from(losses.divergence.to_scalar::<f32>()?);
            let done = (step + 1) as f64;
            let report = StepReport {
                epoch,
                step,
                steps,
                reconstruction: reconstruction / done,
                divergence: divergence / done,
            };
            if !observer.step(&report) {
                return Ok(Outcome::Interrupted { epochs: history.len() });
            }
        }
        history.push(EpochReport {
            reconstruction: reconstruction / steps as f64,
            divergence: divergence / steps as f64,
        });
        if let Some(checkpoints) = checkpoints {
            checkpoints.write(network.parameters(), &optimizer, &identity, &history)?;
        }
    }
    Ok(Outcome::Finished(history))
}
