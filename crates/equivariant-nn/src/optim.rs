//! AdamW whose whole state can be saved.

use std::collections::BTreeMap;
use std::path::Path;

use candle_core::backprop::GradStore;
use candle_core::{Tensor, Var};

use crate::{NnError, checkpoint};

/// The constants of [`AdamW`]. The learning rate comes with each step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamWConfig {
    /// Decay of the first moment.
    pub beta1: f64,
    /// Decay of the second moment.
    pub beta2: f64,
    /// Added to the root of the second moment.
    pub epsilon: f64,
    /// Decoupled weight decay, per unit of learning rate. Only for tensors of rank 2 or more:
    /// biases and the scales of normalisations are left alone, as is usual.
    pub weight_decay: f64,
    /// If set, gradients are scaled down so that their joint norm is at most this.
    pub max_grad_norm: Option<f64>,
}

impl Default for AdamWConfig {
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 0.01, max_grad_norm: None }
    }
}

/// Adam with decoupled weight decay and bias correction (Loshchilov & Hutter 2019, algorithm 2).
///
/// `m ← β₁m + (1−β₁)g`, `v ← β₂v + (1−β₂)g²`,
/// `θ ← θ − η·(λθ + (m/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε))`.
///
/// candle's own hides its moments; this one saves them with the step, so that a resumed training
/// continues bit for bit. Parameters are handled in the order of their names.
///
/// # Example
/// ```
/// use candle_core::{DType, Device, Tensor};
/// use candle_nn::Init;
/// use equivariant_nn::{AdamW, AdamWConfig, Parameters};
/// let parameters = Parameters::new(0, DType::F64, Device::Cpu);
/// let x = parameters.builder().get_with_hints(2, "x", Init::Const(1.0))?;
/// let mut optimizer = AdamW::new(parameters.trainable(), AdamWConfig::default())?;
/// for _ in 0..100 {
///     let loss = x.sqr()?.sum_all()?;
///     optimizer.step(&loss.backward()?, 0.05)?;
/// }
/// assert!(x.sqr()?.sum_all()?.to_scalar::<f64>()? < 1e-2);
/// # Ok::<(), equivariant_nn::NnError>(())
/// ```
#[derive(Debug)]
pub struct AdamW {
    config: AdamWConfig,
    slots: Vec<Slot>,
    step: u64,
}

#[derive(Debug)]
struct Slot {
    name: String,
    var: Var,
    first: Tensor,
    second: Tensor,
}

/// What one optimizer step saw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepReport {
    /// The joint norm of all gradients, before any clipping.
    pub grad_norm: f64,
}

impl AdamW {
    /// An optimizer with zero moments.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if a constant is out of range.
    pub fn new(mut vars: Vec<(String, Var)>, config: AdamWConfig) -> Result<Self, NnError> {
        let decays = [("beta1", config.beta1), ("beta2", config.beta2)];
        for (parameter, value) in decays {
            if !(0.0..1.0).contains(&value) {
                return Err(NnError::parameter("AdamW", parameter, "in [0, 1)", value));
            }
        }
        let sizes = [("epsilon", config.epsilon), ("weight_decay", config.weight_decay)];
        for (parameter, value) in sizes {
            if !(value >= 0.0 && value.is_finite()) {
                return Err(NnError::parameter("AdamW", parameter, "finite, at least 0", value));
            }
        }
        vars.sort_by(|a, b| a.0.cmp(&b.0));
        let slots = vars
            .into_iter()
            .map(|(name, var)| {
                let (first, second) = (var.zeros_like()?.detach(), var.zeros_like()?.detach());
                Ok(Slot { name, var, first, second })
            })
            .collect::<candle_core::Result<_>>()?;
        Ok(Self { config, slots, step: 0 })
    }

    /// The number of steps taken.
    pub fn steps(&self) -> u64 {
        self.step
    }

