//! `G × H`, the direct product.

use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::{Cyclic, FiniteGroup, Group, GroupError, GroupOrder};

/// The direct product `G × H`: pairs that compose component by component.
///
/// Products nest: `Product::new(Product::new(a, b), c)`.
///
/// ```
/// use groups::{Cyclic, FiniteGroup, Group, Product};
/// let g = Product::new(Cyclic::new(2)?, Cyclic::new(3)?);
/// assert_eq!(g.order(), 6);
/// assert_eq!(g.compose(&(1, 2), &(1, 2)), (0, 1));
/// # Ok::<(), groups::GroupError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Product<G, H> {
    first: G,
    second: H,
}

impl<G: Group, H: Group> Product<G, H> {
    /// The direct product of two groups.
    pub fn new(first: G, second: H) -> Self {
        Self { first, second }
    }

    /// The first factor.
    pub fn first(&self) -> &G {
        &self.first
    }

    /// The second factor.
    pub fn second(&self) -> &H {
        &self.second
    }
}

impl Product<Cyclic, Cyclic> {
    /// `Z_n² = C_n × C_n`, the translations of a periodic `n × n` grid.
    ///
    /// # Errors
    /// [`GroupError::Empty`] for `n = 0`.
    pub fn grid(n: usize) -> Result<Self, GroupError> {
        Ok(Self::new(Cyclic::new(n)?, Cyclic::new(n)?))
    }
}

impl<G: Group, H: Group> Group for Product<G, H> {
    type Element = (G::Element, H::Element);

    fn name(&self) -> String {
        format!("{} × {}", self.first.name(), self.second.name())
    }

    fn identity(&self) -> Self::Element {
        (self.first.identity(), self.second.identity())
    }

    fn compose(&self, a: &Self::Element, b: &Self::Element) -> Self::Element {
        (self.first.compose(&a.0, &b.0), self.second.compose(&a.1, &b.1))
    }

    fn inverse(&self, a: &Self::Element) -> Self::Element {
        (self.first.inverse(&a.0), self.second.inverse(&a.1))
    }

    fn generators(&self) -> Vec<Self::Element> {
        let first = self.first.generators().into_iter().map(|g| (g, self.second.identity()));
        let second = self.second.generators().into_iter().map(|h| (self.first.identity(), h));
        first.chain(second).collect()
    }

    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> Self::Element {
        (self.first.sample(rng), self.second.sample(rng))
    }

    fn same(&self, a: &Self::Element, b: &Self::Element) -> bool {
        self.first.same(&a.0, &b.0) && self.second.same(&a.1, &b.1)
    }
}

impl<G: FiniteGroup, H: FiniteGroup> FiniteGroup for Product<G, H> {
    fn order(&self) -> usize {
        self.first.order().saturating_mul(self.second.order())
    }

    fn exact_order(&self) -> GroupOrder {
        self.first.exact_order().times(self.second.exact_order())
    }

    fn element(&self, index: usize) -> Self::Element {
        let n = self.second.order();
        (self.first.element(index / n), self.second.element(index % n))
    }

    fn index(&self, element: &Self::Element) -> usize {
        self.first.index(&element.0) * self.second.order() + self.second.index(&element.1)
    }
}
