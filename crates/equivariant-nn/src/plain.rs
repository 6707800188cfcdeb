//! Ordinary networks with the outputs of equivariant ones, for use without this crate's layers.
//!
//! [`PlainNetwork::save`] writes one `.safetensors` file, and [`PlainNetwork::load`] reads and runs it.
//! Any other program finds there the tensors `0.weight`, `0.bias`, …, and in the metadata, under
//! `equivariant-nn`, a JSON object whose `metadata.steps` lists the steps as [`PlainStep`] names them.
//! With PyTorch, for a network of convolutions, linear maps and rectifiers:
//!
//! ```python
//! with safe_open("network.safetensors", "pt") as file:
//!     steps = json.loads(file.metadata()["equivariant-nn"])["metadata"]["steps"]
//!     tensors = {name: file.get_tensor(name) for name in file.keys()}
//! # [{"step": "conv", "padding": 1, "stride": 1}, {"step": "pointwise", …}, …]
//! for i, step in enumerate(steps):
//!     weight, bias = tensors.get(f"{i}.weight"), tensors.get(f"{i}.bias")
//!     match step["step"]:
//!         case "conv":
//!             x = torch.conv2d(x, weight, bias, step["stride"], step["padding"])
//!         case "linear":
//!             x = torch.nn.functional.linear(x, weight, bias)
//!         case "pointwise":
//!             x = torch.relu(x)
//! ```

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use candle_core::{DType, Module, Tensor};
use serde::{Deserialize, Serialize};

use crate::NnError;
use crate::layers::{Activation, Pooling, Window, halve, pool_channels, spatial_mean};
use crate::ops::{
    Conv2dConfig, FieldMoments, FilterSupport, NormConfig, batch_norm_act, conv2d_act,
};

/// One step of a [`PlainNetwork`]. Channels are ordinary ones: the group is in the weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PlainStep {
    /// Cross-correlation with `weight` (Cₒ, Cᵢ, k, k), plus `bias` (Cₒ): candle's `Conv2d`, PyTorch's
    /// `nn.Conv2d`.
    Conv {
        /// Zeros around the input.
        padding: usize,
        /// Distance between windows.
        stride: usize,
    },
    /// `weight` (C) times each channel, plus `bias` (C).
    Affine,
    /// `x·weightᵀ + bias` with `weight` (Cₒ, Cᵢ): candle's `Linear`, PyTorch's `nn.Linear`.
    Linear,
    /// A function of each value.
    Pointwise(Activation),
    /// `R x Rᵀ` for each channel, with the matrix of [`AntialiasedPool`](crate::layers::AntialiasedPool).
    Halve(Window),
    /// The mean over all pixels, or over those whose centres lie in the inscribed disc.
    SpatialMean {
        /// Whether pixels outside the disc are left out.
        disc: bool,
    },
    /// The largest value, or the mean, of each `order` channels that follow one another.
    ChannelPool {
        /// Channels that are pooled.
        order: usize,
        /// How.
        pooling: Pooling,
    },
}

impl PlainStep {
    fn has_parameters(&self) -> bool {
        matches!(self, Self::Conv { .. } | Self::Affine | Self::Linear)
    }
}

/// A step with its parameters.
#[derive(Clone, Debug)]
struct Placed {
    step: PlainStep,
    parameters: Option<Parameters>,
}

#[derive(Clone, Debug)]
struct Parameters {
    weight: Tensor,
    bias: Tensor,
    /// The taps of a convolution that are not zero.
    support: Option<Arc<FilterSupport>>,
}

/// An equivariant network as an ordinary one: filters expanded once, normalisations folded into the
/// convolutions before them, dropout left out. Its outputs are those of the network in
/// [`Mode::Eval`](crate::Mode::Eval), to rounding, and it is faster: nothing is expanded anew.
///
/// Rounding is other where a normalisation is folded: in the tests, networks of up to five convolutions
/// and two linear maps, outputs differ by less than 500 units of rounding of the largest one (6·10⁻⁵ in
/// `f32`, 10⁻¹³ in `f64`), times `|μ|/σ` where a running mean is larger than its deviation.
///
/// [`Layer::export`](crate::Layer::export) makes it. It computes with this crate's kernels; its
/// [`steps`](Self::steps) and [`tensors`](Self::tensors) are all that another library needs to
/// compute the same.
///
/// # Example
/// ```
/// use candle_core::{DType, Device, Module, Tensor};
/// use equivariant_nn::layers::{BatchNormConfig, ConvConfig, FieldBatchNorm, LiftingConv};
/// use equivariant_nn::plain::PlainStep;
/// use equivariant_nn::{FieldType, Layer, Mode, Parameters, Sequential};
/// use groups::Cyclic;
///
/// let group = Cyclic::new(4)?;
/// let vb = Parameters::new(0, DType::F32, Device::Cpu).builder();
/// let relu = BatchNormConfig { relu: true, ..Default::default() };
/// let network = Sequential::new("net", LiftingConv::new(&group, 1, 2, &ConvConfig::new(3), vb.pp("conv"))?)
///     .then(FieldBatchNorm::new(FieldType::regular(&group, 2), relu, vb.pp("norm"))?)?;
///
/// let plain = network.export()?;
/// assert!(matches!(plain.steps().next(), Some(PlainStep::Conv { padding: 1, stride: 1 })));
/// assert_eq!(plain.tensors()["0.weight"].dims(), [8, 1, 3, 3]);
///
/// let x = Tensor::arange(0f32, 64.0, &Device::Cpu)?.sin()?.reshape((1, 1, 8, 8))?;
/// let gap = (plain.forward(&x)? - network.forward(&x, Mode::Eval)?)?.abs()?.max_all()?;
/// assert!(gap.to_scalar::<f32>()? < 1e-6);
/// # Ok::<(), equivariant_nn::NnError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct PlainNetwork {
    steps: Vec<Placed>,
}

