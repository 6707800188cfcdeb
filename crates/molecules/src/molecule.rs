//! A molecule as a graph.

use petgraph::graph::{NodeIndex, UnGraph};

use crate::perception::{self, Rings};
use crate::{Element, MoleculeError};

/// Most atoms of a molecule. Perception is made for small molecules; the limit bounds its time.
pub const MAX_ATOMS: usize = 1000;

/// An atom, hydrogens that are not atoms of the graph included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Atom {
    /// The element.
    pub element: Element,
    /// Formal charge.
    pub charge: i8,
    /// Mass number, where one is given.
    pub isotope: Option<u16>,
    /// Hydrogens that were written: in brackets, or as atoms of their own.
    pub explicit_hydrogens: u8,
    /// Hydrogens that follow from the valence.
    pub implicit_hydrogens: u8,
    /// Whether the atom is in an aromatic ring. Found by [`MoleculeBuilder::build`].
    pub aromatic: bool,
    /// The atom class, `:n` in SMILES. It does not belong to the structure.
    pub class: Option<u16>,
}

impl Atom {
    /// A neutral atom without hydrogens.
    pub fn new(element: Element) -> Self {
        Self {
            element,
            charge: 0,
            isotope: None,
            explicit_hydrogens: 0,
            implicit_hydrogens: 0,
            aromatic: false,
            class: None,
        }
    }

    /// Number of hydrogens, explicit and implicit.
    pub fn hydrogens(&self) -> u32 {
        u32::from(self.explicit_hydrogens) + u32::from(self.implicit_hydrogens)
    }
}

/// The order of a bond in a Kekulé form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BondOrder {
    /// One pair of electrons.
    Single = 1,
    /// Two pairs.
    Double = 2,
    /// Three pairs.
    Triple = 3,
    /// Four pairs.
    Quadruple = 4,
}

impl BondOrder {
    /// The order of so many pairs of electrons, from 1 to 4.
    pub fn from_pairs(pairs: u32) -> Option<Self> {
        Some(match pairs {
            1 => Self::Single,
            2 => Self::Double,
            3 => Self::Triple,
            4 => Self::Quadruple,
            _ => return None,
        })
    }

    /// Number of pairs of electrons.
    pub fn pairs(self) -> u32 {
        self as u32
    }
}

/// A bond: its order in one Kekulé form, and whether it is aromatic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Bond {
    /// The order in the Kekulé form that is stored.
    pub order: BondOrder,
    /// Whether the bond is aromatic. Found by [`MoleculeBuilder::build`].
    pub aromatic: bool,
}

impl Bond {
    pub(crate) fn new(order: BondOrder) -> Self {
        Self { order, aromatic: false }
    }

    /// Whether the bond is a single bond and not aromatic.
    pub fn is_single(self) -> bool {
        self.order == BondOrder::Single && !self.aromatic
    }

    /// Whether the bond is a double bond and not aromatic.
    pub fn is_double(self) -> bool {
        self.order == BondOrder::Double && !self.aromatic
    }

    /// Whether the bond is a triple bond.
    pub fn is_triple(self) -> bool {
        self.order == BondOrder::Triple
    }
}

/// A neighbour of an atom: the bond's index and the other atom's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Index of the neighbour.
    pub atom: usize,
    /// Index of the bond.
    pub bond: usize,
}

/// A molecule: a graph of atoms and bonds that obeys valences, with rings and aromaticity found.
///
/// Hydrogens are counted on their atoms; an atom of the graph is a hydrogen only where it has no
/// single heavy neighbour (`[H][H]`), a charge or an isotope. A molecule may consist of several
/// parts that are not bonded. Stereochemistry is not represented.
///
/// ```
/// use molecules::smiles;
/// let phenol = smiles::parse("Oc1ccccc1")?;
/// assert_eq!((phenol.atom_count(), phenol.bond_count()), (7, 7));
/// assert_eq!(phenol.rings().count(), 1);
/// assert!(phenol.atom(1).is_some_and(|atom| atom.aromatic));
/// # Ok::<(), molecules::SmilesError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Molecule {
    graph: UnGraph<Atom, Bond>,
    links: Links,
    rings: Rings,
}

