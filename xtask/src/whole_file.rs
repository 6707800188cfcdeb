//! Files that appear whole or not at all.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, ensure};

/// Writes a file under a temporary name and renames it. Missing folders are made.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let dir = match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    };
    ensure!(!path.is_dir(), "cannot write {}: it is a folder", path.display());
    fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file =
        builder.tempfile_in(dir).with_context(|| format!("cannot write to {}", dir.display()))?;
    file.write_all(bytes).with_context(|| format!("cannot write {}", path.display()))?;
    file.persist(path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(())
}
