//! The experiments of the paper: what they run, what they measure, and the documents that their results become.
#![forbid(unsafe_code)]

pub mod reproduce;
pub mod results;

use std::path::{Path, PathBuf};

use anyhow::Context;

/// The folder of the workspace that the program was built from.
fn workspace_root() -> anyhow::Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    Ok(root.context("this crate lies in the workspace")?.to_path_buf())
}
