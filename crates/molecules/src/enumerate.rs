//! All molecules that valences allow, and random ones.
//!
//! A molecule here is a connected graph of atoms of given elements with single, double and triple
//! bonds, no charges, each atom within its lowest valence and filled up with hydrogens. No rule of
//! stability is applied: strained rings and cumulated bonds are in.
//!
//! Molecules of `n` atoms are made from those of `n − 1` by adding an atom in every way; as every
//! connected graph has an atom whose removal leaves it connected, none is missed. Each is kept
//! once by its canonical form, first as a graph with bond orders, at the end by its canonical
//! SMILES, which makes one of the Kekulé forms of an aromatic molecule.

use std::collections::{BTreeMap, BTreeSet};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::molecule::{Atom, BondOrder, Molecule, MoleculeBuilder};
use crate::smiles::{self, rank_graph};
use crate::{Element, MoleculeError};

/// What to enumerate.
///
/// ```
/// use molecules::Element;
/// use molecules::enumerate::Enumeration;
/// // CH4; ethane, ethene, ethyne.
/// let hydrocarbons = Enumeration { elements: vec![Element::C], heavy_atoms: 2 };
/// assert_eq!(hydrocarbons.run()?.len(), 4);
/// # Ok::<(), molecules::MoleculeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enumeration {
    /// Elements of the atoms. Those of unbounded valence yield nothing.
    pub elements: Vec<Element>,
    /// Most atoms.
    pub heavy_atoms: usize,
}

impl Default for Enumeration {
    /// C, N, O and F with up to 5 atoms.
    fn default() -> Self {
        let elements = vec![Element::C, Element::N, Element::O, Element::F];
        Self { elements, heavy_atoms: 5 }
    }
}

impl Enumeration {
    /// All molecules of 1 to [`Enumeration::heavy_atoms`] atoms, smaller ones first, those of one
    /// size in order of their canonical SMILES.
    ///
    /// The same for any number of threads. Their number grows about tenfold with each atom.
    ///
    /// # Errors
    /// None for elements of bounded valence; otherwise those of [`MoleculeBuilder::build`].
    pub fn run(&self) -> Result<Vec<Molecule>, MoleculeError> {
        let mut all = Vec::new();
        let mut level: Vec<Skeleton> = Vec::new();
        for size in 1..=self.heavy_atoms {
            let next: BTreeSet<Skeleton> = if size == 1 {
                self.elements().map(Skeleton::atom).collect()
            } else {
                level
                    .par_chunks(64)
                    .map(|chunk| {
                        let mut found = BTreeSet::new();
                        for skeleton in chunk {
                            for element in self.elements() {
                                skeleton.grow(element, &mut found);
                            }
                        }
                        found
                    })
                    .reduce(BTreeSet::new, |mut a, mut b| {
                        a.append(&mut b);
                        a
                    })
            };
            level = next.into_iter().collect();
            let molecules: Vec<(String, Molecule)> = level
                .par_iter()
                .map(|skeleton| {
                    let molecule = skeleton.molecule()?;
                    Ok((smiles::canonical(&molecule), molecule))
                })
                .collect::<Result<_, MoleculeError>>()?;
            // Of the Kekulé forms of one molecule the first stays.
            let mut unique = BTreeMap::new();
            for (text, molecule) in molecules {
                unique.entry(text).or_insert(molecule);
            }
            all.extend(unique.into_values());
        }
        Ok(all)
    }

    /// `count` different random molecules of exactly [`Enumeration::heavy_atoms`] atoms, or fewer
    /// where `50 · count` attempts do not find so many.
    ///
    /// Atoms are added one by one, each to a random atom with a bond of random order, and to
    /// further atoms with probability ¼ each time; carbon is drawn as often as all others
    /// together. The molecules depend on the settings and `seed` only. They are not uniform over
    /// all molecules of that size.
    ///
    /// # Errors
    /// As [`Enumeration::run`].
    pub fn sample(&self, count: usize, seed: u64) -> Result<Vec<Molecule>, MoleculeError> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let elements: Vec<Element> = self.elements().collect();
        let mut seen = BTreeSet::new();
        let mut molecules = Vec::with_capacity(count);
        for _ in 0..count.saturating_mul(50) {
            if molecules.len() == count || elements.is_empty() || self.heavy_atoms == 0 {
                break;
            }
            let mut draw = || {
                let carbon = elements.contains(&Element::C) && rng.random::<bool>();
                let any = elements[rng.random_range(0..elements.len())];
                if carbon { Element::C } else { any }
            };
            let drawn: Vec<Element> = (0..self.heavy_atoms).map(|_| draw()).collect();
            let mut skeleton = Skeleton::atom(drawn[0]);
            for &element in &drawn[1..] {
                if !skeleton.add_randomly(element, &mut rng) {
                    break;
                }
            }
            if skeleton.elements.len() < self.heavy_atoms {
                continue;
            }
            let molecule = skeleton.molecule()?;
            if seen.insert(smiles::canonical(&molecule)) {
                molecules.push(molecule);
            }
        }
        Ok(molecules)
    }

    fn elements(&self) -> impl Iterator<Item = Element> + '_ {
        self.elements.iter().copied().filter(|&element| valence(element) > 0)
    }
}

