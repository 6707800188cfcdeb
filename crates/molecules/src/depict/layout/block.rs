//! Blocks: rings that hang together by bonds, the rigid pieces of a drawing.

use super::part::Part;

/// Rings that share bonds, one after the other. A ring by itself is a block; the two rings of a
/// spiro atom are two.
#[derive(Debug)]
pub(super) struct Block {
    /// Its atoms, ascending.
    pub(super) atoms: Vec<usize>,
    /// Its bonds, ascending.
    pub(super) bonds: Vec<[usize; 2]>,
    /// Its rings, small ones first.
    pub(super) rings: Vec<Vec<usize>>,
}

impl Block {
    /// The blocks of a part.
    pub(super) fn all(part: &Part) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for ring in &part.rings {
            let mut bonds = bonds_of(ring);
            bonds.sort_unstable();
            let mut merged = Self { atoms: Vec::new(), bonds, rings: vec![ring.clone()] };
            let (joined, apart): (Vec<Self>, Vec<Self>) = groups
                .into_iter()
                .partition(|group| group.bonds.iter().any(|bond| merged.bonds.contains(bond)));
            for group in joined {
                merged.bonds.extend(group.bonds);
                merged.rings.extend(group.rings);
            }
            merged.bonds.sort_unstable();
            merged.bonds.dedup();
            groups = apart;
            groups.push(merged);
        }
        for group in &mut groups {
            group.rings.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
            group.atoms = group.bonds.iter().flatten().copied().collect();
            group.atoms.sort_unstable();
            group.atoms.dedup();
        }
        groups
            .sort_by(|a, b| b.atoms.len().cmp(&a.atoms.len()).then_with(|| a.atoms.cmp(&b.atoms)));
        groups
    }

    /// Whether an atom belongs to it.
    pub(super) fn contains(&self, atom: usize) -> bool {
        self.atoms.binary_search(&atom).is_ok()
    }

    /// Whether the bond between two atoms belongs to it.
    pub(super) fn contains_bond(&self, a: usize, b: usize) -> bool {
        self.bonds.binary_search(&[a.min(b), a.max(b)]).is_ok()
    }
}

/// The bonds around a ring, each with its smaller atom first.
pub(super) fn bonds_of(ring: &[usize]) -> Vec<[usize; 2]> {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(&a, &b)| [a.min(b), a.max(b)]).collect()
}
