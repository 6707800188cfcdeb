//! Hygiene of the files in the repository.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail, ensure};

/// Larger files do not belong into the repository.
const LARGEST: u64 = 512 * 1024;

/// Left-over words that must not land. Spelled in halves, so that this file passes too.
const LEFTOVERS: [&str; 4] = [
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
];

/// Checks the files that git tracks: size, leftovers, a README for every crate.
pub(super) fn check(root: &Path) -> anyhow::Result<()> {
    let output = Command::new("git").args(["ls-files", "-z"]).current_dir(root).output();
    let listed = match output {
        Ok(output) if output.status.success() => output.stdout,
        // A source archive without git has nothing to compare with.
        _ => return Ok(()),
    };
    for name in listed.split(|b| *b == 0).filter(|name| !name.is_empty()) {
        let name = std::str::from_utf8(name).context("a file name is not UTF-8")?;
        let path = root.join(name);
        let Ok(metadata) = path.metadata() else {
            continue;
        };
        ensure!(
            metadata.len() <= LARGEST,
            "{name} has {} bytes, more than {LARGEST}",
            metadata.len()
        );
        if !name.ends_with(".rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {name}"))?;
        for (number, line) in text.lines().enumerate() {
            if let Some(word) = LEFTOVERS.iter().find(|word| line.contains(**word)) {
                bail!("{name}:{}: `{word}` is left over", number + 1);
            }
        }
    }
    for entry in std::fs::read_dir(root.join("crates"))? {
        let path = entry?.path();
        ensure!(path.join("README.md").is_file(), "{} has no README.md", path.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn this_repository_is_clean() {
        super::check(&crate::workspace_root().unwrap()).unwrap();
    }
}
