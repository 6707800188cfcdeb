//! What each profile runs beyond the settings of the other suites.

use images::training::TrainingConfig;
use molecules::vae;
use serde::Serialize;

use crate::reproduce::Profile;

/// All settings of the augmentation suite but the seed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Settings {
    /// Training of the image networks; the same for all.
    pub(crate) images: TrainingConfig,
    /// Epochs of the convolutional autoencoder.
    pub(crate) autoencoder_epochs: usize,
    /// Labelled digits.
    pub(crate) labelled: usize,
    /// Test digits.
    pub(crate) tested: usize,
    /// Test inputs under all transformations.
    pub(crate) orbits: usize,
    /// Training of the molecule networks.
    pub(crate) molecules: vae::TrainingConfig,
    /// Labelled molecules.
    pub(crate) labelled_molecules: usize,
    /// Random orders of nodes in an orbit, and in the average over it.
    pub(crate) orders: usize,
    /// Points in pictures.
    pub(crate) points: usize,
}

impl Settings {
    pub(crate) fn of(profile: Profile) -> Self {
        let molecules = |epochs| vae::TrainingConfig {
            epochs,
            shuffle_nodes: true,
            ..vae::TrainingConfig::default()
        };
        match profile {
            Profile::Smoke => Self {
                images: TrainingConfig { epochs: 2, ..TrainingConfig::default() },
                autoencoder_epochs: 1,
                labelled: 400,
                tested: 150,
                orbits: 20,
                molecules: molecules(2),
                labelled_molecules: 300,
                orders: 4,
                points: 150,
            },
            Profile::Quick => Self {
                images: TrainingConfig { epochs: 5, ..TrainingConfig::default() },
                autoencoder_epochs: 8,
                labelled: 4_000,
                tested: 1_500,
                orbits: 200,
                molecules: molecules(25),
                labelled_molecules: 4_000,
                orders: 16,
                points: 1_500,
            },
            Profile::Paper => Self {
                images: TrainingConfig { epochs: 10, ..TrainingConfig::default() },
                autoencoder_epochs: 15,
                labelled: 12_000,
                tested: 4_000,
                orbits: 500,
                molecules: molecules(60),
                labelled_molecules: 10_000,
                orders: 32,
                points: 3_000,
            },
        }
    }
}
