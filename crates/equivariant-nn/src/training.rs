//! The loop around a loss: seeded, interruptible, and resumed bit for bit.
//!
//! Everything random is a function of the seed and of the number of the epoch or step, so that a
//! checkpoint holds weights and moments and no state of a generator. On a CPU the result does not
//! depend on the number of threads.

use candle_core::{DType, Tensor};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

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
    /// Decoupled weight decay.
    pub weight_decay: f64,
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

/// What a network did on a batch.
#[derive(Clone, Debug)]
pub struct BatchLoss {
    /// The mean loss of a sample, a scalar with its gradients.
    pub loss: Tensor,
    /// Samples classified correctly; `None` for a network that does not classify.
    pub correct: Option<usize>,
}

impl BatchLoss {
    /// The cross-entropy of logits (B, K) with labels (B) of scalar type `u32`, in nats.
    ///
    /// # Errors
    /// [`NnError::Candle`] where the shapes do not fit.
    pub fn of_logits(logits: &Tensor, labels: &Tensor) -> Result<Self, NnError> {
        let loss = candle_nn::loss::cross_entropy(logits, labels)?;
        let hits = logits.argmax(1)?.eq(labels)?.to_dtype(DType::U32)?;
        Ok(Self { loss, correct: Some(hits.sum_all()?.to_scalar::<u32>()? as usize) })
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
    /// The mean loss of the epoch so far: nats for a classifier.
    pub loss: f64,
    /// The share of the epoch's samples so far that were classified correctly, as they were trained
    /// on; `None` for a network that does not classify.
    pub accuracy: Option<f64>,
}

/// The means over one epoch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochReport {
    /// Mean loss, in the units of [`StepReport::loss`].
    pub loss: f64,
    /// Share of samples classified correctly while they were trained on; `None` for a network that
    /// does not classify.
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

/// Minimises `loss(epoch, chosen, mode)`, the loss of the chosen samples, with [`AdamW`].
///
/// With `checkpoints`, weights and optimizer are written after every epoch; if a usable checkpoint
/// is there and resuming was asked for, the training continues from it, to the same weights, bit for
/// bit on a CPU, as without the interruption. `identity` tells this training from others.
///
/// # Errors
/// What `loss` returns; [`NnError::Diverged`] where it is not finite; [`NnError::Parameter`] where there
/// are no samples; errors of optimizer and files, among them [`NnError::Changed`] where the checkpoint
/// belongs to other settings.
///
/// # Example
/// ```
/// use candle_core::{DType, Device, Tensor};
/// use candle_nn::Init;
/// use equivariant_nn::training::{BatchLoss, Observer, Outcome, Plan, StepReport, train};
/// use equivariant_nn::{NnError, Parameters};
///
/// struct Quiet;
/// impl Observer for Quiet {
///     fn step(&mut self, _: &StepReport) -> bool {
///         true
///     }
/// }
///
/// // The mean of 0, 1, …, 7 by least squares.
/// let parameters = Parameters::new(0, DType::F32, Device::Cpu);
/// let mean = parameters.builder().get_with_hints(1, "mean", Init::Const(0.0))?;
/// let (epochs, peak_rate) = (60, 0.3);
/// let plan = Plan { samples: 8, batch: 4, epochs, peak_rate, weight_decay: 0.0, seed: 0 };
/// let loss = |_, chosen: &[usize], _| -> Result<BatchLoss, NnError> {
///     let values = Tensor::from_iter(chosen.iter().map(|&i| i as f32), &Device::Cpu)?;
///     let loss = values.broadcast_sub(&mean)?.sqr()?.mean_all()?;
///     Ok(BatchLoss { loss, correct: None })
/// };
/// let outcome = train(&parameters, &plan, &Default::default(), None, &mut Quiet, loss)?;
/// assert!(matches!(outcome, Outcome::Finished(history) if history.len() == epochs));
/// assert!((mean.to_vec1::<f32>()?[0] - 3.5).abs() < 0.2);
/// # Ok::<(), NnError>(())
/// ```
pub fn train<E: From<NnError>>(
    parameters: &Parameters,
    plan: &Plan,
    identity: &Identity,
    checkpoints: Option<&Checkpoints>,
    observer: &mut dyn Observer,
    mut loss: impl FnMut(usize, &[usize], Mode) -> Result<BatchLoss, E>,
) -> Result<Outcome, E> {
    if plan.samples == 0 {
        let (parameter, expected) = ("the number of samples", "at least 1");
        return Err(NnError::parameter("training", parameter, expected, 0).into());
    }
    let (batch, steps) = (plan.batch(), plan.steps());
    let schedule = Schedule::one_cycle(plan.peak_rate, (steps * plan.epochs).max(1) as u64)?;
    let settings = AdamWConfig { weight_decay: plan.weight_decay, ..AdamWConfig::default() };
    let mut optimizer = AdamW::new(parameters.trainable(), settings)?;
    let mut history: Vec<EpochReport> = match checkpoints {
        Some(checkpoints) => checkpoints.restore(parameters, &mut optimizer, identity)?,
        None => Vec::new(),
    };
    for epoch in history.len()..plan.epochs {
        let (mut sum, mut correct) = (0.0, None);
        for (step, chosen) in plan.order(epoch).chunks_exact(batch).enumerate() {
            let global = (epoch * steps + step) as u64;
            let done = loss(epoch, chosen, Mode::Train { seed: plan.seed, step: global })?;
            let value = f64::from(done.loss.to_scalar::<f32>().map_err(NnError::from)?);
            if !value.is_finite() {
                let found = Divergence::new(epoch, step, value, chosen, checkpoints);
                return Err(NnError::from(found).into());
            }
            let gradients = done.loss.backward().map_err(NnError::from)?;
            optimizer.step(&gradients, schedule.at(global))?;
            sum += value;
            correct = done.correct.map(|now| now + correct.unwrap_or(0));
            let seen = step + 1;
            let report = StepReport {
                epoch,
                step,
                steps,
                loss: sum / seen as f64,
                accuracy: correct.map(|correct| correct as f64 / (seen * batch) as f64),
            };
            if !observer.step(&report) {
                return Ok(Outcome::Interrupted { epochs: history.len() });
            }
        }
        history.push(EpochReport {
            loss: sum / steps as f64,
            accuracy: correct.map(|correct| correct as f64 / (steps * batch) as f64),
        });
        if let Some(checkpoints) = checkpoints {
            checkpoints.write(parameters, &optimizer, identity, &history)?;
        }
    }
    Ok(Outcome::Finished(history))
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    struct Quiet;

    impl Observer for Quiet {
        fn step(&mut self, _: &StepReport) -> bool {
            true
        }
    }

    /// No panic and no report of a loss that nobody computed.
    #[test]
    fn a_training_without_samples_is_refused() {
        for batch in [0, 1, 32] {
            let plan =
                Plan { samples: 0, batch, epochs: 2, peak_rate: 1e-3, weight_decay: 0.0, seed: 0 };
            assert_eq!((plan.batch(), plan.steps()), (1, 0));
            let parameters = Parameters::new(0, DType::F32, Device::Cpu);
            let loss = |_, _: &[usize], _| -> Result<BatchLoss, NnError> { unreachable!() };
            let outcome = train(&parameters, &plan, &Default::default(), None, &mut Quiet, loss);
            let error = outcome.unwrap_err().to_string();
            assert!(error.contains("the number of samples must be at least 1, got 0"), "{error}");
        }
        assert_eq!(batch_and_steps(7, 0), (1, 7));
    }
}
