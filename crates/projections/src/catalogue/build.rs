//! From a choice to a projection.

use groups::compact::Isometries;
use groups::{FiniteGroup, Group, Real, Representation};

use super::entries::{Built, Entry, Request, entries, names_for_finite_groups};
use super::{CatalogueError, Choice, Section, isometries};
use crate::{Projection, ProjectionError};

/// Builds a projection of the codes of a representation of a finite group. What is random is drawn
/// from `seed`.
///
/// # Errors
/// [`CatalogueError::Projection`] where it does not apply, or would be too large.
pub fn build<G: FiniteGroup, T: Real>(
    representation: &Representation<G>,
    choice: &Choice,
    seed: u64,
) -> Result<Box<dyn Projection<T>>, CatalogueError> {
    any(find(entries(), representation, choice, seed)?)
}

/// As [`build`], for rotations and reflections of the plane or of space.
///
/// # Errors
/// As [`build`].
///
/// ```
/// use groups::compact::{Isometries, O3};
/// use projections::{Guarantee, catalogue};
/// let points = O3.natural().copies(9);
/// let s = catalogue::build_for_isometries::<_, f32>(&points, &"root-gram".parse()?, 0)?;
/// assert_eq!(s.metadata().guarantee, Guarantee::BiLipschitz);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn build_for_isometries<G: Isometries, T: Real>(
    representation: &Representation<G>,
    choice: &Choice,
    seed: u64,
) -> Result<Box<dyn Projection<T>>, CatalogueError> {
    any(find(isometries::entries(), representation, choice, seed)?)
}

/// Builds a cross-section of a finite group, which also returns group elements.
///
/// # Errors
/// As [`build`], and [`CatalogueError::NoSection`] for a projection that leaves the orbit.
pub fn build_section<G: FiniteGroup, T: Real>(
    representation: &Representation<G>,
    choice: &Choice,
    seed: u64,
) -> Result<Section<G, T>, CatalogueError> {
    section(find(entries(), representation, choice, seed)?, choice)
}

/// As [`build_section`], for rotations and reflections of the plane or of space.
///
/// # Errors
/// As [`build_section`].
pub fn build_section_for_isometries<G: Isometries, T: Real>(
    representation: &Representation<G>,
    choice: &Choice,
    seed: u64,
) -> Result<Section<G, T>, CatalogueError> {
    section(find(isometries::entries(), representation, choice, seed)?, choice)
}

fn any<G: Group, T: Real>(built: Built<G, T>) -> Result<Box<dyn Projection<T>>, CatalogueError> {
    Ok(match built {
        Built::Projection(projection) => projection,
        Built::Section(section) => section.into_projection(),
    })
}

fn section<G: Group, T: Real>(
    built: Built<G, T>,
    choice: &Choice,
) -> Result<Section<G, T>, CatalogueError> {
    match built {
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

/// Every projection of the catalogue that applies to a representation of a finite group, at its default
/// size, and the reasons why the others do not.
pub fn applicable<G: FiniteGroup, T: Real>(
    representation: &Representation<G>,
    seed: u64,
) -> Applicable<T> {
    all(entries, representation, seed)
}

/// As [`applicable`], for rotations and reflections of the plane or of space.
pub fn applicable_to_isometries<G: Isometries, T: Real>(
    representation: &Representation<G>,
    seed: u64,
) -> Applicable<T> {
    all(isometries::entries, representation, seed)
}

fn all<G: Group, T: Real>(
    entries: fn() -> Vec<Entry<G, T>>,
    representation: &Representation<G>,
    seed: u64,
) -> Applicable<T> {
    let mut all = Applicable { usable: Vec::new(), unfit: Vec::new() };
    for choice in Choice::all() {
        match build_one(entries(), representation, &choice, seed) {
            Ok(Built::Projection(projection)) => all.usable.push(Candidate { choice, projection }),
            Ok(Built::Section(section)) => {
                all.usable.push(Candidate { choice, projection: section.into_projection() });
            }
            Err(reason) => all.unfit.push((choice.name(), reason)),
        }
    }
    all
}

fn find<G: Group, T: Real>(
    entries: Vec<Entry<G, T>>,
    representation: &Representation<G>,
    choice: &Choice,
    seed: u64,
) -> Result<Built<G, T>, CatalogueError> {
    Ok(build_one(entries, representation, choice, seed)?)
}

fn build_one<G: Group, T: Real>(
    entries: Vec<Entry<G, T>>,
    representation: &Representation<G>,
    choice: &Choice,
    seed: u64,
) -> Result<Built<G, T>, ProjectionError> {
    let (name, size) = (choice.name(), choice.size());
    match entries.iter().find(|entry| entry.name.name == name) {
        Some(entry) => (entry.build)(&Request { name, representation, size, seed }),
        // A choice is made from the names of all entries.
        None => Err(ProjectionError::NotApplicable {
            projection: name,
            requirement: match names_for_finite_groups()
                .iter()
                .any(|of_finite| of_finite.name == name)
            {
                true => "a finite group",
                false => "rotations and reflections of the plane or of space",
            },
            representation: representation.name(),
        }),
    }
}
