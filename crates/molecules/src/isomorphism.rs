//! Whether two molecules are the same.

use petgraph::algo::is_isomorphic_matching;

use crate::molecule::{Atom, Bond, Molecule};

/// Whether the molecules are the same up to the order of atoms: a bijection of atoms keeps
/// elements, charges, isotopes, hydrogens and aromaticity, and bonds with their orders. Aromatic
/// bonds are equal whatever their order in the Kekulé forms; atom classes are not compared.
///
/// The search is VF2 of petgraph, exponential at worst. For many molecules compare
/// [`crate::smiles::canonical()`].
///
/// ```
/// use molecules::{is_isomorphic, smiles::parse};
/// assert!(is_isomorphic(&parse("OC1=CC=CC=C1")?, &parse("c1ccccc1O")?));
/// assert!(!is_isomorphic(&parse("CCO")?, &parse("COC")?));
/// # Ok::<(), molecules::SmilesError>(())
/// ```
///
/// Reference: L. P. Cordella, P. Foggia, C. Sansone, M. Vento, *A (sub)graph isomorphism algorithm
/// for matching large graphs*, IEEE TPAMI 26 (2004).
pub fn is_isomorphic(a: &Molecule, b: &Molecule) -> bool {
    let counts = |molecule: &Molecule| (molecule.atom_count(), molecule.bond_count());
    counts(a) == counts(b) && is_isomorphic_matching(a.graph(), b.graph(), atoms_match, bonds_match)
}

fn atoms_match(a: &Atom, b: &Atom) -> bool {
    let key =
        |atom: &Atom| (atom.element, atom.charge, atom.isotope, atom.hydrogens(), atom.aromatic);
    key(a) == key(b)
}

fn bonds_match(a: &Bond, b: &Bond) -> bool {
    a.aromatic == b.aromatic && (a.aromatic || a.order == b.order)
}
