//! Nonlinearities that act on each value alone.

use candle_core::Tensor;
use serde::{Deserialize, Serialize};

use crate::plain::{PlainNetwork, PlainStep};
use crate::{FieldType, Layer, Mode, NnError};

/// A function of one variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// `max(0, x)`.
    Relu,
    /// `x` above zero, `eˣ − 1` below.
    Elu,
    /// `x·Φ(x)` with the normal distribution function `Φ`.
    Gelu,
    /// `x/(1 + e⁻ˣ)`.
    Silu,
    /// `tanh x`.
    Tanh,
}

impl Activation {
    /// The function of each value.
    pub(crate) fn apply(self, x: &Tensor) -> candle_core::Result<Tensor> {
        match self {
            Self::Relu => x.relu(),
            Self::Elu => x.elu(1.0),
            Self::Gelu => x.gelu_erf(),
            Self::Silu => x.silu(),
            Self::Tanh => x.tanh(),
        }
    }
}

/// A nonlinearity applied to each value. The group may only move values, and then any function will
/// do; for any other representation use [`NormActivation`](super::NormActivation) or
/// [`Gated`](super::Gated).
///
/// After a [`FieldBatchNorm`](super::FieldBatchNorm) or
/// [`FieldLayerNorm`](super::FieldLayerNorm) prefer their fused rectifier: it saves a pass over
/// memory in each direction.
#[derive(Debug)]
pub struct Pointwise {
    name: String,
    ty: FieldType,
    activation: Activation,
}

impl Pointwise {
    /// For features of a type.
    ///
    /// # Errors
    /// [`NnError::Type`] where the group does more than to move channels: a function of single
    /// coordinates then commutes with it only if it is linear.
    pub fn new(ty: FieldType, activation: Activation) -> Result<Self, NnError> {
        let name = format!("Pointwise({activation:?})");
        ty.require(&name, "a type whose channels are only moved", ty.permutes())?;
        Ok(Self { name, ty, activation })
    }
}

impl Layer for Pointwise {
    super::types!(ty, ty);

    fn forward(&self, x: &Tensor, _: Mode) -> Result<Tensor, NnError> {
        self.ty.check(&self.name, x)?;
        Ok(self.activation.apply(x)?)
    }

    fn export(&self) -> Result<PlainNetwork, NnError> {
        PlainNetwork::new().then(PlainStep::Pointwise(self.activation))
    }
}