impl PlainNetwork {
    /// The network that gives back what it is given.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a step without parameters.
    ///
    /// # Errors
    /// [`NnError::Parameter`] for a step that has some.
    pub fn then(mut self, step: PlainStep) -> Result<Self, NnError> {
        if step.has_parameters() {
            return Err(NnError::parameter(
                "PlainNetwork",
                "the step",
                "one without weights",
                format!("{step:?}"),
            ));
        }
        self.steps.push(Placed { step, parameters: None });
        Ok(self)
    }

    /// Adds a convolution. Without a bias, it is zero.
    ///
    /// # Errors
    /// [`NnError::Candle`] if the weights have no rank 4.
    pub fn conv(
        mut self,
        weight: &Tensor,
        bias: Option<&Tensor>,
        padding: usize,
        stride: usize,
    ) -> Result<Self, NnError> {
        let weight = weight.detach();
        let (c_out, _, k, _) = weight.dims4()?;
        let bias = match bias {
            Some(bias) => bias.detach(),
            None => Tensor::zeros(c_out, weight.dtype(), weight.device())?,
        };
        let largest = weight.abs()?.flatten(0, 1)?.max(0)?.to_dtype(DType::F64)?;
        let largest: Vec<Vec<f64>> = largest.to_vec2()?;
        let support = FilterSupport::from_fn(k, |i, j| largest[i][j] > 0.0);
        let support = (!support.is_empty()).then(|| Arc::new(support));
        let parameters = Some(Parameters { weight, bias, support });
        self.steps.push(Placed { step: PlainStep::Conv { padding, stride }, parameters });
        Ok(self)
    }

    /// Adds `weight` (C) times each channel plus `bias` (C); after a convolution or another such
    /// step it becomes part of that.
    ///
    /// # Errors
    /// [`NnError::Candle`] if the sizes do not fit the step before.
    pub fn affine(mut self, weight: &Tensor, bias: &Tensor) -> Result<Self, NnError> {
        let (weight, bias) = (weight.detach(), bias.detach());
        if let Some(Placed { step, parameters: Some(last) }) = self.steps.last_mut() {
            let shape: &[usize] = match step {
                PlainStep::Conv { .. } => &[weight.elem_count(), 1, 1, 1],
                PlainStep::Linear => &[weight.elem_count(), 1],
                _ => &[weight.elem_count()],
            };
            last.weight = last.weight.broadcast_mul(&weight.reshape(shape)?)?;
            last.bias = ((&last.bias * &weight)? + &bias)?;
            return Ok(self);
        }
        let parameters = Some(Parameters { weight, bias, support: None });
        self.steps.push(Placed { step: PlainStep::Affine, parameters });
        Ok(self)
    }

    /// Adds `x·weightᵀ + bias`.
    pub fn linear(mut self, weight: &Tensor, bias: &Tensor) -> Self {
        let (weight, bias) = (weight.detach(), bias.detach());
        let parameters = Some(Parameters { weight, bias, support: None });
        self.steps.push(Placed { step: PlainStep::Linear, parameters });
        self
    }

    /// This network, then another.
    ///
    /// # Errors
    /// As [`affine`](Self::affine).
    pub fn chain(mut self, next: PlainNetwork) -> Result<Self, NnError> {
        for Placed { step, parameters } in next.steps {
            match (&step, &parameters) {
                (PlainStep::Affine, Some(p)) => self = self.affine(&p.weight, &p.bias)?,
                _ => self.steps.push(Placed { step, parameters }),
            }
        }
        Ok(self)
    }

    /// The steps in order.
    pub fn steps(&self) -> impl Iterator<Item = &PlainStep> {
        self.steps.iter().map(|placed| &placed.step)
    }

