//! What each profile runs.

use molecules::vae::{TrainingConfig, VaeConfig};
use serde::{Deserialize, Serialize};

use crate::reproduce::Profile;

/// All settings of the molecule suite but the seed. They stand in `results.json` as they are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Settings {
    /// Molecules; all if not given.
    pub(crate) count: Option<usize>,
    /// Most heavy atoms of generated molecules.
    pub(crate) generated_atoms: usize,
    /// How many generated molecules.
    pub(crate) generated_count: usize,
    /// Share of the molecules that are held out.
    pub(crate) held_out: f64,
    /// One network each, the one with most scalars a node first.
    pub(crate) networks: Vec<NetworkSettings>,
    /// Networks that lack something, to show what it is good for.
    pub(crate) ablations: Vec<Ablation>,
    /// Epochs of those networks, and of the one that lacks nothing beside them.
    pub(crate) ablation_epochs: usize,
    /// Share of held-out molecules that the first network must reconstruct for the first claim.
    pub(crate) reconstruction_goal: f64,
    /// Pairs of codes whose distances are compared.
    pub(crate) pairs: usize,
    /// Held-out molecules and pairs of them whose paths are followed.
    pub(crate) paths: usize,
    /// Steps of each path, ends included.
    pub(crate) steps: usize,
    /// Neighbours in the search between orbits.
    pub(crate) k: usize,
    /// Held-out codes whose neighbours are searched between orbits, at most.
    pub(crate) queries: usize,
    /// Passes of the perceptron that reads properties.
    pub(crate) mlp_epochs: usize,
    /// Columns of sorted keys.
    pub(crate) keys: usize,
    /// Molecules sampled from the prior.
    pub(crate) samples: usize,
    /// Points in pictures.
    pub(crate) points: usize,
    /// Steps of t-SNE.
    pub(crate) tsne_epochs: usize,
}

/// A network and its training.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct NetworkSettings {
    /// Scalars a node.
    pub(crate) latent: usize,
    pub(crate) channels: usize,
    pub(crate) training: TrainingConfig,
}

/// What a network is deprived of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Ablation {
    /// Nothing tells symmetric nodes apart.
    Ties,
    /// No products of matrices: linear maps and pointwise functions only.
    Products,
    /// One scalar a node, without the canonical order.
    Ranks,
}

impl NetworkSettings {
    /// The sizes of the network, the same for training and all that follows.
    pub(crate) fn config(&self, nodes: usize, kinds: usize) -> VaeConfig {
        VaeConfig {
            channels: self.channels,
            products: self.channels / 2,
            // With one scalar a node there is no room to tell which node is which.
            ranks: self.latent == 1,
            ..VaeConfig::small(nodes, kinds, self.latent)
        }
    }
}

impl Settings {
    pub(crate) fn of(profile: Profile) -> Self {
        let network = |latent, channels, epochs, beta| NetworkSettings {
            latent,
            channels,
            training: TrainingConfig { epochs, beta, ..TrainingConfig::default() },
        };
        match profile {
            Profile::Smoke => Self {
                count: Some(600),
                generated_atoms: 4,
                generated_count: 600,
                held_out: 0.2,
                networks: vec![network(4, 8, 2, 1e-3), network(1, 8, 2, 1e-4)],
                ablations: Vec::new(),
                ablation_epochs: 0,
                reconstruction_goal: 0.6,
                pairs: 500,
                paths: 10,
                steps: 9,
                k: 5,
                queries: 60,
                mlp_epochs: 4,
                keys: 8,
                samples: 100,
                points: 110,
                tsne_epochs: 260,
            },
            Profile::Quick => Self {
                count: Some(12_000),
                generated_atoms: 5,
                generated_count: 5_000,
                held_out: 0.1,
                networks: vec![network(8, 32, 25, 1e-3), network(1, 32, 20, 1e-4)],
                ablations: Vec::new(),
                ablation_epochs: 0,
                reconstruction_goal: 0.6,
                pairs: 20_000,
                paths: 200,
                steps: 33,
                k: 10,
                queries: 600,
                mlp_epochs: 30,
                keys: 64,
                samples: 2_000,
                points: 1_200,
                tsne_epochs: 750,
            },
            Profile::Paper => Self {
                count: None,
                generated_atoms: 6,
                generated_count: 20_000,
                held_out: 0.1,
                networks: vec![network(8, 32, 40, 1e-3), network(1, 32, 40, 1e-4)],
                ablations: vec![Ablation::Ties, Ablation::Products, Ablation::Ranks],
                ablation_epochs: 12,
                reconstruction_goal: 0.95,
                pairs: 100_000,
                paths: 1_000,
                steps: 65,
                k: 10,
                queries: 1_200,
                mlp_epochs: 60,
                keys: 64,
                samples: 10_000,
                points: 1_200,
                tsne_epochs: 1_000,
            },
        }
    }
}
