//! One module a command.

pub(crate) mod action;
pub(crate) mod audit;
pub(crate) mod bench;
pub(crate) mod ci;
pub(crate) mod completions;
pub(crate) mod fetch;
pub(crate) mod interpolate;
pub(crate) mod molecules;
pub(crate) mod neighbours;
pub(crate) mod project;
pub(crate) mod reproduce;
pub(crate) mod results;
mod rows;

use std::path::{Path, PathBuf};

use anyhow::Context;

/// The folder of the workspace that the program was built from.
fn workspace_root() -> anyhow::Result<PathBuf> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(manifest.parent().context("xtask lies in the workspace")?.to_path_buf())
}