    /// The parameters: `i.weight` and `i.bias` for step `i`, counted from 0, as PyTorch's
    /// `nn.Sequential` calls them.
    pub fn tensors(&self) -> BTreeMap<String, Tensor> {
        let mut tensors = BTreeMap::new();
        for (i, placed) in self.steps.iter().enumerate() {
            if let Some(p) = &placed.parameters {
                tensors.insert(format!("{i}.weight"), p.weight.clone());
                tensors.insert(format!("{i}.bias"), p.bias.clone());
            }
        }
        tensors
    }

    /// Writes the [`tensors`](Self::tensors) as `.safetensors`, with the steps as JSON among its
    /// metadata: see the [module](self).
    ///
    /// # Errors
    /// As [`checkpoint::save`](crate::checkpoint::save).
    pub fn save(&self, path: &Path) -> Result<(), NnError> {
        let steps = serde_json::to_value(self.steps().collect::<Vec<_>>())
            .map_err(|e| NnError::Damaged { path: path.to_path_buf(), reason: e.to_string() })?;
        let metadata = BTreeMap::from([("steps".to_owned(), steps)]);
        crate::checkpoint::save_values(path, &self.tensors(), metadata)
    }

    /// Reads what [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// As [`checkpoint::load`](crate::checkpoint::load); [`NnError::Damaged`] where the steps are
    /// missing or make no sense, [`NnError::MissingTensor`] where parameters of a step are.
    pub fn load(path: &Path, device: &candle_core::Device) -> Result<Self, NnError> {
        let mut file = crate::checkpoint::load(path, device)?;
        let damaged = |reason: String| NnError::Damaged { path: path.to_path_buf(), reason };
        let steps = file.metadata.get("steps");
        let steps = steps.ok_or_else(|| damaged("no steps: not an exported network".to_owned()))?;
        let steps: Vec<PlainStep> =
            serde_json::from_str(steps).map_err(|e| damaged(format!("unreadable steps: {e}")))?;
        let mut network = Self::new();
        for (i, step) in steps.into_iter().enumerate() {
            let mut take = |name: &str| {
                let name = format!("{i}.{name}");
                file.tensors.remove(&name).ok_or_else(|| NnError::MissingTensor {
                    path: path.to_path_buf(),
                    name,
                    expected: format!("parameters of step {i}, {step:?}"),
                })
            };
            network = match &step {
                PlainStep::Conv { padding, stride } => {
                    network.conv(&take("weight")?, Some(&take("bias")?), *padding, *stride)?
                }
                PlainStep::Affine => network.affine(&take("weight")?, &take("bias")?)?,
                PlainStep::Linear => network.linear(&take("weight")?, &take("bias")?),
                _ => network.then(step)?,
            };
        }
        Ok(network)
    }
}

impl Module for PlainNetwork {
    fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        let mut x = x.clone();
        let mut steps = self.steps.iter().peekable();
        while let Some(Placed { step, parameters }) = steps.next() {
            // A rectifier behind parameters goes with them, in one pass over memory.
            let relu = parameters.is_some()
                && steps
                    .next_if(|next| next.step == PlainStep::Pointwise(Activation::Relu))
                    .is_some();
            x = match (step, parameters) {
                (PlainStep::Conv { padding, stride }, Some(p)) => {
                    let config = Conv2dConfig {
                        padding: *padding,
                        stride: *stride,
                        support: p.support.clone(),
                        ..Default::default()
                    };
                    conv2d_act(&x, &p.weight, Some(&p.bias), &config, relu)?
                }
                (PlainStep::Affine, Some(p)) => affine(&x, &p.weight, &p.bias, relu)?,
                (PlainStep::Linear, Some(p)) => {
                    affine(&x.matmul(&p.weight.t()?)?, &p.bias.ones_like()?, &p.bias, relu)?
                }
                (PlainStep::Pointwise(activation), _) => activation.apply(&x)?,
                (PlainStep::Halve(window), _) => halve(&x, *window)?,
                (PlainStep::SpatialMean { disc }, _) => spatial_mean(&x, *disc)?,
                (PlainStep::ChannelPool { order, pooling }, _) => {
                    pool_channels(&x, *order, *pooling)?
                }
                (step, None) => candle_core::bail!("{step:?} without its parameters"),
            };
        }
        Ok(x)
    }
}

/// `weight·x + bias` for each channel, and perhaps the rectifier.
fn affine(x: &Tensor, weight: &Tensor, bias: &Tensor, relu: bool) -> candle_core::Result<Tensor> {
    let channels = weight.elem_count();
    let moments = FieldMoments {
        mean: vec![0.0; channels].into(),
        var: vec![1.0; channels].into(),
        count: 0,
    };
    let config = NormConfig { order: 1, epsilon: 0.0, relu };
    batch_norm_act(x, weight, bias, &moments, false, config)
}
