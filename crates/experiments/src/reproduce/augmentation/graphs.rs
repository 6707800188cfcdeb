//! An ordinary autoencoder of molecules beside the equivariant one, raw and cured.

use std::path::Path;

use analysis::action::LearnedAction;
use candle_core::Device;
use groups::Cyclic;
use molecules::graph::Graph;
use molecules::vae::{Autoencoder, FlatVae, GraphVae, TrainingConfig};
use ndarray::Array2;
use projections::{MaxFilter, Projection, SortedKeys};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::digits::Learned;
use super::judge::{Encodings, Row, Task, judge};
use super::settings::Settings;
use crate::reproduce::molecules::codes::to_array;
use crate::reproduce::molecules::data::Molecules;
use crate::reproduce::molecules::settings::Settings as MoleculeSettings;
use crate::reproduce::molecules::training::Job;
use terminal::Progress;
use terminal::interrupt;

/// What came of the molecule networks.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) rows: Vec<Row>,
    pub(super) learned: Learned,
    /// The property that is read.
    pub(super) property: String,
    /// Parameters of the equivariant and of the ordinary autoencoder.
    pub(super) parameters: [usize; 2],
}

/// Everything that the molecule networks need.
pub(super) struct Suite<'a> {
    pub(super) molecules: &'a Molecules,
    pub(super) settings: &'a Settings,
    pub(super) molecule_settings: &'a MoleculeSettings,
    pub(super) device: &'a Device,
    pub(super) seed: u64,
    pub(super) resume: bool,
    /// Folder of this suite's checkpoints, and of the molecule suite's.
    pub(super) dir: &'a Path,
    pub(super) molecules_dir: &'a Path,
}

/// Codes of graphs by a network or a network and a cure.
type Encode<'a> = Box<dyn Fn(&[Graph]) -> anyhow::Result<Array2<f32>> + 'a>;

impl Suite<'_> {
    pub(super) fn run(&self, progress: &Progress) -> anyhow::Result<Outcome> {
        let (seed, molecules) = (self.seed, self.molecules);
        let network = &self.molecule_settings.networks[0];
        let config = network.config(molecules.nodes, molecules.vocabulary.kinds().len());
        let equivariant = GraphVae::new(config.clone(), seed, self.device)?;
        let hidden = FlatVae::hidden_for(&config, equivariant.parameters().count());
        let ordinary = FlatVae::new(config, hidden, seed, self.device)?;

        progress.stage(&format!("seed {seed}: equivariant autoencoder of molecules"))?;
        let theirs = self.molecules_dir.join(format!("latent-{}", network.latent));
        let theirs = theirs.join("checkpoints");
        self.train_equivariant(&equivariant, &network.training, &theirs, progress)?;
        progress.stage(&format!("seed {seed}: ordinary autoencoder of molecules, augmented"))?;
        let training = &self.settings.molecules;
        self.train(&ordinary, training, &self.dir.join("flat"), self.resume, progress)?;

        progress.stage(&format!("seed {seed}: cures of molecule codes"))?;
        let views = Views::new(molecules, self.settings, seed)?;
        let n = molecules.nodes;
        let encode =
            |network: &dyn Autoencoder, graphs: &[Graph]| to_array(network.encode(graphs)?);
        let keys = SortedKeys::random(n, network.latent, self.molecule_settings.keys, seed)?;
        let raw: Encode<'_> = Box::new(|graphs| encode(&equivariant, graphs));
        let sorted: Encode<'_> =
            Box::new(|graphs| Ok(keys.project(encode(&equivariant, graphs)?.view())?));
        let (row, plain) =
            judge("equivariant", "none", &views.encode(&raw)?, &views.task, None, seed)?;
        let mut rows = vec![row];
        let codes = views.encode(&sorted)?;
        rows.push(judge("equivariant", "sorted keys", &codes, &views.task, Some(&plain), seed)?.0);

        let flat: Encode<'_> = Box::new(|graphs| encode(&ordinary, graphs));
        let (row, plain) =
            judge("ordinary, augmented", "none", &views.encode(&flat)?, &views.task, None, seed)?;
        rows.push(row);
        // Cyclic shifts of the nodes are a subgroup of which one matrix is an action.
        let group = Cyclic::new(n)?;
        let shift: Vec<usize> = (0..n).map(|i| (i + 1) % n).collect();
        let shifted = permuted(&views.base_moved, |_| shift.clone())?;
        let action =
            LearnedAction::fit(&group, flat(&views.base_moved)?.view(), flat(&shifted)?.view())?;
        let dim = n * network.latent;
        let fitted = MaxFilter::<f32>::random(action.representation(), 2 * dim, seed)?;
        let orders = self.settings.orders;
        let cures: Vec<(&str, Encode<'_>)> = vec![
            ("average over random orders", Box::new(|graphs| average(&flat, graphs, orders, seed))),
            ("canonical input", Box::new(|graphs| flat(&permuted(graphs, Graph::ranks)?))),
            (
                "learned action of cyclic shifts, max filter",
                Box::new(|graphs| Ok(fitted.project(flat(graphs)?.view())?)),
            ),
        ];
        for (cure, encode) in &cures {
            let codes = views.encode(encode)?;
            rows.push(
                judge("ordinary, augmented", cure, &codes, &views.task, Some(&plain), seed)?.0,
            );
        }
        Ok(Outcome {
            rows,
            learned: Learned {
                network: "ordinary autoencoder of molecules".to_owned(),
                residual: action.residual(),
                rounded_residual: action.rounded_residual(),
                defect: action.defect(),
            },
            property: views.property,
            parameters: [equivariant.parameters().count(), ordinary.parameters().count()],
        })
    }

    /// The network of the molecule suite, trained there if it was, with the same settings.
    fn train_equivariant(
        &self,
        network: &GraphVae,
        training: &TrainingConfig,
        theirs: &Path,
        progress: &Progress,
    ) -> anyhow::Result<()> {
        if theirs.is_dir() {
            match self.train(network, training, theirs, true, progress) {
                Ok(()) => return Ok(()),
                Err(error) if interrupt::requested() => return Err(error),
                Err(_) => progress.log("the molecule suite's network has other settings"),
            }
        }
        self.train(network, training, &self.dir.join("equivariant"), self.resume, progress)
    }

    fn train<N: Autoencoder>(
        &self,
        network: &N,
        training: &TrainingConfig,
        checkpoints: &Path,
        resume: bool,
        progress: &Progress,
    ) -> anyhow::Result<()> {
        let job = Job {
            network,
            training,
            molecules: self.molecules,
            seed: self.seed,
            checkpoints: checkpoints.to_owned(),
            resume,
        };
        job.run(progress).map(|_| ())
    }
}

