//! A group together with an orthogonal representation, as one value whatever the group.
//!
//! [`Space`] is what codes live in. Whatever reads names works on it; whoever writes a group works with its own
//! type and makes a `Space` of a representation by `Space::from(&representation)`.

mod element;
mod group;
mod symmetry;

use std::fmt;

use ndarray::{Array2, ArrayView2};
use rand::Rng;

pub use element::Element;
pub(crate) use group::own;
pub use group::{AnyFinite, AnyGroup, AnyIsometries};
pub use symmetry::Symmetry;

use crate::compact::Isometries;
use crate::quotient::QuotientMetric;
use crate::spec::{self, SpecError};
use crate::{FiniteGroup, Group, GroupError, GroupOrder, MatrixGroup, Real, Representation};

/// A group of any type with an orthogonal representation: what codes live in. Cloning is cheap.
///
/// ```
/// use groups::{Cyclic, Representation, Space};
/// use ndarray::array;
///
/// let space = Space::parse("c4", "regular")?;
/// assert_eq!((space.dim(), space.order().to_string().as_str()), (4, "4"));
/// // The same from a representation in its own type.
/// assert_eq!(Space::from(&Representation::regular(&Cyclic::new(4)?)).name(), space.name());
///
/// let g = space.parse_element("r^1")?;
/// let codes = array![[1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 0.0, 1.0]];
/// assert_eq!(space.act_rows(&g, codes.view())?, array![[4.0, 1.0, 2.0, 3.0], [1.0, 0.0, 1.0, 0.0]]);
/// assert_eq!(space.metric()?.distance(&[1.0, 2.0, 3.0, 4.0], &[4.0, 1.0, 2.0, 3.0]), 0.0);
/// # Ok::<(), groups::spec::SpecError>(())
/// ```
pub type Space = Representation<AnyGroup>;

/// A [`Space`] by the kind of its group, for what only one kind has.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Of a finite group.
    Finite(Representation<AnyFinite>),
    /// Of rotations and reflections of the plane or of space.
    Isometries(Representation<AnyIsometries>),
}

/// The number of elements of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Of a finite one, exact whatever its size.
    Finite(GroupOrder),
    /// There is no end to them.
    Infinite,
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finite(order) => order.fmt(f),
            Self::Infinite => f.write_str("infinite"),
        }
    }
}

impl<G: Symmetry> From<&Representation<G>> for Space {
    fn from(representation: &Representation<G>) -> Self {
        representation.erased(&representation.group().erase(), |g| G::lift(&g))
    }
}

impl AnyGroup {
    /// The group of this name, such as `c8`, upper or lower case: see [the table](crate::spec). A text that ends
    /// in `.json` is the path of a file with [`Generators`](crate::spec::Generators).
    ///
    /// A product such as `c2xc3` is a [`TableGroup`](crate::TableGroup), the last factor's number running fastest.
    ///
    /// # Errors
    /// [`SpecError::UnknownGroup`] with the name that is most like it, [`SpecError::InfiniteFactor`], those of files,
    /// and [`SpecError::Group`] where the group cannot be built.
    ///
    /// ```
    /// use groups::{AnyGroup, Group};
    /// assert_eq!(AnyGroup::parse("C2xC3")?.order().to_string(), "6");
    /// assert_eq!(AnyGroup::parse("so3")?.order().to_string(), "infinite");
    /// # Ok::<(), groups::spec::SpecError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        spec::group(text)
    }

    /// How elements are written, for messages.
    pub fn element_syntax(&self) -> String {
        match self {
            Self::Finite(group) => group.element_syntax(),
            Self::Isometries(group) => group.element_syntax().to_owned(),
        }
    }

    /// How many elements it has.
    pub fn order(&self) -> Order {
        match self {
            Self::Finite(group) => Order::Finite(group.exact_order()),
            Self::Isometries(_) => Order::Infinite,
        }
    }
}

