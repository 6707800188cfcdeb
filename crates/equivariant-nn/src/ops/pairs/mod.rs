//! Kernels of order-2 tensors: features of pairs of nodes, (B, n, n, C), channels last.
//!
//! The fifteen equivariant linear maps between such tensors (Maron et al. 2019) need no fifteen
//! copies: [`pair_means`] makes the five contractions to nodes, [`pair_combine`] puts two maps of
//! pairs and three of nodes together again. [`pair_product`] is the product of matrices, channel by
//! channel, that lifts a network over the Weisfeiler–Leman test (Maron et al., *Provably powerful
//! graph networks*, NeurIPS 2019).

mod block;
mod combine;
mod means;
mod product;

pub use block::{PairBlockWeights, pair_block};
pub use combine::pair_combine;
pub use means::pair_means;
pub use product::pair_product;

use candle_core::{Result, Tensor};

/// Batch, nodes and channels of a tensor of pairs, checked.
fn pair_dims(what: &str, dims: &[usize]) -> Result<(usize, usize, usize)> {
    match *dims {
        [b, n, m, c] if n == m && n > 0 && c > 0 => Ok((b, n, c)),
        _ => candle_core::bail!("{what}: features of pairs (B, n, n, C) expected, got {dims:?}"),
    }
}

fn check_mask(what: &str, mask: &[usize], batch: usize, nodes: usize) -> Result<()> {
    if mask != [batch, nodes] {
        candle_core::bail!("{what}: a mask ({batch}, {nodes}) expected, got {mask:?}");
    }
    Ok(())
}

/// The pairs of nodes that exist; zero elsewhere, whatever stands there.
fn of_existing(x: &Tensor, mask: &Tensor) -> Result<Tensor> {
    let exists = mask.detach().gt(0.0)?;
    let exists = exists.unsqueeze(2)?.broadcast_mul(&exists.unsqueeze(1)?)?.unsqueeze(3)?;
    exists.broadcast_as(x.shape())?.where_cond(x, &x.zeros_like()?)
}

/// The identity matrix as (1, n, n, 1).
fn diagonal(n: usize, like: &Tensor) -> Result<Tensor> {
    Tensor::eye(n, like.dtype(), like.device())?.reshape((1, n, n, 1))
}
