//! The best permutation of nodes: by sorting for one scalar a node, else by linear assignment.

use super::matching::Matching;
use crate::Permutation;
use crate::representation::{Block, BlockKind};

/// Where the features of each node lie in a code.
#[derive(Debug, Clone)]
pub(super) struct NodeLayout {
    nodes: usize,
    /// Per feature the offset of node 0 and the stride between nodes.
    features: Vec<(usize, usize)>,
}

impl NodeLayout {
    /// The layout, where every block is made of node features or trivial.
    pub(super) fn of(blocks: &[Block], nodes: usize) -> Option<Self> {
        let mut features = Vec::new();
        for block in blocks {
            match block.kind {
                BlockKind::Trivial => {}
                BlockKind::NodeFeatures { nodes: n, features: d } if n == nodes => {
                    features.extend((0..d).map(|j| (block.offset + j, d)));
                }
                _ => return None,
            }
        }
        Some(Self { nodes, features })
    }

    /// `σ` that minimises `‖z − σ·w‖² = Σ_i ‖z_σ(i) − w_i‖²`.
    pub(super) fn best(&self, z: &[f64], w: &[f64]) -> Permutation {
        let (z, w) = (self.by_nodes(z), self.by_nodes(w));
        let (n, d) = (self.nodes, self.features.len().max(1));
        let mut costs = Vec::with_capacity(n * n);
        for w in w.chunks_exact(d) {
            for z in z.chunks_exact(d) {
                costs.push(z.iter().zip(w).map(|(z, w)| (z - w) * (z - w)).sum());
            }
        }
        let images = Matching::of_least_sum(n, &costs).columns;
        Permutation::from_fn(n, |i| images[i])
    }

    /// The features of the nodes, one node after the other; a zero for each where there are none.
    fn by_nodes(&self, code: &[f64]) -> Vec<f64> {
        if self.features.is_empty() {
            return vec![0.0; self.nodes];
        }
        let mut nodes = Vec::with_capacity(self.nodes * self.features.len());
        for node in 0..self.nodes {
            nodes
                .extend(self.features.iter().map(|&(offset, stride)| code[offset + node * stride]));
        }
        nodes
    }
}

/// `σ` that minimises `‖z − σ·w‖` for one scalar a node: it moves the entry of `w` of each rank to
/// the place of `z`'s entry of that rank.
pub(super) fn by_sorting(z: &[f64], w: &[f64]) -> Permutation {
    Permutation::sorting(z).inverse().compose(&Permutation::sorting(w))
}
