//! Training: seeded, interruptible, and resumed bit for bit.
//! By the loop of [`equivariant_nn::training`].

use candle_core::Tensor;
use equivariant_nn::checkpoint::{Checkpoints, Identity};
use equivariant_nn::init::stream;
use equivariant_nn::training::{self, BatchLoss, Metric, Observer, Outcome, Plan, Task};
use equivariant_nn::{AdamWConfig, Mode};
use rand::seq::SliceRandom;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

use super::{Autoencoder, GraphTensors, Losses, VaeError};
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

/// Trains an autoencoder on graphs: `−ln p(x|z) + β·KL`, one sample of the posterior a graph. Reported
/// are the means of `reconstruction` and `divergence`, in nats a graph.
///
/// With `checkpoints`, weights and optimizer are written after every epoch; if a usable
/// checkpoint is there and resuming was asked for, the training continues from it, to the same
/// weights, bit for bit on a CPU, as without the interruption. `data` names the graphs in it.
///
/// # Errors
/// [`VaeError::Network`] for errors of layers, optimizer and files, among them
/// [`NnError::Diverged`](equivariant_nn::NnError::Diverged) where the loss is not finite and
/// [`NnError::Changed`](equivariant_nn::NnError::Changed) where the checkpoint belongs to other
/// settings; [`VaeError::Graphs`] where there are none.
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
    let plan = Plan {
        samples: graphs.len(),
        batch: config.batch,
        epochs: config.epochs,
        peak_rate: config.peak_rate,
        optimizer: AdamWConfig {
            weight_decay: config.weight_decay,
            max_grad_norm: Some(1.0),
            ..AdamWConfig::default()
        },
        seed,
    };
    let own = Identity::from([("architecture".to_owned(), network.architecture()?)]);
    let identity = training::identity(own, config, seed, data)?;
    let total = plan.steps() * plan.epochs;
    let task = Reconstruction { network, graphs, config, total };
    training::train(network.parameters(), &plan, &identity, checkpoints, observer, task)
}

struct Reconstruction<'a, N> {
    network: &'a N,
    graphs: &'a [Graph],
    config: &'a TrainingConfig,
    /// Steps of the whole training.
    total: usize,
}

impl<N: Autoencoder> Task for Reconstruction<'_, N> {
    type Error = VaeError;

    fn order(&mut self, plan: &Plan, epoch: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..plan.samples).collect();
        order.shuffle(&mut stream(plan.seed, &format!("order {epoch}")));
        order
    }

    fn loss(&mut self, _: usize, chosen: &[usize], mode: Mode) -> Result<BatchLoss, VaeError> {
        let Self { network, graphs, config, total } = *self;
        let (seed, step) = match mode {
            Mode::Train { seed, step } => (seed, step as usize),
            Mode::Eval => (0, total),
        };
        let shuffled: Vec<Graph>;
        let batch: Vec<&Graph> = if config.shuffle_nodes {
            let mut rng = stream(seed, &format!("nodes {step}"));
            let moved = chosen.iter().map(|&i| {
                let mut places: Vec<usize> = (0..graphs[i].len()).collect();
                places.shuffle(&mut rng);
                graphs[i].permuted(&places)
            });
            shuffled = moved.collect::<Result<_, _>>()?;
            shuffled.iter().collect()
        } else {
            chosen.iter().map(|&i| &graphs[i]).collect()
        };
        let tensors = GraphTensors::new(&batch, network.config(), network.device())?;
        let mut rng = stream(seed, &format!("posterior {step}"));
        let shape = (batch.len(), network.config().nodes, network.config().latent);
        let noise: Vec<f32> =
            (0..shape.0 * shape.1 * shape.2).map(|_| StandardNormal.sample(&mut rng)).collect();
        let noise = Tensor::from_vec(noise, shape, network.device())?;
        let Losses { reconstruction, divergence } = network.losses(&tensors, &noise)?;
        let loss = (&reconstruction + (&divergence * config.beta_at(step, total))?)?;
        let metrics = vec![
            Metric::scalar("reconstruction", &reconstruction)?,
            Metric::scalar("divergence", &divergence)?,
        ];
        Ok(BatchLoss { loss, metrics })
    }
}
