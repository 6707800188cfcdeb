//! Codes to graphs.

use candle_core::{D, Tensor};
use candle_nn::{Init, VarBuilder};
use equivariant_nn::init::he_stdev;
use equivariant_nn::permutation::{ChannelNorm, NodeMask, Order, PairBlock, PermutationLinear};

use super::tensors::ORDERS;
use super::{VaeConfig, VaeError};
use crate::MoleculeError;
use crate::graph::Graph;

/// What the decoder says of a batch of graphs.
#[derive(Clone, Debug)]
pub struct Logits {
    /// Of the kinds of nodes, missing first, (B, n, kinds + 1).
    pub nodes: Tensor,
    /// Of the bond orders of pairs, none first, (B, n, n, 4); symmetric in the nodes.
    pub bonds: Tensor,
}

impl Logits {
    /// The most likely graph of each: the largest logit at each node and pair.
    ///
    /// # Errors
    /// If candle refuses an operation, or [`MoleculeError::Graph`] for shapes that do not fit.
    pub fn graphs(&self) -> Result<Vec<Graph>, VaeError> {
        let (b, n, _) = self.nodes.dims3()?;
        let kinds: Vec<u32> = self.nodes.argmax(D::Minus1)?.flatten_all()?.to_vec1()?;
        let orders: Vec<u32> = self.bonds.argmax(D::Minus1)?.flatten_all()?.to_vec1()?;
        let small = |values: &[u32]| values.iter().map(|&v| v.min(255) as u8).collect::<Vec<u8>>();
        (0..b)
            .map(|g| {
                let nodes = small(&kinds[g * n..(g + 1) * n]);
                let mut bonds = small(&orders[g * n * n..(g + 1) * n * n]);
                for (pair, order) in bonds.iter_mut().enumerate() {
                    if nodes[pair / n] == 0 || nodes[pair % n] == 0 {
                        *order = 0;
                    }
                }
                Graph::new(nodes, bonds).map_err(|error: MoleculeError| VaeError::Graphs {
                    expected: "a graph".to_owned(),
                    found: error.to_string(),
                })
            })
            .collect()
    }
}

/// From a code to a graph.
#[derive(Clone, Debug)]
pub(super) struct Decoder {
    read: PermutationLinear,
    read_norm: ChannelNorm,
    think: PermutationLinear,
    think_norm: ChannelNorm,
    spread: PermutationLinear,
    blocks: Vec<PairBlock>,
    norm: ChannelNorm,
    bonds: Tensor,
    bonds_bias: Tensor,
    gather: PermutationLinear,
    node_norm: ChannelNorm,
    kinds: PermutationLinear,
    ranks: bool,
}

impl Decoder {
    pub(super) fn new(config: &VaeConfig, vb: VarBuilder<'_>) -> Result<Self, VaeError> {
        let (c, h) = (config.channels, config.node_channels);
        let d = config.code_features();
        let small = Init::Randn { mean: 0.0, stdev: he_stdev(c, 1, 0.3) };
        let node = Order::Node;
        Ok(Self {
            read: PermutationLinear::new(node, node, d, h, vb.pp("read"))?,
            read_norm: ChannelNorm::new(h, true, vb.pp("read_norm"))?,
            think: PermutationLinear::new(node, node, h, h, vb.pp("think"))?,
            think_norm: ChannelNorm::new(h, true, vb.pp("think_norm"))?,
            spread: PermutationLinear::new(node, Order::Pair, h, c, vb.pp("spread"))?,
            blocks: (0..config.decoder_blocks)
                .map(|i| PairBlock::new(c, config.products, vb.pp(format!("blocks.{i}"))))
                .collect::<Result<_, _>>()?,
            norm: ChannelNorm::new(c, true, vb.pp("norm"))?,
            bonds: vb.get_with_hints((c, ORDERS), "bonds", small)?,
            bonds_bias: vb.get_with_hints(ORDERS, "bonds_bias", Init::Const(0.0))?,
            gather: PermutationLinear::new(Order::Pair, node, c, h, vb.pp("gather"))?,
            node_norm: ChannelNorm::new(h, true, vb.pp("node_norm"))?,
            kinds: PermutationLinear::new(node, node, h, config.kinds + 1, vb.pp("kinds"))?,
            ranks: config.ranks,
        })
    }

    pub(super) fn forward(&self, codes: &Tensor) -> Result<Logits, VaeError> {
        let (b, n, _) = codes.dims3()?;
        // Which nodes exist is for the decoder to say.
        let mask = NodeMask::full(b, n, codes.dtype(), codes.device())?;
        let codes = if self.ranks { in_order(codes)? } else { codes.clone() };
        let read = self.read_norm.forward(&self.read.forward(&codes, &mask)?)?;
        let thought = self.think_norm.forward(&self.think.forward(&read, &mask)?)?;
        let thought = (thought + read)?;
        let mut pairs = self.spread.forward(&thought, &mask)?;
        for block in &self.blocks {
            pairs = block.forward(&pairs, &mask)?;
        }
        let pairs = self.norm.forward(&pairs)?;
        let c = pairs.dim(D::Minus1)?;
        let bonds = pairs.reshape((b * n * n, c))?.matmul(&self.bonds)?;
        let bonds = bonds.broadcast_add(&self.bonds_bias)?.reshape((b, n, n, ORDERS))?;
        let bonds = (&bonds + bonds.transpose(1, 2)?)?;
        let nodes = (self.gather.forward(&pairs, &mask)? + thought)?;
        let nodes = self.kinds.forward(&self.node_norm.forward(&nodes)?, &mask)?;
        Ok(Logits { nodes, bonds })
    }
}

/// For each node its scalars, its place by the first of them as a one-hot vector, and the scalars
/// of all nodes in that order: (B, n, d) to (B, n, d + n + n·d). Equivariant, and discontinuous
/// where two nodes change places.
fn in_order(codes: &Tensor) -> Result<Tensor, VaeError> {
    let (b, n, d) = codes.dims3()?;
    let first: Vec<Vec<f32>> = codes.detach().narrow(2, 0, 1)?.squeeze(2)?.to_vec2()?;
    let mut places = vec![0f32; b * n * n];
    for (sample, first) in first.iter().enumerate() {
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|&i, &j| first[i].total_cmp(&first[j]));
        for (place, node) in order.into_iter().enumerate() {
            places[(sample * n + node) * n + place] = 1.0;
        }
    }
    let places = Tensor::from_vec(places, (b, n, n), codes.device())?;
    let sorted = places.transpose(1, 2)?.contiguous()?.matmul(codes)?;
    let sorted = sorted.reshape((b, 1, n * d))?.expand((b, n, n * d))?.contiguous()?;
    Ok(Tensor::cat(&[codes, &places, &sorted], 2)?)
}
