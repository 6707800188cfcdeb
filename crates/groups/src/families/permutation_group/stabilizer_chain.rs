//! The chain of stabilizers `G = G₀ ≥ G₁ ≥ … ≥ 1` of a permutation group, by Schreier and Sims.

use crate::Permutation;

/// What a chain is made of: permutations, perhaps with the group elements that they come from.
pub(crate) trait Moves: Clone {
    /// The product, `first` acting first.
    fn after(&self, first: &Self) -> Self;

    /// The inverse.
    fn inverted(&self) -> Self;

    /// Where the points go.
    fn images(&self) -> &[usize];
}

impl Moves for Permutation {
    fn after(&self, first: &Self) -> Self {
        self.compose(first)
    }

    fn inverted(&self) -> Self {
        self.inverse()
    }

    fn images(&self) -> &[usize] {
        self.images()
    }
}

/// A base and a strong generating set: `levels[i]` describes `G_i`, the elements that fix the first
/// `i` base points, through the orbit of base point `i` under it.
///
/// Every element is `t₀ t₁ ⋯` in exactly one way, `t_i` a member of the transversal of level `i`.
#[derive(Debug)]
pub(crate) struct StabilizerChain<M = Permutation> {
    identity: M,
    levels: Vec<Level<M>>,
}

#[derive(Debug)]
struct Level<M> {
    point: usize,
    orbit: Vec<usize>,
    /// For every point its place in the orbit.
    place: Vec<Option<usize>>,
    /// `transversal[i]` takes the base point to `orbit[i]`; the first is the identity.
    transversal: Vec<M>,
    inverses: Vec<M>,
    generators: Vec<M>,
}

impl<M: Moves> Level<M> {
    fn new(identity: &M, point: usize) -> Self {
        let mut place = vec![None; identity.images().len()];
        place[point] = Some(0);
        Self {
            point,
            orbit: vec![point],
            place,
            transversal: vec![identity.clone()],
            inverses: vec![identity.clone()],
            generators: vec![],
        }
    }
}

impl<M: Moves> StabilizerChain<M> {
    /// The chain of the group that `generators` generate. The base starts with `base` and goes on
    /// with points that are moved.
    ///
    /// Schreier's lemma: where `t_p` takes the base point to `p`, the elements
    /// `t_{s(p)}⁻¹ s t_p` over all `p` in the orbit and generators `s` generate the stabilizer. Each
    /// is sifted through the levels below and added where it is new.
    pub(crate) fn new(identity: M, generators: &[M], base: &[usize]) -> Self {
        let levels = base.iter().map(|&point| Level::new(&identity, point)).collect();
        let mut chain = Self { identity, levels };
        for generator in generators {
            if !chain.contains_from(0, generator) {
                chain.extend(0, generator.clone());
            }
        }
        chain
    }

    /// Adds to level `i` a generator that its group does not hold yet, and completes the levels
    /// from there.
    fn extend(&mut self, i: usize, generator: M) {
        if i == self.levels.len() {
            // A member of no level so far moves some point.
            let moved = generator.images().iter().enumerate().position(|(p, &image)| p != image);
            let Some(point) = moved else { return };
            self.levels.push(Level::new(&self.identity, point));
        }
        self.levels[i].generators.push(generator);
        let newest = self.levels[i].generators.len() - 1;
        let known = self.levels[i].orbit.len();
        let mut next = 0;
        while next < self.levels[i].orbit.len() {
            // Points from before have met all generators but the newest.
            let first = if next < known { newest } else { 0 };
            for s in first..=newest {
                let level = &mut self.levels[i];
                let moved = level.generators[s].after(&level.transversal[next]);
                let image = moved.images()[level.point];
                match level.place[image] {
                    None => {
                        level.place[image] = Some(level.orbit.len());
                        level.orbit.push(image);
                        level.inverses.push(moved.inverted());
                        level.transversal.push(moved);
                    }
                    Some(place) => {
                        let schreier = level.inverses[place].after(&moved);
                        if !self.contains_from(i + 1, &schreier) {
                            self.extend(i + 1, schreier);
                        }
                    }
                }
            }
            next += 1;
        }
    }

    /// Whether `g` is a product of transversal elements of the levels from `i` on.
    fn contains_from(&self, i: usize, g: &M) -> bool {
        let mut rest = g.clone();
        for level in &self.levels[i..] {
            match level.place[rest.images()[level.point]] {
                None => return false,
                Some(0) => {}
                Some(place) => rest = level.inverses[place].after(&rest),
            }
        }
        is_identity(&rest)
    }

    /// The places of `g`'s transversal elements, or nothing where `g` is not a member.
    pub(super) fn sift(&self, g: &M) -> Option<Vec<usize>> {
        let mut rest = g.clone();
        let mut places = Vec::with_capacity(self.levels.len());
        for level in &self.levels {
            let place = level.place[rest.images()[level.point]]?;
            rest = level.inverses[place].after(&rest);
            places.push(place);
        }
        is_identity(&rest).then_some(places)
    }

    /// `t₀ t₁ ⋯` for the given places, one a level.
    pub(super) fn product(&self, mut place: impl FnMut(usize) -> usize) -> M {
        // From the last level up, so that places are drawn in the same order as `index` adds them.
        let mut product = self.identity.clone();
        for level in self.levels.iter().rev() {
            product = level.transversal[place(level.orbit.len())].after(&product);
        }
        product
    }

    pub(super) fn base(&self) -> Vec<usize> {
        self.levels.iter().map(|level| level.point).collect()
    }

    pub(super) fn orbit_lengths(&self) -> Vec<usize> {
        self.levels.iter().map(|level| level.orbit.len()).collect()
    }

    /// Generators of the elements that fix the first base point.
    pub(super) fn first_stabilizer(&self) -> Vec<M> {
        self.generators_from(1)
    }

    /// Generators of `G_i`.
    pub(crate) fn generators_from(&self, i: usize) -> Vec<M> {
        self.levels[i..].iter().flat_map(|level| level.generators.iter().cloned()).collect()
    }

    /// The transversals, level by level.
    pub(crate) fn transversals(&self) -> impl Iterator<Item = &[M]> {
        self.levels.iter().map(|level| &level.transversal[..])
    }

    /// The identity.
    pub(crate) fn identity(&self) -> &M {
        &self.identity
    }
}

fn is_identity(g: &impl Moves) -> bool {
    g.images().iter().enumerate().all(|(i, &image)| i == image)
}
