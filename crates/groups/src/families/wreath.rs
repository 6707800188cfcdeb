//! `G ≀ H`, the wreath product with a group of permutations.

use std::any::Any;
use std::sync::Arc;

use nalgebra::DMatrix;
use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::representation::{Action, BlockKind, SignedNodes};
use crate::{
    Cyclic, FiniteGroup, Group, GroupError, GroupOrder, Permutation, Representation, Symmetric,
};

/// The wreath product `G ≀ H = G^n ⋊ H`, where `H` permutes `n` things: one element of `G` for each
/// thing, then a permutation that moves the things,
/// `(f, σ)(f', τ) = (f · σf', στ)` with `(σf')(i) = f'(σ⁻¹(i))`.
///
/// It is the symmetry of a set of `n` parts, each with symmetry `G` of its own.
///
/// ```
/// use groups::{FiniteGroup, Wreath};
/// // B_3 = C_2 ≀ S_3, the symmetries of the cube.
/// let b3 = Wreath::hyperoctahedral(3)?;
/// assert_eq!(b3.order(), 48);
/// assert_eq!(b3.signed_permutations().dim(), 3);
/// # Ok::<(), groups::GroupError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Wreath<G, H> {
    part: G,
    top: H,
}

impl<G: Group, H: Group<Element = Permutation>> Wreath<G, H> {
    /// The wreath product of `part` with the permutation group `top`.
    pub fn new(part: G, top: H) -> Self {
        Self { part, top }
    }

    /// `G`, the group of one part.
    pub fn part(&self) -> &G {
        &self.part
    }

    /// `H`, which permutes the parts.
    pub fn top(&self) -> &H {
        &self.top
    }

    /// `n`, how many parts there are.
    pub fn parts(&self) -> usize {
        self.top.identity().degree()
    }

    /// The action on `Vⁿ`, one code a part: with `ρ` on each, `((f, σ)v)_{σ(i)} =
    /// ρ(f(σ(i))) v_i`.
    ///
    /// # Errors
    /// [`GroupError::GroupMismatch`] where `ρ` is of another group than [`part`](Self::part).
    pub fn on_parts(&self, rho: &Representation<G>) -> Result<Representation<Self>, GroupError> {
        if *rho.group() != self.part {
            return Err(GroupError::GroupMismatch {
                left: self.part.name(),
                right: rho.group().name(),
            });
        }
        let (n, d, rho) = (self.parts(), rho.dim(), rho.clone());
        let name = format!("{n} parts, each {}", rho.name());
        Ok(Representation::from_matrices(self, name, n * d, move |(f, sigma)| {
            let mut matrix = DMatrix::zeros(n * d, n * d);
            for (i, &image) in sigma.images().iter().enumerate() {
                let block = rho.matrix(&f[image]);
                matrix.view_mut((image * d, i * d), (d, d)).copy_from(&block);
            }
            matrix
        }))
    }
}

impl Wreath<Cyclic, Symmetric> {
    /// `B_n = C_2 ≀ S_n`, the symmetries of the `n`-dimensional cube, of order `2ⁿ n!`.
    ///
    /// # Errors
    /// [`GroupError::Empty`] for `n = 0`.
    pub fn hyperoctahedral(n: usize) -> Result<Self, GroupError> {
        Ok(Self::new(Cyclic::new(2)?, Symmetric::new(n)?))
    }

    /// The action on `R^n` that permutes coordinates and changes the signs of those where the part
    /// is an odd power of the generator of `C_N`; for `B_n`, where `N = 2`, the defining one. Where
    /// `N` is odd there is no sign and coordinates are only permuted.
    pub fn signed_permutations(&self) -> Representation<Self> {
        let (n, name) = (self.parts(), "signed permutations".into());
        if !self.part.order().is_multiple_of(2) {
            return Representation::permutation(self, name, n, |(_, sigma)| sigma.clone());
        }
        let action = Action::Signed(SignedNodes {
            signs: Arc::new(|(f, sigma): &(Vec<usize>, Permutation)| {
                (sigma.clone(), f.iter().map(|a| !a.is_multiple_of(2)).collect())
            }),
            element: Arc::new(|sigma, negative| {
                (negative.iter().map(|n| usize::from(*n)).collect(), sigma)
            }),
        });
        Representation::from_action(self, name, n, BlockKind::SignedNodes { nodes: n }, action)
    }
}

