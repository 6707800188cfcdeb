//! What each profile runs.

use serde::Serialize;
use shapes::{Clouds, RotationArchitecture, SolidArchitecture, TrainingConfig};

use crate::reproduce::Profile;

/// All settings of the suite but the seed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Settings {
    /// Training clouds; their codes are the labelled ones.
    pub(super) train: usize,
    pub(super) test: usize,
    /// Points of a cloud.
    pub(super) points: usize,
    pub(super) cube: SolidArchitecture,
    pub(super) rotations: RotationArchitecture,
    pub(super) training: TrainingConfig,
    /// Neighbours that vote.
    pub(super) k: usize,
    /// Labelled codes that linear probes are fitted to, at most.
    pub(super) probe: usize,
    /// Test clouds that are turned by every element of the group.
    pub(super) turned: usize,
    /// Pairs for distortion.
    pub(super) pairs: usize,
    /// Random rotations that projections are tried on.
    pub(super) rotations_tried: usize,
    /// Points in pictures of codes.
    pub(super) pictured: usize,
}

impl Settings {
    pub(super) fn of(profile: Profile) -> Self {
        let training = |epochs| TrainingConfig { epochs, ..TrainingConfig::default() };
        let quick = Self {
            train: 3_000,
            test: 1_000,
            points: 64,
            cube: SolidArchitecture::default(),
            rotations: RotationArchitecture::default(),
            training: training(10),
            k: 5,
            probe: 2_000,
            turned: 100,
            pairs: 5_000,
            rotations_tried: 20,
            pictured: 1_000,
        };
        match profile {
            Profile::Smoke => Self {
                train: 200,
                test: 100,
                points: 32,
                training: training(2),
                probe: 200,
                turned: 10,
                pairs: 300,
                rotations_tried: 4,
                pictured: 100,
                ..quick
            },
            Profile::Quick => quick,
            Profile::Paper => Self {
                train: 10_000,
                test: 3_000,
                points: 128,
                training: training(20),
                probe: 5_000,
                turned: 300,
                pairs: 20_000,
                rotations_tried: 50,
                ..quick
            },
        }
    }
}

/// The clouds of one seed, upright.
#[derive(Debug)]
pub(super) struct Data {
    pub(super) train: Clouds,
    pub(super) test: Clouds,
}

impl Data {
    pub(super) fn generate(settings: &Settings, seed: u64) -> Self {
        Self {
            train: Clouds::generate(settings.train, settings.points, 2 * seed),
            test: Clouds::generate(settings.test, settings.points, 2 * seed + 1),
        }
    }
}