impl Molecule {
    /// The graph. Atom `i` is node `i`, bond `i` is edge `i`.
    pub fn graph(&self) -> &UnGraph<Atom, Bond> {
        &self.graph
    }

    /// Number of atoms of the graph.
    pub fn atom_count(&self) -> usize {
        self.graph.node_count()
    }

    /// Number of bonds of the graph.
    pub fn bond_count(&self) -> usize {
        self.graph.edge_count()
    }

    /// The atom with this index.
    pub fn atom(&self, index: usize) -> Option<&Atom> {
        self.graph.node_weight(NodeIndex::new(index))
    }

    /// The atoms in order of their indices.
    pub fn atoms(&self) -> impl ExactSizeIterator<Item = &Atom> {
        self.graph.raw_nodes().iter().map(|node| &node.weight)
    }

    /// The bonds in order of their indices, each with the indices of its atoms.
    pub fn bonds(&self) -> impl ExactSizeIterator<Item = ([usize; 2], Bond)> {
        self.graph
            .raw_edges()
            .iter()
            .map(|edge| ([edge.source().index(), edge.target().index()], edge.weight))
    }

    /// The neighbours of an atom; none where there is no such atom.
    pub fn links(&self, atom: usize) -> &[Link] {
        self.links.of(atom)
    }

    /// The rings.
    pub fn rings(&self) -> &Rings {
        &self.rings
    }

    /// The same molecule with atom `order[i]` at place `i`.
    ///
    /// # Errors
    /// [`MoleculeError::NotAPermutation`] where `order` does not hold each index once.
    pub fn renumbered(&self, order: &[usize]) -> Result<Self, MoleculeError> {
        let atoms = self.atom_count();
        let wrong = |found| Err(MoleculeError::NotAPermutation { atoms, found });
        if order.len() != atoms {
            return wrong(format!("{} indices", order.len()));
        }
        let mut place = vec![usize::MAX; atoms];
        for (to, &from) in order.iter().enumerate() {
            match place.get_mut(from) {
                Some(slot) if *slot == usize::MAX => *slot = to,
                Some(_) => return wrong(format!("{from} twice")),
                None => return wrong(from.to_string()),
            }
        }
        let mut builder = MoleculeBuilder::default();
        for &from in order {
            builder.atoms.push(*self.at(from));
        }
        for ([a, b], bond) in self.bonds() {
            builder.bonds.push(([place[a], place[b]], bond.order));
        }
        builder.build()
    }

    /// An atom that is known to be there.
    pub(crate) fn at(&self, index: usize) -> &Atom {
        &self.graph.raw_nodes()[index].weight
    }

    /// A bond that is known to be there.
    pub(crate) fn bond_at(&self, index: usize) -> Bond {
        self.graph.raw_edges()[index].weight
    }
}

/// Neighbours of all atoms in one array.
#[derive(Clone, Debug)]
pub(crate) struct Links {
    start: Vec<u32>,
    list: Vec<Link>,
}

impl Links {
    pub(crate) fn new(atoms: usize, ends: impl Iterator<Item = [usize; 2]> + Clone) -> Self {
        let mut start = vec![0u32; atoms + 1];
        for [a, b] in ends.clone() {
            start[a + 1] += 1;
            start[b + 1] += 1;
        }
        for i in 0..atoms {
            start[i + 1] += start[i];
        }
        let mut next = start.clone();
        let mut list = vec![Link { atom: 0, bond: 0 }; start[atoms] as usize];
        for (bond, [a, b]) in ends.enumerate() {
            for (from, to) in [(a, b), (b, a)] {
                list[next[from] as usize] = Link { atom: to, bond };
                next[from] += 1;
            }
        }
        Self { start, list }
    }

    pub(crate) fn of(&self, atom: usize) -> &[Link] {
        match (self.start.get(atom), self.start.get(atom + 1)) {
            (Some(&from), Some(&to)) => &self.list[from as usize..to as usize],
            _ => &[],
        }
    }

    /// Number of atoms.
    pub(crate) fn atoms(&self) -> usize {
        self.start.len() - 1
    }
}

