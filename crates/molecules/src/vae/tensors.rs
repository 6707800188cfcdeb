//! Graphs as tensors.

use candle_core::{DType, Device, Tensor};
use equivariant_nn::permutation::NodeMask;

use super::{VaeConfig, VaeError};
use crate::graph::Graph;

/// A batch of graphs as a network reads them.
#[derive(Clone, Debug)]
pub struct GraphTensors {
    /// Kind of each node as one-hot vectors of the kinds, and the number that tells symmetric nodes
    /// apart, (B, n, kinds + 1), zero for a missing node; with [`VaeConfig::ranks`] then the place
    /// in the canonical order as a one-hot vector, (B, n, kinds + 1 + n).
    pub nodes: Tensor,
    /// Bond of each pair as one-hot vectors of orders 1 to 3, (B, n, n, 3).
    pub bonds: Tensor,
    /// Which nodes exist.
    pub mask: NodeMask,
    /// With [`VaeConfig::ranks`]: 1 where node `j` does not come after node `i` in the canonical
    /// order, (B, n, n) over `i, j`.
    pub(super) before: Option<Tensor>,
    /// Kind of each node, 0 for missing, (B·n) integers.
    pub kinds: Tensor,
    /// Bond order of each pair, (B·n·n) integers.
    pub orders: Tensor,
}

/// Bond orders that are told apart: none, single, double, triple.
pub(super) const ORDERS: usize = 4;

impl GraphTensors {
    /// Puts graphs into tensors.
    ///
    /// # Errors
    /// [`VaeError::Graphs`] where there are none, one has another number of nodes, or a kind or
    /// bond order that the configuration does not know.
    pub fn new(graphs: &[&Graph], config: &VaeConfig, device: &Device) -> Result<Self, VaeError> {
        let (b, n, k) = (graphs.len(), config.nodes, config.kinds);
        let refuse = |expected: String, found: String| Err(VaeError::Graphs { expected, found });
        if graphs.is_empty() {
            return refuse("at least one graph".into(), "none".into());
        }
        let width = config.node_features();
        let mut before = vec![0f32; if config.ranks { b * n * n } else { 0 }];
        let mut nodes = vec![0f32; b * n * width];
        let mut bonds = vec![0f32; b * n * n * (ORDERS - 1)];
        let mut mask = vec![0f32; b * n];
        let mut kinds = vec![0u32; b * n];
        let mut orders = vec![0u32; b * n * n];
        for (g, graph) in graphs.iter().enumerate() {
            if graph.len() != n {
                return refuse(format!("graphs of {n} nodes"), format!("{} nodes", graph.len()));
            }
            let ties = if config.ties { graph.ties() } else { vec![0.0; n] };
            let ranks = if config.ranks { graph.ranks() } else { Vec::new() };
            for (i, &kind) in graph.nodes().iter().enumerate() {
                let kind = usize::from(kind);
                if kind > k {
                    return refuse(format!("kinds up to {k}"), format!("kind {kind}"));
                }
                kinds[g * n + i] = kind as u32;
                let row = &mut nodes[(g * n + i) * width..][..width];
                if kind > 0 {
                    row[kind - 1] = 1.0;
                    mask[g * n + i] = 1.0;
                }
                row[k] = ties[i];
                if config.ranks {
                    row[k + 1 + ranks[i]] = 1.0;
                    for j in 0..n {
                        before[(g * n + i) * n + j] = f32::from(u8::from(ranks[j] <= ranks[i]));
                    }
                }
            }
            for (pair, &order) in graph.bonds().iter().enumerate() {
                let order = usize::from(order);
                if order >= ORDERS {
                    return refuse("bonds of order up to 3".into(), format!("order {order}"));
                }
                orders[g * n * n + pair] = order as u32;
                if order > 0 {
                    bonds[(g * n * n + pair) * (ORDERS - 1) + order - 1] = 1.0;
                }
            }
        }
        Ok(Self {
            before: match config.ranks {
                true => Some(Tensor::from_vec(before, (b, n, n), device)?),
                false => None,
            },
            nodes: Tensor::from_vec(nodes, (b, n, width), device)?,
            bonds: Tensor::from_vec(bonds, (b, n, n, ORDERS - 1), device)?,
            mask: NodeMask::new(&Tensor::from_vec(mask, (b, n), device)?.to_dtype(DType::F32)?)?,
            kinds: Tensor::from_vec(kinds, b * n, device)?,
            orders: Tensor::from_vec(orders, b * n * n, device)?,
        })
    }
}
