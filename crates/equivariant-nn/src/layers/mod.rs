//! The layers.
//!
//! | layer | from | to |
//! |---|---|---|
//! | [`LiftingConv`] | images | regular feature maps |
//! | [`GroupConv`] | regular feature maps | regular feature maps |
//! | [`FieldBatchNorm`], [`FieldLayerNorm`] | any | the same |
//! | [`Pointwise`] | any | the same |
//! | [`FieldDropout`] | any | the same |
//! | [`AntialiasedPool`] | feature maps | feature maps of half the size |
//! | [`SpatialPool`] | feature maps | codes: the same fields at a point |
//! | [`RegularLinear`] | regular codes | regular codes |
//! | [`GroupPool`] | regular | trivial, which is invariant at a point |
//! | [`PointLifting`] | point clouds | regular codes |
//! | [`PointConv`] | regular features of points | the same, or at other points |
//! | [`HarmonicLifting`] | point clouds | irreps of `SO(3)` |
//!
//! Between codes on which any group acts by any representations:
//!
//! | layer | from | to |
//! |---|---|---|
//! | [`EquivariantLinear`] | any representation | any other |
//! | [`NormActivation`] | any | the same: values that are only moved one by one, others by their norm |
//! | [`Gated`] | a representation and its gates | the representation |
//! | [`FieldRmsNorm`] | any | the same |
//! | [`InvariantPool`] | any | trivial: one invariant a field |
//!
//! Each is built from types and a [`VarBuilder`](candle_nn::VarBuilder), and its parameters have
//! the names `weight`, `bias`, `running_mean` and `running_var` under the builder's path.

/// What [`Layer`](crate::Layer) asks of every layer: its name, and the fields with its types.
macro_rules! types {
    ($input:ident, $output:ident) => {
        fn name(&self) -> &str {
            &self.name
        }

        fn input(&self) -> &crate::FieldType {
            &self.$input
        }

        fn output(&self) -> &crate::FieldType {
            &self.$output
        }
    };
}
use types;

mod antialiased_pool;
mod batch_norm;
mod convolution;
mod dropout;
mod equivariant_linear;
mod field_rms_norm;
mod gated;
mod group_conv;
mod group_pool;
mod harmonic_lifting;
mod invariant_pool;
mod layer_norm;
mod lifting;
mod norm_activation;
mod point_conv;
mod pointwise;
mod regular_linear;
mod spatial_pool;

pub(crate) use antialiased_pool::halve;
pub use antialiased_pool::{AntialiasedPool, Window};
pub use batch_norm::{BatchNormConfig, FieldBatchNorm};
pub use convolution::ConvConfig;
pub use dropout::FieldDropout;
pub use equivariant_linear::EquivariantLinear;
pub use field_rms_norm::FieldRmsNorm;
pub use gated::Gated;
pub use group_conv::GroupConv;
pub(crate) use group_pool::pool_channels;
pub use group_pool::{GroupPool, Pooling};
pub use harmonic_lifting::HarmonicLifting;
pub use invariant_pool::InvariantPool;
pub use layer_norm::{FieldLayerNorm, LayerNormConfig};
pub use lifting::LiftingConv;
pub use norm_activation::NormActivation;
pub use point_conv::{PointBasis, PointConv, PointLifting};
pub use pointwise::{Activation, Pointwise};
pub use regular_linear::RegularLinear;
pub use spatial_pool::SpatialPool;
pub(crate) use spatial_pool::spatial_mean;

/// A layer's name for messages: its path and its kind.
fn layer_name(vb: &candle_nn::VarBuilder<'_>, kind: &str) -> String {
    let path = vb.prefix();
    if path.is_empty() { kind.to_owned() } else { format!("{path} ({kind})") }
}
