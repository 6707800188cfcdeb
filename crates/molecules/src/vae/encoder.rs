//! Graphs to codes.

use candle_core::{D, Tensor};
use candle_nn::{Init, VarBuilder};
use equivariant_nn::init::he_stdev;
use equivariant_nn::permutation::{ChannelNorm, Order, PairBlock, PermutationLinear};

use super::tensors::ORDERS;
use super::{GraphTensors, VaeConfig, VaeError};

/// Bounds of `ln σ²`, so that neither side overflows.
pub(super) const LOG_VARIANCE: (f64, f64) = (-14.0, 2.0);

/// Shift of the steps of ascending scalars at the start, so that each is near 0.3.
const STEP_START: f64 = -1.0;

/// What is subtracted from ascending scalars, so that they start around zero.
const STEP_CENTRE: f64 = 1.5;

/// The approximate posterior `N(μ, diag σ²)` of a batch of graphs.
#[derive(Clone, Debug)]
pub struct Posterior {
    /// `μ`, (B, n, d).
    pub mean: Tensor,
    /// `ln σ²`, (B, n, d).
    pub log_variance: Tensor,
}

/// From a graph to the posterior of its code.
#[derive(Clone, Debug)]
pub(super) struct Encoder {
    nodes: PermutationLinear,
    bonds: Tensor,
    blocks: Vec<PairBlock>,
    norm: ChannelNorm,
    gather: PermutationLinear,
    node_norm: ChannelNorm,
    out: PermutationLinear,
    missing: Tensor,
    latent: usize,
}

impl Encoder {
    pub(super) fn new(config: &VaeConfig, vb: VarBuilder<'_>) -> Result<Self, VaeError> {
        let (c, h, d) = (config.channels, config.node_channels, config.latent);
        let bonds = Init::Randn { mean: 0.0, stdev: he_stdev(1, 1, 1.0) };
        let kinds = config.node_features();
        Ok(Self {
            nodes: PermutationLinear::new(Order::Node, Order::Pair, kinds, c, vb.pp("nodes"))?,
            bonds: vb.get_with_hints((ORDERS - 1, c), "bonds", bonds)?,
            blocks: (0..config.encoder_blocks)
                .map(|i| PairBlock::new(c, config.products, vb.pp(format!("blocks.{i}"))))
                .collect::<Result<_, _>>()?,
            norm: ChannelNorm::new(c, true, vb.pp("norm"))?,
            gather: PermutationLinear::new(Order::Pair, Order::Node, c, h, vb.pp("gather"))?,
            node_norm: ChannelNorm::new(h, true, vb.pp("node_norm"))?,
            out: PermutationLinear::new(Order::Node, Order::Node, h, 2 * d, vb.pp("out"))?,
            missing: vb.get_with_hints(2 * d, "missing", Init::Const(0.0))?,
            latent: d,
        })
    }

    pub(super) fn forward(&self, graphs: &GraphTensors) -> Result<Posterior, VaeError> {
        let mask = &graphs.mask;
        let (b, n, _, orders) = graphs.bonds.dims4()?;
        let bonds = graphs.bonds.reshape((b * n * n, orders))?.matmul(&self.bonds)?;
        let nodes = self.nodes.forward(&graphs.nodes, mask)?;
        let mut pairs = (bonds.reshape(nodes.shape())? + nodes)?;
        for block in &self.blocks {
            pairs = block.forward(&pairs, mask)?;
        }
        let nodes = self.gather.forward(&self.norm.forward(&pairs)?, mask)?;
        let out = self.out.forward(&self.node_norm.forward(&nodes)?, mask)?;
        // A missing node has a code of its own, the same for all.
        let absent = mask.tensor().affine(-1.0, 1.0)?.unsqueeze(2)?;
        let missing = self.missing.reshape((1, 1, 2 * self.latent))?;
        let out = (out + absent.broadcast_mul(&missing)?)?;
        let mut mean = out.narrow(2, 0, self.latent)?.contiguous()?;
        if let Some(before) = &graphs.before {
            mean = ascending(&mean, before)?;
        }
        let raw = out.narrow(2, self.latent, self.latent)?.contiguous()?;
        // Starts at σ = e⁻² and stays within its bounds.
        let log_variance = (raw - 4.0)?.clamp(LOG_VARIANCE.0, LOG_VARIANCE.1)?;
        Ok(Posterior { mean, log_variance })
    }
}

/// The first scalar of each node as the sum of positive steps, one a node, up to its place in the
/// canonical order, so that these scalars ascend in that order.
fn ascending(mean: &Tensor, before: &Tensor) -> Result<Tensor, VaeError> {
    let d = mean.dim(D::Minus1)?;
    // softplus, in the form that does not overflow.
    let raw = (mean.narrow(2, 0, 1)?.contiguous()? + STEP_START)?;
    let steps = (raw.relu()? + (raw.abs()?.neg()?.exp()? + 1.0)?.log()?)?;
    let first = (before.matmul(&steps)? - STEP_CENTRE)?;
    match d {
        1 => Ok(first),
        _ => Ok(Tensor::cat(&[&first, &mean.narrow(2, 1, d - 1)?.contiguous()?], 2)?),
    }
}
