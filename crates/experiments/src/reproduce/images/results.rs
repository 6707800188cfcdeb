//! What was run and what came of it, as it stands in `results.json`.

use images::dataset::Origin;
use serde::Serialize;

use super::measure::Measurements;
use super::settings::Settings;

/// Which data was used.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Data {
    /// `real` or `generated`.
    pub(super) kind: &'static str,
    /// The data set.
    pub(super) name: &'static str,
    /// Number of training images.
    pub(super) train: usize,
    /// Number of test images.
    pub(super) test: usize,
    /// SHA-256 of training and test images and labels.
    pub(super) fingerprints: [String; 2],
}

/// What `results.json` says of the image suite. The schema is documented in
/// `docs/results-schema.md`; change [`super::super::page`]'s version with it.
#[derive(Debug, Serialize)]
pub(super) struct ImageResults {
    /// Which data was used.
    pub(super) data: Data,
    /// The group's name.
    pub(super) group: String,
    /// All settings.
    pub(super) settings: Settings,
    /// One trained network each.
    pub(super) seeds: Vec<Measurements>,
}

impl Data {
    pub(super) fn of(split: &images::dataset::Split) -> Self {
        let (kind, name) = match split.train.origin {
            Origin::Generated { .. } => ("generated", "stroke-drawn digits"),
            _ => ("real", "MNIST"),
        };
        Self {
            kind,
            name,
            train: split.train.len(),
            test: split.test.len(),
            fingerprints: [split.train.fingerprint(), split.test.fingerprint()],
        }
    }

    pub(super) fn is_generated(&self) -> bool {
        self.kind == "generated"
    }
}
