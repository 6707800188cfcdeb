//! Coordinates that move together.

use crate::Permutation;

/// The coordinates of a permutation representation, put together to nodes: those that every element
/// moves alike, such as the features of one node.
#[derive(Debug, Clone)]
pub(super) struct Nodes {
    /// The coordinates of each node, alike features in the same place.
    coordinates: Vec<Vec<usize>>,
    /// The node of each coordinate.
    node_of: Vec<usize>,
}

impl Nodes {
    /// The nodes of the coordinates that the generators permute. `orbits` are those of coordinates.
    ///
    /// The points of two orbits move alike if the orbit of a pair of them has as many members as
    /// each orbit: then the pairs are a bijection that commutes with the group.
    pub(super) fn new(dim: usize, orbits: &[Vec<usize>], generators: &[Permutation]) -> Self {
        let mut classes: Vec<Vec<Vec<usize>>> = Vec::new();
        for orbit in orbits {
            let alike = classes.iter_mut().find_map(|class| {
                let first: Vec<usize> = class.iter().map(|node| node[0]).collect();
                (first.len() == orbit.len())
                    .then(|| orbit.iter().find_map(|&q| partners(dim, &first, q, generators)))
                    .flatten()
                    .map(|partners| (class, partners))
            });
            match alike {
                Some((class, partners)) => {
                    class.iter_mut().zip(partners).for_each(|(node, partner)| node.push(partner));
                }
                None => classes.push(orbit.iter().map(|&point| vec![point]).collect()),
            }
        }
        let coordinates: Vec<Vec<usize>> = classes.into_iter().flatten().collect();
        let mut node_of = vec![0; dim];
        for (node, members) in coordinates.iter().enumerate() {
            members.iter().for_each(|&coordinate| node_of[coordinate] = node);
        }
        Self { coordinates, node_of }
    }

    pub(super) fn count(&self) -> usize {
        self.coordinates.len()
    }

    /// How nodes move where coordinates move so.
    pub(super) fn moved(&self, coordinates: &Permutation) -> Permutation {
        Permutation::from_fn(self.count(), |node| {
            self.node_of[coordinates.images()[self.coordinates[node][0]]]
        })
    }

    /// `Σ (z_j − w_i)²` over the features of node `j` of `z` and node `i` of `w`, which move alike.
    pub(super) fn squared_distance(&self, z: &[f64], w: &[f64], i: usize, j: usize) -> f64 {
        let pairs = self.coordinates[i].iter().zip(&self.coordinates[j]);
        pairs.map(|(&i, &j)| (z[j] - w[i]) * (z[j] - w[i])).sum()
    }
}

/// For every point of an orbit the one that moves like it, where the first moves like `q`.
fn partners(
    dim: usize,
    orbit: &[usize],
    q: usize,
    generators: &[Permutation],
) -> Option<Vec<usize>> {
    let mut partner = vec![None; dim];
    let mut taken = vec![false; dim];
    partner[orbit[0]] = Some(q);
    taken[q] = true;
    let mut frontier = vec![(orbit[0], q)];
    while let Some((a, b)) = frontier.pop() {
        for generator in generators {
            let (a, b) = (generator.images()[a], generator.images()[b]);
            match partner[a] {
                Some(known) if known == b => {}
                None if !taken[b] => {
                    (partner[a], taken[b]) = (Some(b), true);
                    frontier.push((a, b));
                }
                _ => return None,
            }
        }
    }
    orbit.iter().map(|&point| partner[point]).collect()
}
