//! One graph.

use super::{AtomKind, Vocabulary, ties};
use crate::{Atom, BondOrder, Element, Molecule, MoleculeBuilder, MoleculeError};

/// A graph of `n` nodes, some of which may be missing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Graph {
    nodes: Vec<u8>,
    bonds: Vec<u8>,
}

impl Graph {
    /// From the kind of each node, 0 where it is missing, and the order of the bond of each pair,
    /// (n, n) by rows, 0 where there is none. Only pairs `i < j` are read.
    ///
    /// # Errors
    /// [`MoleculeError::Graph`] where the numbers of entries do not fit.
    pub fn new(nodes: Vec<u8>, bonds: Vec<u8>) -> Result<Self, MoleculeError> {
        let n = nodes.len();
        if bonds.len() != n * n {
            let found = format!("{} entries", bonds.len());
            return Err(MoleculeError::Graph { expected: "n × n bonds for n nodes", found });
        }
        let mut graph = Self { nodes, bonds };
        for i in 0..n {
            graph.bonds[i * n + i] = 0;
            for j in 0..i {
                graph.bonds[i * n + j] = graph.bonds[j * n + i];
            }
        }
        Ok(graph)
    }

    /// The molecule with its atom `i` at node `places[i]` of `n` nodes.
    pub(super) fn place(
        molecule: &Molecule,
        vocabulary: &Vocabulary,
        n: usize,
        places: &[usize],
    ) -> Option<Self> {
        let (mut nodes, mut bonds) = (vec![0; n], vec![0; n * n]);
        for (atom, &place) in molecule.atoms().zip(places) {
            *nodes.get_mut(place)? = vocabulary.index(AtomKind::of(atom))?;
        }
        for ([a, b], bond) in molecule.bonds() {
            let (a, b) = (*places.get(a)?, *places.get(b)?);
            let order = u8::try_from(bond.order.pairs()).ok()?;
            bonds[a * n + b] = order;
            bonds[b * n + a] = order;
        }
        Some(Self { nodes, bonds })
    }

    /// The graph with its node `i` at place `places[i]`: the action of `S_n` on graphs.
    ///
    /// # Errors
    /// [`MoleculeError::Graph`] where `places` is not a permutation of the nodes.
    pub fn permuted(&self, places: &[usize]) -> Result<Self, MoleculeError> {
        let n = self.len();
        let mut seen = vec![false; n];
        let fits = places.len() == n
            && places.iter().all(|&p| p < n && !std::mem::replace(&mut seen[p], true));
        if !fits {
            let found = format!("{places:?}");
            return Err(MoleculeError::Graph { expected: "each place of a node once", found });
        }
        let mut graph = self.clone();
        for (i, &to) in places.iter().enumerate() {
            graph.nodes[to] = self.nodes[i];
            for (j, &other) in places.iter().enumerate() {
                graph.bonds[to * n + other] = self.bonds[i * n + j];
            }
        }
        Ok(graph)
    }

    /// Number of nodes, missing ones included.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are no nodes at all.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Kind of each node, 0 where it is missing.
    pub fn nodes(&self) -> &[u8] {
        &self.nodes
    }

    /// Order of the bond of each pair, (n, n) by rows, 0 where there is none.
    pub fn bonds(&self) -> &[u8] {
        &self.bonds
    }

    /// Order of the bond between two nodes.
    pub(super) fn bond(&self, i: usize, j: usize) -> u8 {
        self.bonds[i * self.nodes.len() + j]
    }

    /// A number for each node that tells equal ones apart, and nothing else.
    ///
    /// Nodes are coloured by their kinds and refined by the colours around them (Weisfeiler and
    /// Leman). A node with a colour of its own gets 0. Of `m` nodes of one colour, the one at place
    /// `p` in the canonical order of the graph gets `p − (m − 1)/2 + 1/4`.
    ///
    /// An equivariant map cannot break a symmetry: the stabilizer of `x` fixes `f(x)`, so equal
    /// atoms get equal codes, and no decoder tells *which* of two equal atoms binds to which of two
    /// others (Smidt et al. 2021; Kaba & Ravanbakhsh 2023). With these numbers it can, and what the
    /// map makes of another order of the nodes is still on the same orbit: the canonical order is
    /// unique up to symmetries of the graph.
    pub fn ties(&self) -> Vec<f32> {
        ties::ties(self)
    }

    /// The place of each node in the canonical order of the graph, from 0; missing nodes come last.
    /// Unique up to symmetries of the graph.
    pub fn ranks(&self) -> Vec<usize> {
        ties::ranks(self)
    }

    /// The molecule that the graph shows, with hydrogens filled up. Missing nodes and their bonds
    /// are left out.
    ///
    /// # Errors
    /// [`MoleculeError::Graph`] for an unknown kind or bond order, or a graph without atoms;
    /// [`MoleculeError::Valence`] where an atom has too many bonds.
    pub fn molecule(&self, vocabulary: &Vocabulary) -> Result<Molecule, MoleculeError> {
        let n = self.nodes.len();
        let existing: Vec<usize> = (0..n).filter(|&i| self.nodes[i] != 0).collect();
        if existing.is_empty() {
            let found = "none".to_owned();
            return Err(MoleculeError::Graph { expected: "at least one atom", found });
        }
        let mut builder = MoleculeBuilder::default();
        for &i in &existing {
            let kind = vocabulary.kinds().get(usize::from(self.nodes[i]) - 1);
            let unknown = || MoleculeError::Graph {
                expected: "a kind of the vocabulary",
                found: self.nodes[i].to_string(),
            };
            let kind = kind.ok_or_else(unknown)?;
            let element = Element::from_atomic_number(kind.number).ok_or_else(unknown)?;
            let mut atom = Atom { charge: kind.charge, ..Atom::new(element) };
            if kind.charge != 0 {
                let sum: u32 = existing.iter().map(|&j| u32::from(self.bond(i, j))).sum();
                let valences = element.valences_with_charge(kind.charge).unwrap_or(&[]);
                let filled = valences.iter().map(|&v| u32::from(v)).find(|&v| v >= sum);
                atom.explicit_hydrogens =
                    filled.map_or(0, |valence| (valence - sum).min(u32::from(u8::MAX)) as u8);
            }
            builder.add_atom(atom);
        }
        for (a, &i) in existing.iter().enumerate() {
            for (b, &j) in existing.iter().enumerate().skip(a + 1) {
                let order = self.bond(i, j);
                if order == 0 {
                    continue;
                }
                let order = BondOrder::from_pairs(u32::from(order)).ok_or_else(|| {
                    MoleculeError::Graph {
                        expected: "bonds of order 0 to 4",
                        found: order.to_string(),
                    }
                })?;
                builder.add_bond(a, b, order)?;
            }
        }
        builder.fill_hydrogens();
        builder.build()
    }
}
