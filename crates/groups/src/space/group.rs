//! Any group as one type.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use rand::Rng;

use super::Element;
use crate::compact::{Aligner, CompactGroup, Isometries};
use crate::group::{ByPermutation, Structure};
use crate::representation::Irrep;
use crate::{Block, FiniteGroup, Group, GroupError, GroupOrder, Permutation, Representation};

/// A group of any type: finite, or rotations and reflections of the plane or of space. Cloning is cheap.
///
/// # Panics
/// Operations panic on elements of a group whose elements are of another type; those of another group with elements
/// of the same type are taken for its own, as `3` is in `C_8` and in `C_12`.
#[derive(Clone, PartialEq)]
pub enum AnyGroup {
    /// A finite group.
    Finite(AnyFinite),
    /// Rotations of the plane or of space, perhaps with reflections.
    Isometries(AnyIsometries),
}

/// A finite group of any type. Elements are as those of [`AnyGroup`].
#[derive(Clone)]
pub struct AnyFinite(Arc<dyn ErasedFinite>);

/// Rotations of the plane or of space, perhaps with reflections, of any type. Elements are as those of [`AnyGroup`].
#[derive(Clone)]
pub struct AnyIsometries(Arc<dyn ErasedIsometries>);

impl AnyFinite {
    /// A group without its type.
    pub fn new<G: FiniteGroup>(group: &G) -> Self {
        match (group as &dyn Any).downcast_ref::<Self>() {
            Some(any) => any.clone(),
            None => Self(Arc::new(Finite(group.clone()))),
        }
    }

    /// The group in its own type, where that is `G`.
    pub fn get<G: Group>(&self) -> Option<&G> {
        self.0.any().downcast_ref()
    }
}

impl AnyIsometries {
    /// A group without its type.
    pub fn new<G: Isometries>(group: &G) -> Self {
        match (group as &dyn Any).downcast_ref::<Self>() {
            Some(any) => any.clone(),
            None => Self(Arc::new(Continuous(group.clone()))),
        }
    }

    /// The group in its own type, where that is `G`.
    pub fn get<G: Group>(&self) -> Option<&G> {
        self.0.any().downcast_ref()
    }
}

/// What an element is in the type of its group.
///
/// # Panics
/// For an element of a group of another type.
pub(crate) fn own<G: Group>(element: &Element) -> &G::Element {
    match element.get() {
        Some(element) => element,
        None => panic!("{element:?} is an element of another group"),
    }
}

/// A finite group behind traits that are free of its type.
struct Finite<G>(G);

/// Isometries behind traits that are free of their type.
struct Continuous<G>(G);

impl<G: FiniteGroup> Finite<G> {
    fn lift(element: G::Element) -> Element {
        Element::discrete(element)
    }
}

impl<G: Isometries> Continuous<G> {
    fn lift(element: G::Element) -> Element {
        Element::continuous(element)
    }
}

trait Erased: Send + Sync {
    fn any(&self) -> &dyn Any;
    fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
    fn equals(&self, other: &dyn Any) -> bool;
    fn name(&self) -> String;
    fn same(&self, a: &Element, b: &Element) -> bool;
    fn write_element(&self, g: &Element) -> String;
    fn read_element(&self, text: &str) -> Option<Element>;
    fn identity(&self) -> Element;
    fn compose(&self, a: &Element, b: &Element) -> Element;
    fn inverse(&self, a: &Element) -> Element;
    fn generators(&self) -> Vec<Element>;
    fn sample(&self, rng: &mut dyn Rng) -> Element;
    fn structure(&self) -> Structure<Element>;
}

