//! What the words of this module mean for each group.

use nalgebra::DMatrix;

use super::element;
use crate::{
    Cyclic, Dihedral, DihedralElement, FiniteGroup, Group, GroupError, HasIrreps, Irrep, Irreps,
    MatrixGroup, Permutation, PermutationGroup, PlanarGroup, Representation, Symmetric, TableGroup,
    Wreath,
};

/// A finite group whose representations and elements have names.
pub trait NamedGroup: FiniteGroup {
    /// Representations with a name of their own, besides `regular`, `trivial` and the irreps.
    fn named_representations(&self) -> Vec<(&'static str, Representation<Self>)> {
        vec![]
    }

    /// `n` where the group permutes `n` nodes.
    fn nodes(&self) -> Option<usize> {
        None
    }

    /// `R^{n×d}`, stored row by row, where the group permutes nodes.
    fn per_node(&self, _d: usize) -> Option<Representation<Self>> {
        None
    }

    /// The irreps, each with its name.
    ///
    /// # Errors
    /// [`GroupError::TooLarge`] above 6,000 elements.
    fn named_irreps(&self) -> Result<Vec<Irrep<Self>>, GroupError> {
        Ok(Irreps::of(self)?.real().to_vec())
    }

    /// How elements are written, for messages.
    fn element_syntax(&self) -> String {
        match self.order() {
            usize::MAX => "a smaller group: this one has too many elements for names".into(),
            order => format!("a number from 0 to {}", order - 1),
        }
    }

    /// The element of this name; a number is that of the element.
    fn read_element(&self, text: &str) -> Option<Self::Element> {
        let index = text.trim().parse().ok()?;
        (index < self.order() && self.order() < usize::MAX).then(|| self.element(index))
    }

    /// A name of an element, which [`read_element`](Self::read_element) reads.
    fn write_element(&self, g: &Self::Element) -> String {
        if self.order() < usize::MAX { self.index(g).to_string() } else { format!("{g:?}") }
    }
}

fn plane<G: PlanarGroup>(group: &G) -> Vec<(&'static str, Representation<G>)> {
    let g = group.clone();
    let matrix =
        move |a: &G::Element| DMatrix::from_iterator(2, 2, g.planar_matrix(a).iter().copied());
    vec![("natural", Representation::from_matrices(group, "natural".into(), 2, matrix))]
}

impl NamedGroup for Cyclic {
    fn named_representations(&self) -> Vec<(&'static str, Representation<Self>)> {
        plane(self)
    }

    fn named_irreps(&self) -> Result<Vec<Irrep<Self>>, GroupError> {
        Ok(self.irreps())
    }

    fn element_syntax(&self) -> String {
        format!("a number from 0 to {} or a power of the generator such as r^3", self.order() - 1)
    }

    fn read_element(&self, text: &str) -> Option<usize> {
        match element::word(text)? {
            (k, false) => Some(self.power(&(1 % self.order()), k)),
            (_, true) => None,
        }
    }
}

impl NamedGroup for Dihedral {
    fn named_representations(&self) -> Vec<(&'static str, Representation<Self>)> {
        plane(self)
    }

    fn named_irreps(&self) -> Result<Vec<Irrep<Self>>, GroupError> {
        Ok(self.irreps())
    }

    fn element_syntax(&self) -> String {
        format!("a number from 0 to {}, or a word such as r^3, s or r^3 s", self.order() - 1)
    }

    /// Rotations come first in the numbering, then the reflections.
    fn read_element(&self, text: &str) -> Option<DihedralElement> {
        if let Ok(index) = text.trim().parse::<usize>() {
            return (index < self.order()).then(|| self.element(index));
        }
        let (k, reflected) = element::word(text)?;
        let n = i64::try_from(self.order() / 2).ok()?;
        Some(DihedralElement { rotation: usize::try_from(k.rem_euclid(n)).ok()?, reflected })
    }

    fn write_element(&self, g: &DihedralElement) -> String {
        format!("r^{}{}", g.rotation, if g.reflected { " s" } else { "" })
    }
}

impl NamedGroup for Symmetric {
    fn named_representations(&self) -> Vec<(&'static str, Representation<Self>)> {
        vec![("natural", self.natural()), ("sign", self.sign())]
    }

    fn nodes(&self) -> Option<usize> {
        Some(self.degree())
    }

    fn per_node(&self, d: usize) -> Option<Representation<Self>> {
        Some(self.node_features(d))
    }

    fn element_syntax(&self) -> String {
        element::permutation_syntax(self.order())
    }

    fn read_element(&self, text: &str) -> Option<Permutation> {
        element::permutation(self, self.degree(), text)
    }

    fn write_element(&self, g: &Permutation) -> String {
        format!("{:?}", g.images())
    }
}

impl NamedGroup for PermutationGroup {
    fn named_representations(&self) -> Vec<(&'static str, Representation<Self>)> {
        vec![("natural", self.natural())]
    }

    fn nodes(&self) -> Option<usize> {
        Some(self.degree())
    }

    fn per_node(&self, d: usize) -> Option<Representation<Self>> {
        Some(self.node_features(d))
    }

    fn element_syntax(&self) -> String {
        element::permutation_syntax(self.order())
    }

    fn read_element(&self, text: &str) -> Option<Permutation> {
        element::permutation(self, self.degree(), text).filter(|g| self.contains(g))
    }

    fn write_element(&self, g: &Permutation) -> String {
        format!("{:?}", g.images())
    }
}

impl NamedGroup for MatrixGroup {
    fn named_representations(&self) -> Vec<(&'static str, Representation<Self>)> {
        vec![("natural", self.defining())]
    }
}

impl NamedGroup for TableGroup {}

impl NamedGroup for Wreath<Cyclic, Symmetric> {
    fn named_representations(&self) -> Vec<(&'static str, Representation<Self>)> {
        vec![("natural", self.signed_permutations())]
    }
}
