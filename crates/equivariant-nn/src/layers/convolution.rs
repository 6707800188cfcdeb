//! What the two convolutions have in common.

use std::sync::Arc;

use candle_core::Tensor;
use candle_nn::{Init, VarBuilder};
use groups::PlanarGroup;

use super::layer_name;
use crate::filter::{BasisConfig, SteerableBasis};
use crate::init::he_stdev;
use crate::ops::{Conv2dConfig, Expansion, conv2d, expand};
use crate::plain::PlainNetwork;
use crate::{FieldType, NnError};

/// What both convolutions need to know besides their types.
#[derive(Clone, Debug, PartialEq)]
pub struct ConvConfig {
    /// Side `k` of the filters. Odd sides keep the size of the image with the default padding.
    pub kernel: usize,
    /// Zeros around the image; `None` for `(k − 1)/2`.
    pub padding: Option<usize>,
    /// Distance between windows. Any stride above 1 costs exact equivariance unless the windows
    /// lie symmetrically on the image; prefer [`AntialiasedPool`](super::AntialiasedPool).
    pub stride: usize,
    /// Whether each output field has a bias. Leave it out in front of a normalisation.
    pub bias: bool,
    /// Gain of the He initialisation: `√2` in front of a rectifier.
    pub gain: f64,
    /// The filters.
    pub basis: BasisConfig,
}

impl ConvConfig {
    /// `k×k` filters, size kept, no bias.
    pub fn new(kernel: usize) -> Self {
        Self {
            kernel,
            padding: None,
            stride: 1,
            bias: false,
            gain: std::f64::consts::SQRT_2,
            basis: BasisConfig::default(),
        }
    }
}

/// Coefficients, their expansion, a bias.
#[derive(Debug)]
pub(super) struct Core {
    pub(super) name: String,
    pub(super) input: FieldType,
    pub(super) output: FieldType,
    weight: Tensor,
    bias: Option<Tensor>,
    expansion: Arc<Expansion>,
    basis: SteerableBasis,
    padding: usize,
    stride: usize,
}

impl Core {
    /// `source(g, r)` is the coefficient row that output pose `g` takes for input channel `r`.
    pub(super) fn new<G: PlanarGroup>(
        group: &G,
        kind: &str,
        (input, output): (FieldType, FieldType),
        config: &ConvConfig,
        vb: &VarBuilder<'_>,
        source: impl Fn(&G::Element, usize) -> usize,
    ) -> Result<Self, NnError> {
        let name = layer_name(vb, kind);
        let basis = SteerableBasis::new(config.kernel, &config.basis)?;
        if config.stride == 0 {
            return Err(NnError::parameter(name, "the stride", "at least 1", 0));
        }
        let padding = config.padding.unwrap_or((config.kernel - 1) / 2);
        if padding >= config.kernel {
            return Err(NnError::parameter(name, "the padding", "below the kernel", padding));
        }
        let inputs = input.channels();
        let elements = group
            .elements()
            .map(|g| {
                let sources = (0..inputs).map(|r| source(&g, r)).collect();
                (sources, basis.sampled(&group.planar_matrix(&g)))
            })
            .collect();
        let taps = config.kernel * config.kernel;
        let expansion = Expansion::new(inputs, basis.len(), taps, elements)?;
        let stdev = he_stdev(inputs, basis.len(), config.gain);
        let weight = vb.get_with_hints(
            (output.fields(), inputs, basis.len()),
            "weight",
            Init::Randn { mean: 0.0, stdev },
        )?;
        let bias = match config.bias {
            true => Some(vb.get_with_hints(output.fields(), "bias", Init::Const(0.0))?),
            false => None,
        };
        let expansion = Arc::new(expansion);
        let stride = config.stride;
        Ok(Self { name, input, output, weight, bias, expansion, basis, padding, stride })
    }

    pub(super) fn expand(&self) -> Result<Tensor, NnError> {
        let k = self.basis.side();
        let filters = expand(&self.weight, &self.expansion)?;
        Ok(filters.reshape((self.output.channels(), self.input.channels(), k, k))?)
    }

    /// One value for each channel.
    fn expand_bias(&self) -> Result<Option<Tensor>, NnError> {
        let Some(bias) = &self.bias else { return Ok(None) };
        let (fields, order) = (self.output.fields(), self.output.order());
        let bias = bias.reshape((fields, 1))?.broadcast_as((fields, order))?;
        Ok(Some(bias.contiguous()?.flatten_all()?))
    }

    pub(super) fn export(&self) -> Result<PlainNetwork, NnError> {
        let (filters, bias) = (self.expand()?, self.expand_bias()?);
        PlainNetwork::new().conv(&filters, bias.as_ref(), self.padding, self.stride)
    }

    pub(super) fn forward(&self, x: &Tensor) -> Result<Tensor, NnError> {
        self.input.check(&self.name, x)?;
        let (filters, bias) = (self.expand()?, self.expand_bias()?);
        let config = Conv2dConfig {
            padding: self.padding,
            stride: self.stride,
            // Plain data has no gradient: a first layer skips half of its backward pass.
            needs_input_grad: x.track_op(),
            support: Some(self.basis.support().clone()),
        };
        Ok(conv2d(x, &filters, bias.as_ref(), &config)?)
    }
}

/// Implements [`Layer`] and the accessors for a convolution that wraps a [`Core`].
macro_rules! convolution {
    ($layer:ty) => {
        impl $layer {
            /// The plain filters that the coefficients stand for: shape
            /// (out channels, in channels, k, k), differentiable in the coefficients.
            ///
            /// They are expanded anew in each pass: kept filters would go stale when the
            /// parameters change. [`export`](crate::Layer::export) expands them once.
            ///
            /// # Errors
            /// If candle refuses an operation.
            pub fn expand(&self) -> Result<Tensor, NnError> {
                self.0.expand()
            }
        }

        impl crate::Layer for $layer {
            fn name(&self) -> &str {
                &self.0.name
            }

            fn input(&self) -> &crate::FieldType {
                &self.0.input
            }

            fn output(&self) -> &crate::FieldType {
                &self.0.output
            }

            fn forward(&self, x: &Tensor, _: crate::Mode) -> Result<Tensor, NnError> {
                self.0.forward(x)
            }

            fn export(&self) -> Result<crate::plain::PlainNetwork, NnError> {
                self.0.export()
            }
        }
    };
}
pub(super) use convolution;
