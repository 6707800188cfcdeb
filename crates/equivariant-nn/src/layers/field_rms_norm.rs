//! Normalisation for any orthogonal representation.

use candle_core::{D, Tensor};
use candle_nn::{Init, VarBuilder};

use super::layer_name;
use super::norm_activation::EPSILON;
use crate::{FieldType, Layer, Mode, NnError};

/// Each kind of field of a sample divided by its root mean square, times a learnt factor a field:
/// `x_f ↦ w_f·x_f / √(mean ‖x_f‖²/d)`, the mean over all fields of the kind.
///
/// Norms are invariant and fields are only scaled, so it is equivariant for every orthogonal
/// representation. It treats samples alone: the same in training and in evaluation.
///
/// # Shapes
/// (B, C) to the same; parameter `weight`, one number a field.
#[derive(Debug)]
pub struct FieldRmsNorm {
    name: String,
    ty: FieldType,
    weight: Tensor,
}

impl FieldRmsNorm {
    /// For codes of a type.
    ///
    /// # Errors
    /// [`NnError::Candle`] if the builder has no fitting parameters.
    pub fn new(ty: FieldType, vb: VarBuilder<'_>) -> Result<Self, NnError> {
        let name = layer_name(&vb, "FieldRmsNorm");
        let weight = vb.get_with_hints(ty.fields(), "weight", Init::Const(1.0))?;
        Ok(Self { name, ty, weight })
    }
}

impl Layer for FieldRmsNorm {
    super::types!(ty, ty);

    fn forward(&self, x: &Tensor, _: Mode) -> Result<Tensor, NnError> {
        self.ty.check(&self.name, x)?;
        let mut first = 0;
        let mut parts = Vec::new();
        for (block, channels) in self.ty.ranges() {
            let part = x.narrow(1, channels.start, channels.len())?;
            let size = (part.sqr()?.mean_keepdim(D::Minus1)? + EPSILON)?.sqrt()?;
            let weight = self.weight.narrow(0, first, block.copies)?;
            first += block.copies;
            let fields = part.broadcast_div(&size)?;
            let fields = fields.reshape((part.dim(0)?, block.copies, block.dim))?;
            let scaled = fields.broadcast_mul(&weight.reshape((1, block.copies, 1))?)?;
            parts.push(scaled.reshape(part.shape())?);
        }
        Ok(Tensor::cat(&parts, 1)?)
    }
}
