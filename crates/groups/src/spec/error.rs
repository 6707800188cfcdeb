//! What can go wrong when names are read.

use std::fmt;
use std::path::PathBuf;

use crate::GroupError;

/// An error of this module: a text that names no group, representation or element.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    /// No group has this name.
    #[error("no group is called `{text}`{}; expected {expected}", Hint(closest))]
    UnknownGroup {
        /// What was asked for.
        text: String,
        /// The known name that is most like it.
        closest: Option<String>,
        /// What there is.
        expected: String,
    },

    /// The group has no representation of this name.
    #[error("{group} has no representation `{text}`{}; expected {expected}", Hint(closest))]
    UnknownRepresentation {
        /// The group's name.
        group: String,
        /// What was asked for.
        text: String,
        /// The known name that is most like it.
        closest: Option<String>,
        /// What there is.
        expected: String,
    },

    /// A sum of representations is not written as one.
    #[error("cannot read the representation `{text}`: {fault}; expected {expected}")]
    Syntax {
        /// The text.
        text: String,
        /// What is wrong.
        fault: String,
        /// How it is written.
        expected: &'static str,
    },

    /// The group has no element of this name.
    #[error("{group} has no element `{text}`; expected {expected}")]
    UnknownElement {
        /// The group's name.
        group: String,
        /// What was asked for.
        text: String,
        /// How elements are written.
        expected: String,
    },

    /// A product is listed by the table of its elements, which a factor has too many of.
    #[error("products are those of finite groups, got the infinite {group}")]
    InfiniteFactor {
        /// The factor.
        group: String,
    },

    /// A file with generators cannot be read. Check the path.
    #[error("{}: {fault}; expected a JSON file with the generators of a group", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        fault: String,
    },

    /// A file does not hold generators.
    #[error(
        "{}: {fault}; expected {{\"permutations\": [[1, 2, 0], …]}} or {{\"matrices\": [[[0, -1], [1, 0]], …]}}",
        path.display()
    )]
    NoGenerators {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: String,
    },

    /// The name is understood, but the group cannot be built.
    #[error(transparent)]
    Group(#[from] GroupError),
}

struct Hint<'a>(&'a Option<String>);

impl fmt::Display for Hint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(closest) => write!(f, " (did you mean `{closest}`?)"),
            None => Ok(()),
        }
    }
}
