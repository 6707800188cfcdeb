//! Rings: a minimum cycle basis and the cycles that can stand in for its members.

use crate::molecule::Links;

/// Shortest paths kept between two atoms. More exist only in lattices; the basis stays exact.
const MOST_PATHS: usize = 16;

/// Cycles after which only one is kept for each pair of paths' ends. Lattices only, as above.
const MOST_CYCLES: usize = 20_000;

/// A ring: atoms in order around it, and the bonds between successive ones.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ring {
    /// Indices of the atoms, in order around the ring.
    pub atoms: Vec<usize>,
    /// `bonds[i]` joins `atoms[i]` and the next atom, the last one the last and the first.
    pub bonds: Vec<usize>,
    /// Whether the ring belongs to the basis [`Rings::smallest`].
    pub in_basis: bool,
}

impl Ring {
    /// Number of atoms.
    pub fn size(&self) -> usize {
        self.atoms.len()
    }
}

/// The rings of a molecule.
///
/// Two sets are kept. [`Rings::smallest`] is a smallest set of smallest rings (SSSR): a basis of
/// the cycle space of least total length, `bonds − atoms + parts` rings. It is not unique: the
/// cubane has six equal faces and the basis five rings. [`Rings::all`] is unique: the *relevant
/// cycles*, those that are in some such basis, equivalently those that are no sum of shorter
/// cycles. Counts, aromaticity and descriptors use it, so none depends on the order of atoms.
///
/// Reference: P. Vismara, *Union of all the minimum cycle bases of a graph*, Electronic Journal
/// of Combinatorics 4 (1997), R9.
#[derive(Clone, Debug, Default)]
pub struct Rings {
    rings: Vec<Ring>,
    bond_in_ring: Vec<bool>,
    atom_in_ring: Vec<bool>,
}

impl Rings {
    /// Finds the rings of a graph.
    pub(crate) fn find(links: &Links, bonds: usize) -> Self {
        let bridge = bridges(links, bonds);
        let bond_in_ring: Vec<bool> = bridge.iter().map(|bridge| !bridge).collect();
        let mut atom_in_ring = vec![false; links.atoms()];
        for atom in 0..links.atoms() {
            atom_in_ring[atom] = links.of(atom).iter().any(|link| bond_in_ring[link.bond]);
        }
        let rings = match bond_in_ring.contains(&true) {
            true => relevant(links, &bond_in_ring, &atom_in_ring),
            false => Vec::new(),
        };
        Self { rings, bond_in_ring, atom_in_ring }
    }

    /// The relevant cycles, shortest first.
    pub fn all(&self) -> &[Ring] {
        &self.rings
    }

    /// Number of relevant cycles.
    pub fn count(&self) -> usize {
        self.rings.len()
    }

    /// A smallest set of smallest rings.
    pub fn smallest(&self) -> impl Iterator<Item = &Ring> {
        self.rings.iter().filter(|ring| ring.in_basis)
    }

    /// Whether a bond is in some ring.
    pub fn contains_bond(&self, bond: usize) -> bool {
        self.bond_in_ring.get(bond).copied().unwrap_or(false)
    }

    /// Whether an atom is in some ring.
    pub fn contains_atom(&self, atom: usize) -> bool {
        self.atom_in_ring.get(atom).copied().unwrap_or(false)
    }

    /// Whether an atom is in a relevant cycle of so many atoms.
    pub fn contains_atom_in_size(&self, atom: usize, size: usize) -> bool {
        self.rings.iter().any(|ring| ring.size() == size && ring.atoms.contains(&atom))
    }
}

/// For each bond, whether it is in no cycle.
pub(crate) fn bridges(links: &Links, bonds: usize) -> Vec<bool> {
    let atoms = links.atoms();
    let mut bridge = vec![true; bonds];
    let mut seen = vec![0usize; atoms];
    let mut low = vec![0usize; atoms];
    let mut clock = 0;
    // (atom, bond to its parent, next neighbour to look at)
    let mut stack: Vec<(usize, usize, usize)> = Vec::new();
    for root in 0..atoms {
        if seen[root] != 0 {
            continue;
        }
        clock += 1;
        (seen[root], low[root]) = (clock, clock);
        stack.push((root, usize::MAX, 0));
        while let Some((atom, parent_bond, next)) = stack.last_mut() {
            let (atom, parent_bond) = (*atom, *parent_bond);
            if let Some(link) = links.of(atom).get(*next) {
                *next += 1;
                if link.bond == parent_bond {
                    continue;
                }
                if seen[link.atom] == 0 {
                    clock += 1;
                    (seen[link.atom], low[link.atom]) = (clock, clock);
                    stack.push((link.atom, link.bond, 0));
                } else {
                    bridge[link.bond] = false;
                    low[atom] = low[atom].min(seen[link.atom]);
                }
            } else {
                stack.pop();
                if let Some(&(parent, _, _)) = stack.last() {
                    if low[atom] <= seen[parent] {
                        bridge[parent_bond] = false;
                    }
                    low[parent] = low[parent].min(low[atom]);
                }
            }
        }
    }
    bridge
}

