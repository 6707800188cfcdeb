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
pub mod procrustes;
mod signed;
mod stabilizers;
mod walk;

pub use frechet::FrechetMean;
pub use geodesic::Geodesic;

use std::borrow::Cow;
use std::sync::Arc;

use balance::{balance, squared_difference};
use fixed::Fixed;

use crate::compact::{Aligner, Isometries};
use crate::group::Structure;
use crate::linalg;
use crate::representation::{BlockKind, LISTING_LIMIT, Operator};
use crate::{FiniteGroup, Group, GroupError, Permutation, Real, Representation};

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
/// [rotations and reflections](Isometries).
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
    plan: Plan<G>,
    fixed: Fixed,
}

/// The most coordinates, those of all elements together, whose moves are kept: 32 MiB.
const LARGEST_LIST: usize = 1 << 22;

/// The element of a number.
type Numbered<G> = fn(&G, usize) -> <G as Group>::Element;

#[derive(Debug, Clone)]
enum Plan<G: Group> {
    CrossCorrelation(correlation::CrossCorrelation, Numbered<G>),
    Sorting(fn(Permutation) -> G::Element),
    Assignment(assignment::NodeLayout, fn(Permutation) -> G::Element),
    Signed(signed::SignedLayout<G>),
    Parity(parity::ParityLayout, fn(Permutation) -> G::Element),
    Search(Vec<Operator>, Numbered<G>),
    /// Every element is tried, too, but only the generators are kept.
    Walk(walk::Walk, Numbered<G>),
    Rotation(Aligner<G::Element>),
    BranchAndBound(Arc<stabilizers::Stabilizers<G>>),
}

impl<G: FiniteGroup> QuotientMetric<G> {
    /// The metric, by the fastest method that is exact for this representation.
    ///
    /// # Errors
    /// [`GroupError::TooLarge`] where no method but trying all elements is left and the group has
    /// more than 50,000: larger groups have to move coordinates only, of at most 256 nodes, or to move and
    /// change the signs of at most 128.
    pub fn new(representation: &Representation<G>) -> Result<Self, GroupError> {
        let blocks = representation.blocks();
        let plan = match representation.group().structure() {
            Structure::Cyclic { order } if representation.regular_fields().is_some() => {
                Plan::CrossCorrelation(correlation::CrossCorrelation::new(order), G::element)
            }
            Structure::Symmetric { degree, element } => {
                let natural = BlockKind::NodeFeatures { nodes: degree, features: 1 };
                match assignment::NodeLayout::of(&blocks, degree) {
                    Some(_) if blocks.len() == 1 && blocks[0].kind == natural => {
                        Plan::Sorting(element)
                    }
                    Some(layout) => Plan::Assignment(layout, element),
                    None => match parity::ParityLayout::of(representation, degree) {
                        Some(layout) => Plan::Parity(layout, element),
                        None => Plan::of_any(representation)?,
                    },
                }
            }
            _ => match signed::SignedLayout::of(representation) {
                Some(layout) => Plan::Signed(layout),
                None => Plan::of_any(representation)?,
            },
        };
        Ok(Self::by(representation, plan))
    }

    /// The metric by trying every element, whatever the representation: the reference that the
    /// faster methods are tested against.
    ///
    /// # Errors
    /// [`GroupError::TooLarge`] above 50,000 elements.
    pub fn by_search(representation: &Representation<G>) -> Result<Self, GroupError> {
        let plan = Plan::search(representation)?;
        Ok(Self::by(representation, plan))
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
            Plan::branch_and_bound(representation).ok_or_else(|| GroupError::Unsuitable {
                operation: "the quotient metric by branch and bound",
                requirement: "an action that moves at most 256 nodes, or 128 with changes of signs",
                representation: representation.name(),
            })?;
        Ok(Self::by(representation, plan))
    }
}

impl<G: Isometries> QuotientMetric<G> {
    /// The metric of rotations and reflections of the plane or of space.
    ///
    /// # Errors
    /// [`GroupError::NoMetric`] where no exact method is known: see [`Isometries`].
    ///
    /// ```
    /// use groups::{compact::{Isometries, O2}, quotient::QuotientMetric};
    /// // Two points of the plane, turned by a quarter.
    /// let metric = QuotientMetric::of_isometries(&O2.natural().copies(2))?;
    /// assert!(metric.distance(&[1.0, 0.0, 0.0, 2.0], &[0.0, 1.0, -2.0, 0.0]) < 1e-15);
    /// # Ok::<(), groups::GroupError>(())
    /// ```
    pub fn of_isometries(representation: &Representation<G>) -> Result<Self, GroupError> {
        let plan = Plan::Rotation(representation.group().aligner(representation)?);
        Ok(Self::by(representation, plan))
    }
}

