//! Drawings of molecules. The only module that knows `chematic`.

use chematic_depict::{RenderOptions, compute_layout, render_svg_opts};

use crate::molecule::Molecule;
use crate::smiles;

/// Why a molecule is not drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("drawing `{smiles}`: expected a molecule that the renderer reads, found: {found}")]
#[non_exhaustive]
pub struct DepictError {
    /// The Kekulé form that was given to the renderer.
    pub smiles: String,
    /// What the renderer says. Remedy: draw without this molecule; those of QM9 are all read.
    pub found: String,
}

/// Draws a molecule as SVG, in the Kekulé form that it stores.
///
/// Carbons are corners and ends of lines, other atoms symbols with their hydrogens and charges.
/// Coordinates are chematic's; equal molecules with equal orders of atoms give equal bytes.
///
/// ```
/// let svg = molecules::depict::svg(&molecules::smiles::parse("Oc1ccccc1")?)?;
/// assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`DepictError`] where the renderer does not read the molecule.
pub fn svg(molecule: &Molecule) -> Result<String, DepictError> {
    let text = smiles::write_kekule(molecule);
    match chematic_smiles::parse(&text) {
        Ok(read) => {
            let drawing = render_svg_opts(&read, &compute_layout(&read), &RenderOptions::default());
            Ok(drawing.trim().to_owned())
        }
        Err(error) => Err(DepictError { smiles: text, found: error.to_string() }),
    }
}
