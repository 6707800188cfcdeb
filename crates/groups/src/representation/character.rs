//! Characters, irreps and multiplicities.

use super::{LISTING_LIMIT, Representation};
use crate::{FiniteGroup, Group, GroupError};

/// The type of a real irrep, which is the real division algebra of the maps that commute with it.
///
/// Serre, *Linear Representations of Finite Groups*, §13.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IrrepType {
    /// Only multiples of the identity commute with it; irreducible over the complex numbers too.
    Real,
    /// The commuting maps are the complex numbers; over them it splits into `ψ ⊕ ψ̄`.
    Complex,
    /// The commuting maps are the quaternions; over the complex numbers it splits into `ψ ⊕ ψ`.
    Quaternionic,
}

impl IrrepType {
    /// `dim Hom_G(ψ, ψ)`: 1, 2 or 4, which is also `⟨χ_ψ, χ_ψ⟩`.
    pub fn endomorphism_dim(self) -> usize {
        match self {
            Self::Real => 1,
            Self::Complex => 2,
            Self::Quaternionic => 4,
        }
    }
}

/// An irreducible real representation and its type.
#[derive(Debug, Clone)]
pub struct Irrep<G: Group> {
    representation: Representation<G>,
    kind: IrrepType,
}

impl<G: Group> Irrep<G> {
    pub(crate) fn new(representation: Representation<G>, kind: IrrepType) -> Self {
        Self { representation, kind }
    }

    /// The same matrices as a representation of another group with the same elements.
    pub(crate) fn over<H: Group<Element = G::Element>>(&self, group: &H) -> Irrep<H> {
        let representation = self.representation.pulled_back(group, G::Element::clone);
        Irrep { representation, kind: self.kind }
    }

    /// `representation` of another group as an irrep of this type.
    pub(crate) fn made_of<H: Group>(&self, representation: Representation<H>) -> Irrep<H> {
        Irrep { representation, kind: self.kind }
    }

    /// The representation.
    pub fn representation(&self) -> &Representation<G> {
        &self.representation
    }

    /// Its type.
    pub fn kind(&self) -> IrrepType {
        self.kind
    }
}

impl<G: Group> Representation<G> {
    /// The character `χ_ρ(g) = tr ρ(g)`.
    pub fn character(&self, g: &G::Element) -> f64 {
        self.operator(g).trace()
    }
}

impl<G: FiniteGroup> Representation<G> {
    /// `⟨χ_ρ, χ_σ⟩ = |G|⁻¹ Σ_g χ_ρ(g) χ_σ(g)`, which is `dim Hom_G(ρ, σ)`.
    ///
    /// # Errors
    /// [`GroupError::TooLarge`] above 50,000 elements, [`GroupError::GroupMismatch`] for
    /// representations of different groups.
    pub fn character_product(&self, other: &Self) -> Result<f64, GroupError> {
        if self.group != other.group {
            return Err(GroupError::GroupMismatch {
                left: self.group.name(),
                right: other.group.name(),
            });
        }
        let order = self.group.order();
        if order > LISTING_LIMIT {
            return Err(GroupError::TooLarge {
                operation: "the inner product of characters",
                group: self.group.name(),
                order,
                limit: LISTING_LIMIT,
            });
        }
        let sum: f64 =
            self.group.elements().map(|g| self.character(&g) * other.character(&g)).sum();
        Ok(sum / order as f64)
    }

    /// How often a real irrep occurs in this representation,
    /// `⟨χ_ρ, χ_ψ⟩ / dim Hom_G(ψ, ψ)`.
    ///
    /// # Errors
    /// As [`character_product`](Self::character_product).
    pub fn multiplicity(&self, irrep: &Irrep<G>) -> Result<usize, GroupError> {
        let product = self.character_product(&irrep.representation)?;
        Ok((product / irrep.kind.endomorphism_dim() as f64).round() as usize)
    }
}
