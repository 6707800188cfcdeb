//! What cannot be drawn.

use thiserror::Error;

/// A figure that cannot be drawn from the values that it holds.
///
/// Every message names the operation, what was expected and what came.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum FigureError {
    /// Two lists that belong together differ in length.
    ///
    /// *Cause*: classes of other points. *Remedy*: pass what belongs to the same points.
    #[error("{operation}: expected {expected} {what}, got {got}")]
    Shape {
        /// The function that was called.
        operation: &'static str,
        /// What is counted.
        what: &'static str,
        /// The number needed.
        expected: usize,
        /// The number that came.
        got: usize,
    },

    /// There is nothing to draw.
    ///
    /// *Cause*: an empty list. *Remedy*: leave the figure out.
    #[error("{operation}: needs at least {needed} {what}, got {got}")]
    TooFew {
        /// The function that was called.
        operation: &'static str,
        /// What is counted: panels, points, pixels.
        what: &'static str,
        /// The smallest number that makes sense.
        needed: usize,
        /// The number that came.
        got: usize,
    },

    /// An option lies outside its range.
    ///
    /// *Cause*: a class without a name, or zero on a logarithmic axis. *Remedy*: the message states the
    /// range.
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

    /// A number that has no place on the page: NaN or an infinity.
    ///
    /// *Cause*: a division by zero before. *Remedy*: find the row in the input, and drop or mend it.
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

    /// The report's template could not be rendered.
    ///
    /// *Cause*: running out of memory while formatting. *Remedy*: fewer or smaller figures.
    #[error("report: {reason}")]
    Template {
        /// The template engine's message.
        reason: String,
    },
}
