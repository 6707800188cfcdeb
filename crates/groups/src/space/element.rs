//! Elements of any group as one type.

use std::any::Any;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// An element of an [`AnyGroup`](super::AnyGroup).
///
/// It belongs to the group that gave it, which alone composes it. [`get`](Self::get) shows what it is in the
/// group's own type. Equality is exact: compare rotations by [`Group::same`](crate::Group::same), which allows for
/// rounding.
///
/// ```
/// use groups::{Permutation, Space};
/// let space = Space::parse("s3", "natural")?;
/// let g = space.parse_element("(0 1)")?;
/// assert_eq!(g.get::<Permutation>().unwrap().images(), [1, 0, 2]);
/// # Ok::<(), groups::spec::SpecError>(())
/// ```
#[derive(Clone)]
pub struct Element(Repr);

#[derive(Clone)]
enum Repr {
    /// Elements of many groups are numbers; they need no memory of their own.
    Number(usize),
    Other(Arc<dyn Opaque>),
}

trait Opaque: Send + Sync {
    fn any(&self) -> &dyn Any;
    fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
    fn equals(&self, other: &dyn Any) -> bool;
    fn hash(&self, state: &mut dyn Hasher);
}

/// An element of a finite group.
struct Discrete<E>(E);

/// An element that holds real numbers: all have one hash.
struct Continuous<E>(E);

impl<E: fmt::Debug + Eq + Hash + Send + Sync + 'static> Opaque for Discrete<E> {
    fn any(&self) -> &dyn Any {
        &self.0
    }

    fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }

    fn equals(&self, other: &dyn Any) -> bool {
        other.downcast_ref() == Some(&self.0)
    }

    fn hash(&self, mut state: &mut dyn Hasher) {
        self.0.hash(&mut state);
    }
}

impl<E: fmt::Debug + PartialEq + Send + Sync + 'static> Opaque for Continuous<E> {
    fn any(&self) -> &dyn Any {
        &self.0
    }

    fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }

    fn equals(&self, other: &dyn Any) -> bool {
        other.downcast_ref() == Some(&self.0)
    }

    fn hash(&self, _: &mut dyn Hasher) {}
}

impl Element {
    pub(super) fn discrete<E>(element: E) -> Self
    where
        E: fmt::Debug + Eq + Hash + Send + Sync + 'static,
    {
        match (&element as &dyn Any).downcast_ref::<usize>() {
            Some(number) => Self(Repr::Number(*number)),
            None => match (&element as &dyn Any).downcast_ref::<Self>() {
                Some(lifted) => lifted.clone(),
                None => Self(Repr::Other(Arc::new(Discrete(element)))),
            },
        }
    }

    pub(super) fn continuous<E>(element: E) -> Self
    where
        E: fmt::Debug + PartialEq + Send + Sync + 'static,
    {
        match (&element as &dyn Any).downcast_ref::<Self>() {
            Some(lifted) => lifted.clone(),
            None => Self(Repr::Other(Arc::new(Continuous(element)))),
        }
    }

    fn any(&self) -> &dyn Any {
        match &self.0 {
            Repr::Number(number) => number,
            Repr::Other(other) => other.any(),
        }
    }

    /// The element in the type of its group, such as [`Permutation`](crate::Permutation); nothing for another type.
    pub fn get<E: 'static>(&self) -> Option<&E> {
        // Of groups made of an erased one, such as `WithIrreps<AnyFinite>`, it is the element itself.
        (self as &dyn Any).downcast_ref().or_else(|| self.any().downcast_ref())
    }
}

impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Number(number) => number.fmt(f),
            Repr::Other(other) => other.debug(f),
        }
    }
}

impl PartialEq for Element {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Repr::Number(a), Repr::Number(b)) => a == b,
            (Repr::Other(a), _) => a.equals(other.any()),
            (Repr::Number(_), Repr::Other(_)) => false,
        }
    }
}

impl Eq for Element {}

impl Hash for Element {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            Repr::Number(number) => number.hash(state),
            Repr::Other(other) => other.hash(state),
        }
    }
}
