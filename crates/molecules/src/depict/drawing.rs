//! One molecule.

use figures::svg::Svg;

use super::layout::Layout;
use super::scene::{Highlight, Scene};
use crate::molecule::Molecule;
use crate::smiles;

/// Space around a molecule.
const MARGIN: f64 = 10.0;

/// What cannot be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DepictError {
    /// An atom to highlight that the molecule does not have.
    ///
    /// Remedy: give indices of the molecule that is drawn, not of another order of its atoms.
    #[error("highlighting an atom: expected an index below {atoms}, found {found}")]
    NoSuchAtom {
        /// Number of atoms.
        atoms: usize,
        /// The index.
        found: usize,
    },
    /// A bond to highlight that the molecule does not have.
    ///
    /// Remedy: as for atoms.
    #[error("highlighting a bond: expected an index below {bonds}, found {found}")]
    NoSuchBond {
        /// Number of bonds.
        bonds: usize,
        /// The index.
        found: usize,
    },
}

/// A drawing of one molecule.
///
/// ```
/// use molecules::depict::Drawing;
/// use molecules::smiles;
///
/// let phenol = smiles::parse("Oc1ccccc1")?;
/// let svg = Drawing::new(&phenol).title("Phenol, its OH marked").highlight_atoms([0]).render()?;
/// assert!(svg.contains("<title>Phenol, its OH marked</title>") && svg.contains(">O</text>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Drawing<'a> {
    molecule: &'a Molecule,
    title: Option<String>,
    highlight: Highlight,
}

impl<'a> Drawing<'a> {
    /// A drawing whose title is the canonical SMILES.
    pub fn new(molecule: &'a Molecule) -> Self {
        Self { molecule, title: None, highlight: Highlight::default() }
    }

    /// With this title, which screen readers say.
    pub fn title(self, title: impl Into<String>) -> Self {
        Self { title: Some(title.into()), ..self }
    }

    /// With these atoms on coloured discs.
    pub fn highlight_atoms(mut self, atoms: impl IntoIterator<Item = usize>) -> Self {
        self.highlight.atoms.extend(atoms);
        self
    }

    /// With these bonds on coloured bars.
    pub fn highlight_bonds(mut self, bonds: impl IntoIterator<Item = usize>) -> Self {
        self.highlight.bonds.extend(bonds);
        self
    }

    /// The drawing as SVG.
    ///
    /// # Errors
    /// [`DepictError`] where an atom or bond to highlight is not there.
    pub fn render(&self) -> Result<String, DepictError> {
        check(self.molecule, &self.highlight)?;
        Ok(self.draw())
    }

    /// The drawing, without what is to be highlighted and not there.
    pub(super) fn draw(&self) -> String {
        let scene = Scene::of(self.molecule, &Layout::of(self.molecule), &self.highlight, 1.0);
        let size = scene.area.size().map(|side| side + 2.0 * MARGIN);
        let title = match &self.title {
            Some(title) => title.clone(),
            None => smiles::canonical(self.molecule),
        };
        let mut svg = Svg::new();
        scene.draw(&mut svg, size.map(|side| side / 2.0));
        svg.finish(size.map(f64::ceil), &title)
    }
}

/// Whether all that is to be highlighted is there.
pub(super) fn check(molecule: &Molecule, highlight: &Highlight) -> Result<(), DepictError> {
    let (atoms, bonds) = (molecule.atom_count(), molecule.bond_count());
    if let Some(&found) = highlight.atoms.iter().find(|&&atom| atom >= atoms) {
        return Err(DepictError::NoSuchAtom { atoms, found });
    }
    match highlight.bonds.iter().find(|&&bond| bond >= bonds) {
        Some(&found) => Err(DepictError::NoSuchBond { bonds, found }),
        None => Ok(()),
    }
}
