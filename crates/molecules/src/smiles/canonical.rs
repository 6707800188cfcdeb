//! An order of the atoms that depends on the molecule only.
//!
//! Atoms are coloured by what they are and refined by their neighbours' colours until nothing
//! changes (the Weisfeiler–Leman algorithm). Where atoms still share a colour, each in turn is
//! set apart and the search goes on; of all orders reached the one with the least list of bonds
//! is taken. Two orders with equal lists are a symmetry of the molecule, and symmetries found cut
//! the search: of atoms that they map onto each other one is tried.
//!
//! Reference: B. D. McKay, A. Piperno, *Practical graph isomorphism, II*, Journal of Symbolic
//! Computation 60 (2014).

use crate::molecule::Molecule;
use crate::smiles::write::write_part;

/// Orders looked at for one connected part. No molecule of a data set comes near; beyond it, the
/// least order found so far is taken.
const MOST_ORDERS: usize = 5_000;

/// The canonical SMILES: the same text for every order of the atoms, and for Kekulé and aromatic
/// input. Atom classes are written and count as part of the molecule.
///
/// Parts that are not bonded are written in order of their texts. The text is canonical within
/// this crate; other programs have other canonical texts.
///
/// ```
/// use molecules::smiles::{canonical, parse};
/// assert_eq!(canonical(&parse("C(O)C.O")?), canonical(&parse("O.OCC")?));
/// # Ok::<(), molecules::SmilesError>(())
/// ```
///
/// Complexity: `O(n log n)` colour updates for molecules without symmetry, and about one such pass
/// more for each symmetry that generates the others.
pub fn canonical(molecule: &Molecule) -> String {
    let ranks = canonical_ranks(molecule);
    let mut texts: Vec<String> =
        parts(molecule).iter().map(|part| write_part(molecule, part, &ranks)).collect();
    texts.sort();
    texts.join(".")
}

/// For each atom its place in the canonical order of its connected part: equal molecules have
/// equal atoms and bonds at equal places.
pub fn canonical_ranks(molecule: &Molecule) -> Vec<usize> {
    let mut ranks = vec![0; molecule.atom_count()];
    for part in parts(molecule) {
        let mut search = Search::new(molecule, &part);
        for (local, rank) in search.run().into_iter().enumerate() {
            ranks[part[local]] = rank;
        }
    }
    ranks
}

/// As [`canonical_ranks`], for a connected graph of atoms with such keys and bonds
/// `(atom, atom, kind)`.
pub(crate) fn rank_graph(keys: Vec<u64>, bonds: &[(u32, u32, u32)]) -> Vec<usize> {
    let mut start = vec![0u32; keys.len() + 1];
    for &(a, b, _) in bonds {
        start[a as usize + 1] += 1;
        start[b as usize + 1] += 1;
    }
    for atom in 0..keys.len() {
        start[atom + 1] += start[atom];
    }
    let mut next = start.clone();
    let mut near = vec![(0, 0); 2 * bonds.len()];
    for &(a, b, kind) in bonds {
        for (from, to) in [(a, b), (b, a)] {
            near[next[from as usize] as usize] = (to, kind);
            next[from as usize] += 1;
        }
    }
    Search::with(keys, start, near).run()
}

/// The connected parts, each in ascending order of atoms.
fn parts(molecule: &Molecule) -> Vec<Vec<usize>> {
    let mut seen = vec![false; molecule.atom_count()];
    let mut parts = Vec::new();
    for root in 0..molecule.atom_count() {
        if seen[root] {
            continue;
        }
        seen[root] = true;
        let mut part = vec![root];
        let mut next = 0;
        while let Some(&atom) = part.get(next) {
            next += 1;
            for link in molecule.links(atom) {
                if !std::mem::replace(&mut seen[link.atom], true) {
                    part.push(link.atom);
                }
            }
        }
        part.sort_unstable();
        parts.push(part);
    }
    parts
}

