//! A projection and its size, as a text names them.

use std::fmt;
use std::str::FromStr;

use groups::spec::closest;
use serde::{Serialize, Serializer};

use super::CatalogueError;
use super::entries::{Name, names};

/// A projection by name, perhaps with a size: `sort`, `max-filter:256`.
///
/// ```
/// let choice: projections::catalogue::Choice = "max-filter:256".parse()?;
/// assert_eq!((choice.name(), choice.size()), ("max-filter", Some(256)));
/// assert_eq!(choice.to_string(), "max-filter:256");
/// # Ok::<(), projections::catalogue::CatalogueError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Choice {
    pub(super) entry: Name,
    size: Option<usize>,
}

impl Choice {
    /// Every projection of the catalogue, its size left out.
    pub fn all() -> impl Iterator<Item = Self> {
        names().into_iter().map(|entry| Self { entry, size: None })
    }

    /// The name, as [`Metadata`](crate::Metadata) states it.
    pub fn name(&self) -> &'static str {
        self.entry.name
    }

    /// The size, where one is given.
    pub fn size(&self) -> Option<usize> {
        self.size
    }
}

impl FromStr for Choice {
    type Err = CatalogueError;

    fn from_str(text: &str) -> Result<Self, CatalogueError> {
        let text = text.trim();
        let (name, size) = match text.split_once(':') {
            Some((name, size)) => (name.trim(), Some(size.trim())),
            None => (text, None),
        };
        let name = name.to_lowercase();
        let known = names();
        let Some(entry) = known.iter().find(|e| e.name == name || e.alias == Some(&name)).copied()
        else {
            let spellings = known.iter().flat_map(|e| e.alias.into_iter().chain([e.name]));
            let expected = known.iter().map(|e| e.name).collect::<Vec<_>>().join(", ");
            return Err(CatalogueError::Unknown {
                closest: closest(&name, spellings),
                expected,
                name,
            });
        };
        let fault = |fault, got: &str| {
            Err(CatalogueError::Size { name: entry.name, fault, got: got.to_owned() })
        };
        let size = match (size, entry.sized) {
            (None, _) => None,
            (Some(size), false) => return fault("there is no size to choose", size),
            (Some(size), true) => match size.parse() {
                Ok(size) if size > 0 => Some(size),
                _ => return fault("the size must be a whole number from 1", size),
            },
        };
        Ok(Self { entry, size })
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.size {
            Some(size) => write!(f, "{}:{size}", self.name()),
            None => f.write_str(self.name()),
        }
    }
}

impl Serialize for Choice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
