//! The best element of a large group of permutations, by branch and bound along its stabilizers.

use super::matching::Matching;
use super::nodes::Nodes;
use crate::families::permutation_group::stabilizer_chain::{Moves, StabilizerChain};
use crate::representation::orbits_of;
use crate::{Group, Permutation, Representation};

/// The most coordinates that are searched for nodes.
const LARGEST_DIM: usize = 4096;

/// The most nodes for which a chain is made.
const LARGEST_DEGREE: usize = 256;

/// Sums of squares that differ by less for each node, relative to them, are equal: 64 units of rounding.
const ROUNDING: f64 = 64.0 * f64::EPSILON;

/// A group element, and how it moves nodes.
#[derive(Debug, Clone)]
struct Moving<G: Group> {
    group: G,
    element: G::Element,
    sigma: Permutation,
}

impl<G: Group> Moves for Moving<G> {
    fn after(&self, first: &Self) -> Self {
        Self {
            group: self.group.clone(),
            element: self.group.compose(&self.element, &first.element),
            sigma: self.sigma.compose(&first.sigma),
        }
    }

    fn inverted(&self) -> Self {
        Self {
            group: self.group.clone(),
            element: self.group.inverse(&self.element),
            sigma: self.sigma.inverse(),
        }
    }

    fn images(&self) -> &[usize] {
        self.sigma.images()
    }
}

/// The chain of stabilizers of a group that permutes coordinates, with what bounds need.
///
/// Every element is `t_0 t_1 ⋯ t_m`, `t_i` from the transversal of `G_i`, and the first `i` factors decide
/// where all but the nodes go that `G_i` moves. An orbit `O` of `G_i` goes to `t_0 ⋯ t_{i−1} O`, however
/// the rest is chosen: the best assignment of one to the other bounds what is left.
#[derive(Debug)]
pub(super) struct Stabilizers<G: Group> {
    nodes: Nodes,
    /// Whether signs change: then a code is `(z, −z)`, whose entries are only moved.
    signed: bool,
    chain: StabilizerChain<Moving<G>>,
    /// For each level, and for the trivial group at the end, the orbits of nodes.
    orbits: Vec<Vec<Vec<usize>>>,
}

/// A search for the least `‖z − ρ(g)w‖²`.
struct Search<'a, G: Group> {
    of: &'a Stabilizers<G>,
    transversals: Vec<&'a [Moving<G>]>,
    /// `Σ (z_j − w_i)²` over features, `(i, j)` for nodes of one orbit.
    costs: Vec<f64>,
    best: f64,
    /// What must be below this to be better than the best.
    bar: f64,
    places: Vec<usize>,
    best_places: Vec<usize>,
}

impl<G: Group> Stabilizers<G> {
    /// Nothing for a representation that does not only move coordinates and change signs, or is too large.
    pub(super) fn of(representation: &Representation<G>) -> Option<Self> {
        let (group, dim) = (representation.group(), representation.dim());
        if dim == 0 || dim > LARGEST_DIM {
            return None;
        }
        let elements = group.generators();
        let signed = !representation.is_permutation();
        let dim = if signed { 2 * dim } else { dim };
        let sources: Option<Vec<Vec<usize>>> = elements
            .iter()
            .map(|g| match signed {
                true => Some(with_negatives(&representation.operator(g).signed_sources()?)),
                false => representation.operator(g).sources(),
            })
            .collect();
        let sources = sources?;
        let orbits = orbits_of(dim, &sources);
        let coordinates: Option<Vec<Permutation>> = sources
            .into_iter()
            .map(|sources| Some(Permutation::new(sources).ok()?.inverse()))
            .collect();
        let coordinates = coordinates?;
        let nodes = Nodes::new(dim, &orbits, &coordinates);
        if nodes.count() > LARGEST_DEGREE {
            return None;
        }
        let moving = |element: G::Element, sigma| Moving { group: group.clone(), element, sigma };
        let generators: Vec<Moving<G>> = elements
            .into_iter()
            .zip(&coordinates)
            .map(|(element, sigma)| moving(element, nodes.moved(sigma)))
            .collect();
        let identity = moving(group.identity(), Permutation::identity(nodes.count()));
        let chain = StabilizerChain::new(identity, &generators, &[]);
        let orbits = (0..=chain.transversals().count())
            .map(|level| {
                let maps: Vec<Vec<usize>> =
                    chain.generators_from(level).iter().map(|g| g.images().to_vec()).collect();
                orbits_of(nodes.count(), &maps)
            })
            .collect();
        Some(Self { nodes, signed, chain, orbits })
    }

