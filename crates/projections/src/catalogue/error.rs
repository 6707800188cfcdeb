//! What can go wrong when a projection is chosen.

use crate::ProjectionError;

/// An error of this module.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// No projection has this name.
    #[error(
        "no projection is called `{name}`{}; expected one of {expected}",
        closest.map(|c| format!(" (did you mean `{c}`?)")).unwrap_or_default()
    )]
    Unknown {
        /// What was asked for.
        name: String,
        /// The known name that is most like it.
        closest: Option<&'static str>,
        /// What there is.
        expected: String,
    },

    /// The size is no number, zero, or there is none to choose.
    #[error("{name}: {fault}, got `{got}`")]
    Size {
        /// The projection.
        name: &'static str,
        /// What is wrong.
        fault: &'static str,
        /// What came.
        got: String,
    },

    /// The projection leaves the orbit, so that no group element belongs to it.
    #[error(
        "{name} is no cross-section, so it has no group elements; those that have are {sections}"
    )]
    NoSection {
        /// The projection.
        name: &'static str,
        /// Cross-sections.
        sections: String,
    },

    /// The projection does not apply to the representation.
    #[error(transparent)]
    Projection(#[from] ProjectionError),
}
