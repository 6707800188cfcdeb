//! Atoms and bonds as written to a molecule: hydrogens, Kekulé form, valences.

use crate::molecule::{Link, Links, Molecule};
use crate::perception::{self, Candidate};
use crate::smiles::read::{RawAtom, RawBond, Symbol};
use crate::{Atom, BondOrder, Element, MoleculeBuilder, MoleculeError, SmilesError};

pub(super) fn assemble(
    mut atoms: Vec<RawAtom>,
    mut bonds: Vec<RawBond>,
) -> Result<Molecule, SmilesError> {
    // `C:C` marks its atoms aromatic as `cc` does.
    for bond in bonds.iter().filter(|bond| bond.symbol == Symbol::Aromatic) {
        for end in bond.ends {
            atoms[end].atom.aromatic = true;
        }
    }
    let aromatic = atoms.iter().any(|atom| atom.atom.aromatic);
    let links = Links::new(atoms.len(), bonds.iter().map(|bond| bond.ends));
    if aromatic {
        resolve_aromatic_bonds(&atoms, &mut bonds, &links)?;
    }
    separate_charges(&mut atoms, &mut bonds, &links);
    fill_hydrogens(&mut atoms, &bonds);
    let mut double = vec![false; bonds.len()];
    if aromatic {
        kekulize(&atoms, &bonds, &mut double)?;
    }
    let (kept, place) = fold_hydrogens(&mut atoms, &bonds, &links);
    let mut builder = MoleculeBuilder::default();
    for &index in &kept {
        builder.atoms.push(atoms[index].atom);
    }
    for (bond, double) in bonds.iter().zip(double) {
        let [Some(a), Some(b)] = bond.ends.map(|end| place[end]) else { continue };
        let order = match bond.symbol {
            Symbol::Double => BondOrder::Double,
            Symbol::Triple => BondOrder::Triple,
            Symbol::Quadruple => BondOrder::Quadruple,
            _ if double => BondOrder::Double,
            _ => BondOrder::Single,
        };
        builder.bonds.push(([a, b], order));
    }
    builder.build().map_err(|error| with_offset(error, &atoms, &kept))
}

/// Decides which bonds without a symbol are aromatic, and that aromatic atoms are in rings.
fn resolve_aromatic_bonds(
    atoms: &[RawAtom],
    bonds: &mut [RawBond],
    links: &Links,
) -> Result<(), SmilesError> {
    let bridge = perception::bridges(links, bonds.len());
    for (bond, &bridge) in bonds.iter_mut().zip(&bridge) {
        let both = bond.ends.iter().all(|&end| atoms[end].atom.aromatic);
        match bond.symbol {
            Symbol::Absent if both && !bridge => bond.symbol = Symbol::Aromatic,
            Symbol::Aromatic if bridge => bond.symbol = Symbol::Single,
            _ => {}
        }
    }
    let in_ring = |atom: usize| links.of(atom).iter().any(|link| !bridge[link.bond]);
    let alone =
        atoms.iter().enumerate().find(|(index, atom)| atom.atom.aromatic && !in_ring(*index));
    match alone {
        Some((_, atom)) => Err(SmilesError::Kekule {
            offset: atom.offset,
            element: atom.atom.element,
            expected: "a ring",
        }),
        None => Ok(()),
    }
}

/// Writes as the ions that they are: neutral nitrogen of valence 5, phosphorus with a double bond to
/// oxygen and another, and oxo acids of halogens.
fn separate_charges(atoms: &mut [RawAtom], bonds: &mut [RawBond], links: &Links) {
    for index in 0..atoms.len() {
        let RawAtom { atom, .. } = &atoms[index];
        if atom.charge != 0 {
            continue;
        }
        let separate = match atom.element {
            Element::N => nitrogen_ion,
            Element::P => phosphorus_ion,
            Element::Cl | Element::Br | Element::I => halogen_ion,
            _ => continue,
        };
        let own = links.of(index);
        let sum: u32 = own.iter().map(|link| pairs(bonds[link.bond].symbol)).sum();
        let valence = sum + u32::from(atom.aromatic) + atom.hydrogens();
        for (link, after) in separate(valence, own, atoms, bonds) {
            bonds[link.bond].symbol = after;
            atoms[index].atom.charge += 1;
            // Without brackets, a charge would take hydrogens with it.
            atoms[index].bare = false;
            atoms[link.atom].atom.charge = -1;
            atoms[link.atom].bare = false;
        }
    }
}

/// Bonds that give a pair of electrons to the neighbour, and what is left of each.
type Giving = Vec<(Link, Symbol)>;

/// `N(=O)=O` is `[N+](=O)[O-]`, `N=N#N` is `N=[N+]=[N-]`, and `n=O` is `[n+][O-]`.
fn nitrogen_ion(valence: u32, links: &[Link], atoms: &[RawAtom], bonds: &[RawBond]) -> Giving {
    let taking = |link: &Link| {
        let other = &atoms[link.atom].atom;
        let after = match (other.element, bonds[link.bond].symbol) {
            _ if other.charge != 0 || other.aromatic => None,
            (Element::O, Symbol::Double) => Some(Symbol::Single),
            (Element::N, Symbol::Triple) => Some(Symbol::Double),
            _ => None,
        };
        after.map(|after| (*link, after))
    };
    if valence == 5 { links.iter().find_map(taking).into_iter().collect() } else { Vec::new() }
}

