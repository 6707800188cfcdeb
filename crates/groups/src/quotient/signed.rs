//! The best signed permutation of nodes: by linear assignment, each node with the better of two signs.

use super::matching::Matching;
use crate::representation::WithSigns;
use crate::{Group, Permutation, Representation};

/// Where the coordinates lie that move and change signs alike.
#[derive(Clone)]
pub(super) struct SignedLayout<G: Group> {
    nodes: usize,
    /// Where node 0 is, once for each copy.
    offsets: Vec<usize>,
    element: WithSigns<G>,
}

impl<G: Group> SignedLayout<G> {
    /// The layout of a sum of signed nodes and trivial blocks.
    pub(super) fn of(representation: &Representation<G>) -> Option<Self> {
        let (nodes, element) = representation.with_signs()?;
        let blocks = representation.blocks();
        let moved = blocks.iter().filter(|block| !block.kind.moves_coordinates());
        Some(Self { nodes, offsets: moved.map(|block| block.offset).collect(), element })
    }

    /// `g` that minimises `‖z − ρ(g)w‖`.
    ///
    /// Node `i` of `w` at the place `j` costs `min(‖z_j − w_i‖², ‖z_j + w_i‖²)`, whatever the other nodes do:
    /// signs are chosen one by one.
    pub(super) fn best(&self, z: &[f64], w: &[f64]) -> G::Element {
        let n = self.nodes;
        let square = |i: usize, j: usize, sign: f64| -> f64 {
            self.offsets.iter().map(|at| (z[at + j] - sign * w[at + i]).powi(2)).sum()
        };
        let costs: Vec<[f64; 2]> =
            (0..n * n).map(|k| [1.0, -1.0].map(|sign| square(k / n, k % n, sign))).collect();
        let mut negative = vec![false; n];
        if costs.as_flattened().iter().any(|cost| !cost.is_finite()) {
            return (self.element)(Permutation::identity(n), &negative);
        }
        let least: Vec<f64> = costs.iter().map(|[plus, minus]| plus.min(*minus)).collect();
        let places = Matching::of_least_sum(n, &least).columns;
        for (i, &j) in places.iter().enumerate() {
            let [plus, minus] = costs[i * n + j];
            negative[j] = minus < plus;
        }
        (self.element)(Permutation::from_fn(n, |i| places[i]), &negative)
    }
}

impl<G: Group> std::fmt::Debug for SignedLayout<G> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignedLayout({} nodes × {})", self.nodes, self.offsets.len())
    }
}
