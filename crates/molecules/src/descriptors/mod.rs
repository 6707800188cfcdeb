//! Numbers that chemists read molecules by.
//!
//! [`Descriptors::of`] computes all of them; the functions give one each.
//!
//! | descriptor | definition |
//! |---|---|
//! | [`formula`] | Hill's order, charge at the end |
//! | [`molecular_weight`] | sum of standard atomic weights, g/mol |
//! | rings, aromatic rings | relevant cycles ([`crate::perception::Rings::all`]); those whose bonds are all aromatic |
//! | [`rotatable_bonds`] | single bonds outside rings, ends, triple bonds, amides and CF₃-like groups left out |
//! | [`hydrogen_bond_donors`], [`hydrogen_bond_acceptors`] | Gobbi & Poppinger 1998 |
//! | [`tpsa`] | Ertl, Rohde & Selzer 2000, N and O, Å² |
//! | [`crippen_log_p`] | Wildman & Crippen 1999 |

mod crippen;
mod formula;
mod hydrogen_bonds;
mod rotatable;
mod tpsa;

pub use crippen::crippen_log_p;
pub use formula::{formula, molecular_weight};
pub use hydrogen_bonds::{hydrogen_bond_acceptors, hydrogen_bond_donors};
pub use rotatable::rotatable_bonds;
pub use tpsa::tpsa;

use crate::molecule::Molecule;
use crate::{Bond, Element};

/// All descriptors of a molecule.
///
/// ```
/// use molecules::{descriptors::Descriptors, smiles};
/// let aspirin = Descriptors::of(&smiles::parse("CC(=O)Oc1ccccc1C(=O)O")?);
/// assert_eq!(aspirin.formula, "C9H8O4");
/// assert_eq!((aspirin.rings, aspirin.hydrogen_bond_donors), (1, 1));
/// assert!((aspirin.tpsa - 63.6).abs() < 0.01);
/// assert!((aspirin.log_p - 1.3101).abs() < 1e-4);
/// # Ok::<(), molecules::SmilesError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Descriptors {
    /// Molecular formula in Hill's order.
    pub formula: String,
    /// Molecular weight in g/mol.
    pub molecular_weight: f64,
    /// Atoms that are not hydrogen.
    pub heavy_atoms: usize,
    /// All hydrogens.
    pub hydrogens: usize,
    /// Relevant cycles.
    pub rings: usize,
    /// Relevant cycles whose bonds are all aromatic.
    pub aromatic_rings: usize,
    /// Rotatable bonds.
    pub rotatable_bonds: usize,
    /// Hydrogen-bond donors.
    pub hydrogen_bond_donors: usize,
    /// Hydrogen-bond acceptors.
    pub hydrogen_bond_acceptors: usize,
    /// Topological polar surface area in Å².
    pub tpsa: f64,
    /// Octanol–water partition, decadic logarithm, by Wildman and Crippen.
    pub log_p: f64,
}

impl Descriptors {
    /// Computes all descriptors.
    pub fn of(molecule: &Molecule) -> Self {
        let heavy_atoms = molecule.atoms().filter(|a| a.element != Element::H).count();
        Self {
            formula: formula(molecule),
            molecular_weight: molecular_weight(molecule),
            heavy_atoms,
            hydrogens: hydrogens(molecule),
            rings: molecule.rings().count(),
            aromatic_rings: aromatic_rings(molecule),
            rotatable_bonds: rotatable_bonds(molecule),
            hydrogen_bond_donors: hydrogen_bond_donors(molecule),
            hydrogen_bond_acceptors: hydrogen_bond_acceptors(molecule),
            tpsa: tpsa(molecule),
            log_p: crippen_log_p(molecule),
        }
    }
}

/// All hydrogens, those that are atoms of the graph included.
pub fn hydrogens(molecule: &Molecule) -> usize {
    molecule.atoms().map(|a| a.hydrogens() as usize + usize::from(a.element == Element::H)).sum()
}

/// Relevant cycles whose bonds are all aromatic.
pub fn aromatic_rings(molecule: &Molecule) -> usize {
    let aromatic = |bonds: &[usize]| bonds.iter().all(|&bond| molecule.bond_at(bond).aromatic);
    molecule.rings().complete().filter(|ring| aromatic(&ring.bonds)).count()
}

/// An atom with what the rules of descriptors ask of it.
#[derive(Clone, Copy)]
struct Site<'a> {
    molecule: &'a Molecule,
    index: usize,
    element: Element,
    charge: i8,
    aromatic: bool,
    /// All hydrogens, bonded atoms among them.
    hydrogens: u32,
    /// Bonded atoms and hydrogens.
    connections: u32,
}

impl<'a> Site<'a> {
    fn new(molecule: &'a Molecule, index: usize) -> Self {
        let atom = molecule.at(index);
        let links = molecule.links(index);
        let is_hydrogen = |atom: usize| molecule.at(atom).element == Element::H;
        let bonded = links.iter().filter(|link| is_hydrogen(link.atom)).count() as u32;
        Self {
            molecule,
            index,
            element: atom.element,
            charge: atom.charge,
            aromatic: atom.aromatic,
            hydrogens: atom.hydrogens() + bonded,
            connections: links.len() as u32 + atom.hydrogens(),
        }
    }

    /// The sites of some elements.
    fn of(molecule: &'a Molecule, elements: &'static [Element]) -> impl Iterator<Item = Self> {
        let wanted = molecule.atoms().enumerate().filter(|(_, a)| elements.contains(&a.element));
        wanted.map(move |(index, _)| Self::new(molecule, index))
    }

    /// The bonds to other atoms that are not hydrogen.
    fn heavy(self) -> impl Iterator<Item = (Bond, Self)> + Clone {
        self.bonds().filter(|(_, site)| site.element != Element::H)
    }

    /// The bonds to atoms of the graph.
    fn bonds(self) -> impl Iterator<Item = (Bond, Self)> + Clone {
        let molecule = self.molecule;
        molecule
            .links(self.index)
            .iter()
            .map(move |link| (molecule.bond_at(link.bond), Self::new(molecule, link.atom)))
    }

    /// Sum of bond orders and hydrogens.
    fn valence(self) -> u32 {
        let pairs: u32 = self.bonds().map(|(bond, _)| bond.order.pairs()).sum();
        pairs + self.molecule.at(self.index).hydrogens()
    }

    fn is(self, element: Element) -> bool {
        self.element == element
    }

    /// Whether the atom is of the element and not aromatic.
    fn is_aliphatic(self, element: Element) -> bool {
        self.element == element && !self.aromatic
    }

    /// Whether the atom is aliphatic and one of the elements.
    fn is_aliphatic_in(self, elements: &[Element]) -> bool {
        !self.aromatic && elements.contains(&self.element)
    }
}
