//! Finite groups and isometries alike.

use super::group::either;
use super::{AnyFinite, AnyGroup, AnyIsometries, Element, Kind, Space};
use crate::compact::{Isometries, O2, O3, SO2, SO3};
use crate::quotient::{Plan, finite_plan, rotation_plan};
use crate::spec::{self, SpecError};
use crate::{FiniteGroup, Group, GroupError, Representation};

/// A group whose quotient of codes this crate knows: every [`FiniteGroup`], and the [`Isometries`] of the plane
/// and of space. What takes representations of both asks for this.
pub trait Symmetry: Group {
    /// The group without its type.
    fn erase(&self) -> AnyGroup;

    /// An element of the group without its type.
    fn lift(element: &Self::Element) -> Element;

    /// The representation that `text` names: see [the table](crate::spec).
    ///
    /// # Errors
    /// [`SpecError::Syntax`] where it is not a sum of terms, [`SpecError::UnknownRepresentation`] with
    /// the name that is most like it, [`SpecError::Group`] where irreps are asked for and the group is
    /// too large for them.
    ///
    /// ```
    /// use groups::{Dihedral, Symmetry, compact::O3};
    /// assert_eq!(Dihedral::new(4)?.represent("2 x regular + E1 + trivial")?.dim(), 2 * 8 + 2 + 1);
    /// // As e3nn writes it.
    /// assert_eq!(O3.represent("8x0e + 4x1o + 2x2e")?.dim(), 8 + 4 * 3 + 2 * 5);
    /// # Ok::<(), groups::spec::SpecError>(())
    /// ```
    fn represent(&self, text: &str) -> Result<Representation<Self>, SpecError>;

    /// The element of this name.
    ///
    /// # Errors
    /// [`SpecError::UnknownElement`] with how elements are written, or the ones that are nearest.
    fn parse_element(&self, text: &str) -> Result<Self::Element, SpecError>;

    /// A name of an element, which [`parse_element`](Self::parse_element) reads.
    fn name_of(&self, g: &Self::Element) -> String;

    /// How the quotient metric finds the best element.
    #[doc(hidden)]
    fn plan(representation: &Representation<Self>) -> Result<Plan<Self::Element>, GroupError>;
}

impl<G: FiniteGroup> Symmetry for G {
    fn erase(&self) -> AnyGroup {
        AnyGroup::Finite(AnyFinite::new(self))
    }

    fn lift(element: &Self::Element) -> Element {
        Element::discrete(element.clone())
    }

    fn represent(&self, text: &str) -> Result<Representation<Self>, SpecError> {
        spec::of_finite(self, text)
    }

    fn parse_element(&self, text: &str) -> Result<Self::Element, SpecError> {
        self.read_element(text).ok_or_else(|| SpecError::UnknownElement {
            group: self.name(),
            text: text.to_owned(),
            expected: self.nearest_elements(text).unwrap_or_else(|| self.element_syntax()),
        })
    }

    fn name_of(&self, g: &Self::Element) -> String {
        self.write_element(g)
    }

    fn plan(representation: &Representation<Self>) -> Result<Plan<Self::Element>, GroupError> {
        finite_plan(representation)
    }
}

macro_rules! isometries {
    ($($group:ty),*) => {
        $(impl Symmetry for $group {
            fn erase(&self) -> AnyGroup {
                AnyGroup::Isometries(AnyIsometries::new(self))
            }

            fn lift(element: &Self::Element) -> Element {
                Element::continuous(element.clone())
            }

            fn represent(&self, text: &str) -> Result<Representation<Self>, SpecError> {
                spec::of_isometries(self, text)
            }

            fn parse_element(&self, text: &str) -> Result<Self::Element, SpecError> {
                self.read_element(text).ok_or_else(|| SpecError::UnknownElement {
                    group: self.name(),
                    text: text.to_owned(),
                    expected: self.element_syntax().to_owned(),
                })
            }

            fn name_of(&self, g: &Self::Element) -> String {
                self.write_element(g)
            }

            fn plan(
                representation: &Representation<Self>,
            ) -> Result<Plan<Self::Element>, GroupError> {
                rotation_plan(representation)
            }
        })*
    };
}

isometries!(SO2, O2, SO3, O3, AnyIsometries);

impl Symmetry for AnyGroup {
    fn erase(&self) -> AnyGroup {
        self.clone()
    }

    fn lift(element: &Element) -> Element {
        element.clone()
    }

    fn represent(&self, text: &str) -> Result<Space, SpecError> {
        Ok(either!(self, group => Space::from(&group.represent(text)?)))
    }

    fn parse_element(&self, text: &str) -> Result<Self::Element, SpecError> {
        either!(self, group => group.parse_element(text))
    }

    fn name_of(&self, g: &Self::Element) -> String {
        either!(self, group => group.name_of(g))
    }

    fn plan(representation: &Representation<Self>) -> Result<Plan<Self::Element>, GroupError> {
        match representation.kind() {
            Kind::Finite(finite) => finite_plan(&finite),
            Kind::Isometries(isometries) => rotation_plan(&isometries),
        }
    }
}
