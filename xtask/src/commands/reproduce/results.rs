//! `results.json`: what was run and what came of it. The schema is documented in
//! `docs/results-schema.md`; change [`VERSION`] with it.

use analysis::claims::Claim;
use images::dataset::Origin;
use serde::Serialize;

use super::Profile;
use super::images::measure::Measurements;
use super::images::settings::Settings;

/// Version of the schema.
const VERSION: u32 = 1;

/// The whole file. Holds no times and no paths of the run, so that equal runs give equal files.
#[derive(Debug, Serialize)]
pub(crate) struct Results {
    schema: &'static str,
    version: u32,
    software: &'static str,
    profile: Profile,
    data: Data,
    claims: Vec<Claim>,
    images: ImageResults,
}

/// Which data was used.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Data {
    /// `real` or `generated`.
    pub(crate) kind: &'static str,
    /// The data set.
    pub(crate) name: &'static str,
    /// Number of training images.
    pub(crate) train: usize,
    /// Number of test images.
    pub(crate) test: usize,
    /// SHA-256 of training and test images and labels.
    pub(crate) fingerprints: [String; 2],
}

/// The image suite.
#[derive(Debug, Serialize)]
pub(crate) struct ImageResults {
    /// The group's name.
    pub(crate) group: String,
    /// All settings.
    pub(crate) settings: Settings,
    /// One trained network each.
    pub(crate) seeds: Vec<Measurements>,
}

impl Data {
    pub(crate) fn of(split: &images::dataset::Split) -> Self {
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

    pub(crate) fn is_generated(&self) -> bool {
        self.kind == "generated"
    }
}

impl Results {
    pub(crate) fn new(
        profile: Profile,
        data: Data,
        claims: Vec<Claim>,
        images: ImageResults,
    ) -> Self {
        Self {
            schema: "equivariant-latents/results",
            version: VERSION,
            software: concat!("equivariant-latents ", env!("CARGO_PKG_VERSION")),
            profile,
            data,
            claims,
            images,
        }
    }
}
