//! From images to functions on the group.

use candle_core::Tensor;
use candle_nn::VarBuilder;
use groups::PlanarGroup;

use super::convolution::{ConvConfig, Core, convolution};
use crate::{FieldType, NnError};

/// The lifting convolution: images to regular feature maps.
///
/// `y_f(x, g) = Σ_c Σ_u φ_c(x + u) · ψ_{f,c}(g⁻¹u)`: each filter is applied in every pose
/// (Cohen & Welling 2016, equation 10), with steerable filters `ψ` ([`SteerableBasis`](crate::filter::SteerableBasis)).
///
/// # Shapes
/// (B, C, H, W) to (B, F·N, H', W'); coefficients `weight` (F, C, basis functions), `bias` (F).
#[derive(Debug)]
pub struct LiftingConv(Core);

impl LiftingConv {
    /// From images with `channels` channels to `fields` regular fields.
    ///
    /// # Errors
    /// [`NnError::Parameter`] if the configuration makes no sense, [`NnError::Candle`] if the
    /// builder has no fitting parameters.
    pub fn new<G: PlanarGroup>(
        group: &G,
        channels: usize,
        fields: usize,
        config: &ConvConfig,
        vb: VarBuilder<'_>,
    ) -> Result<Self, NnError> {
        let types = (FieldType::trivial(group, channels), FieldType::regular(group, fields));
        Core::new(group, "LiftingConv", types, config, &vb, |_, r| r).map(Self)
    }
}

convolution!(LiftingConv);
