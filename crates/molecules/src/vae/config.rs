//! The sizes of the network.

use serde::{Deserialize, Serialize};

use super::VaeError;

/// The sizes of a [`super::GraphVae`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VaeConfig {
    /// Nodes of the graphs, `n`.
    pub nodes: usize,
    /// Kinds of atoms, the missing node not counted.
    pub kinds: usize,
    /// Scalars a node in the code, `d`.
    pub latent: usize,
    /// Channels of pairs inside.
    pub channels: usize,
    /// Of those, products of matrices in each block.
    pub products: usize,
    /// Channels of nodes inside.
    pub node_channels: usize,
    /// Blocks of the encoder.
    pub encoder_blocks: usize,
    /// Blocks of the decoder.
    pub decoder_blocks: usize,
    /// Whether the encoder is told symmetric nodes apart ([`crate::graph::Graph::ties`]).
    pub ties: bool,
    /// Whether the first scalars of a code ascend in the canonical order of the nodes
    /// ([`crate::graph::Graph::ranks`]), and the decoder reads the scalars in that order.
    pub ranks: bool,
}

impl VaeConfig {
    /// The sizes of the quick run, with `d` scalars a node.
    pub fn small(nodes: usize, kinds: usize, latent: usize) -> Self {
        Self {
            nodes,
            kinds,
            latent,
            channels: 32,
            products: 16,
            node_channels: 64,
            encoder_blocks: 3,
            decoder_blocks: 4,
            ties: true,
            ranks: false,
        }
    }

    /// Numbers that the encoder is given of each node.
    pub(super) fn node_features(&self) -> usize {
        self.kinds + 1 + if self.ranks { self.nodes } else { 0 }
    }

    /// Numbers that the decoder reads of each node.
    pub(super) fn code_features(&self) -> usize {
        self.latent + if self.ranks { self.nodes * (1 + self.latent) } else { 0 }
    }

    pub(super) fn check(&self) -> Result<(), VaeError> {
        let sizes = [self.nodes, self.kinds, self.latent, self.channels, self.node_channels];
        if sizes.contains(&0) || self.products > self.channels || self.kinds > 254 {
            return Err(VaeError::Config {
                expected: "nodes, kinds (at most 254), latent and channels above 0, products up to channels",
                found: format!("{self:?}"),
            });
        }
        Ok(())
    }
}
