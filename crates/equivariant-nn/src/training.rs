//! The loop around a loss: seeded, interruptible, and resumed bit for bit.
//!
//! Everything random is a function of the seed and of the number of the epoch or step, so that a
//! checkpoint holds weights and moments and no state of a generator. On a CPU the result does not
//! depend on the number of threads.

use std::fmt;

use candle_core::{DType, Tensor};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::checkpoint::{Checkpoints, Identity};
use crate::{AdamW, AdamWConfig, Divergence, Mode, NnError, Parameters, Schedule};

/// How long and how fast a network is trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// How many samples there are.
    pub samples: usize,
    /// Samples a step. An incomplete batch at the end of an epoch is left out.
    pub batch: usize,
    /// Passes over the samples.
    pub epochs: usize,
    /// The largest learning rate of the one-cycle schedule.
    pub peak_rate: f64,
    /// The constants of the optimizer.
    pub optimizer: AdamWConfig,
    /// The order of the samples and all noise come from it.
    pub seed: u64,
}

impl Plan {
    /// Samples a step: at least one, at most all.
    pub fn batch(&self) -> usize {
        batch_and_steps(self.samples, self.batch).0
    }

    /// Steps of an epoch: none without samples.
    pub fn steps(&self) -> usize {
        batch_and_steps(self.samples, self.batch).1
    }

    /// The order of the samples in an epoch.
    fn order(&self, epoch: usize) -> Vec<usize> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        // Streams below are for what is done to samples.
        rng.set_stream(1 << 48 | epoch as u64);
        let mut order: Vec<usize> = (0..self.samples).collect();
        order.shuffle(&mut rng);
        order
    }
}

/// Samples a step and steps of an epoch, for a number of samples and the size of a batch that was asked
/// for: at least one sample a step and at most all; no steps without samples.
///
/// ```
/// use equivariant_nn::training::batch_and_steps;
/// assert_eq!(batch_and_steps(100, 32), (32, 3));
/// assert_eq!(batch_and_steps(5, 32), (5, 1));
/// assert_eq!(batch_and_steps(0, 32), (1, 0));
/// ```
pub fn batch_and_steps(samples: usize, batch: usize) -> (usize, usize) {
    let batch = batch.clamp(1, samples.max(1));
    (batch, samples / batch)
}

/// A number that is averaged over an epoch, as one batch gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metric {
    /// What it is called in reports and checkpoints.
    pub name: &'static str,
    /// The sum over what was counted.
    pub sum: f64,
    /// How many were counted; 0 for a number that this network does not have.
    pub count: usize,
}

impl Metric {
    /// A scalar tensor, each batch as much as any other.
    ///
    /// # Errors
    /// [`NnError::Candle`] for other shapes and scalar types than one `f32`.
    pub fn scalar(name: &'static str, value: &Tensor) -> Result<Self, NnError> {
        Ok(Self { name, sum: f64::from(value.to_scalar::<f32>()?), count: 1 })
    }
}

/// What a network did on a batch.
#[derive(Clone, Debug)]
pub struct BatchLoss {
    /// What is minimised: a scalar with its gradients.
    pub loss: Tensor,
    /// What is reported of it.
    pub metrics: Vec<Metric>,
}

impl BatchLoss {
    /// A loss that is reported as `loss`.
    ///
    /// # Errors
    /// [`NnError::Candle`] for other shapes and scalar types than one `f32`.
    pub fn new(loss: Tensor) -> Result<Self, NnError> {
        Ok(Self { metrics: vec![Metric::scalar("loss", &loss)?], loss })
    }

    /// The cross-entropy of logits (B, K) with labels (B) of scalar type `u32`, in nats, and the
    /// `accuracy`: the share of samples classified correctly, as they were trained on.
    ///
    /// # Errors
    /// [`NnError::Candle`] where the shapes do not fit.
    pub fn of_logits(logits: &Tensor, labels: &Tensor) -> Result<Self, NnError> {
        let mut all = Self::new(candle_nn::loss::cross_entropy(logits, labels)?)?;
        let hits = logits.argmax(1)?.eq(labels)?.to_dtype(DType::U32)?;
        let sum = f64::from(hits.sum_all()?.to_scalar::<u32>()?);
        all.metrics.push(Metric { name: "accuracy", sum, count: labels.elem_count() });
        Ok(all)
    }
}

/// Means by name, in the order in which a network names them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metrics(Vec<(String, Option<f64>)>);

impl Metrics {
    fn of(sums: &[Metric]) -> Self {
        let mean = |m: &Metric| (m.count > 0).then(|| m.sum / m.count as f64);
        Self(sums.iter().map(|m| (m.name.to_owned(), mean(m))).collect())
    }

