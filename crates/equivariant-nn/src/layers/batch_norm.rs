//! Batch normalisation of fields.

use candle_core::{Tensor, Var};
use candle_nn::{Init, VarBuilder};

use super::{Activation, layer_name};
use crate::ops::{FieldMoments, NormConfig, batch_norm_act, field_moments};
use crate::plain::{PlainNetwork, PlainStep};
use crate::{FieldType, Layer, Mode, NnError};

/// The constants of [`FieldBatchNorm`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchNormConfig {
    /// Added to the variance.
    pub epsilon: f64,
    /// Weight of the newest batch in the running moments.
    pub momentum: f64,
    /// Whether a rectifier follows, in the same pass over memory.
    pub relu: bool,
}

impl Default for BatchNormConfig {
    fn default() -> Self {
        Self { epsilon: 1e-5, momentum: 0.1, relu: false }
    }
}

/// Batch normalisation with one mean, variance, scale and shift for each *field*.
///
/// The group permutes the channels of a field, so their moments are taken together. In training
/// the moments are those of the batch and the running ones follow them; in evaluation the running
/// ones are used.
///
/// # Parameters
/// `weight` (F), `bias` (F); statistics `running_mean` (F), `running_var` (F).
#[derive(Debug)]
pub struct FieldBatchNorm {
    name: String,
    ty: FieldType,
    field_size: usize,
    config: BatchNormConfig,
    weight: Tensor,
    bias: Tensor,
    running_mean: Var,
    running_var: Var,
}

impl FieldBatchNorm {
    /// For features of a type.
    ///
    /// # Errors
    /// [`NnError::Type`] for fields that are neither trivial nor regular, as a shift of their
    /// channels commutes with no group; [`NnError::Parameter`] if a constant is out of range,
    /// [`NnError::Candle`] if the builder has no fitting parameters.
    pub fn new(
        ty: FieldType,
        config: BatchNormConfig,
        vb: VarBuilder<'_>,
    ) -> Result<Self, NnError> {
        let name = layer_name(&vb, "FieldBatchNorm");
        if !(0.0..=1.0).contains(&config.momentum) {
            return Err(NnError::parameter(name, "the momentum", "in [0, 1]", config.momentum));
        }
        if !(config.epsilon > 0.0 && config.epsilon.is_finite()) {
            return Err(NnError::parameter(name, "epsilon", "positive", config.epsilon));
        }
        let field_size = ty.plain_field_size(&name)?;
        let fields = ty.fields();
        let get = |name, value| vb.get_with_hints(fields, name, Init::Const(value));
        Ok(Self {
            weight: get("weight", 1.0)?,
            bias: get("bias", 0.0)?,
            running_mean: Var::from_tensor(&get("running_mean", 0.0)?)?,
            running_var: Var::from_tensor(&get("running_var", 1.0)?)?,
            name,
            ty,
            field_size,
            config,
        })
    }

    fn follow(&self, moments: &FieldMoments) -> Result<(), NnError> {
        let m = self.config.momentum;
        let unbias = moments.count as f64 / (moments.count.max(2) - 1) as f64;
        let batch_var: Vec<f64> = moments.var.iter().map(|v| v * unbias).collect();
        for (running, batch) in
            [(&self.running_mean, moments.mean.to_vec()), (&self.running_var, batch_var)]
        {
            let batch = Tensor::from_vec(batch, self.ty.fields(), running.device())?
                .to_dtype(running.dtype())?;
            let next = ((running.as_detached_tensor() * (1.0 - m))? + (batch * m)?)?;
            running.set(&next)?;
        }
        Ok(())
    }

    fn running(&self) -> Result<FieldMoments, NnError> {
        let list = |v: &Var| v.as_detached_tensor().to_dtype(candle_core::DType::F64)?.to_vec1();
        let (mean, var): (Vec<f64>, Vec<f64>) =
            (list(&self.running_mean)?, list(&self.running_var)?);
        Ok(FieldMoments { mean: mean.into(), var: var.into(), count: 0 })
    }
}

impl Layer for FieldBatchNorm {
    super::types!(ty, ty);

    fn forward(&self, x: &Tensor, mode: Mode) -> Result<Tensor, NnError> {
        self.ty.check(&self.name, x)?;
        let moments = if mode.is_train() {
            let moments = field_moments(x, self.field_size)?;
            self.follow(&moments)?;
            moments
        } else {
            self.running()?
        };
        let config = NormConfig {
            order: self.field_size,
            epsilon: self.config.epsilon,
            relu: self.config.relu,
        };
        Ok(batch_norm_act(x, &self.weight, &self.bias, &moments, mode.is_train(), config)?)
    }
    fn export(&self) -> Result<PlainNetwork, NnError> {
        let device = self.weight.device();
        let list = |t: &Tensor| t.detach().to_dtype(candle_core::DType::F64)?.to_vec1::<f64>();
        let (gamma, beta, moments) = (list(&self.weight)?, list(&self.bias)?, self.running()?);
        let scale =
            (0..self.ty.fields()).map(|f| gamma[f] / (moments.var[f] + self.config.epsilon).sqrt());
        let scale: Vec<f64> = scale.collect();
        let shift = (0..self.ty.fields()).map(|f| beta[f] - moments.mean[f] * scale[f]);
        let channels = |values: &[f64]| {
            let each = values.iter().flat_map(|v| std::iter::repeat_n(*v, self.field_size));
            Tensor::from_iter(each, device)?.to_dtype(self.weight.dtype())
        };
        let shift = channels(&shift.collect::<Vec<_>>())?;
        let network = PlainNetwork::new().affine(&channels(&scale)?, &shift)?;
        match self.config.relu {
            true => network.then(PlainStep::Pointwise(Activation::Relu)),
            false => Ok(network),
        }
    }
}
