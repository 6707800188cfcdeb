//! Figures of a suite on their way to its folder and its report.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::output;

/// A figure with the name of its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Picture {
    pub(super) name: String,
    pub(super) svg: String,
}

impl Picture {
    pub(super) fn new(name: impl Into<String>, svg: String) -> Self {
        Self { name: name.into(), svg }
    }

    /// Writes it as `figures/NAME.svg` in the folder of a suite.
    pub(super) fn write(&self, dir: &Path) -> anyhow::Result<()> {
        let path = dir.join("figures").join(format!("{}.svg", self.name));
        Ok(output::write(&path, self.svg.as_bytes())?)
    }
}
