//! Drawings of small molecules as SVG.
//!
//! | you want | look at |
//! |---|---|
//! | a drawing, nothing more | [`svg`] |
//! | one with a title and marked atoms | [`Drawing`] |
//! | many molecules in rows, with captions | [`Grid`], [`Row`], [`Cell`] |
//! | coordinates | [`Layout`] |
//!
//! Carbons are corners and ends of lines, other atoms symbols with their hydrogens, charges,
//! isotopes and unpaired electrons; carbon has a symbol too where it stands alone or in a pair,
//! carries one of these, or has two double bonds. Bonds are those of the Kekulé form that the
//! molecule stores. The SVG scales with the page up to the size that its `width` and `height` name,
//! which programs without style sheets read, names itself to screen readers, and needs no font, script or style sheet. Equal molecules with equal orders of
//! atoms give equal bytes.

mod area;
mod bond;
mod drawing;
mod grid;
mod label;
mod layout;
mod scene;
mod style;

pub use drawing::{DepictError, Drawing};
pub use grid::{Cell, Grid, Row};
pub use layout::Layout;

use crate::molecule::Molecule;

/// Draws a molecule as SVG, with its canonical SMILES as title.
///
/// ```
/// let svg = molecules::depict::svg(&molecules::smiles::parse("Oc1ccccc1")?);
/// assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
/// # Ok::<(), molecules::SmilesError>(())
/// ```
pub fn svg(molecule: &Molecule) -> String {
    Drawing::new(molecule).draw()
}