fn valence(element: Element) -> u32 {
    element.valences().and_then(<[u8]>::first).copied().map_or(0, u32::from)
}

/// Elements and bond orders, in canonical order of the atoms where it is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Skeleton {
    elements: Vec<Element>,
    /// `(smaller index, larger index, order)`, ascending.
    bonds: Vec<(u32, u32, u32)>,
}

impl Skeleton {
    fn atom(element: Element) -> Self {
        Self { elements: vec![element], bonds: Vec::new() }
    }

    /// For each atom, how many more bonds it can have.
    fn free(&self) -> Vec<u32> {
        let mut free: Vec<u32> = self.elements.iter().copied().map(valence).collect();
        for &(a, b, order) in &self.bonds {
            free[a as usize] -= order;
            free[b as usize] -= order;
        }
        free
    }

    /// Every way to add an atom, in canonical form.
    fn grow(&self, element: Element, found: &mut BTreeSet<Self>) {
        let free = self.free();
        let new = self.elements.len() as u32;
        // Orders of the bonds to the new atom, counted up like digits.
        let mut orders = vec![0u32; free.len()];
        loop {
            let Some(place) = (0..orders.len()).find(|&place| {
                let more = orders[place] < free[place].min(3);
                if !more {
                    orders[place] = 0;
                }
                more
            }) else {
                return;
            };
            orders[place] += 1;
            if orders.iter().sum::<u32>() > valence(element) {
                continue;
            }
            let mut grown = self.clone();
            grown.elements.push(element);
            let bonds = orders.iter().enumerate().filter(|(_, order)| **order > 0);
            grown.bonds.extend(bonds.map(|(atom, &order)| (atom as u32, new, order)));
            found.insert(grown.canonical());
        }
    }

    /// Adds an atom in a random way; false where no atom can take it.
    fn add_randomly(&mut self, element: Element, rng: &mut ChaCha8Rng) -> bool {
        let mut free = self.free();
        let mut left = valence(element);
        let new = self.elements.len() as u32;
        let mut open: Vec<usize> = (0..free.len()).filter(|&atom| free[atom] > 0).collect();
        if open.is_empty() || left == 0 {
            return false;
        }
        loop {
            let atom = open.swap_remove(rng.random_range(0..open.len()));
            let most = free[atom].min(left).min(3);
            // Of three, single is drawn most often.
            let order = rng.random_range(1..=most).min(rng.random_range(1..=most));
            self.bonds.push((atom as u32, new, order));
            free[atom] -= order;
            left -= order;
            if open.is_empty() || left == 0 || rng.random_range(0..4) != 0 {
                break;
            }
        }
        self.elements.push(element);
        true
    }

    fn canonical(&self) -> Self {
        let keys = self.elements.iter().map(|element| u64::from(element.atomic_number())).collect();
        let ranks = rank_graph(keys, &self.bonds);
        let mut elements = self.elements.clone();
        for (atom, &rank) in ranks.iter().enumerate() {
            elements[rank] = self.elements[atom];
        }
        let mut bonds: Vec<_> = self
            .bonds
            .iter()
            .map(|&(a, b, order)| {
                let (a, b) = (ranks[a as usize] as u32, ranks[b as usize] as u32);
                (a.min(b), a.max(b), order)
            })
            .collect();
        bonds.sort_unstable();
        Self { elements, bonds }
    }

    fn molecule(&self) -> Result<Molecule, MoleculeError> {
        let mut builder = MoleculeBuilder::default();
        for &element in &self.elements {
            builder.add_atom(Atom::new(element));
        }
        for &(a, b, order) in &self.bonds {
            let order = BondOrder::from_pairs(order).unwrap_or(BondOrder::Single);
            builder.add_bond(a as usize, b as usize, order)?;
        }
        builder.fill_hydrogens();
        builder.build()
    }
}
