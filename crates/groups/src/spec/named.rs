//! What the words of this module mean for each group.

use nalgebra::DMatrix;

use super::element::{self, Letter};
use super::{NamedIsometries, SpecError};
use crate::compact::{Isometries, O2, O3};
use crate::{
    Cyclic, Dihedral, DihedralElement, FiniteGroup, GroupError, HasIrreps, Irrep, Irreps,
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
            usize::MAX => "e: no other element of so large a group has a name".into(),
            order => format!("a number from 0 to {}, or e", order - 1),
        }
    }

    /// The element of this name; a number is that of the element.
    fn read_element(&self, text: &str) -> Option<Self::Element> {
        element::by_number(self, text)
    }

    /// What a text that names no element comes close to, for messages.
    fn nearest_elements(&self, _text: &str) -> Option<String> {
        None
    }

    /// The element of this name, or why there is none.
    ///
    /// # Errors
    /// [`SpecError::UnknownElement`] with how elements are written, or the ones that are nearest.
    fn parse_element(&self, text: &str) -> Result<Self::Element, SpecError> {
        self.read_element(text).ok_or_else(|| SpecError::UnknownElement {
            group: self.name(),
            text: text.to_owned(),
            expected: self.nearest_elements(text).unwrap_or_else(|| self.element_syntax()),
        })
    }

    /// A name of an element, which [`read_element`](Self::read_element) reads.
    fn write_element(&self, g: &Self::Element) -> String {
        if self.order() < usize::MAX { self.index(g).to_string() } else { format!("{g:?}") }
    }
}

/// The turns on both sides of an angle that is none of the polygon's.
fn nearest_turns(text: &str, corners: usize) -> Option<String> {
    let word = element::word(&element::squeeze(text))?;
    element::of_polygon(&word, corners).err().map(|between| between.nearest(corners))
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
        format!(
            "a number from 0 to {}, a power of the generator such as r^3 or r^-1, or an angle such \
             as -{}deg",
            self.order() - 1,
            element::decimals(360.0 / self.order() as f64)
        )
    }

    fn read_element(&self, text: &str) -> Option<usize> {
        let text = element::squeeze(text);
        let word = match text.parse::<i64>() {
            Ok(power) => vec![Letter::Power(power)],
            Err(_) => element::word(&text)?,
        };
        match element::of_polygon(&word, self.order()).ok()? {
            (turn, false) => Some(turn),
            (_, true) => None,
        }
    }

    fn nearest_elements(&self, text: &str) -> Option<String> {
        nearest_turns(text, self.order())
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
        format!(
            "a number from 0 to {}, a word such as r^3, s or r^3 s, or an angle such as -{}deg, with s \
             after it for the reflection y ↦ −y before it",
            self.order() - 1,
            element::decimals(720.0 / self.order() as f64)
        )
    }

    /// Rotations come first in the numbering, then the reflections.
    fn read_element(&self, text: &str) -> Option<DihedralElement> {
        if let Ok(index) = text.trim().parse::<usize>() {
            return (index < self.order()).then(|| self.element(index));
        }
        let word = element::word(&element::squeeze(text))?;
        let (rotation, reflected) = element::of_polygon(&word, self.order() / 2).ok()?;
        Some(DihedralElement { rotation, reflected })
    }

    fn nearest_elements(&self, text: &str) -> Option<String> {
        nearest_turns(text, self.order() / 2)
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

    fn element_syntax(&self) -> String {
        let words = match self.dim() {
            2 => ", an angle such as 60deg, with s for the reflection y ↦ −y before it",
            3 => ", a rotation such as `60deg about z`, with `inverted` for the inversion too",
            _ => "",
        };
        format!("a number from 0 to {}, the matrix row by row{words}, or e", self.order() - 1)
    }

    /// By number, by the matrix, in the plane and in space as `O2` and `O3` write elements.
    fn read_element(&self, text: &str) -> Option<usize> {
        let squeezed = element::squeeze(text);
        let matrix = match (element::by_number(self, text), self.dim()) {
            (Some(number), _) => return Some(number),
            (None, d) if matches!(squeezed.as_str(), "inversion" | "-e" | "-1") => {
                -DMatrix::identity(d, d)
            }
            (None, d) if squeezed.starts_with('[') => {
                let rows: Vec<Vec<f64>> = serde_json::from_str(&squeezed).ok()?;
                let square = rows.len() == d && rows.iter().all(|row| row.len() == d);
                square.then(|| DMatrix::from_fn(d, d, |i, j| rows[i][j]))?
            }
            (None, 2) => O2.matrix(&O2.read_element(text)?),
            (None, 3) => O3.matrix(&O3.read_element(text)?),
            _ => return None,
        };
        self.find(&matrix)
    }
}

impl NamedGroup for TableGroup {}

impl NamedGroup for Wreath<Cyclic, Symmetric> {
    fn named_representations(&self) -> Vec<(&'static str, Representation<Self>)> {
        vec![("natural", self.signed_permutations())]
    }
}
