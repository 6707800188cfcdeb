//! From functions on the group to functions on the group.

use candle_core::Tensor;
use candle_nn::VarBuilder;
use groups::PlanarGroup;

use super::convolution::{ConvConfig, Core, convolution};
use crate::{FieldType, NnError};

/// The group convolution: regular feature maps to regular feature maps.
///
/// `y_f(x, g) = Σ_e Σ_h Σ_u φ_e(x + u, h) · ψ_{f,e}(g⁻¹u, g⁻¹h)` (Cohen & Welling 2016,
/// equation 11): the filter is a function on the plane and the group, and is moved in both.
///
/// # Shapes
/// (B, E·N, H, W) to (B, F·N, H', W'); coefficients `weight` (F, E·N, basis functions),
/// `bias` (F).
#[derive(Debug)]
pub struct GroupConv(Core);

impl GroupConv {
    /// From `inputs` regular fields to `fields` regular fields.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if the configuration makes no sense, [`NnError::Candle`] if the
    /// builder has no fitting parameters.
    pub fn new<G: PlanarGroup>(
        group: &G,
        inputs: usize,
        fields: usize,
        config: &ConvConfig,
        vb: VarBuilder<'_>,
    ) -> Result<Self, NnError> {
        let types = (FieldType::regular(group, inputs), FieldType::regular(group, fields));
        let order = group.order();
        Core::new(group, "GroupConv", types, config, &vb, |g, r| {
            let h = group.element(r % order);
            let relative = group.compose(&group.inverse(g), &h);
            r / order * order + group.index(&relative)
        })
        .map(Self)
    }
}

convolution!(GroupConv);
