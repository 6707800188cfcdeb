//! A nonlinearity for any orthogonal representation.

use candle_core::{D, Tensor};
use candle_nn::{Init, VarBuilder};

use super::layer_name;
use super::pointwise::Activation;
use crate::plain::{PlainNetwork, PlainStep};
use crate::{FieldType, Layer, Mode, NnError};

/// Added to squared norms, so that there is a derivative at zero.
pub(super) const EPSILON: f64 = 1e-8;

/// Each field by its norm: `x ↦ a(‖x‖ + b)·x/‖x‖`, with a learnt `b` for each field. Fields whose
/// channels the group only moves get the activation `a` channel by channel.
///
/// The norm is invariant under every orthogonal representation, so this is equivariant for all of
/// them (Worrall et al. 2017, section 4.2; Weiler & Cesa 2019, section 2.7).
///
/// # Shapes
/// (B, C) to the same; parameter `bias`, one number for each field that is turned.
#[derive(Debug)]
pub struct NormActivation {
    name: String,
    ty: FieldType,
    activation: Activation,
    bias: Tensor,
}

impl NormActivation {
    /// For codes of a type.
    ///
    /// # Errors
    /// [`NnError::Candle`] if the builder has no fitting parameters.
    pub fn new(ty: FieldType, activation: Activation, vb: VarBuilder<'_>) -> Result<Self, NnError> {
        let name = layer_name(&vb, "NormActivation");
        let bias = vb.get_with_hints(ty.turning_fields(), "bias", Init::Const(0.0))?;
        Ok(Self { name, ty, activation, bias })
    }
}

impl Layer for NormActivation {
    super::types!(ty, ty);

    fn forward(&self, x: &Tensor, _: Mode) -> Result<Tensor, NnError> {
        self.ty.check(&self.name, x)?;
        let mut first = 0;
        let mut parts = Vec::new();
        for (block, channels) in self.ty.ranges() {
            let part = x.narrow(1, channels.start, channels.len())?;
            if block.permutes() {
                parts.push(self.activation.apply(&part)?);
                continue;
            }
            let fields = part.reshape((part.dim(0)?, block.copies, block.dim))?;
            let norm = (fields.sqr()?.sum_keepdim(D::Minus1)? + EPSILON)?.sqrt()?;
            let bias = self.bias.narrow(0, first, block.copies)?.reshape((1, block.copies, 1))?;
            first += block.copies;
            let scale = self.activation.apply(&norm.broadcast_add(&bias)?)?.div(&norm)?;
            parts.push(fields.broadcast_mul(&scale)?.reshape(part.shape())?);
        }
        Ok(Tensor::cat(&parts, 1)?)
    }

    fn export(&self) -> Result<PlainNetwork, NnError> {
        if self.ty.permutes() {
            return PlainNetwork::new().then(PlainStep::Pointwise(self.activation));
        }
        Err(NnError::NoPlainForm { layer: self.name.clone() })
    }
}
