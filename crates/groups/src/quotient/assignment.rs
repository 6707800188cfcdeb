//! The best permutation of nodes: by sorting for one scalar a node, else by linear assignment.

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;

use crate::representation::{Block, BlockKind};
use crate::{Permutation, Real};

/// Gains are rounded to integers below this before they are assigned, so that the algorithm is
/// exact on them; the assignment found is optimal to `n · 2⁻⁴⁰` of the largest gain.
const RESOLUTION: f64 = (1u64 << 40) as f64;

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

    /// `σ` that minimises `‖z − σ·w‖`: it maximises `Σ_i ⟨z_σ(i), w_i⟩`.
    pub(super) fn best<T: Real>(&self, z: &[T], w: &[T]) -> Permutation {
        let n = self.nodes;
        let gain = |i: usize, j: usize| -> f64 {
            self.features
                .iter()
                .map(|&(offset, stride)| {
                    w[offset + i * stride].as_f64() * z[offset + j * stride].as_f64()
                })
                .sum()
        };
        let gains: Vec<f64> = (0..n * n).map(|k| gain(k / n, k % n)).collect();
        let largest = gains.iter().fold(0.0f64, |m, g| m.max(g.abs()));
        let scale = if largest > 0.0 && largest.is_finite() { RESOLUTION / largest } else { 0.0 };
        let rounded = Matrix::from_fn(n, n, |(i, j)| (gains[i * n + j] * scale).round() as i64);
        let (_, images) = kuhn_munkres(&rounded);
        Permutation::from_fn(n, |i| images[i])
    }
}

/// `σ` that minimises `‖z − σ·w‖` for one scalar a node: it moves the entry of `w` of each rank to
/// the place of `z`'s entry of that rank.
pub(super) fn by_sorting<T: Real>(z: &[T], w: &[T]) -> Permutation {
    Permutation::sorting(z).inverse().compose(&Permutation::sorting(w))
}