/// A cycle as atoms and as a set of ring bonds.
struct Cycle {
    atoms: Vec<usize>,
    bonds: Vec<usize>,
}

fn relevant(links: &Links, in_ring: &[bool], atom_in_ring: &[bool]) -> Vec<Ring> {
    if let Some(ring) = only_ring(links, in_ring, atom_in_ring) {
        return vec![ring];
    }
    let mut local = vec![usize::MAX; in_ring.len()];
    let mut dimension = 0;
    for (_, local) in local.iter_mut().enumerate().filter(|(bond, _)| in_ring[*bond]) {
        *local = dimension;
        dimension += 1;
    }
    let mut cycles = candidates(links, in_ring, atom_in_ring);
    cycles.sort_by_key(|cycle| cycle.atoms.len());
    let rank = rank(links, atom_in_ring, in_ring, dimension);
    let mut basis = Basis::new(dimension);
    let mut rings = Vec::new();
    for group in cycles.chunk_by(|a, b| a.atoms.len() == b.atoms.len()) {
        if basis.rank == rank {
            break;
        }
        let size = group[0].atoms.len();
        for cycle in group {
            let mut row = vec![0u64; dimension.div_ceil(64)];
            for &bond in &cycle.bonds {
                row[local[bond] / 64] ^= 1 << (local[bond] % 64);
            }
            if !basis.reduce(&mut row, size - 1) {
                continue;
            }
            let in_basis = basis.insert(row, size);
            let (atoms, bonds) = (cycle.atoms.clone(), cycle.bonds.clone());
            rings.push(Ring { atoms, bonds, in_basis });
        }
    }
    rings
}

/// The ring of a graph that has but one, found by walking around it.
fn only_ring(links: &Links, in_ring: &[bool], atom_in_ring: &[bool]) -> Option<Ring> {
    let first = atom_in_ring.iter().position(|&in_ring| in_ring)?;
    let (mut atoms, mut bonds) = (vec![first], Vec::new());
    let mut at = first;
    loop {
        let came = bonds.last().copied();
        let mut on = links.of(at).iter().filter(|link| in_ring[link.bond]);
        let next = on.clone().find(|link| Some(link.bond) != came)?;
        if on.nth(2).is_some() {
            return None;
        }
        bonds.push(next.bond);
        if next.atom == first {
            break;
        }
        atoms.push(next.atom);
        at = next.atom;
    }
    let all = atom_in_ring.iter().filter(|&&in_ring| in_ring).count();
    (all == atoms.len()).then_some(Ring { atoms, bonds, in_basis: true })
}

/// Dimension of the cycle space: ring bonds − ring atoms + parts that they form.
fn rank(links: &Links, atom_in_ring: &[bool], in_ring: &[bool], bonds: usize) -> usize {
    let mut distance = vec![usize::MAX; links.atoms()];
    let mut seen = vec![false; links.atoms()];
    let (mut atoms, mut parts) = (0, 0);
    for root in (0..links.atoms()).filter(|&atom| atom_in_ring[atom]) {
        if !seen[root] {
            let part = distances(links, in_ring, root, usize::MAX, &mut distance);
            part.iter().for_each(|&atom| seen[atom] = true);
            atoms += part.len();
            parts += 1;
        }
    }
    bonds + parts - atoms
}

/// Rows over GF(2) in echelon form, each with the size of the cycle that it came from.
struct Basis {
    by_leading: Vec<Option<(Vec<u64>, usize)>>,
    rank: usize,
}

impl Basis {
    fn new(dimension: usize) -> Self {
        Self { by_leading: vec![None; dimension], rank: 0 }
    }

    /// Takes rows from cycles of up to `most` atoms from `row`; whether something is left.
    fn reduce(&self, row: &mut [u64], most: usize) -> bool {
        while let Some(leading) = leading(row) {
            match &self.by_leading[leading] {
                Some((other, size)) if *size <= most => {
                    row.iter_mut().zip(other).for_each(|(a, b)| *a ^= b);
                }
                _ => return true,
            }
        }
        false
    }

    /// Adds a row unless it depends on those there.
    fn insert(&mut self, mut row: Vec<u64>, size: usize) -> bool {
        if !self.reduce(&mut row, usize::MAX) {
            return false;
        }
        if let Some(leading) = leading(&row) {
            self.by_leading[leading] = Some((row, size));
            self.rank += 1;
        }
        true
    }
}

fn leading(row: &[u64]) -> Option<usize> {
    let word = row.iter().rposition(|&word| word != 0)?;
    Some(word * 64 + 63 - row[word].leading_zeros() as usize)
}

