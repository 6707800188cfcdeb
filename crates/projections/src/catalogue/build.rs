//! From a choice to a projection.

use groups::{Real, Space};

use super::entries::{Request, entries};
use super::{CatalogueError, Choice, Member};
use crate::ProjectionError;

/// Builds a projection of codes of one scalar type, for a space or a representation in its own type. What is random is
/// drawn from `seed`.
///
/// # Errors
/// [`CatalogueError::Projection`] where it does not apply, or would be too large.
///
/// ```
/// use groups::Space;
/// use projections::{Guarantee, Projection, catalogue};
/// let points = Space::parse("o3", "9 points x 3")?;
/// let s = catalogue::build::<f32>(&points, &"root-gram".parse()?, 0)?;
/// assert_eq!(s.metadata().guarantee, Guarantee::BiLipschitz);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn build<T: Real>(
    space: impl Into<Space>,
    choice: &Choice,
    seed: u64,
) -> Result<Member<T>, CatalogueError> {
    let space = space.into();
    Ok(build_one(&space, &space.kind(), choice, seed)?)
}

/// Builds a cross-section, which also returns group elements.
///
/// # Errors
/// As [`build`], and [`CatalogueError::NoSection`] for a projection that leaves the orbit.
pub fn build_section<T: Real>(
    space: impl Into<Space>,
    choice: &Choice,
    seed: u64,
) -> Result<Member<T>, CatalogueError> {
    let built = build(space, choice, seed)?;
    if built.has_elements() {
        return Ok(built);
    }
    let is_section = |choice: &Choice| choice.entry.section;
    let sections: Vec<_> = Choice::all().filter(is_section).map(|c| c.name()).collect();
    Err(CatalogueError::NoSection { name: choice.name(), sections: sections.join(", ") })
}

/// Which projections apply to a representation.
#[derive(Debug)]
pub struct Applicable<T: Real> {
    /// Those that do, in the order of the catalogue.
    pub usable: Vec<Candidate<T>>,
    /// The names of the others, each with the reason.
    pub unfit: Vec<(&'static str, ProjectionError)>,
}

/// A projection that applies.
#[derive(Debug)]
pub struct Candidate<T: Real> {
    /// What it is called.
    pub choice: Choice,
    /// The projection.
    pub projection: Member<T>,
}

/// Every projection of the catalogue that applies to a representation, at its default size, and the reasons why
/// the others do not.
pub fn applicable<T: Real>(space: impl Into<Space>, seed: u64) -> Applicable<T> {
    let space = space.into();
    let kind = space.kind();
    let mut all = Applicable { usable: Vec::new(), unfit: Vec::new() };
    for choice in Choice::all() {
        match build_one(&space, &kind, &choice, seed) {
            Ok(projection) => all.usable.push(Candidate { choice, projection }),
            Err(reason) => all.unfit.push((choice.name(), reason)),
        }
    }
    all
}

fn build_one<T: Real>(
    space: &Space,
    kind: &groups::Kind,
    choice: &Choice,
    seed: u64,
) -> Result<Member<T>, ProjectionError> {
    let (name, size) = (choice.name(), choice.size());
    match entries().iter().find(|entry| entry.name.name == name) {
        Some(entry) => (entry.build)(&Request { name, space, kind, size, seed }),
        // A choice is made from the names of all entries.
        None => Err(ProjectionError::NotApplicable {
            projection: name,
            requirement: "a projection of the catalogue",
            representation: space.name(),
        }),
    }
}
