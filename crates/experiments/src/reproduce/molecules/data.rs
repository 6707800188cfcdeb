//! Molecules as graphs, with what is known of them, split into training and held-out ones.

use std::collections::BTreeMap;

use anyhow::Context;
use molecules::descriptors::Descriptors;
use molecules::graph::{Graph, GraphSet, Vocabulary};
use molecules::qm9::{Origin, Property, Set, Source};
use molecules::{Molecule, smiles};
use ndarray::Array2;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::settings::Settings;
use crate::reproduce::{Flags, no_data};

/// Seed of the order of molecules and of their nodes, the same for all networks.
const SPLIT_SEED: u64 = 0;

/// Properties from the density-functional calculations of QM9.
const CALCULATED: [Property; 5] =
    [Property::Mu, Property::Alpha, Property::Gap, Property::Zpve, Property::Cv];

/// Molecules, held-out ones last.
#[derive(Debug)]
pub(crate) struct Molecules {
    pub(crate) graphs: Vec<Graph>,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) nodes: usize,
    /// Number of training molecules.
    pub(crate) train: usize,
    pub(crate) properties: Vec<PropertyName>,
    /// One row a molecule, one column a property.
    pub(crate) values: Array2<f64>,
    pub(crate) canonical: Vec<String>,
    pub(crate) facts: Facts,
}

/// A property and its unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PropertyName {
    pub(crate) name: String,
    pub(crate) unit: String,
}

/// Which data was used, as it stands in `results.json`.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Facts {
    /// `real` or `generated`.
    pub(crate) kind: &'static str,
    /// The data set.
    pub(crate) name: String,
    pub(crate) train: usize,
    pub(crate) held_out: usize,
    /// Rows that are not molecules, by reason.
    pub(crate) refused: BTreeMap<String, usize>,
    /// Molecules that are not graphs, by reason.
    pub(crate) omitted: BTreeMap<String, usize>,
    /// Stereo marks that were read and dropped.
    pub(crate) stereo_marks: usize,
    /// Kinds of atoms.
    pub(crate) kinds: String,
    /// Most heavy atoms.
    pub(crate) nodes: usize,
    /// SHA-256 of the canonical SMILES and the properties, in order.
    pub(crate) fingerprint: String,
}

impl Facts {
    pub(crate) fn is_generated(&self) -> bool {
        self.kind == "generated"
    }
}

impl Molecules {
    pub(crate) fn load(flags: &Flags, settings: &Settings) -> anyhow::Result<Self> {
        let source = Source {
            data: flags.data.clone(),
            generated: flags.generated,
            heavy_atoms: settings.generated_atoms,
            ..Source::default()
        };
        let set = source.load().with_context(|| no_data("molecules", "qm9"))?;
        Self::of(set, settings)
    }

    fn of(set: Set, settings: &Settings) -> anyhow::Result<Self> {
        let generated = matches!(set.origin, Origin::Enumerated { .. });
        let count = if generated { Some(settings.generated_count) } else { settings.count };
        let refused = set.reasons().into_iter().map(|(why, n)| (why.to_owned(), n)).collect();
        let mut entries = set.entries;
        // Files are ordered by size: held-out molecules are drawn from all of them.
        entries.shuffle(&mut ChaCha8Rng::seed_from_u64(SPLIT_SEED));
        entries.truncate(count.unwrap_or(usize::MAX));
        let molecules: Vec<&Molecule> = entries.iter().map(|entry| &entry.molecule).collect();
        let nodes = molecules.iter().map(|m| m.atom_count()).max().unwrap_or(0);
        let vocabulary = Vocabulary::of(molecules.iter().copied());
        let made = GraphSet::new(&molecules, &vocabulary, nodes, SPLIT_SEED);
        let kept: Vec<_> = made.sources().iter().map(|&i| &entries[i]).collect();
        anyhow::ensure!(kept.len() >= 200, "at least 200 molecules are needed, got {}", kept.len());
        let calculated: &[Property] =
            if kept.iter().all(|e| e.properties.is_some()) { &CALCULATED } else { &[] };
        let property =
            |name: &str, unit: &str| PropertyName { name: name.to_owned(), unit: unit.to_owned() };
        let mut properties: Vec<PropertyName> =
            calculated.iter().map(|p| property(p.name(), p.unit())).collect();
        properties.extend([property("logP", ""), property("TPSA", "Å²")]);
        let mut values = Array2::zeros((kept.len(), properties.len()));
        for (entry, mut row) in kept.iter().zip(values.rows_mut()) {
            let of = Descriptors::of(&entry.molecule);
            let known = calculated.iter().map(|&p| entry.property(p).unwrap_or(f64::NAN));
            let all = known.chain([of.log_p, of.tpsa]);
            row.iter_mut().zip(all).for_each(|(to, value)| *to = value);
        }
        let canonical: Vec<String> =
            kept.iter().map(|entry| smiles::canonical(&entry.molecule)).collect();
        let train = kept.len() - (kept.len() as f64 * settings.held_out).round() as usize;
        let mut digest = Sha256::new();
        canonical.iter().for_each(|text| digest.update(format!("{text}\n")));
        values.iter().for_each(|value| digest.update(value.to_le_bytes()));
        let facts = Facts {
            kind: if generated { "generated" } else { "real" },
            name: if generated {
                format!("enumerated molecules of up to {} heavy atoms", settings.generated_atoms)
            } else {
                "QM9".to_owned()
            },
            train,
            held_out: kept.len() - train,
            refused,
            omitted: made.omitted().iter().map(|(why, &n)| (why.to_string(), n)).collect(),
            stereo_marks: set.stereo_marks,
            kinds: vocabulary.to_string(),
            nodes,
            fingerprint: digest.finalize().iter().map(|b| format!("{b:02x}")).collect(),
        };
        let graphs = made.graphs().to_vec();
        Ok(Self { graphs, vocabulary, nodes, train, properties, values, canonical, facts })
    }

    pub(crate) fn training(&self) -> &[Graph] {
        &self.graphs[..self.train]
    }

    pub(crate) fn held_out(&self) -> &[Graph] {
        &self.graphs[self.train..]
    }
}
