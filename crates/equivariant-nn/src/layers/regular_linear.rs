//! Linear maps between codes.

use std::sync::Arc;

use candle_core::Tensor;
use candle_nn::{Init, VarBuilder};
use groups::FiniteGroup;

use super::layer_name;
use crate::init::he_stdev;
use crate::ops::{Expansion, expand};
use crate::plain::PlainNetwork;
use crate::{FieldType, Layer, Mode, NnError};

/// The general equivariant linear map between regular codes: a group convolution without space.
///
/// `y_f(g) = Σ_e Σ_h z_e(h) · w_{f,e}(g⁻¹h)`: for each pair of fields a group-circulant matrix,
/// which is a circulant one for `C_N`. By Schur's lemma there is no other.
///
/// # Shapes
/// (B, E·N) to (B, F·N); coefficients `weight` (F, E·N), `bias` (F).
#[derive(Debug)]
pub struct RegularLinear {
    name: String,
    input: FieldType,
    output: FieldType,
    weight: Tensor,
    bias: Option<Tensor>,
    expansion: Arc<Expansion>,
}

impl RegularLinear {
    /// From `inputs` to `fields` regular fields at a point.
    ///
    /// # Errors
    /// [`NnError::Candle`] if the builder has no fitting parameters.
    pub fn new<G: FiniteGroup>(
        group: &G,
        inputs: usize,
        fields: usize,
        bias: bool,
        vb: VarBuilder<'_>,
    ) -> Result<Self, NnError> {
        let name = layer_name(&vb, "RegularLinear");
        let input = FieldType::regular(group, inputs).at_point();
        let output = FieldType::regular(group, fields).at_point();
        let (n, channels) = (group.order(), input.channels());
        let elements = group
            .elements()
            .map(|g| {
                let inverse = group.inverse(&g);
                let sources = (0..channels).map(|r| {
                    let h = group.element(r % n);
                    r / n * n + group.index(&group.compose(&inverse, &h))
                });
                (sources.collect(), vec![1.0])
            })
            .collect();
        let expansion = Arc::new(Expansion::new(channels, 1, 1, elements)?);
        let stdev = he_stdev(channels, 1, 1.0);
        let weight =
            vb.get_with_hints((fields, channels), "weight", Init::Randn { mean: 0.0, stdev })?;
        let bias = match bias {
            true => Some(vb.get_with_hints(fields, "bias", Init::Const(0.0))?),
            false => None,
        };
        Ok(Self { name, input, output, weight, bias, expansion })
    }

    /// The plain matrix, (out channels, in channels).
    ///
    /// # Errors
    /// If candle refuses an operation.
    pub fn expand(&self) -> Result<Tensor, NnError> {
        Ok(expand(&self.weight.unsqueeze(2)?, &self.expansion)?.squeeze(2)?)
    }
}

impl Layer for RegularLinear {
    super::types!(input, output);

    fn forward(&self, x: &Tensor, _: Mode) -> Result<Tensor, NnError> {
        self.input.check(&self.name, x)?;
        let y = x.matmul(&self.expand()?.t()?)?;
        let Some(bias) = &self.bias else { return Ok(y) };
        let (fields, order) = (self.output.fields(), self.output.order());
        let bias = bias.reshape((1, fields, 1))?;
        Ok(y.reshape((y.dim(0)?, fields, order))?.broadcast_add(&bias)?.reshape(y.shape())?)
    }

    fn export(&self) -> Result<PlainNetwork, NnError> {
        let (fields, order) = (self.output.fields(), self.output.order());
        let bias = match &self.bias {
            Some(bias) => bias.clone(),
            None => Tensor::zeros(fields, self.weight.dtype(), self.weight.device())?,
        };
        let bias = bias.reshape((fields, 1))?.broadcast_as((fields, order))?;
        Ok(PlainNetwork::new().linear(&self.expand()?, &bias.contiguous()?.flatten_all()?))
    }
}
