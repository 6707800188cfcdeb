//! The traits that a group may implement.

use std::fmt;
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use nalgebra::Matrix2;
use rand::Rng;

use crate::spec::element;
use crate::{GroupError, GroupOrder, Irrep, Irreps, Permutation, Representation};

/// A group, as a value that knows its law.
///
/// Elements are plain data; the group value composes them, so that one element type can serve
/// several groups (`3` is a rotation in `C_8` and another one in `C_12`).
///
/// Axioms, checked for any implementation by [`laws::check_group`](crate::laws::check_group):
/// `(a·b)·c = a·(b·c)`, `e·a = a = a·e`, `a·a⁻¹ = e = a⁻¹·a`.
pub trait Group: Clone + Debug + PartialEq + Send + Sync + 'static {
    /// An element of the group. Those of a [`FiniteGroup`] are `Eq` and `Hash` as well.
    type Element: Clone + Debug + PartialEq + Send + Sync + 'static;

    /// The group's usual name, such as `C8`, `D4`, `S9` or `C2 × C3`.
    fn name(&self) -> String;

    /// The neutral element `e`.
    fn identity(&self) -> Self::Element;

    /// The product `a·b`: acting with it is acting with `b` first, then with `a`.
    fn compose(&self, a: &Self::Element, b: &Self::Element) -> Self::Element;

    /// The inverse `a⁻¹`.
    fn inverse(&self, a: &Self::Element) -> Self::Element;

    /// Elements whose products reach the whole group, or a dense subgroup of an infinite one.
    /// Empty for the trivial group.
    fn generators(&self) -> Vec<Self::Element>;

    /// An element drawn uniformly (from the Haar measure).
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> Self::Element;

    /// Whether `a` and `b` are the same element. Groups whose elements hold real numbers, such as
    /// rotations, allow for rounding here.
    fn same(&self, a: &Self::Element, b: &Self::Element) -> bool {
        a == b
    }

    /// What is known of the group's structure beyond its law. Faster algorithms, such as FFTs over
    /// a cyclic group, are chosen by it; nothing depends on it otherwise.
    fn structure(&self) -> Structure<Self::Element> {
        Structure::General
    }

    /// `aᵏ`, with `k` of either sign, by repeated squaring.
    fn power(&self, a: &Self::Element, k: i64) -> Self::Element {
        let mut base = if k < 0 { self.inverse(a) } else { a.clone() };
        let mut result = self.identity();
        let mut k = k.unsigned_abs();
        while k > 0 {
            if k & 1 == 1 {
                result = self.compose(&result, &base);
            }
            base = self.compose(&base, &base);
            k >>= 1;
        }
        result
    }
}

/// The element that permutes things in the given way.
pub type ByPermutation<E> = Arc<dyn Fn(Permutation) -> E + Send + Sync>;

/// Structure of a group that admits faster algorithms than listing its elements.
#[derive(Clone)]
#[non_exhaustive]
pub enum Structure<E> {
    /// `C_N`, numbered so that `element(k)` is the `k`-th power of `element(1)`.
    Cyclic {
        /// `N`.
        order: usize,
    },
    /// `D_N`, the rotations `r^k` first and then the reflections `r^k s`.
    Dihedral {
        /// `N`.
        corners: usize,
    },
    /// `S_n` by its permutations of `n` things.
    Symmetric {
        /// `n`.
        degree: usize,
        /// The element that permutes in the given way.
        element: ByPermutation<E>,
    },
    /// Nothing further is known.
    General,
}

impl<E> Debug for Structure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cyclic { order } => write!(f, "Cyclic {{ order: {order} }}"),
            Self::Dihedral { corners } => write!(f, "Dihedral {{ corners: {corners} }}"),
            Self::Symmetric { degree, .. } => write!(f, "Symmetric {{ degree: {degree} }}"),
            Self::General => f.write_str("General"),
        }
    }
}

/// A group whose elements can be listed.
///
/// Elements are numbered `0..order()`, the identity first. The numbering is the layout of the
/// regular representation: coordinate `i` of a regular field belongs to `element(i)`.
pub trait FiniteGroup: Group<Element: Eq + Hash> {
    /// `|G|`. Saturates at `usize::MAX` where the true order is larger.
    fn order(&self) -> usize;

    /// `|G|`, exact. Groups that may be larger than `usize::MAX` say how large they are.
    ///
    /// ```
    /// use groups::{FiniteGroup, Symmetric};
    /// let s25 = Symmetric::new(25)?;
    /// assert_eq!(s25.exact_order().to_string(), "15511210043330985984000000");
    /// # Ok::<(), groups::GroupError>(())
    /// ```
    fn exact_order(&self) -> GroupOrder {
        GroupOrder::of_product([self.order()])
    }

    /// The element with number `index`; `element(0)` is the identity.
    ///
    /// # Panics
    /// If `index >= order()`, as slice indexing does.
    fn element(&self, index: usize) -> Self::Element;

    /// The number of an element: the inverse of [`element`](FiniteGroup::element).
    fn index(&self, element: &Self::Element) -> usize;

    /// All elements in the order of their numbers.
    fn elements(&self) -> impl Iterator<Item = Self::Element> + '_ {
        (0..self.order()).map(|i| self.element(i))
    }

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

    /// A name of an element, which [`read_element`](Self::read_element) reads.
    fn write_element(&self, g: &Self::Element) -> String {
        if self.order() < usize::MAX { self.index(g).to_string() } else { format!("{g:?}") }
    }
}

/// A finite group that knows its real irreps: what Fourier analysis over the group needs.
pub trait HasIrreps: FiniteGroup {
    /// Every real irrep once, up to isomorphism, the trivial one first.
    fn irreps(&self) -> Vec<Irrep<Self>>;
}

/// A finite subgroup of `O(2)`: its elements are rotations and reflections of the plane, so it
/// acts on images and on the filters of a convolution.
///
/// Coordinates are `x` to the right and `y` **up**, angles counter-clockwise.
pub trait PlanarGroup: FiniteGroup {
    /// The orthogonal 2×2 matrix by which `g` moves the points of the plane.
    ///
    /// `planar_matrix(a·b) = planar_matrix(a) · planar_matrix(b)`.
    fn planar_matrix(&self, g: &Self::Element) -> Matrix2<f64>;

    /// Whether `g` maps the square pixel grid onto itself: a multiple of a quarter turn,
    /// perhaps with a flip. Such elements act on images without interpolation.
    fn is_exact_on_grid(&self, g: &Self::Element) -> bool {
        let m = self.planar_matrix(g);
        m.iter().all(|v| (v - v.round()).abs() < 1e-12)
    }
}