trait ErasedFinite: Erased {
    fn order(&self) -> usize;
    fn exact_order(&self) -> GroupOrder;
    fn element(&self, index: usize) -> Element;
    fn index(&self, element: &Element) -> usize;
    fn named_representations(&self) -> Vec<(&'static str, Representation<AnyFinite>)>;
    fn nodes(&self) -> Option<usize>;
    fn per_node(&self, d: usize) -> Option<Representation<AnyFinite>>;
    fn named_irreps(&self) -> Result<Vec<Irrep<AnyFinite>>, GroupError>;
    fn element_syntax(&self) -> String;
    fn nearest_elements(&self, text: &str) -> Option<String>;
}

trait ErasedIsometries: Erased {
    fn ambient_dim(&self) -> usize;
    fn natural(&self) -> Representation<AnyIsometries>;
    fn reflects(&self) -> bool;
    fn aligner(&self, blocks: &[Block]) -> Option<Aligner<Element>>;
    fn aligned(&self) -> &'static str;
    fn quadrature(&self, degree: usize) -> Vec<(Element, f64)>;
    fn irreps_to(&self, degree: usize) -> Vec<Irrep<AnyIsometries>>;
    fn irrep_syntax(&self) -> &'static str;
    fn read_irrep(&self, name: &str) -> Result<Option<Irrep<AnyIsometries>>, GroupError>;
    fn element_syntax(&self) -> &'static str;
}

/// The half of [`Erased`] that is the same for finite groups and for isometries.
macro_rules! erased {
    ($group:ident, $erased:ident) => {
        impl<G: $group> Erased for $erased<G> {
            fn any(&self) -> &dyn Any {
                &self.0
            }

            fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }

            fn equals(&self, other: &dyn Any) -> bool {
                other.downcast_ref() == Some(&self.0)
            }

            fn name(&self) -> String {
                self.0.name()
            }

            fn same(&self, a: &Element, b: &Element) -> bool {
                self.0.same(own::<G>(a), own::<G>(b))
            }

            fn write_element(&self, g: &Element) -> String {
                self.0.write_element(own::<G>(g))
            }

            fn read_element(&self, text: &str) -> Option<Element> {
                Some(Self::lift(self.0.read_element(text)?))
            }

            fn identity(&self) -> Element {
                Self::lift(self.0.identity())
            }

            fn compose(&self, a: &Element, b: &Element) -> Element {
                Self::lift(self.0.compose(own::<G>(a), own::<G>(b)))
            }

            fn inverse(&self, a: &Element) -> Element {
                Self::lift(self.0.inverse(own::<G>(a)))
            }

            fn generators(&self) -> Vec<Element> {
                self.0.generators().into_iter().map(Self::lift).collect()
            }

            fn sample(&self, mut rng: &mut dyn Rng) -> Element {
                Self::lift(self.0.sample(&mut rng))
            }

            fn structure(&self) -> Structure<Element> {
                match self.0.structure() {
                    Structure::Cyclic { order } => Structure::Cyclic { order },
                    Structure::Dihedral { corners } => Structure::Dihedral { corners },
                    Structure::Symmetric { degree, element } => {
                        let element: ByPermutation<Element> =
                            Arc::new(move |sigma: Permutation| Self::lift(element(sigma)));
                        Structure::Symmetric { degree, element }
                    }
                    Structure::General => Structure::General,
                }
            }
        }
    };
}

erased!(FiniteGroup, Finite);
erased!(Isometries, Continuous);

impl<G: FiniteGroup> ErasedFinite for Finite<G> {
    fn order(&self) -> usize {
        self.0.order()
    }

    fn exact_order(&self) -> GroupOrder {
        self.0.exact_order()
    }

    fn element(&self, index: usize) -> Element {
        Self::lift(self.0.element(index))
    }

    fn index(&self, element: &Element) -> usize {
        self.0.index(own::<G>(element))
    }

    fn named_representations(&self) -> Vec<(&'static str, Representation<AnyFinite>)> {
        let named = self.0.named_representations();
        named.iter().map(|(name, rep)| (*name, rep.of_finite())).collect()
    }

    fn nodes(&self) -> Option<usize> {
        self.0.nodes()
    }

    fn per_node(&self, d: usize) -> Option<Representation<AnyFinite>> {
        Some(self.0.per_node(d)?.of_finite())
    }

    fn named_irreps(&self) -> Result<Vec<Irrep<AnyFinite>>, GroupError> {
        let lifted = |irrep: &Irrep<G>| irrep.made_of(irrep.representation().of_finite());
        Ok(self.0.named_irreps()?.iter().map(lifted).collect())
    }

    fn element_syntax(&self) -> String {
        self.0.element_syntax()
    }

    fn nearest_elements(&self, text: &str) -> Option<String> {
        self.0.nearest_elements(text)
    }
}

impl<G: Isometries> ErasedIsometries for Continuous<G> {
    fn ambient_dim(&self) -> usize {
        self.0.ambient_dim()
    }

    fn natural(&self) -> Representation<AnyIsometries> {
        self.0.natural().of_isometries()
    }

    fn reflects(&self) -> bool {
        self.0.reflects()
    }

    fn aligner(&self, blocks: &[Block]) -> Option<Aligner<Element>> {
        let aligner = self.0.aligner(blocks)?;
        Some(Aligner::new(move |z, w| Self::lift(aligner.best(z, w))))
    }

    fn aligned(&self) -> &'static str {
        self.0.aligned()
    }

    fn quadrature(&self, degree: usize) -> Vec<(Element, f64)> {
        let points = self.0.quadrature(degree).into_iter();
        points.map(|(g, weight)| (Self::lift(g), weight)).collect()
    }

    fn irreps_to(&self, degree: usize) -> Vec<Irrep<AnyIsometries>> {
        let lifted = |irrep: &Irrep<G>| irrep.made_of(irrep.representation().of_isometries());
        self.0.irreps_to(degree).iter().map(lifted).collect()
    }

    fn irrep_syntax(&self) -> &'static str {
        self.0.irrep_syntax()
    }

    fn read_irrep(&self, name: &str) -> Result<Option<Irrep<AnyIsometries>>, GroupError> {
        let irrep = self.0.read_irrep(name)?;
        Ok(irrep.map(|irrep| irrep.made_of(irrep.representation().of_isometries())))
    }

    fn element_syntax(&self) -> &'static str {
        self.0.element_syntax()
    }
}

