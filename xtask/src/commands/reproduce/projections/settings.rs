//! What each profile judges.

use analysis::judgement;
use serde::Serialize;

use crate::commands::reproduce::Profile;

/// All settings of the suite but the seed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Settings {
    /// Codes of each space.
    pub(super) codes: usize,
    /// How hard projections are tried.
    pub(super) judge: judgement::Settings,
    /// Outputs of projections that have a size to choose, as a multiple of the dimension of codes.
    pub(super) outputs: usize,
}

impl Settings {
    pub(super) fn of(profile: Profile, seed: u64) -> Self {
        let judge = |pairs, steps| judgement::Settings {
            pairs,
            steps,
            seed,
            ..judgement::Settings::default()
        };
        match profile {
            Profile::Smoke => Self { codes: 40, judge: judge(40, 4), outputs: 4 },
            Profile::Quick => Self { codes: 160, judge: judge(200, 30), outputs: 4 },
            Profile::Paper => Self { codes: 600, judge: judge(1_000, 200), outputs: 4 },
        }
    }
}
