//! How much of an experiment is run.

use serde::{Deserialize, Serialize};

/// `smoke`, `quick` or `paper`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Profile {
    /// Shows in a minute that everything works; its numbers mean nothing.
    Smoke,
    /// The whole pipeline in minutes on two cores.
    Quick,
    /// Full data, five seeds.
    Paper,
}

impl Profile {
    /// Its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Smoke => "smoke",
            Self::Quick => "quick",
            Self::Paper => "paper",
        }
    }

    /// The seeds where none are given.
    pub(crate) fn seeds(self) -> Vec<u64> {
        match self {
            Self::Smoke | Self::Quick => vec![0],
            Self::Paper => (0..5).collect(),
        }
    }
}
