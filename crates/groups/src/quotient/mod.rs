//! The quotient metric `d([z],[w]) = min_g ‖z − ρ(g)w‖` and the element that attains it.
//!
//! Codes on one orbit mean the same thing, so this, not `‖z − w‖`, is how far two codes are apart
//! (Hansen, Calissano & Feragen 2024, §3; Calissano, Feragen & Vantini 2024 for graphs). It is a
//! metric on orbits because `ρ` is orthogonal.
//!
//! [`QuotientMetric`] picks the fastest exact method for the representation:
//!
//! | representation | method | cost of one distance |
//! |---|---|---|
//! | `F` regular fields of `C_N` | cross-correlation by FFT | `F·N log N` |
//! | `S_n` on `R^n` | sorting (rearrangement inequality) | `n log n` |
//! | `S_n` on `R^{n×d}`, and sums of such | linear assignment | `n²d + n³` |
//! | `S_n` on such sums with sign representations | the best even and the best odd permutation | as above, exponential at worst for `d > 1` |
//! | `C_N ≀ S_n`, `N` even, on copies of its signed permutations of `R^n` | linear assignment, each node with the better sign | `n²d + n³` |
//! | any other finite group up to 50,000 elements | search | `|G|·dim` |
//! | a larger group that moves coordinates, such as rows, and perhaps changes signs | branch and bound along its stabilizers | a few assignments where codes are alike, exponential at worst |
//! | `SO(2)`, `O(2)`, any sum of irreps | a trigonometric polynomial's maximum | `dim` and a search |
//! | `SO(3)`, `O(3)` on vectors and scalars | singular values | `dim` and those of a 3×3 matrix |
//! | `O(d)` on `R^{n×d}`, any `d` | [`procrustes`] | `nd² + d³` |
//!
//! # Accuracy
//!
//! All is computed in `f64`, whatever the codes are stored in. What the group fixes (`P_G z`: means of fields,
//! sums over nodes, trivial parts) is taken off before the best element is sought, and where products leave
//! open which it is, differences `z − ρ(g)w` decide. So codes may have large parts in common, and any size:
//! squares neither overflow nor vanish. The distance is the measured one of the element found, never above
//! `‖z − w‖`. With `ε = 2⁻⁵²` and the least distance `d` its square is at most
//! `d²(1 + cε) + (eε(‖z‖ + ‖w‖))²`:
//!
//! | method | `c` | `e` |
//! |---|---|---|
//! | sorting, cross-correlation | `4 dim` | 0 |
//! | assignment, signed or not, branch and bound | `4 dim + 16n²` for `n` nodes | 0 |
//! | search | `4 dim` | 0 where coordinates move, else `dim` and how far matrices are from orthogonal, in `ε` |
//! | rotation | `4 dim` | `8k` for the highest frequency or degree `k` |
//!
//! Codes on one orbit have no distance where coordinates move, and else one of the size of the last digits
//! that such codes hold.

mod assignment;
mod balance;
mod correlation;
mod fixed;
mod frechet;
mod geodesic;
mod matching;
mod nodes;
mod parity;
mod plan;
pub mod procrustes;
mod signed;
mod stabilizers;
mod walk;

pub use frechet::FrechetMean;
pub use geodesic::Geodesic;

#[doc(hidden)]
pub use plan::Plan;
pub(crate) use plan::{of_finite as finite_plan, of_isometries as rotation_plan};

use std::borrow::Cow;

use balance::{balance, squared_difference};

use crate::linalg;
use crate::space::Symmetry;
use crate::{FiniteGroup, Group, GroupError, Real, Representation};

/// How a metric finds the best element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// `⟨z, ρ(g)w⟩` for all `g` at once by FFT over `C_N`.
    CrossCorrelation,
    /// Both codes are sorted.
    Sorting,
    /// The best permutation of nodes by linear assignment.
    Assignment,
    /// The best permutation of nodes together with its signs, by linear assignment or by sorting.
    SignedAssignment,
    /// Every element is tried.
    Search,
    /// The best rotation, perhaps after a reflection, in closed form.
    Rotation,
    /// Elements are ruled out by what they could gain at most, stabilizer by stabilizer.
    BranchAndBound,
}

