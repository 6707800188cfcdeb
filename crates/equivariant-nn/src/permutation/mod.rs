//! Layers over sets and graphs: equivariant under the symmetric group `S_n` for every `n`.
//!
//! | tensor | shape | action of a permutation `π` |
//! |---|---|---|
//! | of nodes, order 1 | (B, n, C) | `(π·x)_{π(i)} = x_i` |
//! | of pairs, order 2 | (B, n, n, C) | `(π·x)_{π(i)π(j)} = x_ij` |
//!
//! | you want | look at |
//! |---|---|
//! | all equivariant linear maps between such tensors | [`PermutationLinear`] |
//! | to say which nodes exist | [`NodeMask`] |
//! | normalisation at each place | [`ChannelNorm`] |
//! | a block that sees more than messages between neighbours do | [`PairBlock`] |
//!
//! Invariant and equivariant linear maps: H. Maron, H. Ben-Hamu, N. Shamir, Y. Lipman, *Invariant
//! and equivariant graph networks*, ICLR 2019. There are as many of them from order `k` to order
//! `l` as partitions of `k + l` things, the Bell number `B(k + l)`: 2, 5, 5 and 15. They are independent
//! for `k + l` nodes and more; over fewer some are equal, and between pairs of two nodes 8 are left.
//!
//! ```
//! use candle_core::{DType, Device, Tensor};
//! use equivariant_nn::Parameters;
//! use equivariant_nn::permutation::{NodeMask, Order, PermutationLinear};
//!
//! let parameters = Parameters::new(7, DType::F32, Device::Cpu);
//! let layer = PermutationLinear::new(Order::Pair, Order::Node, 3, 8, parameters.builder())?;
//! let graphs = Tensor::arange(0f32, 150.0, &Device::Cpu)?.sin()?.reshape((2, 5, 5, 3))?;
//! // Of the second graph three nodes exist.
//! let mask = NodeMask::from_counts(&[5, 3], 5, DType::F32, &Device::Cpu)?;
//! assert_eq!(layer.forward(&graphs, &mask)?.dims(), [2, 5, 8]);
//! # Ok::<(), equivariant_nn::NnError>(())
//! ```

mod linear;
mod mask;
mod norm;
mod pair_block;

pub use linear::{Order, PermutationLinear};
pub use mask::NodeMask;
pub use norm::ChannelNorm;
pub use pair_block::PairBlock;