    /// The mean of this name; `None` where the network has none.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.0.iter().find(|(other, _)| other == name)?.1
    }
}

impl fmt::Display for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.0.iter().filter_map(|(name, mean)| Some((name, (*mean)?)));
        for (i, (name, mean)) in known.enumerate() {
            write!(f, "{}{name} {mean:.3}", if i > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}

impl Serialize for Metrics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, mean)| (name, mean)))
    }
}

impl<'de> Deserialize<'de> for Metrics {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Metrics;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map from names to means")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Metrics, A::Error> {
                let entries = std::iter::from_fn(|| map.next_entry().transpose());
                entries.collect::<Result<_, _>>().map(Metrics)
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// What one step did.
#[derive(Clone, Debug, PartialEq)]
pub struct StepReport {
    /// The epoch, from 0.
    pub epoch: usize,
    /// The step within the epoch, from 0.
    pub step: usize,
    /// Steps of an epoch.
    pub steps: usize,
    /// The means of the epoch so far.
    pub means: Metrics,
}

/// Watches a training. A closure `FnMut(&StepReport) -> bool` watches its steps.
pub trait Observer {
    /// Called after every step. `false` asks to stop: the training ends at once, and what the last
    /// checkpoint holds remains.
    fn step(&mut self, report: &StepReport) -> bool;

    /// Called after every epoch, once its checkpoint is written.
    fn epoch(&mut self, _epoch: usize, _means: &Metrics) {}
}

impl<F: FnMut(&StepReport) -> bool> Observer for F {
    fn step(&mut self, report: &StepReport) -> bool {
        self(report)
    }
}

/// What is trained. A closure `FnMut(epoch, chosen, mode) -> Result<BatchLoss, E>` is a loss with the
/// usual order of samples.
pub trait Task {
    /// What can go wrong.
    type Error: From<NnError>;

    /// The loss of the chosen samples in an epoch. The mode has the number of the step among all.
    ///
    /// # Errors
    /// They end the training.
    fn loss(
        &mut self,
        epoch: usize,
        chosen: &[usize],
        mode: Mode,
    ) -> Result<BatchLoss, Self::Error>;

    /// The order of the samples in an epoch: a function of the plan's seed.
    fn order(&mut self, plan: &Plan, epoch: usize) -> Vec<usize> {
        plan.order(epoch)
    }

    /// Called after the last step of every epoch.
    ///
    /// # Errors
    /// They end the training.
    fn epoch_done(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }
}

impl<E, F> Task for F
where
    E: From<NnError>,
    F: FnMut(usize, &[usize], Mode) -> Result<BatchLoss, E>,
{
    type Error = E;

    fn loss(&mut self, epoch: usize, chosen: &[usize], mode: Mode) -> Result<BatchLoss, E> {
        self(epoch, chosen, mode)
    }
}

/// How a training ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// All epochs are done: the means over each.
    Finished(Vec<Metrics>),
    /// The observer asked to stop; so many epochs are in the last checkpoint.
    Interrupted {
        /// Complete epochs.
        epochs: usize,
    },
}

/// What a checkpoint must agree on: a network, the settings of its training, the seed and the data.
///
/// # Errors
/// Where the settings cannot be turned into text.
pub fn identity(
    mut network: Identity,
    training: &impl Serialize,
    seed: u64,
    data: &str,
) -> Result<Identity, serde_json::Error> {
    network.insert("training".to_owned(), serde_json::to_string(training)?);
    network.insert("seed".to_owned(), seed.to_string());
    network.insert("data".to_owned(), data.to_owned());
    Ok(network)
}

