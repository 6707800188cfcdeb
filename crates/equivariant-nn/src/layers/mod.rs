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
//!
//! Each is built from types and a [`VarBuilder`](candle_nn::VarBuilder), and its parameters have
//! the names `weight`, `bias`, `running_mean` and `running_var` under the builder's path.

mod antialiased_pool;
mod batch_norm;
mod convolution;
mod dropout;
mod group_conv;
mod group_pool;
mod layer_norm;
mod lifting;
mod pointwise;
mod regular_linear;
mod spatial_pool;

pub use antialiased_pool::{AntialiasedPool, Window};
pub use batch_norm::{BatchNormConfig, FieldBatchNorm};
pub use convolution::ConvConfig;
pub use dropout::FieldDropout;
pub use group_conv::GroupConv;
pub use group_pool::{GroupPool, Pooling};
pub use layer_norm::{FieldLayerNorm, LayerNormConfig};
pub use lifting::LiftingConv;
pub use pointwise::{Activation, Pointwise};
pub use regular_linear::RegularLinear;
pub use spatial_pool::SpatialPool;

/// A layer's name for messages: its path and its kind.
fn layer_name(vb: &candle_nn::VarBuilder<'_>, kind: &str) -> String {
    let path = vb.prefix();
    if path.is_empty() { kind.to_owned() } else { format!("{path} ({kind})") }
}