/// Puts a molecule together.
///
/// ```
/// use molecules::{Atom, BondOrder, Element, MoleculeBuilder, smiles};
/// let mut builder = MoleculeBuilder::default();
/// let carbon = builder.add_atom(Atom::new(Element::C));
/// let oxygen = builder.add_atom(Atom::new(Element::O));
/// builder.add_bond(carbon, oxygen, BondOrder::Double)?;
/// builder.fill_hydrogens();
/// assert_eq!(smiles::canonical(&builder.build()?), "C=O");
/// # Ok::<(), molecules::MoleculeError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct MoleculeBuilder {
    pub(crate) atoms: Vec<Atom>,
    pub(crate) bonds: Vec<([usize; 2], BondOrder)>,
}

impl MoleculeBuilder {
    /// Adds an atom and returns its index.
    pub fn add_atom(&mut self, atom: Atom) -> usize {
        self.atoms.push(atom);
        self.atoms.len() - 1
    }

    /// Adds a bond between two atoms.
    ///
    /// # Errors
    /// [`MoleculeError::Bond`] where an atom does not exist, both are the same, or they are
    /// bonded.
    pub fn add_bond(&mut self, a: usize, b: usize, order: BondOrder) -> Result<(), MoleculeError> {
        let atoms = self.atoms.len();
        let bonded = |ends: &[usize; 2]| *ends == [a, b] || *ends == [b, a];
        if a == b || a >= atoms || b >= atoms || self.bonds.iter().any(|(ends, _)| bonded(ends)) {
            return Err(MoleculeError::Bond { atoms, a, b });
        }
        self.bonds.push(([a, b], order));
        Ok(())
    }

    /// Gives every neutral atom of the organic subset the implicit hydrogens that fill its lowest
    /// valence that holds its bonds and explicit hydrogens.
    pub fn fill_hydrogens(&mut self) {
        let sums = self.bond_sums();
        for (atom, sum) in self.atoms.iter_mut().zip(sums) {
            if atom.charge == 0 && atom.element.is_organic() {
                let sum = sum + u32::from(atom.explicit_hydrogens);
                atom.implicit_hydrogens = perception::implicit_hydrogens(atom.element, sum, false);
            }
        }
    }

    /// Checks valences and finds rings and aromaticity.
    ///
    /// # Errors
    /// [`MoleculeError::Valence`] where an atom has too many bonds, [`MoleculeError::TooLarge`]
    /// where there are more than [`MAX_ATOMS`] atoms.
    pub fn build(self) -> Result<Molecule, MoleculeError> {
        if self.atoms.len() > MAX_ATOMS {
            return Err(MoleculeError::TooLarge { most: MAX_ATOMS, found: self.atoms.len() });
        }
        let sums = self.bond_sums();
        for (index, (atom, sum)) in self.atoms.iter().zip(&sums).enumerate() {
            let found = sum + atom.hydrogens();
            if let Some(most) = perception::most_bonds(atom.element, atom.charge)
                && found > most
            {
                return Err(MoleculeError::Valence {
                    atom: index,
                    element: atom.element,
                    charge: atom.charge,
                    found,
                    most,
                });
            }
        }
        let links = Links::new(self.atoms.len(), self.bonds.iter().map(|(ends, _)| *ends));
        let rings = Rings::find(&links, self.bonds.len());
        let mut graph = UnGraph::with_capacity(self.atoms.len(), self.bonds.len());
        for atom in self.atoms {
            graph.add_node(Atom { aromatic: false, ..atom });
        }
        for ([a, b], order) in self.bonds {
            graph.add_edge(NodeIndex::new(a), NodeIndex::new(b), Bond::new(order));
        }
        let mut molecule = Molecule { graph, links, rings };
        let (atoms, bonds) = perception::aromatic(&molecule);
        for index in atoms {
            molecule.graph[NodeIndex::new(index)].aromatic = true;
        }
        for index in bonds {
            molecule.graph[petgraph::graph::EdgeIndex::new(index)].aromatic = true;
        }
        Ok(molecule)
    }

    fn bond_sums(&self) -> Vec<u32> {
        let mut sums = vec![0; self.atoms.len()];
        for ([a, b], order) in &self.bonds {
            sums[*a] += order.pairs();
            sums[*b] += order.pairs();
        }
        sums
    }
}
