//! Kernels with gradients of our own, where candle 0.11's are slow or wrong.
//!
//! Everything here works on plain tensors and knows nothing of layers. On the CPU, in `f32` and
//! `f64`, these are fused kernels spread over rayon's threads, with results that do not depend on
//! the number of threads; half precision is computed in `f32` there. On other devices they fall back
//! to candle's own operations. When candle mends an operation, its file here can go.
//!
//! | operation | instead of | because in candle 0.11 on the CPU |
//! |---|---|---|
//! | [`conv2d`] | `Tensor::conv2d` | the input gradient is a scalar loop |
//! | [`batch_norm_act`] | a chain of elementwise operations | each is single-threaded and allocates |
//! | [`layer_norm`] | the same | the same |
//! | [`separable_resample`] | pooling | average pooling only has gradients without overlap |
//! | [`group_max`] | `Tensor::max` | every tied element gets the whole gradient |
//! | [`expand`] | `index_select`, `permute`, `matmul` | strided copies are slow |
//! | [`channel_norm`] | a chain of elementwise operations | each is single-threaded and allocates |
//! | [`pair_means`], [`pair_combine`], [`pair_product`], [`pair_block`] | sums, broadcasts, transposes | the same |

mod batch_norm;
mod channel_norm;
mod conv2d;
mod element;
mod expand;
#[cfg(test)]
mod fallback;
mod group_max;
mod layer_norm;
mod normalisation;
mod pairs;
mod patches;
mod resample;
mod support;

pub use batch_norm::{FieldMoments, NormConfig, batch_norm_act, field_moments};
pub use channel_norm::channel_norm;
pub(crate) use conv2d::conv2d_act;
pub use conv2d::{Conv2dConfig, conv2d};
pub use expand::{Expansion, expand};
pub use group_max::group_max;
pub use layer_norm::{NormScope, layer_norm};
pub use pairs::{PairBlockWeights, pair_block, pair_combine, pair_means, pair_product};
pub use resample::{BandMatrix, separable_resample};
pub use support::FilterSupport;
