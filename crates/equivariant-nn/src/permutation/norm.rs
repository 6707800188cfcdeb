//! Normalisation at each place.

use candle_core::Tensor;
use candle_nn::{Init, VarBuilder};

use crate::{NnError, ops};

/// Layer normalisation over the channels at each node or pair, optionally followed by the rectifier.
///
/// It commutes with permutations, since no place sees another, and nothing leaks from missing
/// nodes. Parameters `weight` and `bias`, (C).
#[derive(Clone, Debug)]
pub struct ChannelNorm {
    weight: Tensor,
    bias: Tensor,
    relu: bool,
}

impl ChannelNorm {
    /// Over so many channels.
    ///
    /// # Errors
    /// [`NnError::Candle`] if the builder has no fitting parameters.
    pub fn new(channels: usize, relu: bool, vb: VarBuilder<'_>) -> Result<Self, NnError> {
        Ok(Self {
            weight: vb.get_with_hints(channels, "weight", Init::Const(1.0))?,
            bias: vb.get_with_hints(channels, "bias", Init::Const(0.0))?,
            relu,
        })
    }

    /// (…, C) to (…, C).
    ///
    /// # Errors
    /// If the shapes do not fit.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor, NnError> {
        Ok(ops::channel_norm(x, &self.weight, &self.bias, self.relu)?)
    }

    pub(super) fn weights(&self) -> [&Tensor; 2] {
        [&self.weight, &self.bias]
    }
}
