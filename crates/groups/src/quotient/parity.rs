//! The best permutation of nodes where its sign counts too: sums with the sign representation.

use super::matching::Matching;
use crate::group::Structure;
use crate::representation::BlockKind;
use crate::{Group, Permutation, Representation};

/// Where the features of nodes lie, and the coordinates that an odd permutation negates.
#[derive(Debug, Clone)]
pub(super) struct ParityLayout {
    nodes: usize,
    /// Per feature the offset of node 0 and the stride between nodes.
    features: Vec<(usize, usize)>,
    signs: Vec<usize>,
}

impl ParityLayout {
    /// The layout of a sum of node features, trivial blocks and one sign at least.
    pub(super) fn of<G: Group>(representation: &Representation<G>, nodes: usize) -> Option<Self> {
        let Structure::Symmetric { element, .. } = representation.group().structure() else {
            return None;
        };
        let swap = Permutation::from_fn(nodes, |i| if i < 2 && nodes > 1 { 1 - i } else { i });
        let moves = representation.operator(&element(swap)).signed_sources()?;
        let (mut features, mut signs) = (Vec::new(), Vec::new());
        for block in representation.blocks() {
            match block.kind {
                BlockKind::Trivial => {}
                BlockKind::NodeFeatures { nodes: n, features: d } if n == nodes => {
                    features.extend((0..d).map(|j| (block.offset + j, d)));
                }
                // S_n has two representations on a line.
                BlockKind::Orthogonal if block.dim == 1 => {
                    signs.extend(moves[block.offset].1.then_some(block.offset));
                }
                _ => return None,
            }
        }
        Some(Self { nodes, features, signs })
    }

    /// `σ` that minimises `‖z − ρ(σ)w‖²`, the best of the even and the best of the odd permutations.
    ///
    /// With one feature a node these are those of sorted entries, and one that exchanges the places of two
    /// neighbours in the order: an odd `τ` moves the first `k` of the sorted entries to themselves not for all
    /// `k`, and where it does not, it adds `2(w_{k+1} − w_k)(z_{k+1} − z_k)` at least.
    ///
    /// With more features see [`of_other_parity`].
    pub(super) fn best(&self, z: &[f64], w: &[f64]) -> Permutation {
        let n = self.nodes;
        let square = |i: usize, j: usize| -> f64 {
            self.features
                .iter()
                .map(|&(offset, stride)| (z[offset + j * stride] - w[offset + i * stride]).powi(2))
                .sum()
        };
        // What an odd permutation costs more by its sign, `‖z + w‖² − ‖z − w‖²` over these coordinates.
        let odd: f64 = self.signs.iter().map(|&i| 4.0 * z[i] * w[i]).sum();
        let finite = |code: &[f64]| code.iter().all(|v| v.is_finite());
        if !finite(z) || !finite(w) {
            return Permutation::identity(n);
        }
        // What the other parity gains by the sign.
        let gain = |best: &Permutation| -f64::from(best.sign()) * odd;
        if let [(offset, stride)] = self.features[..] {
            let values =
                |code: &[f64]| -> Vec<f64> { (0..n).map(|i| code[offset + i * stride]).collect() };
            let (z, w) = (values(z), values(w));
            let (ranks_z, ranks_w) = (Permutation::sorting(&z), Permutation::sorting(&w));
            let (places, nodes) = (ranks_z.inverse(), ranks_w.inverse());
            let best = places.compose(&ranks_w);
            let step = |values: &[f64], order: &Permutation, k: usize| {
                values[order.images()[k + 1]] - values[order.images()[k]]
            };
            let more = |k: usize| 2.0 * step(&z, &places, k) * step(&w, &nodes, k);
            let cheapest = (0..n.saturating_sub(1)).min_by(|a, b| more(*a).total_cmp(&more(*b)));
            return match cheapest {
                Some(k) if more(k) < gain(&best) => {
                    exchanged(&best, nodes.images()[k], nodes.images()[k + 1])
                }
                _ => best,
            };
        }
        let costs: Vec<f64> = (0..n * n).map(|k| square(k / n, k % n)).collect();
        let least = Matching::of_least_sum(n, &costs);
        let best = Permutation::from_fn(n, |i| least.columns[i]);
        let gain = gain(&best);
        if gain <= 0.0 {
            return best;
        }
        // Row i gives its column up for that of row k.
        let more = |i: usize, k: usize| {
            let j = least.columns[k];
            least.more(i, j, costs[i * n + j])
        };
        match of_other_parity(n, more, gain) {
            Some(next) => Permutation::from_fn(n, |i| least.columns[next[i]]),
            None => best,
        }
    }
}

