//! A residual block over pairs.

use candle_core::Tensor;
use candle_nn::{Init, VarBuilder};

use super::{ChannelNorm, NodeMask, Order, PermutationLinear};
use crate::NnError;
use crate::init::he_stdev;
use crate::ops::{self, PairBlockWeights};

/// A residual block over pairs with all linear maps and a product of matrices:
///
/// `x + W [relu norm(u, v, v·w)]` with `u, v, w` parts of `L(relu norm(x))`,
///
/// `L` the general [`PermutationLinear`] of pairs, `v·w` the product of matrices in each channel
/// ([`ops::pair_product`]), and `norm` [`ChannelNorm`], all in one pass ([`ops::pair_block`]). With
/// linear maps and pointwise functions alone, networks over pairs tell apart no more graphs than the
/// 2-dimensional Weisfeiler–Leman test; with the product they tell apart what the 3-dimensional
/// test does (Maron et al., *Provably powerful graph networks*, NeurIPS 2019, theorems 1 and 2).
///
/// # Shapes
/// (B, n, n, C) to (B, n, n, C).
#[derive(Clone, Debug)]
pub struct PairBlock {
    before: ChannelNorm,
    mix: PermutationLinear,
    after: ChannelNorm,
    out: Tensor,
}

impl PairBlock {
    /// A block over `channels`, `products` of which are products; without any, the block has linear
    /// maps and pointwise functions only.
    ///
    /// # Errors
    /// [`NnError::Parameter`] where `products` is more than `channels`; [`NnError::Candle`] if the
    /// builder has no fitting parameters.
    pub fn new(channels: usize, products: usize, vb: VarBuilder<'_>) -> Result<Self, NnError> {
        if products > channels {
            return Err(NnError::parameter("PairBlock", "products", "at most channels", products));
        }
        let wide = channels + 2 * products;
        let inner = channels + products;
        // A small start: the block is close to the identity.
        let init = Init::Randn { mean: 0.0, stdev: he_stdev(inner, 1, 0.5) };
        Ok(Self {
            before: ChannelNorm::new(channels, true, vb.pp("before"))?,
            mix: PermutationLinear::new(Order::Pair, Order::Pair, channels, wide, vb.pp("mix"))?,
            after: ChannelNorm::new(inner, true, vb.pp("after"))?,
            out: vb.get_with_hints((inner, channels), "out", init)?,
        })
    }

    /// Applies the block.
    ///
    /// # Errors
    /// If the shapes do not fit.
    pub fn forward(&self, x: &Tensor, mask: &NodeMask) -> Result<Tensor, NnError> {
        let weights = PairBlockWeights {
            before: self.before.weights(),
            maps: self.mix.weight(),
            bias: self.mix.bias(),
            after: self.after.weights(),
            out: &self.out,
        };
        Ok(ops::pair_block(x, mask.tensor(), &weights)?)
    }
}