/// What an atom is, as a number. Atoms at ends of chains come first.
fn atom_key(molecule: &Molecule, index: usize) -> u64 {
    let atom = molecule.at(index);
    let degree = molecule.links(index).len().min(15) as u64;
    let isotope = u64::from(atom.isotope.map_or(0, |isotope| isotope + 1));
    let class = u64::from(atom.class.map_or(0, |class| class + 1));
    (degree << 60)
        | (u64::from(atom.element.atomic_number()) << 52)
        | (u64::from(atom.aromatic) << 51)
        | (u64::from(atom.hydrogens().min(31) as u8) << 46)
        | (u64::from((i16::from(atom.charge) + 128) as u8) << 38)
        | (isotope << 24)
        | class
}

/// An order and the bonds in it.
struct Leaf {
    /// The choices that led to it.
    path: Vec<u32>,
    ranks: Vec<u32>,
    bonds: Vec<(u32, u32, u32)>,
}

struct Search {
    keys: Vec<u64>,
    /// Neighbours of each atom with a number for the bond, all in one array.
    start: Vec<u32>,
    near: Vec<(u32, u32)>,
    first: Option<Leaf>,
    best: Option<Leaf>,
    /// Permutations of the atoms that leave the molecule as it is.
    symmetries: Vec<Vec<u32>>,
    orders: usize,
    scratch: Vec<(u32, u64, u32)>,
}

impl Search {
    fn new(molecule: &Molecule, part: &[usize]) -> Self {
        let mut local = vec![u32::MAX; molecule.atom_count()];
        for (to, &from) in part.iter().enumerate() {
            local[from] = to as u32;
        }
        let mut start = vec![0];
        let mut near = Vec::new();
        for &atom in part {
            for link in molecule.links(atom) {
                let bond = molecule.bond_at(link.bond);
                let kind = if bond.aromatic { 5 } else { bond.order.pairs() };
                near.push((local[link.atom], kind));
            }
            start.push(near.len() as u32);
        }
        let keys = part.iter().map(|&atom| atom_key(molecule, atom)).collect();
        Self::with(keys, start, near)
    }

    fn with(keys: Vec<u64>, start: Vec<u32>, near: Vec<(u32, u32)>) -> Self {
        Self {
            keys,
            start,
            near,
            first: None,
            best: None,
            symmetries: Vec::new(),
            orders: 0,
            scratch: Vec::new(),
        }
    }

    fn near(&self, atom: usize) -> &[(u32, u32)] {
        &self.near[self.start[atom] as usize..self.start[atom + 1] as usize]
    }

    fn run(&mut self) -> Vec<usize> {
        let atoms = self.keys.len();
        let mut order: Vec<u32> = (0..atoms as u32).collect();
        order.sort_by_key(|&atom| self.keys[atom as usize]);
        // A colour is the number of atoms with smaller colours.
        let mut colours = vec![0u32; atoms];
        for place in 1..atoms {
            let (before, atom) = (order[place - 1] as usize, order[place] as usize);
            colours[atom] = match self.keys[before] == self.keys[atom] {
                true => colours[before],
                false => place as u32,
            };
        }
        self.explore(colours, &mut Vec::new());
        match &self.best {
            Some(leaf) => leaf.ranks.iter().map(|&rank| rank as usize).collect(),
            None => (0..atoms).collect(),
        }
    }

    /// Splits colours by the colours around until none is split. Returns how many atoms of each
    /// colour there are.
    fn refine(&mut self, colours: &mut [u32]) -> Vec<u32> {
        let atoms = colours.len();
        let mut counts = vec![0u32; atoms];
        for &colour in colours.iter() {
            counts[colour as usize] += 1;
        }
        let mut scratch = std::mem::take(&mut self.scratch);
        let mut around: Vec<(u32, u32)> = Vec::new();
        loop {
            let mut split = false;
            scratch.clear();
            for atom in 0..atoms {
                if counts[colours[atom] as usize] == 1 {
                    continue;
                }
                around.clear();
                around.extend(
                    self.near(atom).iter().map(|&(other, kind)| (colours[other as usize], kind)),
                );
                around.sort_unstable();
                let hash = around.iter().fold(0u64, |hash, &(colour, kind)| {
                    mix(hash ^ (u64::from(colour) << 8 | u64::from(kind)))
                });
                scratch.push((colours[atom], hash, atom as u32));
            }
            scratch.sort_unstable();
            for cell in scratch.chunk_by(|a, b| a.0 == b.0) {
                if cell.len() < 2 || cell.iter().all(|entry| entry.1 == cell[0].1) {
                    continue;
                }
                split = true;
                let colour = cell[0].0;
                counts[colour as usize] = 0;
                let mut next = colour;
                for group in cell.chunk_by(|a, b| a.1 == b.1) {
                    counts[next as usize] = group.len() as u32;
                    for entry in group {
                        colours[entry.2 as usize] = next;
                    }
                    next += group.len() as u32;
                }
            }
            if !split {
                self.scratch = scratch;
                return counts;
            }
        }
    }

