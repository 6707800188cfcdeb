//! Nonlinearities that act on each value alone.

use candle_core::Tensor;

use crate::{FieldType, Layer, Mode, NnError};

/// A function of one variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// A nonlinearity applied to each value. The group only moves values, so any function will do.
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
    pub fn new(ty: FieldType, activation: Activation) -> Self {
        Self { name: format!("Pointwise({activation:?})"), ty, activation }
    }
}

impl Layer for Pointwise {
    fn name(&self) -> &str {
        &self.name
    }

    fn input(&self) -> &FieldType {
        &self.ty
    }

    fn output(&self) -> &FieldType {
        &self.ty
    }

    fn forward(&self, x: &Tensor, _: Mode) -> Result<Tensor, NnError> {
        self.ty.check(&self.name, x)?;
        Ok(match self.activation {
            Activation::Relu => x.relu()?,
            Activation::Elu => x.elu(1.0)?,
            Activation::Gelu => x.gelu_erf()?,
            Activation::Silu => x.silu()?,
            Activation::Tanh => x.tanh()?,
        })
    }
}