/// Minimises the loss of a [`Task`] with [`AdamW`], along a one-cycle [`Schedule`].
///
/// With `checkpoints`, weights and optimizer are written after every epoch; if a usable checkpoint
/// is there and resuming was asked for, the training continues from it, to the same weights, bit for
/// bit on a CPU, as without the interruption. `identity` tells this training from others.
///
/// # Errors
/// What the task returns; [`NnError::Diverged`] where the loss is not finite; [`NnError::Parameter`] where
/// there are no samples; errors of optimizer and files, among them [`NnError::Changed`] where the checkpoint
/// belongs to other settings.
///
/// # Example
/// ```
/// use candle_core::{DType, Device, Tensor};
/// use candle_nn::Init;
/// use equivariant_nn::training::{BatchLoss, Outcome, Plan, StepReport, train};
/// use equivariant_nn::{AdamWConfig, NnError, Parameters};
///
/// // The mean of 0, 1, …, 7 by least squares.
/// let parameters = Parameters::new(0, DType::F32, Device::Cpu);
/// let mean = parameters.builder().get_with_hints(1, "mean", Init::Const(0.0))?;
/// let optimizer = AdamWConfig { weight_decay: 0.0, ..Default::default() };
/// let plan = Plan { samples: 8, batch: 4, epochs: 60, peak_rate: 0.3, optimizer, seed: 0 };
/// let loss = |_, chosen: &[usize], _| -> Result<BatchLoss, NnError> {
///     let values = Tensor::from_iter(chosen.iter().map(|&i| i as f32), &Device::Cpu)?;
///     BatchLoss::new(values.broadcast_sub(&mean)?.sqr()?.mean_all()?)
/// };
/// let mut quiet = |_: &StepReport| true;
/// let outcome = train(&parameters, &plan, &Default::default(), None, &mut quiet, loss)?;
/// assert!(matches!(outcome, Outcome::Finished(history) if history[59].get("loss").is_some()));
/// assert!((mean.to_vec1::<f32>()?[0] - 3.5).abs() < 0.2);
/// # Ok::<(), NnError>(())
/// ```
pub fn train<T: Task>(
    parameters: &Parameters,
    plan: &Plan,
    identity: &Identity,
    checkpoints: Option<&Checkpoints>,
    observer: &mut dyn Observer,
    mut task: T,
) -> Result<Outcome, T::Error> {
    if plan.samples == 0 {
        let (parameter, expected) = ("the number of samples", "at least 1");
        return Err(NnError::parameter("training", parameter, expected, 0).into());
    }
    let (batch, steps) = (plan.batch(), plan.steps());
    let schedule = Schedule::one_cycle(plan.peak_rate, (steps * plan.epochs).max(1) as u64)?;
    let mut optimizer = AdamW::new(parameters.trainable(), plan.optimizer)?;
    let mut history: Vec<Metrics> = match checkpoints {
        Some(checkpoints) => checkpoints.restore(parameters, &mut optimizer, identity)?,
        None => Vec::new(),
    };
    for epoch in history.len()..plan.epochs {
        let mut sums: Vec<Metric> = Vec::new();
        for (step, chosen) in task.order(plan, epoch).chunks_exact(batch).enumerate() {
            let global = (epoch * steps + step) as u64;
            let done = task.loss(epoch, chosen, Mode::Train { seed: plan.seed, step: global })?;
            let value = f64::from(done.loss.to_scalar::<f32>().map_err(NnError::from)?);
            if !value.is_finite() {
                let found = Divergence::new(epoch, step, value, chosen, checkpoints);
                return Err(NnError::from(found).into());
            }
            let gradients = done.loss.backward().map_err(NnError::from)?;
            optimizer.step(&gradients, schedule.at(global))?;
            for Metric { name, sum, count } in done.metrics {
                match sums.iter_mut().find(|metric| metric.name == name) {
                    Some(so_far) => {
                        (so_far.sum, so_far.count) = (so_far.sum + sum, so_far.count + count)
                    }
                    None => sums.push(Metric { name, sum, count }),
                }
            }
            let means = Metrics::of(&sums);
            if !observer.step(&StepReport { epoch, step, steps, means }) {
                return Ok(Outcome::Interrupted { epochs: history.len() });
            }
        }
        task.epoch_done()?;
        let means = Metrics::of(&sums);
        history.push(means.clone());
        if let Some(checkpoints) = checkpoints {
            checkpoints.write(parameters, &optimizer, identity, &history)?;
        }
        observer.epoch(epoch, &means);
    }
    Ok(Outcome::Finished(history))
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    /// No panic and no report of a loss that nobody computed.
    #[test]
    fn a_training_without_samples_is_refused() {
        for batch in [0, 1, 32] {
            let optimizer = AdamWConfig::default();
            let plan = Plan { samples: 0, batch, epochs: 2, peak_rate: 1e-3, optimizer, seed: 0 };
            assert_eq!((plan.batch(), plan.steps()), (1, 0));
            let parameters = Parameters::new(0, DType::F32, Device::Cpu);
            let loss = |_, _: &[usize], _| -> Result<BatchLoss, NnError> { unreachable!() };
            let outcome =
                train(&parameters, &plan, &Default::default(), None, &mut |_: &_| true, loss);
            let error = outcome.unwrap_err().to_string();
            assert!(error.contains("the number of samples must be at least 1, got 0"), "{error}");
        }
        assert_eq!(batch_and_steps(7, 0), (1, 7));
    }
}