    /// Changes every parameter that has a gradient.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if the rate or a gradient is not finite: nothing is changed then.
    pub fn step(&mut self, gradients: &GradStore, rate: f64) -> Result<StepReport, NnError> {
        if !(rate >= 0.0 && rate.is_finite()) {
            return Err(NnError::parameter("AdamW", "the rate", "finite, at least 0", rate));
        }
        let found: Vec<Option<Tensor>> =
            self.slots.iter().map(|slot| gradients.get(&slot.var).map(Tensor::detach)).collect();
        let mut squares = 0.0;
        for (slot, gradient) in self.slots.iter().zip(&found) {
            if let Some(gradient) = gradient {
                let own = gradient.sqr()?.sum_all()?.to_dtype(candle_core::DType::F64)?;
                let own = own.to_scalar::<f64>()?;
                if !own.is_finite() {
                    let what = format!("AdamW: gradient of `{}`", slot.name);
                    return Err(NnError::parameter(what, "its norm", "finite", own.sqrt()));
                }
                squares += own;
            }
        }
        let norm = f64::sqrt(squares);
        let shrink = match self.config.max_grad_norm {
            Some(bound) if norm > bound => bound / norm,
            _ => 1.0,
        };
        self.step += 1;
        let AdamWConfig { beta1, beta2, epsilon, weight_decay, .. } = self.config;
        let correction1 = 1.0 - beta1.powf(self.step as f64);
        let correction2 = 1.0 - beta2.powf(self.step as f64);
        for (slot, gradient) in self.slots.iter_mut().zip(found) {
            let Some(mut gradient) = gradient else {
                continue;
            };
            if shrink < 1.0 {
                gradient = (gradient * shrink)?;
            }
            slot.first = ((&slot.first * beta1)? + (&gradient * (1.0 - beta1))?)?;
            slot.second = ((&slot.second * beta2)? + (gradient.sqr()? * (1.0 - beta2))?)?;
            let root = ((&slot.second / correction2)?.sqrt()? + epsilon)?;
            let update = ((&slot.first / correction1)? / root)?;
            let decay = if slot.var.rank() >= 2 { rate * weight_decay } else { 0.0 };
            let kept = (slot.var.as_detached_tensor() * (1.0 - decay))?;
            slot.var.set(&(kept - (update * rate)?)?)?;
        }
        Ok(StepReport { grad_norm: norm })
    }

    /// The step and all moments, under names that no parameter has.
    ///
    /// # Errors
    /// If candle cannot make a tensor.
    pub fn state(&self) -> Result<BTreeMap<String, Tensor>, NnError> {
        let mut state = BTreeMap::new();
        for slot in &self.slots {
            state.insert(format!("adamw.first.{}", slot.name), slot.first.clone());
            state.insert(format!("adamw.second.{}", slot.name), slot.second.clone());
        }
        let device = candle_core::Device::Cpu;
        state.insert("adamw.step".to_owned(), Tensor::new(&[self.step as i64], &device)?);
        Ok(state)
    }

    /// Writes the state; see [`checkpoint::save`].
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn save(&self, path: &Path, metadata: &BTreeMap<String, String>) -> Result<(), NnError> {
        checkpoint::save(path, &self.state()?, metadata)
    }

    /// Sets the state from a file that [`save`](AdamW::save) wrote, and returns its metadata.
    ///
    /// # Errors
    /// Names the tensor that is missing, unknown or of another shape or scalar type; nothing is
    /// changed then.
    pub fn load(&mut self, path: &Path) -> Result<BTreeMap<String, String>, NnError> {
        let loaded = checkpoint::load(path, &candle_core::Device::Cpu)?;
        let state = self.state()?;
        loaded.check(path, state.iter().map(|(name, t)| (name.as_str(), t)))?;
        for slot in &mut self.slots {
            for (kind, moment) in [("first", &mut slot.first), ("second", &mut slot.second)] {
                if let Some(t) = loaded.tensors.get(&format!("adamw.{kind}.{}", slot.name)) {
                    *moment = t.to_device(slot.var.device())?;
                }
            }
        }
        if let Some(step) = loaded.tensors.get("adamw.step") {
            self.step = step.to_vec1::<i64>()?[0].max(0) as u64;
        }
        Ok(loaded.metadata)
    }
}