impl<G: Group> QuotientMetric<G> {
    fn by(representation: &Representation<G>, plan: Plan<G>) -> Self {
        let fixed = match &plan {
            // An order does not depend on it.
            Plan::Sorting(_) => Fixed::default(),
            Plan::Search(operators, _) => Fixed::of(representation, operators),
            _ => Fixed::of(representation, &[]),
        };
        Self { representation: representation.clone(), plan, fixed }
    }

    /// The representation.
    pub fn representation(&self) -> &Representation<G> {
        &self.representation
    }

    /// How the best element is found.
    pub fn method(&self) -> Method {
        match self.plan {
            Plan::CrossCorrelation(..) => Method::CrossCorrelation,
            Plan::Sorting(_) => Method::Sorting,
            Plan::Assignment(..) => Method::Assignment,
            Plan::Signed(_) | Plan::Parity(..) => Method::SignedAssignment,
            Plan::Search(..) | Plan::Walk(..) => Method::Search,
            Plan::Rotation(_) => Method::Rotation,
            Plan::BranchAndBound(_) => Method::BranchAndBound,
        }
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
        let distance = if self.fixed.is_dense() {
            let (mut z, mut w) = (z.to_vec(), w.to_vec());
            self.fixed.remove_from_both(&mut w, &mut z);
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
        let group = self.representation.group();
        let (mut z, mut w) = (Cow::Borrowed(z), Cow::Borrowed(w));
        // Correlation does so where it matters, orders need it not.
        if !matches!(self.plan, Plan::CrossCorrelation(..) | Plan::Sorting(_)) {
            self.fixed.remove(&mut z);
            self.fixed.remove(&mut w);
            balance(&mut z, &mut w);
        }
        let (z, w) = (&z[..], &w[..]);
        match &self.plan {
            Plan::CrossCorrelation(fft, element) => {
                element(group, fft.best_shift(z, w, &self.fixed))
            }
            Plan::Sorting(element) => element(assignment::by_sorting(z, w)),
            Plan::Assignment(layout, element) => element(layout.best(z, w)),
            Plan::Signed(layout) => layout.best(z, w),
            Plan::Parity(layout, element) => element(layout.best(z, w)),
            Plan::BranchAndBound(stabilizers) => stabilizers.best(z, w),
            Plan::Walk(walk, element) => element(group, walk.best(z, w)),
            Plan::Rotation(aligner) => aligner.best(z, w),
            Plan::Search(operators, element) => {
                let mut best = (0, f64::INFINITY);
                let mut moved = vec![0.0; dim];
                for (index, operator) in operators.iter().enumerate() {
                    operator.apply_into(w, &mut moved);
                    let distance = squared_distance(z, &moved);
                    if distance < best.1 {
                        best = (index, distance);
                    }
                }
                element(group, best.0)
            }
        }
    }
}

impl<G: FiniteGroup> Plan<G> {
    /// By trying all elements where they are few, else by branch and bound where that is possible.
    fn of_any(representation: &Representation<G>) -> Result<Self, GroupError> {
        if representation.group().order() <= LISTING_LIMIT {
            return Self::search(representation);
        }
        Self::branch_and_bound(representation)
            .ok_or_else(|| too_large("the quotient metric by search", representation))
    }

    fn search(representation: &Representation<G>) -> Result<Self, GroupError> {
        let group = representation.group();
        if group.order() > LISTING_LIMIT {
            return Err(too_large("the quotient metric by search", representation));
        }
        let entries = group.order().saturating_mul(representation.dim());
        if entries > LARGEST_LIST
            && let Some(walk) = walk::Walk::of(representation)
        {
            return Ok(Self::Walk(walk, G::element));
        }
        let operators = group.elements().map(|g| representation.operator(&g)).collect();
        Ok(Self::Search(operators, G::element))
    }

    fn branch_and_bound(representation: &Representation<G>) -> Option<Self> {
        let stabilizers = stabilizers::Stabilizers::of(representation)?;
        Some(Self::BranchAndBound(Arc::new(stabilizers)))
    }
}

fn too_large<G: FiniteGroup>(
    operation: &'static str,
    representation: &Representation<G>,
) -> GroupError {
    let group = representation.group();
    let (order, group) = (group.order(), group.name());
    GroupError::TooLarge { operation, group, order, limit: LISTING_LIMIT }
}

fn squared_distance(z: &[f64], w: &[f64]) -> f64 {
    z.iter().zip(w).map(|(a, b)| (a - b).powi(2)).sum()
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
