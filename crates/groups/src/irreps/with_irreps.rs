//! Any finite group, made to know its irreps.

use rand::Rng;

use super::Irreps;
use crate::group::Structure;
use crate::representation::Irrep;
use crate::{FiniteGroup, Group, GroupError, HasIrreps};

/// A finite group together with its irreps: the same elements and law, and [`HasIrreps`], which
/// Fourier analysis over the group asks for.
///
/// ```
/// use groups::{HasIrreps, PermutationGroup, Representation, WithIrreps};
/// let group = WithIrreps::new(PermutationGroup::alternating(5)?)?;
/// assert_eq!(group.irreps().len(), 5);
/// assert_eq!(Representation::regular(&group).dim(), 60);
/// # Ok::<(), groups::GroupError>(())
/// ```
#[derive(Debug, Clone)]
pub struct WithIrreps<G: FiniteGroup> {
    irreps: Irreps<G>,
}

impl<G: FiniteGroup> WithIrreps<G> {
    /// Computes the irreps of a group.
    ///
    /// # Errors
    /// [`GroupError::TooLarge`] above 6,000 elements.
    pub fn new(group: G) -> Result<Self, GroupError> {
        Ok(Self { irreps: Irreps::of(&group)? })
    }

    /// The group by itself.
    pub fn group(&self) -> &G {
        self.irreps.group()
    }

    /// Its irreps, as representations of the group by itself.
    pub fn theory(&self) -> &Irreps<G> {
        &self.irreps
    }
}

impl<G: FiniteGroup> PartialEq for WithIrreps<G> {
    fn eq(&self, other: &Self) -> bool {
        self.group() == other.group()
    }
}

impl<G: FiniteGroup> Group for WithIrreps<G> {
    type Element = G::Element;

    fn name(&self) -> String {
        self.group().name()
    }

    fn identity(&self) -> G::Element {
        self.group().identity()
    }

    fn compose(&self, a: &G::Element, b: &G::Element) -> G::Element {
        self.group().compose(a, b)
    }

    fn inverse(&self, a: &G::Element) -> G::Element {
        self.group().inverse(a)
    }

    fn generators(&self) -> Vec<G::Element> {
        self.group().generators()
    }

    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> G::Element {
        self.group().sample(rng)
    }

    fn same(&self, a: &G::Element, b: &G::Element) -> bool {
        self.group().same(a, b)
    }

    fn structure(&self) -> Structure<G::Element> {
        self.group().structure()
    }
}

impl<G: FiniteGroup> FiniteGroup for WithIrreps<G> {
    fn named_irreps(&self) -> Result<Vec<Irrep<Self>>, GroupError> {
        Ok(self.irreps())
    }

    fn order(&self) -> usize {
        self.group().order()
    }

    fn element(&self, index: usize) -> G::Element {
        self.group().element(index)
    }

    fn index(&self, element: &G::Element) -> usize {
        self.group().index(element)
    }
}

impl<G: FiniteGroup> HasIrreps for WithIrreps<G> {
    fn irreps(&self) -> Vec<Irrep<Self>> {
        self.irreps.real().iter().map(|psi| psi.over(self)).collect()
    }
}
