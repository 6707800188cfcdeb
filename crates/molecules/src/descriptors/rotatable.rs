//! Bonds around which a molecule turns.

use crate::descriptors::Site;
use crate::molecule::Molecule;
use crate::{BondOrder, Element};

/// Rotatable bonds by RDKit's strict definition.
///
/// Single bonds outside rings between atoms that have further neighbours. Left out are bonds to a
/// methyl group, its hydrogens deuterium or not, next to a triple bond, to a carbon with three
/// equal ends (CF₃, CCl₃, CBr₃, *tert*-butyl), and bonds of which both atoms belong to an
/// amide-like group: C(=N, O or S) bonded to N, O or S.
pub fn rotatable_bonds(molecule: &Molecule) -> usize {
    molecule
        .bonds()
        .enumerate()
        .filter(|&(index, ([a, b], bond))| {
            let (a, b) = (Site::new(molecule, a), Site::new(molecule, b));
            bond.order == BondOrder::Single
                && !molecule.rings().contains_bond(index)
                && turns(a)
                && turns(b)
                && !(is_amide_like(a) && is_amide_like(b))
        })
        .count()
}

/// Whether an atom can be at one end of a rotatable bond.
fn turns(site: Site<'_>) -> bool {
    let methyl = site.is_aliphatic(Element::C) && site.hydrogens == 3;
    site.bonds().count() > 1
        && !methyl
        && !site.bonds().any(|(bond, _)| bond.is_triple())
        && !has_three_equal_ends(site)
}

fn has_three_equal_ends(site: Site<'_>) -> bool {
    if !site.is_aliphatic(Element::C) {
        return false;
    }
    let single = || site.bonds().filter(|(bond, _)| bond.is_single()).map(|(_, end)| end);
    let halogens = [Element::F, Element::Cl, Element::Br];
    halogens.iter().any(|&halogen| single().filter(|end| end.is(halogen)).count() >= 3)
        || single().filter(|end| end.is_aliphatic(Element::C) && end.hydrogens == 3).count() >= 3
}

/// Whether an atom is C(=N, O, S) with a single bond outside rings to N, O or S, or such N, O, S.
fn is_amide_like(site: Site<'_>) -> bool {
    let molecule = site.molecule;
    let partners = || {
        molecule
            .links(site.index)
            .iter()
            .filter(|link| {
                molecule.bond_at(link.bond).is_single()
                    && !molecule.rings().contains_bond(link.bond)
            })
            .map(|link| Site::new(molecule, link.atom))
    };
    (is_carbonyl_like(site) && partners().any(gives))
        || (gives(site) && partners().any(is_carbonyl_like))
}

fn is_carbonyl_like(site: Site<'_>) -> bool {
    let drawing = [Element::N, Element::O, Element::S];
    site.is_aliphatic(Element::C)
        && site.bonds().count() == 3
        && site.bonds().any(|(bond, end)| bond.is_double() && end.is_aliphatic_in(&drawing))
}

fn gives(site: Site<'_>) -> bool {
    site.is(Element::N)
        || site.is_aliphatic(Element::O)
        || (site.is_aliphatic(Element::S) && site.bonds().count() != 1)
}
