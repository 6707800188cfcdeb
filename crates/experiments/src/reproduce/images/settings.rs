//! What each profile runs.

use anyhow::Context;
use images::cnn::Architecture;
use images::dataset::{Origin, Source, Split};
use images::training::TrainingConfig;
use serde::Serialize;

use crate::reproduce::{Flags, Profile, no_data};

/// All settings of the image suite but the seed. They stand in `results.json` as they are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Settings {
    /// Training digits; all if not given.
    pub(crate) train: Option<usize>,
    /// Test digits; all if not given.
    pub(crate) test: Option<usize>,
    /// The network.
    pub(crate) architecture: Architecture,
    /// How it is trained.
    pub(crate) training: TrainingConfig,
    /// Accuracy on rotated test digits that the first claim asks for.
    pub(crate) accuracy_goal: f64,
    /// Neighbours that vote.
    pub(crate) k: usize,
    /// Labelled codes that serve as neighbours.
    pub(crate) reference: usize,
    /// Labelled codes that linear probes are fitted to, at most.
    pub(crate) probe: usize,
    /// Labelled codes in the curves over the number of random projections.
    pub(crate) curve_reference: usize,
    /// Seeds of the random projections in these curves, for each network.
    pub(crate) projection_seeds: usize,
    /// Labelled codes in the curve over the spread of their angles.
    pub(crate) spread_reference: usize,
    /// Test digits that are turned by every element of the group.
    pub(crate) turned: usize,
    /// Pairs for distortion.
    pub(crate) pairs: usize,
    /// Points in pictures.
    pub(crate) points: usize,
    /// Steps of t-SNE.
    pub(crate) tsne_epochs: usize,
}

impl Settings {
    /// The settings of the profile and the digits that they ask for.
    pub(crate) fn load(flags: &Flags) -> anyhow::Result<(Self, Split)> {
        let settings = Self::of(flags.profile);
        let load = |settings: &Self, generated| {
            let source = Source {
                data: flags.data.clone(),
                generated,
                train: settings.train,
                test: settings.test,
                ..Source::default()
            };
            source.load().with_context(|| no_data("digits", "mnist"))
        };
        let split = load(&settings, flags.generated)?;
        let generated = matches!(split.train.origin, Origin::Generated { .. });
        if generated && flags.profile == Profile::Quick {
            // A newcomer's first run: generated digits are easier, and fewer will do.
            let settings = settings.for_generated();
            let split = load(&settings, true)?;
            return Ok((settings, split));
        }
        Ok((settings, split))
    }

    /// The quick profile on generated digits.
    fn for_generated(self) -> Self {
        Self {
            train: Some(6_000),
            test: Some(2_000),
            reference: 6_000,
            probe: 3_000,
            curve_reference: 6_000,
            projection_seeds: 3,
            spread_reference: 2_000,
            turned: 200,
            points: 1_200,
            ..self
        }
    }

    fn of(profile: Profile) -> Self {
        match profile {
            Profile::Smoke => Self {
                train: Some(1_000),
                test: Some(300),
                architecture: Architecture { fields: vec![4, 6, 8], ..Architecture::default() },
                training: TrainingConfig { epochs: 2, ..TrainingConfig::default() },
                accuracy_goal: 0.95,
                k: 5,
                reference: 600,
                probe: 600,
                curve_reference: 600,
                projection_seeds: 2,
                spread_reference: 200,
                turned: 40,
                pairs: 500,
                points: 300,
                tsne_epochs: 300,
            },
            Profile::Quick => Self {
                train: Some(12_000),
                test: Some(4_000),
                architecture: Architecture::default(),
                training: TrainingConfig { epochs: 5, ..TrainingConfig::default() },
                accuracy_goal: 0.95,
                k: 5,
                reference: 12_000,
                probe: 6_000,
                curve_reference: 12_000,
                projection_seeds: 5,
                spread_reference: 3_000,
                turned: 400,
                pairs: 20_000,
                points: 2_000,
                tsne_epochs: 750,
            },
            Profile::Paper => Self {
                train: None,
                test: None,
                architecture: Architecture::default(),
                training: TrainingConfig { epochs: 10, ..TrainingConfig::default() },
                accuracy_goal: 0.985,
                k: 5,
                reference: 60_000,
                probe: 20_000,
                curve_reference: 12_000,
                projection_seeds: 5,
                spread_reference: 12_000,
                turned: 1_000,
                pairs: 100_000,
                points: 3_000,
                tsne_epochs: 1_000,
            },
        }
    }
}
