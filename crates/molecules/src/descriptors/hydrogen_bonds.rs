//! Donors and acceptors of hydrogen bonds.
//!
//! The definitions are those of Gobbi and Poppinger as RDKit states them, in words below.

use crate::Element;
use crate::descriptors::Site;
use crate::molecule::Molecule;

/// Elements that give or take hydrogen bonds.
const POLAR: [Element; 3] = [Element::N, Element::O, Element::S];

const CHALCOGENS: [Element; 2] = [Element::O, Element::S];

/// Elements whose double bond at the neighbour takes away what an atom could give.
const DRAWING: [Element; 4] = [Element::O, Element::N, Element::P, Element::S];

/// Donors: nitrogen with hydrogen, of valence 3 or of charge +1 and valence 4; neutral oxygen,
/// sulfur or aromatic nitrogen with one hydrogen.
///
/// Reference: A. Gobbi, D. Poppinger, *Genetic optimization of combinatorial libraries*,
/// Biotechnology and Bioengineering 61 (1998).
pub fn hydrogen_bond_donors(molecule: &Molecule) -> usize {
    Site::of(molecule, &POLAR).filter(|&site| is_donor(site)).count()
}

fn is_donor(site: Site<'_>) -> bool {
    if site.hydrogens == 0 {
        return false;
    }
    let one = site.hydrogens == 1 && site.charge == 0;
    match site.element {
        Element::N if site.aromatic => one,
        Element::N => {
            let valence = site.valence();
            valence == 3 || (site.charge == 1 && valence == 4)
        }
        Element::O | Element::S => one && !site.aromatic,
        _ => false,
    }
}

/// Acceptors: oxygen and sulfur of valence 2 (with a hydrogen only where the neighbour has no
/// double bond to N, O, P or S) or of negative charge; nitrogen of valence 3 that is no amide;
/// neutral aromatic oxygen, sulfur, and nitrogen that is bonded in its ring only.
///
/// Reference: as for [`hydrogen_bond_donors`].
pub fn hydrogen_bond_acceptors(molecule: &Molecule) -> usize {
    Site::of(molecule, &POLAR).filter(|&site| is_acceptor(site)).count()
}

fn is_acceptor(site: Site<'_>) -> bool {
    if site.aromatic {
        let known = site.is(Element::O) || site.is(Element::S);
        let bare = site.is(Element::N) && site.connections == 2 && site.hydrogens == 0;
        return site.charge == 0 && (known || bare);
    }
    if site.is_aliphatic_in(&CHALCOGENS) {
        let valence = site.valence();
        return site.charge < 0
            || (valence == 2 && site.hydrogens == 0)
            || (valence == 2 && site.hydrogens == 1 && has_plain_neighbour(site));
    }
    site.is(Element::N) && site.valence() == 3 && !is_amide(site)
}

/// Whether a singly bonded neighbour has no double bond to an element that draws electrons.
fn has_plain_neighbour(site: Site<'_>) -> bool {
    site.bonds().any(|(bond, neighbour)| {
        bond.is_single()
            && !neighbour
                .bonds()
                .any(|(bond, far)| bond.is_double() && far.is_aliphatic_in(&DRAWING))
    })
}

/// Whether a singly bonded neighbour has such a bond, outside of rings.
fn is_amide(site: Site<'_>) -> bool {
    let molecule = site.molecule;
    site.bonds().any(|(bond, neighbour)| {
        bond.is_single()
            && molecule.links(neighbour.index).iter().any(|link| {
                molecule.bond_at(link.bond).is_double()
                    && !molecule.rings().contains_bond(link.bond)
                    && Site::new(molecule, link.atom).is_aliphatic_in(&DRAWING)
            })
    })
}
