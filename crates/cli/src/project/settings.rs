//! What a projection was made of: enough to make it again.

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use groups::spec::Generators;
use serde::{Deserialize, Serialize};
use terminal::sha256;

use super::applied::Applied;

/// The metadata of a file of invariants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Settings {
    /// The projection, with its size where one was given.
    pub(super) projection: String,
    pub(super) seed: u64,
    pub(super) group: String,
    /// A hash of the generators where the group is a file of them: its name does not tell them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) generators: Option<String>,
    pub(super) representation: String,
    /// `f32` or `f64`: the precision that templates are rounded to.
    pub(super) scalar: String,
    pub(super) input_dim: usize,
    pub(super) output_dim: usize,
    /// How much the projection keeps.
    pub(super) guarantee: String,
    /// The version of this software.
    pub(super) version: String,
}

impl Settings {
    /// Settings by flags. Dimensions follow by [`complete`](Self::complete).
    pub(super) fn new(group: &str, rep: &str, with: &str, seed: u64, single: bool) -> Self {
        Self {
            projection: with.to_owned(),
            seed,
            group: group.to_owned(),
            generators: None,
            representation: rep.to_owned(),
            scalar: if single { "f32" } else { "f64" }.to_owned(),
            input_dim: 0,
            output_dim: 0,
            guarantee: String::new(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// Settings of a file that was written before.
    pub(super) fn of_file(path: &Path) -> anyhow::Result<Self> {
        // Any array of the file tells the metadata; those of the command are called `codes`.
        let reader = latents::open(path, None)?;
        let expected = || {
            format!(
                "{}: expected the metadata of a file that `equivariant project` wrote",
                path.display()
            )
        };
        let text = reader.layout().metadata.as_deref().with_context(expected)?;
        let settings: Self = serde_json::from_str(text).with_context(expected)?;
        ensure!(
            settings.version == env!("CARGO_PKG_VERSION"),
            "{}: projected by version {} of this software, whose templates need not be those of {}",
            path.display(),
            settings.version,
            env!("CARGO_PKG_VERSION")
        );
        Ok(settings)
    }

    /// Adds what is known once the projection is there; settings of a file have to agree.
    pub(super) fn complete(&mut self, applied: &Applied) -> anyhow::Result<()> {
        let generators = generators(&self.group)?;
        if self.output_dim != 0 {
            ensure!(
                self.generators == generators,
                "{}: the generators are not those that the file of --like was made with",
                self.group
            );
            ensure!(
                (self.input_dim, self.output_dim) == (applied.input_dim, applied.output_dim),
                "expected a projection from {} to {} dimensions as in the file of --like, got one \
                 from {} to {}",
                self.input_dim,
                self.output_dim,
                applied.input_dim,
                applied.output_dim
            );
        }
        self.generators = generators;
        self.input_dim = applied.input_dim;
        self.output_dim = applied.output_dim;
        self.guarantee.clone_from(&applied.guarantee);
        Ok(())
    }

    /// Whether codes are projected in single precision.
    pub(super) fn single(&self) -> bool {
        self.scalar == "f32"
    }
}

/// A hash of the generators in a file, whatever the file calls the group.
fn generators(group: &str) -> anyhow::Result<Option<String>> {
    if !group.to_lowercase().ends_with(".json") {
        return Ok(None);
    }
    let text = fs::read_to_string(group).with_context(|| group.to_owned())?;
    let read: Generators = serde_json::from_str(&text).with_context(|| group.to_owned())?;
    let nameless = serde_json::to_string(&Generators { name: None, ..read })?;
    Ok(Some(sha256(nameless.as_bytes())))
}