/// Graphs in all orders of nodes that are needed.
struct Views {
    base: Vec<Graph>,
    base_moved: Vec<Graph>,
    query: Vec<Graph>,
    query_moved: Vec<Graph>,
    orbits: Vec<Vec<Graph>>,
    property: String,
    task: Task,
}

impl Views {
    fn new(molecules: &Molecules, settings: &Settings, seed: u64) -> anyhow::Result<Self> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(23);
        let labelled = settings.labelled_molecules.min(molecules.train);
        let (base, query) = (&molecules.training()[..labelled], molecules.held_out());
        let canonical = |graphs: &[Graph]| permuted(graphs, Graph::ranks);
        let mut moved = |graphs: &[Graph]| permuted(graphs, |g| random_order(g.len(), &mut rng));
        let some = canonical(&query[..settings.orbits.min(query.len())])?;
        let mut orbits = vec![some.clone()];
        for _ in 1..settings.orders {
            orbits.push(moved(&some)?);
        }
        let column = molecules
            .properties
            .iter()
            .position(|p| p.name == "cv" || p.name == "logP")
            .unwrap_or(0);
        let values = molecules.values.column(column);
        let value = |rows: std::ops::Range<usize>| rows.map(|i| values[i]).collect();
        let task = Task::Number {
            base: value(0..labelled),
            query: value(molecules.train..molecules.graphs.len()),
        };
        Ok(Self {
            base_moved: moved(base)?,
            query_moved: moved(query)?,
            base: canonical(base)?,
            query: canonical(query)?,
            orbits,
            property: molecules.properties[column].name.clone(),
            task,
        })
    }

    fn encode(&self, encode: &Encode<'_>) -> anyhow::Result<Encodings> {
        Ok(Encodings {
            base: encode(&self.base)?,
            base_moved: encode(&self.base_moved)?,
            query: encode(&self.query)?,
            query_moved: encode(&self.query_moved)?,
            orbits: self
                .orbits
                .iter()
                .map(|graphs| encode(graphs))
                .collect::<anyhow::Result<_>>()?,
        })
    }
}

fn random_order(n: usize, rng: &mut ChaCha8Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    order.shuffle(rng);
    order
}

/// Each graph with its nodes at the places that `places` gives.
fn permuted(
    graphs: &[Graph],
    mut places: impl FnMut(&Graph) -> Vec<usize>,
) -> anyhow::Result<Vec<Graph>> {
    graphs.iter().map(|graph| Ok(graph.permuted(&places(graph))?)).collect()
}

/// The mean of the codes over random orders of the nodes.
fn average(
    encode: &Encode<'_>,
    graphs: &[Graph],
    orders: usize,
    seed: u64,
) -> anyhow::Result<Array2<f32>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(29);
    let mut sum = encode(graphs)?;
    for _ in 1..orders {
        sum += &encode(&permuted(graphs, |g| random_order(g.len(), &mut rng))?)?;
    }
    Ok(sum / orders as f32)
}
