//! Layer normalisation of fields.

use candle_core::Tensor;
use candle_nn::{Init, VarBuilder};

use super::layer_name;
use crate::ops::{NormConfig, NormScope, layer_norm};
use crate::{FieldType, Layer, Mode, NnError};

/// The constants of [`FieldLayerNorm`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerNormConfig {
    /// Over what the moments are taken.
    pub scope: NormScope,
    /// Added to the variance.
    pub epsilon: f64,
    /// Whether a rectifier follows, in the same pass over memory.
    pub relu: bool,
}

impl Default for LayerNormConfig {
    fn default() -> Self {
        Self { scope: NormScope::Sample, epsilon: 1e-5, relu: false }
    }
}

/// Normalisation of each sample by its own moments, with one scale and shift for each field.
///
/// It treats samples alone: the same in training and in evaluation. On the plane the moments run
/// over the whole square image, so it is exact for the symmetries of the square and approximate
/// for finer groups.
///
/// # Parameters
/// `weight` (F), `bias` (F).
#[derive(Debug)]
pub struct FieldLayerNorm {
    name: String,
    ty: FieldType,
    field_size: usize,
    config: LayerNormConfig,
    weight: Tensor,
    bias: Tensor,
}

impl FieldLayerNorm {
    /// For features of a type.
    ///
    /// # Errors
    /// [`NnError::Type`] for fields that are neither trivial nor regular, as a shift of their
    /// channels commutes with no group; [`NnError::Parameter`] if epsilon is not positive,
    /// [`NnError::Candle`] if the builder has no fitting parameters.
    pub fn new(
        ty: FieldType,
        config: LayerNormConfig,
        vb: VarBuilder<'_>,
    ) -> Result<Self, NnError> {
        let name = layer_name(&vb, "FieldLayerNorm");
        if !(config.epsilon > 0.0 && config.epsilon.is_finite()) {
            return Err(NnError::parameter(name, "epsilon", "positive", config.epsilon));
        }
        let field_size = ty.plain_field_size(&name)?;
        let get = |name, value| vb.get_with_hints(ty.fields(), name, Init::Const(value));
        Ok(Self {
            weight: get("weight", 1.0)?,
            bias: get("bias", 0.0)?,
            name,
            ty,
            field_size,
            config,
        })
    }
}

impl Layer for FieldLayerNorm {
    super::types!(ty, ty);

    fn forward(&self, x: &Tensor, _: Mode) -> Result<Tensor, NnError> {
        self.ty.check(&self.name, x)?;
        let LayerNormConfig { scope, epsilon, relu } = self.config;
        let config = NormConfig { order: self.field_size, epsilon, relu };
        Ok(layer_norm(x, &self.weight, &self.bias, scope, config)?)
    }
}
