//! What can go wrong in an analysis.

use thiserror::Error;

/// An analysis that cannot be carried out as asked.
///
/// Every message names the operation, what was expected and what came.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum AnalysisError {
    /// Two inputs that belong together differ in a length or a dimension.
    ///
    /// *Cause*: labels of another split, codes of another network, a transposed array.
    /// *Remedy*: codes are one per **row**; pass the labels and codes of the same samples.
    #[error("{operation}: expected {expected}, got {got}")]
    Shape {
        /// The function that was called.
        operation: &'static str,
        /// The shape or length that it needs.
        expected: String,
        /// The shape or length that came.
        got: String,
    },

    /// There are too few samples for the quantity to be defined.
    ///
    /// *Cause*: an empty array, one class only, one seed only, or more neighbours asked for than
    /// there are other codes. *Remedy*: more samples, or a smaller `k`.
    #[error("{operation}: needs at least {needed} {what}, got {got}")]
    TooFew {
        /// The function that was called.
        operation: &'static str,
        /// What is counted: samples, classes, neighbours.
        what: &'static str,
        /// The smallest number that makes sense.
        needed: usize,
        /// The number that came.
        got: usize,
    },

    /// An option lies outside its range.
    ///
    /// *Cause*: a caller's or a configuration's value. *Remedy*: the message states the range.
    #[error("{operation}: {option} must be {expected}, got {got}")]
    Option {
        /// The function that was called.
        operation: &'static str,
        /// The option's name.
        option: &'static str,
        /// The values allowed.
        expected: &'static str,
        /// The value that came.
        got: String,
    },

    /// An input holds NaN or an infinity, for which distances and fits mean nothing.
    ///
    /// *Cause*: a diverged network, or a division by zero before. *Remedy*: find the row in the
    /// input; drop it or mend what made it.
    #[error("{operation}: expected finite numbers, got {value} at row {row}, column {column}")]
    NotFinite {
        /// The function that was called.
        operation: &'static str,
        /// The row of the first such number.
        row: usize,
        /// Its column.
        column: usize,
        /// The number itself.
        value: f64,
    },

    /// A representation that the quotient metric cannot use: it changes lengths.
    ///
    /// *Cause*: `min_g ‖z − ρ(g)w‖` is a metric on orbits only for orthogonal `ρ`.
    /// *Remedy*: use an orthogonal representation, or whiten the codes first.
    #[error(
        "{operation}: expected an orthogonal representation, got one that maps a code of length {before} to length {after}"
    )]
    NotOrthogonal {
        /// The function that was called.
        operation: &'static str,
        /// `‖z‖`
        before: f64,
        /// `‖ρ(g)z‖`
        after: f64,
    },

    /// A linear system has no unique solution.
    ///
    /// *Cause*: collinear features without a penalty. *Remedy*: a positive ridge penalty.
    #[error(
        "{operation}: expected a positive definite matrix, got a singular one of order {order}"
    )]
    Singular {
        /// The function that was called.
        operation: &'static str,
        /// Rows of the matrix.
        order: usize,
    },

    /// An iteration met numbers that it cannot go on from.
    ///
    /// *Cause*: codes of enormous size without standardisation. *Remedy*: standardise them.
    #[error("{operation}: expected to converge, stopped after {iterations} iterations: {reason}")]
    Solver {
        /// The function that was called.
        operation: &'static str,
        /// Iterations done.
        iterations: usize,
        /// What happened.
        reason: &'static str,
    },

    /// A rayon thread pool could not be started.
    ///
    /// *Cause*: the operating system refused a thread. *Remedy*: free resources.
    #[error("{operation}: could not start a thread pool: {reason}")]
    ThreadPool {
        /// The function that was called.
        operation: &'static str,
        /// The system's message.
        reason: String,
    },

    /// A projection that is judged does not take the codes.
    ///
    /// *Cause*: a projection made for another representation. *Remedy*: the message names both.
    #[error(transparent)]
    Projection(#[from] projections::ProjectionError),

    /// A group is too large for what was asked, such as its quotient metric.
    ///
    /// *Cause*: many elements, and no faster method than to try them all. *Remedy*: a smaller group.
    #[error(transparent)]
    Group(#[from] groups::GroupError),

    /// A figure that cannot be drawn.
    ///
    /// *Cause*: nothing to draw. *Remedy*: the message names what is missing.
    #[error(transparent)]
    Figure(#[from] figures::FigureError),
}