fn exchanged(sigma: &Permutation, i: usize, l: usize) -> Permutation {
    let images = sigma.images();
    Permutation::from_fn(images.len(), |k| match k {
        k if k == i => images[l],
        k if k == l => images[i],
        k => images[k],
    })
}

/// The odd permutation `τ` of least `Σ more(i, τ(i))`, where that is below `most`; `more ≥ 0`, and zero
/// for `i` itself.
///
/// An odd permutation has a cycle of even length, and the others add nothing but costs: it is one such
/// cycle. Those of two give a first bound; longer ones are searched from their first member on, as long as
/// the shortest way back leaves them below it. This is quick where few permutations are nearly as good as
/// the best, and exponential at worst.
fn of_other_parity(n: usize, more: impl Fn(usize, usize) -> f64, most: f64) -> Option<Vec<usize>> {
    let more: Vec<f64> = (0..n * n).map(|k| more(k / n, k % n)).collect();
    let mut search = Search { n, best: (most, None), path: Vec::new(), back: more.clone(), more };
    for i in 0..n {
        for k in i + 1..n {
            search.path = vec![i, k];
            search.close(search.more[i * n + k]);
        }
    }
    if search.best.0 == 0.0 {
        return search.images();
    }
    // The shortest ways, by Floyd and Warshall.
    for via in 0..n {
        for i in 0..n {
            for k in 0..n {
                let length = search.back[i * n + via] + search.back[via * n + k];
                if length < search.back[i * n + k] {
                    search.back[i * n + k] = length;
                }
            }
        }
    }
    let mut free = vec![true; n];
    for first in 0..n {
        search.path = vec![first];
        free[first] = false;
        // The first member of a cycle is the least; those before have been tried.
        search.descend(0.0, &mut free);
    }
    search.images()
}

struct Search {
    n: usize,
    more: Vec<f64>,
    back: Vec<f64>,
    path: Vec<usize>,
    best: (f64, Option<Vec<usize>>),
}

impl Search {
    /// The best cycle as a permutation.
    fn images(&self) -> Option<Vec<usize>> {
        let cycle = self.best.1.as_ref()?;
        let mut images: Vec<usize> = (0..self.n).collect();
        for (i, k) in cycle.iter().zip(cycle.iter().cycle().skip(1)) {
            images[*i] = *k;
        }
        Some(images)
    }

    /// The path as a cycle.
    fn close(&mut self, length: f64) {
        let (first, last) = (self.path[0], self.path[self.path.len() - 1]);
        let length = length + self.more[last * self.n + first];
        if length < self.best.0 {
            self.best = (length, Some(self.path.clone()));
        }
    }

    fn descend(&mut self, length: f64, free: &mut [bool]) {
        let (first, last) = (self.path[0], self.path[self.path.len() - 1]);
        if self.path.len().is_multiple_of(2) {
            self.close(length);
        }
        for next in first + 1..self.n {
            let length = length + self.more[last * self.n + next];
            if free[next] && length + self.back[next * self.n + first] < self.best.0 {
                free[next] = false;
                self.path.push(next);
                self.descend(length, free);
                self.path.pop();
                free[next] = true;
            }
        }
    }
}