/// The best pose of one code relative to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Alignment<E> {
    /// `g* = argmin_g ‖z − ρ(g)w‖`, the first in the group's order where several do equally well (any of
    /// them by [branch and bound](Method::BranchAndBound)).
    pub element: E,
    /// `‖z − ρ(g*)w‖`.
    pub distance: f64,
}

/// The quotient metric of a representation, of a finite group or of
/// [rotations and reflections](crate::compact::Isometries).
///
/// ```
/// use groups::{quotient::QuotientMetric, Symmetric};
/// let metric = QuotientMetric::new(&Symmetric::new(3)?.natural())?;
/// // {1, 2, 3} and {3, 1, 2} are the same multiset; {1, 2, 4} is one away.
/// assert_eq!(metric.distance(&[1.0, 2.0, 3.0], &[3.0, 1.0, 2.0]), 0.0);
/// assert_eq!(metric.distance(&[1.0, 2.0, 3.0], &[4.0, 1.0, 2.0]), 1.0);
/// # Ok::<(), groups::GroupError>(())
/// ```
#[derive(Debug, Clone)]
pub struct QuotientMetric<G: Group> {
    representation: Representation<G>,
    plan: Plan<G::Element>,
}

impl<G: Symmetry> QuotientMetric<G> {
    /// The metric, by the fastest method that is exact for this representation, of a finite group or of
    /// rotations and reflections alike.
    ///
    /// # Errors
    /// [`GroupError::TooLarge`] where no method but trying all elements is left and a finite group has
    /// more than 50,000: larger groups have to move coordinates only, of at most 256 nodes, or to move and
    /// change the signs of at most 128. [`GroupError::NoMetric`] where no exact method is known for rotations:
    /// see [`Isometries`](crate::compact::Isometries).
    ///
    /// ```
    /// use groups::{compact::{Isometries, O2}, quotient::QuotientMetric};
    /// // Two points of the plane, turned by a quarter.
    /// let metric = QuotientMetric::new(&O2.natural().copies(2))?;
    /// assert!(metric.distance(&[1.0, 0.0, 0.0, 2.0], &[0.0, 1.0, -2.0, 0.0]) < 1e-15);
    /// # Ok::<(), groups::GroupError>(())
    /// ```
    pub fn new(representation: &Representation<G>) -> Result<Self, GroupError> {
        Ok(Self { plan: G::plan(representation)?, representation: representation.clone() })
    }
}

impl<G: FiniteGroup> QuotientMetric<G> {
    /// The metric by trying every element, whatever the representation: the reference that the
    /// faster methods are tested against.
    ///
    /// # Errors
    /// [`GroupError::TooLarge`] above 50,000 elements.
    pub fn by_search(representation: &Representation<G>) -> Result<Self, GroupError> {
        Ok(Self { plan: plan::search(representation)?, representation: representation.clone() })
    }

    /// The metric by branch and bound along stabilizers, whatever the order of the group: for every
    /// representation that only moves coordinates and changes signs. Of several elements that do equally well
    /// any may be found, and one that does better by less than a relative `n²·2⁻⁴⁸` may be missed, for `n` nodes.
    ///
    /// # Errors
    /// [`GroupError::Unsuitable`] for other representations, and for more than 256 nodes (coordinates that
    /// move alike are one node, and two where signs change).
    pub fn by_branch_and_bound(representation: &Representation<G>) -> Result<Self, GroupError> {
        let plan =
            plan::branch_and_bound(representation).ok_or_else(|| GroupError::Unsuitable {
                operation: "the quotient metric by branch and bound",
                requirement: "an action that moves at most 256 nodes, or 128 with changes of signs",
                representation: representation.name(),
            })?;
        Ok(Self { plan, representation: representation.clone() })
    }
}

impl<G: Group> QuotientMetric<G> {
    /// The representation.
    pub fn representation(&self) -> &Representation<G> {
        &self.representation
    }

    /// How the best element is found.
    pub fn method(&self) -> Method {
        self.plan.method
    }

