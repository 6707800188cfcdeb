//! From a choice to a projection.

use groups::{FiniteGroup, Real, Representation};

use super::entries::{Built, Entry, Request, entries};
use super::{CatalogueError, Choice, Section};
use crate::{Projection, ProjectionError};

/// Builds a projection of the codes of a representation. What is random is drawn from `seed`.
///
/// # Errors
/// [`CatalogueError::Projection`] where it does not apply, or would be too large.
pub fn build<G: FiniteGroup, T: Real>(
    representation: &Representation<G>,
    choice: &Choice,
    seed: u64,
) -> Result<Box<dyn Projection<T>>, CatalogueError> {
    Ok(match find(representation, choice, seed)? {
        Built::Projection(projection) => projection,
        Built::Section(section) => section.into_projection(),
    })
}

/// Builds a cross-section, which also returns group elements.
///
/// # Errors
/// As [`build`], and [`CatalogueError::NoSection`] for a projection that leaves the orbit.
pub fn build_section<G: FiniteGroup, T: Real>(
    representation: &Representation<G>,
    choice: &Choice,
    seed: u64,
) -> Result<Section<G, T>, CatalogueError> {
    match find(representation, choice, seed)? {
        Built::Section(section) => Ok(section),
        Built::Projection(_) => {
            let is_section = |choice: &Choice| choice.entry.section;
            let sections: Vec<_> = Choice::all().filter(is_section).map(|c| c.name()).collect();
            Err(CatalogueError::NoSection { name: choice.name(), sections: sections.join(", ") })
        }
    }
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
    pub projection: Box<dyn Projection<T>>,
}

/// Every projection of the catalogue that applies to a representation, at its default size, and the
/// reasons why the others do not.
pub fn applicable<G: FiniteGroup, T: Real>(
    representation: &Representation<G>,
    seed: u64,
) -> Applicable<T> {
    let mut all = Applicable { usable: Vec::new(), unfit: Vec::new() };
    for (choice, entry) in Choice::all().zip(entries::<G, T>()) {
        match build_entry(&entry, representation, &choice, seed) {
            Ok(Built::Projection(projection)) => all.usable.push(Candidate { choice, projection }),
            Ok(Built::Section(section)) => {
                all.usable.push(Candidate { choice, projection: section.into_projection() });
            }
            Err(reason) => all.unfit.push((choice.name(), reason)),
        }
    }
    all
}

fn find<G: FiniteGroup, T: Real>(
    representation: &Representation<G>,
    choice: &Choice,
    seed: u64,
) -> Result<Built<G, T>, CatalogueError> {
    let entry = entries::<G, T>().into_iter().find(|entry| entry.name == choice.entry);
    // A choice is made from the same list.
    let entry = entry.ok_or_else(|| CatalogueError::Unknown {
        name: choice.to_string(),
        closest: None,
        expected: String::new(),
    })?;
    Ok(build_entry(&entry, representation, choice, seed)?)
}

fn build_entry<G: FiniteGroup, T: Real>(
    entry: &Entry<G, T>,
    representation: &Representation<G>,
    choice: &Choice,
    seed: u64,
) -> Result<Built<G, T>, ProjectionError> {
    let (name, size) = (choice.name(), choice.size());
    (entry.build)(&Request { name, representation, size, seed })
}