/// `CP(=O)=CC` is `C[P+]([O-])=CC`.
fn phosphorus_ion(valence: u32, links: &[Link], atoms: &[RawAtom], bonds: &[RawBond]) -> Giving {
    if valence != 5 || links.len() != 3 {
        return Vec::new();
    }
    let double = || links.iter().filter(|link| bonds[link.bond].symbol == Symbol::Double);
    let element = |link: &Link| atoms[link.atom].atom.element;
    let degree = |atom| bonds.iter().filter(|bond| bond.ends.contains(&atom)).count();
    let other = double()
        .any(|link| matches!(element(link), Element::C | Element::N) && degree(link.atom) > 1);
    let oxide =
        double().find(|link| element(link) == Element::O && atoms[link.atom].atom.charge == 0);
    oxide.filter(|_| other).map(|link| (*link, Symbol::Single)).into_iter().collect()
}

/// `OCl(=O)=O` is `O[Cl+2]([O-])[O-]`, for halogens of odd valence that bind oxygen alone.
fn halogen_ion(valence: u32, links: &[Link], atoms: &[RawAtom], bonds: &[RawBond]) -> Giving {
    let oxygen = |link: &Link| atoms[link.atom].atom.element == Element::O;
    if !matches!(valence, 3 | 5 | 7) || !links.iter().all(oxygen) {
        return Vec::new();
    }
    let double = links.iter().filter(|link| bonds[link.bond].symbol == Symbol::Double);
    double.map(|link| (*link, Symbol::Single)).collect()
}

/// Pairs of electrons of a bond, aromatic bonds counted once.
fn pairs(symbol: Symbol) -> u32 {
    match symbol {
        Symbol::Double => 2,
        Symbol::Triple => 3,
        Symbol::Quadruple => 4,
        Symbol::Absent | Symbol::Single | Symbol::Aromatic => 1,
    }
}

/// Sums of bond orders at each atom, aromatic bonds counted once.
fn sums(atoms: usize, bonds: &[RawBond]) -> Vec<u32> {
    let mut sums = vec![0; atoms];
    for bond in bonds {
        for end in bond.ends {
            sums[end] += pairs(bond.symbol);
        }
    }
    sums
}

fn fill_hydrogens(atoms: &mut [RawAtom], bonds: &[RawBond]) {
    let sums = sums(atoms.len(), bonds);
    for (raw, sum) in atoms.iter_mut().zip(sums).filter(|(raw, _)| raw.bare) {
        raw.atom.implicit_hydrogens =
            perception::implicit_hydrogens(raw.atom.element, sum, raw.atom.aromatic);
    }
}

/// Chooses the double bonds among aromatic ones.
fn kekulize(atoms: &[RawAtom], bonds: &[RawBond], double: &mut [bool]) -> Result<(), SmilesError> {
    let sums = sums(atoms.len(), bonds);
    let candidates: Vec<Candidate> =
        atoms.iter().zip(&sums).map(|(raw, &sum)| candidate(&raw.atom, sum)).collect();
    let aromatic: Vec<usize> =
        (0..bonds.len()).filter(|&bond| bonds[bond].symbol == Symbol::Aromatic).collect();
    let ends: Vec<[usize; 2]> = aromatic.iter().map(|&bond| bonds[bond].ends).collect();
    match perception::double_bonds(&candidates, &ends) {
        Ok(chosen) => {
            for (bond, chosen) in aromatic.into_iter().zip(chosen) {
                double[bond] = chosen;
            }
            Ok(())
        }
        Err(unserved) => Err(SmilesError::Kekule {
            offset: atoms[unserved.atom].offset,
            element: atoms[unserved.atom].atom.element,
            expected: "a neighbour for the double bond",
        }),
    }
}

/// Whether an aromatic atom, whose single bonds and hydrogens are known, has one more to give.
fn candidate(atom: &Atom, sum: u32) -> Candidate {
    let found = sum + atom.hydrogens();
    let valences = atom.element.valences_with_charge(atom.charge).unwrap_or(&[]);
    let holding = valences.iter().copied().map(u32::from).find(|&valence| valence >= found);
    match holding {
        Some(valence) if atom.aromatic && valence > found => Candidate::Needs,
        _ => Candidate::Never,
    }
}

/// Turns hydrogen atoms with one heavy neighbour into a count on it. Returns which atoms are kept,
/// and the new index of each.
fn fold_hydrogens(
    atoms: &mut [RawAtom],
    bonds: &[RawBond],
    links: &Links,
) -> (Vec<usize>, Vec<Option<usize>>) {
    let mut host = vec![None; atoms.len()];
    if atoms.iter().any(|raw| raw.atom.element == Element::H) {
        for (index, raw) in atoms.iter().enumerate() {
            let plain = raw.atom == Atom::new(Element::H);
            if let ([link], true) = (links.of(index), plain)
                && matches!(bonds[link.bond].symbol, Symbol::Absent | Symbol::Single)
                && atoms[link.atom].atom.element != Element::H
            {
                host[index] = Some(link.atom);
            }
        }
    }
    for index in 0..atoms.len() {
        if let Some(host) = host[index] {
            let count = &mut atoms[host].atom.explicit_hydrogens;
            *count = count.saturating_add(1);
        }
    }
    let kept: Vec<usize> = (0..atoms.len()).filter(|&index| host[index].is_none()).collect();
    let mut place = vec![None; atoms.len()];
    for (to, &from) in kept.iter().enumerate() {
        place[from] = Some(to);
    }
    (kept, place)
}

fn with_offset(error: MoleculeError, atoms: &[RawAtom], kept: &[usize]) -> SmilesError {
    match error {
        MoleculeError::Valence { atom, element, charge, found, most } => {
            let offset = kept.get(atom).map_or(0, |&index| atoms[index].offset);
            SmilesError::Valence { offset, element, charge, found, most }
        }
        // The reader has bounded the number of atoms and made no bond twice.
        _ => SmilesError::TooLarge { offset: 0, most: crate::molecule::MAX_ATOMS },
    }
}