/// The law, from behind the trait.
macro_rules! group {
    ($any:ident) => {
        impl Group for $any {
            type Element = Element;

            fn name(&self) -> String {
                self.0.name()
            }

            fn identity(&self) -> Element {
                self.0.identity()
            }

            fn compose(&self, a: &Element, b: &Element) -> Element {
                self.0.compose(a, b)
            }

            fn inverse(&self, a: &Element) -> Element {
                self.0.inverse(a)
            }

            fn generators(&self) -> Vec<Element> {
                self.0.generators()
            }

            fn sample<R: Rng + ?Sized>(&self, mut rng: &mut R) -> Element {
                self.0.sample(&mut rng)
            }

            fn same(&self, a: &Element, b: &Element) -> bool {
                self.0.same(a, b)
            }

            fn structure(&self) -> Structure<Element> {
                self.0.structure()
            }
        }

        impl PartialEq for $any {
            fn eq(&self, other: &Self) -> bool {
                self.0.equals(other.0.any())
            }
        }

        impl fmt::Debug for $any {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.debug(f)
            }
        }
    };
}

group!(AnyFinite);
group!(AnyIsometries);

impl FiniteGroup for AnyFinite {
    fn order(&self) -> usize {
        self.0.order()
    }

    fn element(&self, index: usize) -> Element {
        self.0.element(index)
    }

    fn index(&self, element: &Element) -> usize {
        self.0.index(element)
    }

    fn exact_order(&self) -> GroupOrder {
        self.0.exact_order()
    }

    fn named_representations(&self) -> Vec<(&'static str, Representation<Self>)> {
        self.0.named_representations()
    }

    fn nodes(&self) -> Option<usize> {
        self.0.nodes()
    }

    fn per_node(&self, d: usize) -> Option<Representation<Self>> {
        self.0.per_node(d)
    }

    fn named_irreps(&self) -> Result<Vec<Irrep<Self>>, GroupError> {
        self.0.named_irreps()
    }

    fn element_syntax(&self) -> String {
        self.0.element_syntax()
    }

    fn read_element(&self, text: &str) -> Option<Element> {
        self.0.read_element(text)
    }

    fn nearest_elements(&self, text: &str) -> Option<String> {
        self.0.nearest_elements(text)
    }

    fn write_element(&self, g: &Element) -> String {
        self.0.write_element(g)
    }
}

impl CompactGroup for AnyIsometries {
    fn quadrature(&self, degree: usize) -> Vec<(Element, f64)> {
        self.0.quadrature(degree)
    }

    fn irreps_to(&self, degree: usize) -> Vec<Irrep<Self>> {
        self.0.irreps_to(degree)
    }
}

impl Isometries for AnyIsometries {
    fn ambient_dim(&self) -> usize {
        self.0.ambient_dim()
    }

    fn natural(&self) -> Representation<Self> {
        self.0.natural()
    }

    fn reflects(&self) -> bool {
        self.0.reflects()
    }

    fn aligner(&self, blocks: &[Block]) -> Option<Aligner<Element>> {
        self.0.aligner(blocks)
    }

    fn aligned(&self) -> &'static str {
        self.0.aligned()
    }

    fn irrep_syntax(&self) -> &'static str {
        self.0.irrep_syntax()
    }

    fn read_irrep(&self, name: &str) -> Result<Option<Irrep<Self>>, GroupError> {
        self.0.read_irrep(name)
    }

    fn element_syntax(&self) -> &'static str {
        self.0.element_syntax()
    }

    fn read_element(&self, text: &str) -> Option<Element> {
        self.0.read_element(text)
    }

    fn write_element(&self, g: &Element) -> String {
        self.0.write_element(g)
    }
}

/// What both kinds do, each by itself.
macro_rules! either {
    ($self:expr, $group:ident => $what:expr) => {
        match $self {
            AnyGroup::Finite($group) => $what,
            AnyGroup::Isometries($group) => $what,
        }
    };
}

pub(super) use either;

impl Group for AnyGroup {
    type Element = Element;

    fn name(&self) -> String {
        either!(self, g => g.name())
    }

    fn identity(&self) -> Element {
        either!(self, g => g.identity())
    }

    fn compose(&self, a: &Element, b: &Element) -> Element {
        either!(self, g => g.compose(a, b))
    }

    fn inverse(&self, a: &Element) -> Element {
        either!(self, g => g.inverse(a))
    }

    fn generators(&self) -> Vec<Element> {
        either!(self, g => g.generators())
    }

    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> Element {
        either!(self, g => g.sample(rng))
    }

    fn same(&self, a: &Element, b: &Element) -> bool {
        either!(self, g => g.same(a, b))
    }

    fn structure(&self) -> Structure<Element> {
        either!(self, g => g.structure())
    }
}

impl fmt::Debug for AnyGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        either!(self, g => g.fmt(f))
    }
}