    /// Searches below one choice of colours. Returns the depth to go back to, where a symmetry
    /// shows that nothing new is left above it.
    fn explore(&mut self, mut colours: Vec<u32>, path: &mut Vec<u32>) -> Option<usize> {
        let counts = self.refine(&mut colours);
        let Some(cell) = counts.iter().position(|&count| count > 1) else {
            return self.leaf(colours, path);
        };
        let cell = cell as u32;
        let members: Vec<u32> =
            (0..colours.len() as u32).filter(|&atom| colours[atom as usize] == cell).collect();
        let depth = path.len();
        let mut tried: Vec<u32> = Vec::new();
        for &member in &members {
            if self.orders >= MOST_ORDERS && self.best.is_some() {
                return None;
            }
            if self.is_like_one_of(member, &tried, path) {
                continue;
            }
            let mut below = colours.clone();
            // The one set apart keeps the colour; the others move behind it.
            for &other in members.iter().filter(|&&other| other != member) {
                below[other as usize] = cell + 1;
            }
            path.push(member);
            let back = self.explore(below, path);
            path.pop();
            tried.push(member);
            if back.is_some_and(|back| back < depth) {
                return back;
            }
        }
        None
    }

    /// Whether symmetries that keep the path map `member` to one of `tried`.
    fn is_like_one_of(&self, member: u32, tried: &[u32], path: &[u32]) -> bool {
        if tried.is_empty() || self.symmetries.is_empty() {
            return false;
        }
        let keeping: Vec<&Vec<u32>> = self
            .symmetries
            .iter()
            .filter(|symmetry| path.iter().all(|&atom| symmetry[atom as usize] == atom))
            .collect();
        let mut orbit = vec![member];
        let mut next = 0;
        while let Some(&atom) = orbit.get(next) {
            next += 1;
            if tried.contains(&atom) {
                return true;
            }
            for symmetry in &keeping {
                let image = symmetry[atom as usize];
                if !orbit.contains(&image) {
                    orbit.push(image);
                }
            }
        }
        false
    }

    fn leaf(&mut self, ranks: Vec<u32>, path: &[u32]) -> Option<usize> {
        self.orders += 1;
        let mut bonds = Vec::with_capacity(self.near.len() / 2);
        for atom in 0..ranks.len() {
            for &(other, kind) in self.near(atom) {
                if ranks[atom] < ranks[other as usize] {
                    bonds.push((ranks[atom], ranks[other as usize], kind));
                }
            }
        }
        bonds.sort_unstable();
        let leaf = Leaf { path: path.to_vec(), ranks, bonds };
        for known in [&self.first, &self.best].into_iter().flatten() {
            if known.bonds == leaf.bonds {
                let mut at = vec![0u32; leaf.ranks.len()];
                for (atom, &rank) in known.ranks.iter().enumerate() {
                    at[rank as usize] = atom as u32;
                }
                let symmetry = leaf.ranks.iter().map(|&rank| at[rank as usize]).collect();
                let common = known.path.iter().zip(&leaf.path).take_while(|(a, b)| a == b).count();
                self.symmetries.push(symmetry);
                return Some(common);
            }
        }
        match (&self.first, &self.best) {
            (None, _) => {
                let copy = Leaf {
                    path: leaf.path.clone(),
                    ranks: leaf.ranks.clone(),
                    bonds: leaf.bonds.clone(),
                };
                self.first = Some(copy);
                self.best = Some(leaf);
            }
            (_, Some(best)) if leaf.bonds < best.bonds => self.best = Some(leaf),
            _ => {}
        }
        None
    }
}

/// The finaliser of SplitMix64.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = value.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
