//! What each profile judges.

use analysis::judgement::{self, FitSettings};
use serde::Serialize;

use crate::reproduce::Profile;

/// All settings of the suite but the seed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Settings {
    /// Codes of each space.
    pub(super) codes: usize,
    /// How hard projections are tried.
    pub(super) judge: judgement::Settings,
    /// Outputs of projections that have a size to choose, as a multiple of the dimension of codes.
    pub(super) outputs: usize,
    /// How templates are fitted; by other pairs than those of the judge.
    pub(super) fit: FitSettings,
    /// Projections from the head of a leaderboard whose pairs are searched by descent.
    pub(super) descents: usize,
}

impl Settings {
    pub(super) fn of(profile: Profile, seed: u64) -> Self {
        let judge = |pairs, steps| judgement::Settings {
            pairs,
            steps,
            seed,
            ..judgement::Settings::default()
        };
        let fit = |rounds| FitSettings { rounds, seed: !seed, ..FitSettings::default() };
        let outputs = 4;
        match profile {
            Profile::Smoke => {
                Self { codes: 40, judge: judge(40, 4), outputs, fit: fit(2), descents: 1 }
            }
            Profile::Quick => {
                Self { codes: 160, judge: judge(200, 30), outputs, fit: fit(60), descents: 4 }
            }
            Profile::Paper => {
                Self { codes: 600, judge: judge(1_000, 200), outputs, fit: fit(150), descents: 4 }
            }
        }
    }
}
