//! What can go wrong when codes are projected.

use groups::GroupError;

/// An error of this crate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectionError {
    /// The codes do not have the dimension of the representation. Check the number of fields, and
    /// that one code is one row.
    #[error("{projection}: codes have {got} columns, the representation has dimension {expected}")]
    Dimension {
        /// The projection.
        projection: &'static str,
        /// Dimension of the representation.
        expected: usize,
        /// Columns that came.
        got: usize,
    },

    /// The array for the invariants has another shape.
    #[error(
        "{projection}: the output is {found:?}, expected {expected:?}: a row of invariants for each code"
    )]
    Output {
        /// The projection.
        projection: &'static str,
        /// Codes and invariants of a code.
        expected: (usize, usize),
        /// The shape that came.
        found: (usize, usize),
    },

    /// A code holds NaN or an infinity, for which no invariant is defined. Drop or mend the row.
    #[error(
        "{projection}: code in row {row} has {value} in column {column}, expected a finite number"
    )]
    NotFinite {
        /// The projection.
        projection: &'static str,
        /// The row of the code.
        row: usize,
        /// The coordinate.
        column: usize,
        /// What stands there.
        value: f64,
    },

    /// The projection does not apply to this representation.
    #[error("{projection} needs {requirement}, got {representation}")]
    NotApplicable {
        /// The projection.
        projection: &'static str,
        /// What it needs.
        requirement: &'static str,
        /// The representation that came.
        representation: String,
    },

    /// Codes and the group elements that belong to them differ in number. Pass the elements that
    /// came with the codes, one a row.
    #[error("{projection}: {codes} codes came with {elements} group elements, expected one a code")]
    Elements {
        /// The projection.
        projection: &'static str,
        /// Rows of the codes.
        codes: usize,
        /// Group elements.
        elements: usize,
    },

    /// A parameter has a value that it must not have.
    #[error("{projection}: {parameter} must be {range}, got {value}")]
    OutOfRange {
        /// The projection.
        projection: &'static str,
        /// The parameter.
        parameter: &'static str,
        /// The values it may have.
        range: &'static str,
        /// What came.
        value: f64,
    },

    /// Vectors are not the simple roots of a finite reflection group. They must be linearly
    /// independent, every two at an angle of `π − π/m` with a whole number `m ≥ 2`.
    #[error("not the simple roots of a finite reflection group: {fault}")]
    NotSimpleRoots {
        /// What is wrong.
        fault: String,
    },

    /// The code cannot be recovered from its invariants: a Fourier coefficient that has to be divided
    /// by vanishes. Such codes have measure zero; another seed mixes the fields differently.
    #[error(
        "{projection}: row {row} cannot be inverted, the mixture vanishes at frequency {frequency}"
    )]
    NotInvertible {
        /// The projection.
        projection: &'static str,
        /// The row of the invariants.
        row: usize,
        /// The frequency.
        frequency: usize,
    },

    /// An encoder gave another number of codes for one pose of the inputs than for the first.
    #[error("orbit-lift: {got} encodings of one pose, expected {expected} as of the first")]
    Encodings {
        /// Encodings of the first pose.
        expected: usize,
        /// Encodings of another one.
        got: usize,
    },

    /// With so few outputs the projection cannot be made. Choose a larger size.
    #[error("{projection} of this representation needs at least {least} outputs, got {got}")]
    TooFewOutputs {
        /// The projection.
        projection: &'static str,
        /// The fewest that are enough.
        least: usize,
        /// What was asked for.
        got: usize,
    },

    /// The transformed templates are too many for memory, or for the time of one code. Choose a smaller size.
    #[error(
        "{projection}: {templates} templates in the {order} poses of {group} are too many; at most {most} fit"
    )]
    TooManyTemplates {
        /// The projection.
        projection: &'static str,
        /// The group's name.
        group: String,
        /// Its order.
        order: usize,
        /// Templates that were asked for.
        templates: usize,
        /// The most that fit.
        most: usize,
    },

    /// The projection's tables would not fit memory. Choose a size that fits, or fewer fields, where there is one.
    #[error(
        "{projection} of {representation} would keep {entries:.1e} numbers, more than {limit}; {}",
        match most {
            Some(most) => format!("sizes up to {most} fit"),
            None => "it is for smaller groups and representations".into(),
        }
    )]
    TablesTooLarge {
        /// The projection.
        projection: &'static str,
        /// The representation.
        representation: String,
        /// How many numbers there would be.
        entries: f64,
        /// The most that are accepted.
        limit: usize,
        /// The largest size that fits.
        most: Option<usize>,
    },

    /// The projection leaves the orbit, so that no group element belongs to its image. Choose a cross-section.
    #[error("{projection} is no cross-section, so it has no group elements")]
    NoElements {
        /// The projection.
        projection: &'static str,
    },

    /// A projection on no outputs was asked for.
    #[error("{projection}: the number of outputs must be at least 1, got 0")]
    NoOutputs {
        /// The projection.
        projection: &'static str,
    },

    /// The group's elements are too many for this projection, or the group is not what it needs.
    #[error(transparent)]
    Group(#[from] GroupError),
}