impl Space {
    /// The representation of these names, as in `c8` and `16 x regular`: see [the tables](crate::spec).
    ///
    /// # Errors
    /// As [`AnyGroup::parse`] and [`Symmetry::represent`].
    pub fn parse(group: &str, representation: &str) -> Result<Self, SpecError> {
        AnyGroup::parse(group)?.represent(representation)
    }

    /// The group that orthogonal matrices generate, acting by itself; of 6,000 elements at most.
    ///
    /// # Errors
    /// [`GroupError::BadGenerator`] for a matrix that is not orthogonal or of another dimension,
    /// [`GroupError::TooManyFound`] where they generate more.
    ///
    /// ```
    /// use groups::Space;
    /// use nalgebra::dmatrix;
    /// let turns = Space::generated_by("turns", &[dmatrix![0.0, -1.0; 1.0, 0.0]])?;
    /// assert_eq!(turns.order().to_string(), "4");
    /// # Ok::<(), groups::GroupError>(())
    /// ```
    pub fn generated_by(
        name: &str,
        generators: &[nalgebra::DMatrix<f64>],
    ) -> Result<Self, GroupError> {
        let group = MatrixGroup::generated_by(name, generators, spec::LARGEST_GENERATED)?;
        Ok(Self::from(&group.defining()))
    }

    /// The representation by the kind of its group.
    pub fn kind(&self) -> Kind {
        match self.group() {
            AnyGroup::Finite(group) => Kind::Finite(self.with_group(group)),
            AnyGroup::Isometries(group) => Kind::Isometries(self.with_group(group)),
        }
    }

    /// The representation of a finite group; nothing for an infinite one.
    pub fn finite(&self) -> Option<Representation<AnyFinite>> {
        match self.kind() {
            Kind::Finite(finite) => Some(finite),
            Kind::Isometries(_) => None,
        }
    }

    /// How many elements the group has.
    pub fn order(&self) -> Order {
        self.group().order()
    }

    /// The element of this name, such as `r^3`: see [the table](crate::spec).
    ///
    /// # Errors
    /// [`SpecError::UnknownElement`] with how elements are written, or the ones that are nearest.
    pub fn parse_element(&self, text: &str) -> Result<Element, SpecError> {
        self.group().parse_element(text)
    }

    /// A name of an element, which [`parse_element`](Self::parse_element) reads.
    pub fn name_of(&self, g: &Element) -> String {
        self.group().name_of(g)
    }

    /// An element drawn uniformly.
    pub fn random_element<R: Rng + ?Sized>(&self, rng: &mut R) -> Element {
        self.group().sample(rng)
    }

    /// The quotient metric by the fastest exact method.
    ///
    /// # Errors
    /// As [`QuotientMetric::new`].
    pub fn metric(&self) -> Result<QuotientMetric<AnyGroup>, GroupError> {
        QuotientMetric::new(self)
    }
}

impl<G: Group> Representation<G> {
    /// `ρ(g)z` for each row `z` of a batch, `(n, dim)` like the batch, in parallel.
    ///
    /// # Errors
    /// [`GroupError::Dimension`] for codes of another dimension.
    ///
    /// # Panics
    /// If `g` is an erased [`Element`] of a group whose elements are of another type.
    pub fn act_rows<T: Real>(
        &self,
        g: &G::Element,
        codes: ArrayView2<'_, T>,
    ) -> Result<Array2<T>, GroupError> {
        let (expected, got) = (self.dim(), codes.ncols());
        if expected != got {
            return Err(GroupError::Dimension { operation: "an element acting", expected, got });
        }
        Ok(self.operator(g).apply_rows(codes))
    }

    pub(crate) fn of_finite(&self) -> Representation<AnyFinite>
    where
        G: FiniteGroup,
    {
        self.erased(&AnyFinite::new(self.group()), Element::discrete)
    }

    pub(crate) fn of_isometries(&self) -> Representation<AnyIsometries>
    where
        G: Isometries,
    {
        self.erased(&AnyIsometries::new(self.group()), Element::continuous)
    }
}