    /// `d([z],[w])`. Not a number where a code holds one.
    ///
    /// # Panics
    /// If a code does not have the dimension of the representation, as slice operations do.
    pub fn distance<T: Real>(&self, z: &[T], w: &[T]) -> f64 {
        if has_nan(z) || has_nan(w) {
            return f64::NAN;
        }
        self.align(z, w).distance
    }

    /// The element that moves `w` closest to `z`, and the distance that is left. With NaN in a
    /// code the element is arbitrary.
    ///
    /// # Panics
    /// If a code does not have the dimension of the representation, as slice operations do.
    pub fn align<T: Real>(&self, z: &[T], w: &[T]) -> Alignment<G::Element> {
        let (z, w) = (wide(z), wide(w));
        let element = self.best_element(&z, &w);
        let distance = if self.plan.fixed.is_dense() {
            let (mut z, mut w) = (z.to_vec(), w.to_vec());
            self.plan.fixed.remove_from_both(&mut w, &mut z);
            linalg::distance(&z, &self.representation.act(&element, &w))
        } else {
            linalg::distance(&z, &self.representation.act(&element, &w))
        };
        let clearly_nearer = squared_difference(&z, &w) > 1.001 * distance * distance;
        if clearly_nearer {
            return Alignment { element, distance };
        }
        // Rounding may choose an element that does worse than none.
        let straight = linalg::distance(&z, &w);
        let worse = straight < distance * (1.0 - 4.0 * z.len() as f64 * f64::EPSILON);
        let element = if worse { self.representation.group().identity() } else { element };
        Alignment { element, distance: distance.min(straight) }
    }

    /// The max filter `⟨⟨z,w⟩⟩ = max_g ⟨z, ρ(g)w⟩`, which `d² = ‖z‖² + ‖w‖² − 2⟨⟨z,w⟩⟩` makes the other
    /// side of the quotient metric (Cahill, Iverson, Mixon & Packer 2022). Not a number where a code
    /// holds one.
    ///
    /// # Panics
    /// If a code does not have the dimension of the representation, as slice operations do.
    ///
    /// ```
    /// use groups::{quotient::QuotientMetric, Symmetric};
    /// let metric = QuotientMetric::new(&Symmetric::new(3)?.natural())?;
    /// assert_eq!(metric.max_filter(&[1.0, 2.0, 3.0], &[3.0, 1.0, 2.0]), 14.0);
    /// # Ok::<(), groups::GroupError>(())
    /// ```
    pub fn max_filter<T: Real>(&self, z: &[T], w: &[T]) -> f64 {
        if has_nan(z) || has_nan(w) {
            return f64::NAN;
        }
        let (z, w) = (wide(z), wide(w));
        let moved = self.representation.act(&self.best_element(&z, &w), &w);
        z.iter().zip(moved).map(|(a, b)| a * b).sum()
    }

    fn best_element(&self, z: &[f64], w: &[f64]) -> G::Element {
        let dim = self.representation.dim();
        assert!(z.len() == dim && w.len() == dim, "codes of dimension {dim} were expected");
        let (mut z, mut w) = (Cow::Borrowed(z), Cow::Borrowed(w));
        // Correlation does so where it matters, orders need it not.
        if !matches!(self.plan.method, Method::CrossCorrelation | Method::Sorting) {
            self.plan.fixed.remove(&mut z);
            self.plan.fixed.remove(&mut w);
            balance(&mut z, &mut w);
        }
        self.plan.best(&z, &w)
    }
}

/// A code in double precision; itself where it is.
fn wide<T: Real>(code: &[T]) -> Cow<'_, [f64]> {
    if T::epsilon().as_f64() == f64::EPSILON {
        // Of eight bytes each, so that nothing is split or joined.
        if let Ok(code) = bytemuck::try_cast_slice(code) {
            return Cow::Borrowed(code);
        }
    }
    code.iter().map(|v| v.as_f64()).collect()
}

fn has_nan<T: Real>(z: &[T]) -> bool {
    // Without a way out of the loop, which then takes many numbers at once.
    z.iter().fold(false, |any, v| any | v.is_nan())
}