/// All cycles that are two shortest paths from their largest atom, which are disjoint, and a bond
/// between their ends or a common last atom. Every relevant cycle is among them.
fn candidates(links: &Links, in_ring: &[bool], atom_in_ring: &[bool]) -> Vec<Cycle> {
    let atoms = links.atoms();
    let mut cycles = Vec::new();
    let mut search = Search {
        full: vec![usize::MAX; atoms],
        below: vec![usize::MAX; atoms],
        order: Vec::new(),
        paths: vec![Vec::new(); atoms],
    };
    for root in (0..atoms).filter(|&atom| atom_in_ring[atom]) {
        search.run(links, in_ring, root);
        for position in 1..search.order.len() {
            let atom = search.order[position];
            if !search.is_kept(atom) {
                continue;
            }
            let depth = search.below[atom];
            let near = links
                .of(atom)
                .iter()
                .filter(|link| in_ring[link.bond] && link.atom < root && search.is_kept(link.atom));
            let before: Vec<_> =
                near.clone().filter(|link| search.below[link.atom] + 1 == depth).collect();
            // Even: the atom opposite to the root has two atoms before it.
            for (i, first) in before.iter().enumerate() {
                for second in &before[..i] {
                    search.join(links, first.atom, second.atom, Some(atom), root, &mut cycles);
                }
            }
            // Odd: a bond opposite to the root.
            for other in near.filter(|link| search.below[link.atom] == depth && link.atom < atom) {
                search.join(links, atom, other.atom, None, root, &mut cycles);
            }
        }
    }
    cycles
}

/// Shortest paths from one root.
struct Search {
    /// Distances in the graph.
    full: Vec<usize>,
    /// Distances through atoms below the root only.
    below: Vec<usize>,
    /// Atoms reached below the root, nearest first.
    order: Vec<usize>,
    /// Shortest paths from the root to each kept atom, without the root.
    paths: Vec<Vec<Vec<usize>>>,
}

impl Search {
    /// Whether a shortest path from the root to the atom passes below the root only.
    fn is_kept(&self, atom: usize) -> bool {
        self.below[atom] != usize::MAX && self.below[atom] == self.full[atom]
    }

    fn run(&mut self, links: &Links, in_ring: &[bool], root: usize) {
        distances(links, in_ring, root, usize::MAX, &mut self.full);
        self.order = distances(links, in_ring, root, root, &mut self.below);
        for paths in &mut self.paths {
            paths.clear();
        }
        for position in 1..self.order.len() {
            let atom = self.order[position];
            if !self.is_kept(atom) {
                continue;
            }
            let mut paths = Vec::new();
            for link in links.of(atom).iter().filter(|link| in_ring[link.bond]) {
                if link.atom == root {
                    paths.push(vec![atom]);
                } else if link.atom < root
                    && self.is_kept(link.atom)
                    && self.below[link.atom] + 1 == self.below[atom]
                {
                    for path in &self.paths[link.atom] {
                        let mut longer = path.clone();
                        longer.push(atom);
                        paths.push(longer);
                    }
                }
                paths.truncate(MOST_PATHS);
            }
            self.paths[atom] = paths;
        }
    }

    fn join(
        &self,
        links: &Links,
        first: usize,
        second: usize,
        middle: Option<usize>,
        root: usize,
        cycles: &mut Vec<Cycle>,
    ) {
        let most = if cycles.len() > MOST_CYCLES { 1 } else { MOST_PATHS };
        for one in self.paths[first].iter().take(most) {
            for other in self.paths[second].iter().take(most) {
                if one.iter().any(|atom| other.contains(atom)) {
                    continue;
                }
                let mut atoms = Vec::with_capacity(one.len() + other.len() + 2);
                atoms.push(root);
                atoms.extend(one);
                atoms.extend(middle);
                atoms.extend(other.iter().rev());
                let bond = |from: usize, to: usize| {
                    links.of(from).iter().find(|link| link.atom == to).map(|link| link.bond)
                };
                let next = atoms.iter().cycle().skip(1);
                let bonds = atoms.iter().zip(next).filter_map(|(&a, &b)| bond(a, b)).collect();
                cycles.push(Cycle { atoms, bonds });
            }
        }
    }
}

/// Breadth-first distances from `root` through atoms below `limit`; returns the order of visit.
fn distances(
    links: &Links,
    in_ring: &[bool],
    root: usize,
    limit: usize,
    distance: &mut [usize],
) -> Vec<usize> {
    distance.fill(usize::MAX);
    distance[root] = 0;
    let mut order = vec![root];
    let mut next = 0;
    while let Some(&atom) = order.get(next) {
        next += 1;
        for link in links.of(atom) {
            if in_ring[link.bond] && link.atom < limit && distance[link.atom] == usize::MAX {
                distance[link.atom] = distance[atom] + 1;
                order.push(link.atom);
            }
        }
    }
    order
}