    /// `g` that minimises `‖z − ρ(g)w‖²`, to a relative `n²·2⁻⁴⁸` for `n` nodes. With NaN the element is
    /// arbitrary.
    pub(super) fn best(&self, z: &[f64], w: &[f64]) -> G::Element {
        let with_negatives =
            |code: &[f64]| [code, &code.iter().map(|v| -v).collect::<Vec<_>>()].concat();
        let doubled = self.signed.then(|| (with_negatives(z), with_negatives(w)));
        let (z, w) = doubled.as_ref().map_or((z, w), |(z, w)| (&z[..], &w[..]));
        let n = self.nodes.count();
        let mut costs = vec![0.0; n * n];
        for orbit in &self.orbits[0] {
            for &i in orbit {
                for &j in orbit {
                    costs[i * n + j] = self.nodes.squared_distance(z, w, i, j);
                }
            }
        }
        if !costs.iter().all(|cost| cost.is_finite()) {
            return self.chain.identity().element.clone();
        }
        let transversals: Vec<&[Moving<G>]> = self.chain.transversals().collect();
        let mut search = Search {
            of: self,
            costs,
            best: f64::INFINITY,
            bar: f64::INFINITY,
            places: Vec::with_capacity(transversals.len()),
            best_places: vec![0; transversals.len()],
            transversals,
        };
        search.descend(&Permutation::identity(n));
        let identity = self.chain.identity();
        let factors = search.transversals.iter().zip(&search.best_places);
        factors.fold(identity.clone(), |product, (t, &place)| product.after(&t[place])).element
    }
}

/// How the entries of `(z, −z)` move where those of `z` move and change signs.
fn with_negatives(sources: &[(usize, bool)]) -> Vec<usize> {
    let dim = sources.len();
    let half = |second: bool| {
        sources.iter().map(move |&(i, negative)| if negative != second { dim + i } else { i })
    };
    half(false).chain(half(true)).collect()
}

impl<G: Group> Search<'_, G> {
    /// Goes on from the factors that are chosen, the most promising first.
    fn descend(&mut self, partial: &Permutation) {
        let level = self.places.len();
        let Some(transversal) = self.transversals.get(level).copied() else {
            let value = self.bound(partial, level);
            if value < self.best {
                self.best = value;
                self.bar = value * (1.0 - self.of.nodes.count() as f64 * ROUNDING);
                self.best_places.clone_from(&self.places);
            }
            return;
        };
        let mut branches: Vec<(f64, usize, Permutation)> = Vec::new();
        for (place, factor) in transversal.iter().enumerate() {
            let next = partial.compose(&factor.sigma);
            let bound = self.bound(&next, level + 1);
            branches.push((bound, place, next));
        }
        branches.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (bound, place, next) in branches {
            if bound >= self.bar {
                break;
            }
            self.places.push(place);
            self.descend(&next);
            self.places.pop();
        }
    }

    /// The least that any element with these first factors leaves. Cheaper bounds come first: where they
    /// are too high already, the assignment is left out.
    fn bound(&self, partial: &Permutation, level: usize) -> f64 {
        let (n, images) = (self.of.nodes.count(), partial.images());
        let orbits = &self.of.orbits[level];
        let cost = |i: usize, j: usize| self.costs[i * n + images[j]];
        // Each node of an orbit to its best place.
        let rough: f64 = orbits
            .iter()
            .flat_map(|orbit| {
                let least = move |i: &usize| {
                    orbit.iter().map(|j| cost(*i, *j)).fold(f64::INFINITY, f64::min)
                };
                orbit.iter().map(least)
            })
            .sum();
        if rough >= self.bar {
            return rough;
        }
        orbits.iter().map(|orbit| self.assigned(orbit, images)).sum()
    }

    /// The least that the nodes of an orbit leave at the places of its image.
    fn assigned(&self, orbit: &[usize], images: &[usize]) -> f64 {
        let n = self.of.nodes.count();
        let cost = |i: usize, j: usize| self.costs[orbit[i] * n + images[orbit[j]]];
        match orbit.len() {
            1 => cost(0, 0),
            2 => (cost(0, 0) + cost(1, 1)).min(cost(0, 1) + cost(1, 0)),
            count => {
                let costs: Vec<f64> =
                    (0..count * count).map(|k| cost(k / count, k % count)).collect();
                let places = Matching::of_least_sum(count, &costs).columns;
                places.iter().enumerate().map(|(i, j)| costs[i * count + j]).sum()
            }
        }
    }
}
