//! What can go wrong when groups and representations are built.

use std::fmt;

/// An error of this crate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GroupError {
    /// A group of order or degree zero was asked for. Use at least 1; order 1 is the trivial group.
    #[error("{group}: the {parameter} must be at least 1, got 0")]
    Empty {
        /// The family that was asked for.
        group: &'static str,
        /// The parameter that was zero.
        parameter: &'static str,
    },

    /// A list of images is not a permutation: an image is missing, repeated or out of range.
    #[error(
        "not a permutation of 0..{degree}: position {position} maps to {image}, which is {fault}"
    )]
    NotAPermutation {
        /// Length of the list.
        degree: usize,
        /// Where the fault is.
        position: usize,
        /// What stands there.
        image: usize,
        /// `out of range` or `taken already`.
        fault: &'static str,
    },

    /// A point that a permutation group does not permute.
    #[error("point {point} is not one of 0..{degree}")]
    NoSuchPoint {
        /// How many points there are.
        degree: usize,
        /// What was asked for.
        point: usize,
    },

    /// Representations of different groups cannot be added. Build both over one group value.
    #[error("direct sum over different groups: {left} and {right}")]
    GroupMismatch {
        /// Name of the first group.
        left: String,
        /// Name of the other one.
        right: String,
    },

    /// A direct sum needs at least one summand.
    #[error("direct sum of no representations: pass at least one")]
    EmptySum,

    /// There is nothing to take a mean of. Pass at least one code, and at least one start.
    #[error("{operation}: expected at least one code and one start")]
    NoCodes {
        /// What was attempted.
        operation: &'static str,
    },

    /// The irrep does not exist for this group.
    #[error("{group} has no irrep {irrep}; it has {available}")]
    NoSuchIrrep {
        /// The group's name.
        group: String,
        /// What was asked for.
        irrep: String,
        /// What there is.
        available: String,
    },

    /// The operation lists the elements of the group, and there are too many.
    /// Use a representation with a faster method, or sample elements instead.
    #[error(
        "{operation} lists the elements of {group}, whose order {} is above the limit {limit}",
        Order(*order)
    )]
    TooLarge {
        /// What was attempted.
        operation: &'static str,
        /// The group's name.
        group: String,
        /// Its order, `usize::MAX` where it is larger than that.
        order: usize,
        /// The largest order that the operation accepts.
        limit: usize,
    },

    /// Products of generators were formed until there were too many of them. The group is larger than the
    /// limit, or infinite: a turn by an angle that is no fraction of 360° has no end. Check the generators.
    #[error(
        "{operation} found more than {limit} elements of {group} and stopped; the group is larger, perhaps infinite"
    )]
    TooManyFound {
        /// What was attempted.
        operation: &'static str,
        /// The group's name.
        group: String,
        /// The most elements that the operation accepts.
        limit: usize,
    },

    /// A group that permutes too many points to be made from its name. Build it by its own type.
    #[error(
        "{group} permutes {degree} points, but a group named like this permutes {limit} at most"
    )]
    DegreeTooLarge {
        /// The group's name.
        group: String,
        /// How many points it permutes.
        degree: usize,
        /// The most that are accepted.
        limit: usize,
    },

    /// No exact method is known for the quotient metric of this representation of an infinite group.
    /// Its invariants do without.
    #[error(
        "the distance between orbits of {representation} is not known in closed form; expected {expected}"
    )]
    NoMetric {
        /// The representation.
        representation: String,
        /// Representations for which it is.
        expected: &'static str,
    },

    /// A vector does not have the dimension of the representation.
    #[error("{operation}: expected a vector of dimension {expected}, got {got}")]
    Dimension {
        /// What was attempted.
        operation: &'static str,
        /// Dimension of the representation.
        expected: usize,
        /// Length that came.
        got: usize,
    },

    /// A method does not apply to a representation. Another one of the same module may.
    #[error("{operation} needs {requirement}, got {representation}")]
    Unsuitable {
        /// What was attempted.
        operation: &'static str,
        /// What it needs.
        requirement: &'static str,
        /// The representation.
        representation: String,
    },

    /// A numerical routine did not converge; the input most likely holds NaN or infinity.
    #[error("{operation} did not converge; does the input hold NaN or infinity?")]
    NoConvergence {
        /// What was attempted.
        operation: &'static str,
    },

    /// A multiplication table breaks an axiom. The witness says where.
    #[error("{group} is no group: {axiom} does not hold for {witness}")]
    NotAGroup {
        /// The group's name.
        group: String,
        /// The axiom, as a formula.
        axiom: &'static str,
        /// Elements that break it.
        witness: String,
    },

    /// A generator has the wrong size, or is not orthogonal. Check it, and give six digits at least.
    #[error("{group}: generator {position} is {got}, expected {expected}")]
    BadGenerator {
        /// The group's name.
        group: String,
        /// Which generator, from 0.
        position: usize,
        /// What is asked of it.
        expected: String,
        /// What came.
        got: String,
    },

    /// A matrix is not orthogonal. Check it, and give six digits at least.
    #[error("expected an orthogonal {dim}×{dim} matrix M, but MᵀM is off by {off:.1e}")]
    NotOrthogonal {
        /// Its size.
        dim: usize,
        /// The largest entry of `MᵀM − 1`.
        off: f64,
    },

    /// Two matrices of a group are too close to be told apart and too far to be equal. Give
    /// generators with more digits.
    #[error(
        "{group}: two elements are {distance:.1e} apart, the tolerance {tolerance:e} cannot tell whether they are equal; give more digits of the generators"
    )]
    Ambiguous {
        /// The group's name.
        group: String,
        /// Largest difference of their entries.
        distance: f64,
        /// The tolerance in use.
        tolerance: f64,
    },

    /// A map between groups, or an action, does not respect the law.
    #[error("{map}: {law} does not hold for {witness}")]
    NotAHomomorphism {
        /// The map.
        map: String,
        /// The law, as a formula.
        law: &'static str,
        /// Elements that break it.
        witness: String,
    },
}

/// An order that may have been too large for its type.
struct Order(usize);

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            usize::MAX => f.write_str("(more than 10^19)"),
            order => write!(f, "{order}"),
        }
    }
}
