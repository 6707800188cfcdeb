//! Actions that might be the true one.

use std::fmt;

use serde::Serialize;

/// How the coordinates of a code are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// As declared: fields, or nodes, one after the other.
    Declared,
    /// Space has its axes in another order: `(y, z, x)` for `(x, y, z)`, say. See [`Axes`].
    Axes,
    /// The other way round: `(N, F)` in place of `(F, N)`, `d x n` in place of `n x d`, and so in each
    /// run of equal blocks.
    Transposed,
    /// Fields as declared, each numbered by the inverses of the elements.
    Inverted,
}

/// Another order of the axes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Axes {
    /// Which blocks hold their numbers in which order.
    pub order: String,
    /// Whether it is the same for all blocks. Then orbits, distances and invariants are those of the
    /// declared action: only the elements have other names.
    pub everywhere: bool,
    /// The element that does the same in the declared order; of use where it is so
    /// [`everywhere`](Self::everywhere).
    pub element: String,
}

/// An action that might be the true one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Convention {
    /// The element that acts, as its group writes it.
    pub element: String,
    /// Whether it is the declared one, its inverse, or another.
    pub relation: Relation,
    /// How coordinates are laid out.
    pub layout: Layout,
    /// The order of axes, where it is another.
    pub axes: Option<Axes>,
}

/// What an element is to the declared one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// The same.
    Declared,
    /// Its inverse.
    Inverse,
    /// Another.
    Other,
}

impl Convention {
    /// Whether orbits, distances and invariants are those of the declared action, and the declared
    /// element acts: only axes are called otherwise.
    pub fn keeps_orbits(&self) -> bool {
        let axes = self.axes.as_ref().is_some_and(|axes| axes.everywhere);
        self.relation == Relation::Declared && (self.layout == Layout::Declared || axes)
    }

    /// How far it is from what was declared: of conventions that fit alike the smallest is taken.
    pub(super) fn distance(&self) -> impl Ord + use<> {
        let elsewhere = self.axes.as_ref().is_some_and(|axes| !axes.everywhere);
        (self.relation == Relation::Other, self.layout, self.relation, elsewhere)
    }
}

impl fmt::Display for Convention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.relation {
            Relation::Declared => write!(f, "the declared element {}", self.element)?,
            Relation::Inverse => write!(f, "its inverse {}", self.element)?,
            Relation::Other => write!(f, "another element, {}", self.element)?,
        }
        match (self.layout, &self.axes) {
            (Layout::Declared, _) => Ok(()),
            (Layout::Transposed, _) => f.write_str(
                ", coordinates laid out the other way round ((N, F) for (F, N), d x n for n x d)",
            ),
            (Layout::Inverted, _) => {
                f.write_str(", coordinates of each field numbered by the inverse elements")
            }
            (Layout::Axes, Some(axes)) => write!(f, ", axes in another order: {}", axes.order),
            (Layout::Axes, None) => f.write_str(", axes in another order"),
        }
    }
}

/// A convention and how well it fits.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fit {
    /// The convention.
    pub convention: Convention,
    /// RMS of `‖w − ρ(g)z‖` beside that of `‖w − z‖`, for the kind of block that fits worst: 0 fits
    /// exactly, 1 is no better than no motion at all.
    pub residual: f64,
}