impl<G: Group, H: Group<Element = Permutation>> Group for Wreath<G, H> {
    type Element = (Vec<G::Element>, Permutation);

    fn name(&self) -> String {
        format!("{} ≀ {}", self.part.name(), self.top.name())
    }

    fn identity(&self) -> Self::Element {
        (vec![self.part.identity(); self.parts()], self.top.identity())
    }

    fn compose(&self, (f, sigma): &Self::Element, (g, tau): &Self::Element) -> Self::Element {
        let moved = sigma.act(g);
        let parts = f.iter().zip(&moved).map(|(a, b)| self.part.compose(a, b)).collect();
        (parts, self.top.compose(sigma, tau))
    }

    fn inverse(&self, (f, sigma): &Self::Element) -> Self::Element {
        let sigma = self.top.inverse(sigma);
        let inverses: Vec<_> = f.iter().map(|a| self.part.inverse(a)).collect();
        (sigma.act(&inverses), sigma)
    }

    /// Those of one part in each orbit of `H`, and those of `H`.
    fn generators(&self) -> Vec<Self::Element> {
        let n = self.parts();
        let top = self.top.generators();
        let mut reached = vec![false; n];
        let mut generators = Vec::new();
        for first in 0..n {
            if reached[first] {
                continue;
            }
            reached[first] = true;
            let mut frontier = vec![first];
            while let Some(i) = frontier.pop() {
                for sigma in &top {
                    let image = sigma.images()[i];
                    if !reached[image] {
                        reached[image] = true;
                        frontier.push(image);
                    }
                }
            }
            for s in self.part.generators() {
                let mut f = vec![self.part.identity(); n];
                f[first] = s;
                generators.push((f, self.top.identity()));
            }
        }
        let identity = vec![self.part.identity(); n];
        generators.extend(top.into_iter().map(|sigma| (identity.clone(), sigma)));
        generators
    }

    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> Self::Element {
        let parts = (0..self.parts()).map(|_| self.part.sample(rng)).collect();
        (parts, self.top.sample(rng))
    }

    fn same(&self, a: &Self::Element, b: &Self::Element) -> bool {
        a.1 == b.1 && a.0.iter().zip(&b.0).all(|(x, y)| self.part.same(x, y))
    }
}

impl<G: FiniteGroup, H: FiniteGroup<Element = Permutation>> FiniteGroup for Wreath<G, H> {
    fn order(&self) -> usize {
        (0..self.parts()).fold(self.top.order(), |order, _| order.saturating_mul(self.part.order()))
    }

    fn exact_order(&self) -> GroupOrder {
        (0..self.parts()).fold(self.top.exact_order(), |all, _| all.times(self.part.exact_order()))
    }

    fn element(&self, index: usize) -> Self::Element {
        let (mut rest, n) = (index / self.top.order(), self.part.order());
        let mut parts = Vec::with_capacity(self.parts());
        for _ in 0..self.parts() {
            parts.push(self.part.element(rest % n));
            rest /= n;
        }
        parts.reverse();
        (parts, self.top.element(index % self.top.order()))
    }

    fn index(&self, (f, sigma): &Self::Element) -> usize {
        let n = self.part.order();
        let parts = f.iter().fold(0, |index, a| index * n + self.part.index(a));
        parts * self.top.order() + self.top.index(sigma)
    }

    fn named_representations(&self) -> Vec<(&'static str, Representation<Self>)> {
        // Only C_N ≀ S_n has signs.
        let Some(signed) = (self as &dyn Any).downcast_ref::<Wreath<Cyclic, Symmetric>>() else {
            return vec![];
        };
        let natural: Box<dyn Any> = Box::new(signed.signed_permutations());
        natural.downcast().map(|natural| ("natural", *natural)).into_iter().collect()
    }
}
