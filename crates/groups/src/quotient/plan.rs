//! Which method finds the best element, by what is known of the representation.

use std::fmt;
use std::sync::Arc;

use super::fixed::Fixed;
use super::{Method, assignment, correlation, parity, signed, stabilizers, walk};
use crate::compact::Isometries;
use crate::group::Structure;
use crate::representation::{BlockKind, LISTING_LIMIT};
use crate::{FiniteGroup, Group, GroupError, Representation};

/// The most coordinates, those of all elements together, whose moves are kept: 32 MiB.
const LARGEST_LIST: usize = 1 << 22;

/// How the element that minimises `‖z − ρ(g)w‖` is found.
#[derive(Clone)]
pub struct Plan<E> {
    pub(super) method: Method,
    pub(super) fixed: Fixed,
    best: Arc<Best<E>>,
}

/// From `z`, `w` and what the group fixes to the element.
type Best<E> = dyn Fn(&[f64], &[f64], &Fixed) -> E + Send + Sync;

impl<E> Plan<E> {
    fn new(
        method: Method,
        fixed: Fixed,
        best: impl Fn(&[f64], &[f64], &Fixed) -> E + Send + Sync + 'static,
    ) -> Self {
        Self { method, fixed, best: Arc::new(best) }
    }

    pub(super) fn best(&self, z: &[f64], w: &[f64]) -> E {
        (self.best)(z, w, &self.fixed)
    }
}

impl<E> fmt::Debug for Plan<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.method.fmt(f)
    }
}

/// The fastest exact method for a finite group.
pub(crate) fn of_finite<G: FiniteGroup>(
    representation: &Representation<G>,
) -> Result<Plan<G::Element>, GroupError> {
    let blocks = representation.blocks();
    let group = representation.group().clone();
    let fixed = || Fixed::of(representation, &[]);
    match group.structure() {
        Structure::Cyclic { order } if representation.regular_fields().is_some() => {
            let fft = correlation::CrossCorrelation::new(order);
            Ok(Plan::new(Method::CrossCorrelation, fixed(), move |z, w, fixed| {
                group.element(fft.best_shift(z, w, fixed))
            }))
        }
        Structure::Symmetric { degree, element } => {
            let natural = BlockKind::NodeFeatures { nodes: degree, features: 1 };
            match assignment::NodeLayout::of(&blocks, degree) {
                // An order does not depend on what is fixed.
                Some(_) if blocks.len() == 1 && blocks[0].kind == natural => {
                    Ok(Plan::new(Method::Sorting, Fixed::default(), move |z, w, _| {
                        element(assignment::by_sorting(z, w))
                    }))
                }
                Some(layout) => Ok(Plan::new(Method::Assignment, fixed(), move |z, w, _| {
                    element(layout.best(z, w))
                })),
                None => match parity::ParityLayout::of(representation, degree) {
                    Some(layout) => {
                        Ok(Plan::new(Method::SignedAssignment, fixed(), move |z, w, _| {
                            element(layout.best(z, w))
                        }))
                    }
                    None => of_any(representation),
                },
            }
        }
        _ => match signed::SignedLayout::of(representation) {
            Some(layout) => {
                Ok(Plan::new(Method::SignedAssignment, fixed(), move |z, w, _| layout.best(z, w)))
            }
            None => of_any(representation),
        },
    }
}

/// The best rotation, where it is known in closed form.
pub(crate) fn of_isometries<G: Isometries>(
    representation: &Representation<G>,
) -> Result<Plan<G::Element>, GroupError> {
    let group = representation.group();
    let aligner = group.aligner(&representation.blocks()).ok_or_else(|| GroupError::NoMetric {
        representation: representation.name(),
        expected: group.aligned(),
    })?;
    let fixed = Fixed::of(representation, &[]);
    Ok(Plan::new(Method::Rotation, fixed, move |z, w, _| aligner.best(z, w)))
}

/// By trying all elements where they are few, else by branch and bound where that is possible.
fn of_any<G: FiniteGroup>(
    representation: &Representation<G>,
) -> Result<Plan<G::Element>, GroupError> {
    if representation.group().order() <= LISTING_LIMIT {
        return search(representation);
    }
    branch_and_bound(representation).ok_or_else(|| too_large(representation))
}

/// Every element is tried.
pub(super) fn search<G: FiniteGroup>(
    representation: &Representation<G>,
) -> Result<Plan<G::Element>, GroupError> {
    let group = representation.group().clone();
    if group.order() > LISTING_LIMIT {
        return Err(too_large(representation));
    }
    let entries = group.order().saturating_mul(representation.dim());
    // Where they are many, only the generators are kept.
    if entries > LARGEST_LIST
        && let Some(walk) = walk::Walk::of(representation)
    {
        let fixed = Fixed::of(representation, &[]);
        return Ok(Plan::new(Method::Search, fixed, move |z, w, _| group.element(walk.best(z, w))));
    }
    let operators: Vec<_> = group.elements().map(|g| representation.operator(&g)).collect();
    let fixed = Fixed::of(representation, &operators);
    Ok(Plan::new(Method::Search, fixed, move |z, w, _| {
        let mut best = (0, f64::INFINITY);
        let mut moved = vec![0.0; z.len()];
        for (index, operator) in operators.iter().enumerate() {
            operator.apply_into(w, &mut moved);
            let distance: f64 = z.iter().zip(&moved).map(|(a, b)| (a - b).powi(2)).sum();
            if distance < best.1 {
                best = (index, distance);
            }
        }
        group.element(best.0)
    }))
}

/// Elements are ruled out by what they could gain at most, stabilizer by stabilizer.
pub(super) fn branch_and_bound<G: Group>(
    representation: &Representation<G>,
) -> Option<Plan<G::Element>> {
    let stabilizers = stabilizers::Stabilizers::of(representation)?;
    let fixed = Fixed::of(representation, &[]);
    Some(Plan::new(Method::BranchAndBound, fixed, move |z, w, _| stabilizers.best(z, w)))
}

fn too_large<G: FiniteGroup>(representation: &Representation<G>) -> GroupError {
    let group = representation.group();
    let operation = "the quotient metric by search";
    let (order, group) = (group.order(), group.name());
    GroupError::TooLarge { operation, group, order, limit: LISTING_LIMIT }
}
