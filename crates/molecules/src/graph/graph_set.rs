//! Many graphs.

use std::collections::BTreeMap;
use std::fmt;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::{Graph, Vocabulary};
use crate::{Molecule, is_isomorphic};

/// Why a molecule is not in a [`GraphSet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Omitted {
    /// It has more atoms than the graphs have nodes.
    TooLarge,
    /// It has a kind of atom that the vocabulary lacks.
    UnknownKind,
    /// Isotopes, radicals or hydrogens that do not follow from valences would be lost.
    NotRepresentable,
}

impl fmt::Display for Omitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "more atoms than nodes",
            Self::UnknownKind => "a kind of atom that the vocabulary lacks",
            Self::NotRepresentable => "hydrogens, isotopes or radicals that a graph does not hold",
        })
    }
}

/// Graphs of molecules, each in a random order of its nodes.
#[derive(Clone, Debug)]
pub struct GraphSet {
    graphs: Vec<Graph>,
    sources: Vec<usize>,
    omitted: BTreeMap<Omitted, usize>,
}

impl GraphSet {
    /// Graphs of `nodes` nodes; missing nodes stand among the others. Molecules that do not become
    /// the same molecule again are left out and counted.
    ///
    /// The order of the nodes of molecule `i` depends on `seed` and `i` only.
    pub fn new(molecules: &[&Molecule], vocabulary: &Vocabulary, nodes: usize, seed: u64) -> Self {
        let made: Vec<Result<Graph, Omitted>> = molecules
            .par_iter()
            .enumerate()
            .map(|(i, molecule)| {
                if molecule.atom_count() > nodes {
                    return Err(Omitted::TooLarge);
                }
                let mut rng = ChaCha8Rng::seed_from_u64(seed);
                rng.set_stream(i as u64);
                let mut places: Vec<usize> = (0..nodes).collect();
                places.shuffle(&mut rng);
                let graph = Graph::place(molecule, vocabulary, nodes, &places)
                    .ok_or(Omitted::UnknownKind)?;
                match graph.molecule(vocabulary) {
                    Ok(again) if is_isomorphic(&again, molecule) => Ok(graph),
                    _ => Err(Omitted::NotRepresentable),
                }
            })
            .collect();
        let (mut graphs, mut sources, mut omitted) = (Vec::new(), Vec::new(), BTreeMap::new());
        for (i, made) in made.into_iter().enumerate() {
            match made {
                Ok(graph) => {
                    graphs.push(graph);
                    sources.push(i);
                }
                Err(why) => *omitted.entry(why).or_insert(0) += 1,
            }
        }
        Self { graphs, sources, omitted }
    }

    /// The graphs.
    pub fn graphs(&self) -> &[Graph] {
        &self.graphs
    }

    /// Which molecule each graph was made from.
    pub fn sources(&self) -> &[usize] {
        &self.sources
    }

    /// How many molecules were left out, by reason.
    pub fn omitted(&self) -> &BTreeMap<Omitted, usize> {
        &self.omitted
    }
}
