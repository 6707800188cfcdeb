//! Rings: a minimum cycle basis and the cycles that can stand in for its members.
//!
//! Two shortest paths from an atom, disjoint and closed by a bond or a common last atom, make a
//! cycle; cycles with the same ends form a family. A relevant cycle is in exactly one family, and
//! then its whole family is relevant, as its members differ by shorter cycles (Vismara 1997, lemma
//! 3). There are few families, so that relevant cycles can be counted where they are too many to
//! be listed: rings of rings have exponentially many.

use crate::molecule::Links;

/// Most cycles that are listed. Of a size that would go beyond, and of larger ones, only those of
/// the basis are.
const MOST_LISTED: u64 = 2_000;

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
/// A ring of rings has many: each of the `n` benzenes of a cycloparaphenylene can be passed on two
/// sides, so there are `2ⁿ` large ones. [`Rings::count`] counts all. At most 2,000 are listed: of
/// the smallest size that would go beyond, and of larger sizes, only the rings of the basis are,
/// and aromaticity and the number of aromatic rings leave those sizes out. Which sizes these are
/// does not depend on the order of atoms either ([`Rings::is_complete`]).
///
/// Reference: P. Vismara, *Union of all the minimum cycle bases of a graph*, Electronic Journal
/// of Combinatorics 4 (1997), R9.
#[derive(Clone, Debug, Default)]
pub struct Rings {
    rings: Vec<Ring>,
    count: usize,
    /// The least size of which not all relevant cycles are listed.
    incomplete: Option<usize>,
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
        let found = match bond_in_ring.contains(&true) {
            true => relevant(links, &bond_in_ring, &atom_in_ring),
            false => Found::default(),
        };
        let Found { rings, count, incomplete } = found;
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        Self { rings, count, incomplete, bond_in_ring, atom_in_ring }
    }

    /// The relevant cycles, shortest first; of sizes that are not complete, those of the basis.
    pub fn all(&self) -> &[Ring] {
        &self.rings
    }

    /// Number of relevant cycles, listed or not; the largest number where it does not fit.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether all relevant cycles of this size are listed.
    pub fn is_complete(&self, size: usize) -> bool {
        self.incomplete.is_none_or(|least| size < least)
    }

    /// The relevant cycles of the sizes that are complete.
    pub(crate) fn complete(&self) -> impl Iterator<Item = &Ring> {
        self.rings.iter().filter(|ring| self.is_complete(ring.size()))
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

/// What the search finds.
#[derive(Default)]
struct Found {
    rings: Vec<Ring>,
    count: u64,
    incomplete: Option<usize>,
}

fn relevant(links: &Links, in_ring: &[bool], atom_in_ring: &[bool]) -> Found {
    if let Some(ring) = only_ring(links, in_ring, atom_in_ring) {
        return Found { rings: vec![ring], count: 1, incomplete: None };
    }
    let mut local = vec![usize::MAX; in_ring.len()];
    let mut dimension = 0;
    for (_, local) in local.iter_mut().enumerate().filter(|(bond, _)| in_ring[*bond]) {
        *local = dimension;
        dimension += 1;
    }
    let (trees, mut families) = families(links, in_ring, atom_in_ring);
    families.sort_by_key(|family| family.size);
    let rank = rank(links, atom_in_ring, in_ring, dimension);
    let mut basis = Basis::new(dimension);
    let mut found = Found::default();
    for group in families.chunk_by(|a, b| a.size == b.size) {
        if basis.rank == rank {
            break;
        }
        let size = group[0].size;
        // Each relevant family with its first cycle, and whether that is in the basis.
        let mut kept: Vec<(&Family, Ring)> = Vec::new();
        let mut count: u64 = 0;
        for family in group {
            let tree = &trees[family.tree];
            let [one, other] = family.ends.map(|end| tree.path(links, in_ring, end));
            if one.iter().any(|atom| other.contains(atom)) {
                continue;
            }
            let mut ring = family.ring(links, tree.root, &one, &other);
            let mut row = vec![0u64; dimension.div_ceil(64)];
            for &bond in &ring.bonds {
                row[local[bond] / 64] ^= 1 << (local[bond] % 64);
            }
            if !basis.reduce(&mut row, size - 1) {
                continue;
            }
            ring.in_basis = basis.insert(row, size);
            let [one, other] = family.ends.map(|end| tree.ways(links, in_ring, end));
            count = count.saturating_add(one.saturating_mul(other));
            kept.push((family, ring));
        }
        found.count = found.count.saturating_add(count);
        if found.count > MOST_LISTED && found.incomplete.is_none() {
            found.incomplete = Some(size);
        }
        for (family, first) in kept {
            if found.incomplete.is_some() {
                found.rings.extend(first.in_basis.then_some(first));
                continue;
            }
            let tree = &trees[family.tree];
            let [ones, others] = family.ends.map(|end| tree.paths(links, in_ring, end));
            found.rings.push(first);
            let pairs = ones.iter().flat_map(|one| others.iter().map(move |other| (one, other)));
            let rest = pairs.skip(1).map(|(one, other)| family.ring(links, tree.root, one, other));
            found.rings.extend(rest);
        }
    }
    found
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

/// Cycles that are two shortest paths from their largest atom, and a bond between their ends or a
/// common last atom.
struct Family {
    /// Which of the trees.
    tree: usize,
    ends: [usize; 2],
    /// The common last atom.
    middle: Option<usize>,
    size: usize,
}

impl Family {
    /// The cycle of two paths, which are without the root.
    fn ring(&self, links: &Links, root: usize, one: &[usize], other: &[usize]) -> Ring {
        let mut atoms = Vec::with_capacity(self.size);
        atoms.push(root);
        atoms.extend(one);
        atoms.extend(self.middle);
        atoms.extend(other.iter().rev());
        let bond = |from: usize, to: usize| {
            links.of(from).iter().find(|link| link.atom == to).map(|link| link.bond)
        };
        let next = atoms.iter().cycle().skip(1);
        let bonds = atoms.iter().zip(next).filter_map(|(&a, &b)| bond(a, b)).collect();
        Ring { atoms, bonds, in_basis: false }
    }
}

/// The families of all cycles that may be relevant, and the shortest paths that they are made of.
fn families(links: &Links, in_ring: &[bool], atom_in_ring: &[bool]) -> (Vec<Paths>, Vec<Family>) {
    let atoms = links.atoms();
    let (mut full, mut below) = (vec![usize::MAX; atoms], vec![usize::MAX; atoms]);
    let (mut trees, mut families) = (Vec::new(), Vec::new());
    for root in (0..atoms).filter(|&atom| atom_in_ring[atom]) {
        distances(links, in_ring, root, usize::MAX, &mut full);
        let order = distances(links, in_ring, root, root, &mut below);
        // Atoms of which no shortest path from the root passes below the root only are left out.
        let mut depth = vec![u32::MAX; atoms];
        for &atom in order.iter().filter(|&&atom| below[atom] == full[atom]) {
            depth[atom] = below[atom] as u32;
        }
        let tree = trees.len();
        let mut add = |ends, middle: Option<usize>, size| {
            families.push(Family { tree, ends, middle, size });
        };
        for &atom in order[1..].iter().filter(|&&atom| depth[atom] != u32::MAX) {
            let near = links.of(atom).iter();
            let near = near.filter(|link| in_ring[link.bond] && link.atom < root);
            let size = 2 * depth[atom] as usize;
            // Even: the atom opposite to the root has two atoms before it.
            let mut before = near.clone().filter(|link| depth[link.atom] == depth[atom] - 1);
            while let Some(first) = before.next() {
                before.clone().for_each(|second| add([first.atom, second.atom], Some(atom), size));
            }
            // Odd: a bond opposite to the root.
            for other in near.filter(|link| depth[link.atom] == depth[atom] && link.atom < atom) {
                add([atom, other.atom], None, size + 1);
            }
        }
        trees.push(Paths { root, depth });
    }
    (trees, families)
}

/// The shortest paths from a root through smaller atoms.
struct Paths {
    root: usize,
    /// The distance from the root of each atom that such a path leads to.
    depth: Vec<u32>,
}

impl Paths {
    /// The atoms before one on its shortest paths.
    fn before<'a>(
        &'a self,
        links: &'a Links,
        in_ring: &'a [bool],
        atom: usize,
    ) -> impl Iterator<Item = usize> + 'a {
        let depth = self.depth[atom] - 1;
        let near = links.of(atom).iter().filter(|link| in_ring[link.bond]);
        near.filter(move |link| self.depth[link.atom] == depth).map(|link| link.atom)
    }

    /// The first path to an atom, without the root.
    fn path(&self, links: &Links, in_ring: &[bool], atom: usize) -> Vec<usize> {
        let mut path = vec![atom];
        let mut at = atom;
        while let Some(before) = self.before(links, in_ring, at).next()
            && before != self.root
        {
            path.push(before);
            at = before;
        }
        path.reverse();
        path
    }

    /// All paths to an atom, without the root, the first one first.
    fn paths(&self, links: &Links, in_ring: &[bool], atom: usize) -> Vec<Vec<usize>> {
        let mut paths = Vec::new();
        for before in self.before(links, in_ring, atom) {
            if before == self.root {
                return vec![vec![atom]];
            }
            paths.extend(self.paths(links, in_ring, before));
        }
        paths.iter_mut().for_each(|path| path.push(atom));
        paths
    }

    /// Number of paths to an atom, or the largest number where it does not fit.
    fn ways(&self, links: &Links, in_ring: &[bool], atom: usize) -> u64 {
        // Step by step from the atom to the root: atoms of one depth with their numbers of paths.
        let mut level = vec![(atom, 1u64)];
        for _ in 1..self.depth[atom] {
            let mut next: Vec<(usize, u64)> = Vec::new();
            for &(atom, ways) in &level {
                for before in self.before(links, in_ring, atom) {
                    match next.iter_mut().find(|(known, _)| *known == before) {
                        Some((_, sum)) => *sum = sum.saturating_add(ways),
                        None => next.push((before, ways)),
                    }
                }
            }
            level = next;
        }
        level.iter().fold(0, |sum, (_, ways)| sum.saturating_add(*ways))
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
