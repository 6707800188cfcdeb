//! The example programs are run, not compiled only.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};

use super::Programs;
use crate::say;

/// Runs every program of `examples/src/bin`, each in an empty folder, and the exporter in Python where
/// Python is there. All of them must be built.
pub(super) fn run(root: &Path, programs: &Programs) -> anyhow::Result<()> {
    let names = names(root)?;
    ensure!(names.len() >= 8, "expected at least 8 examples, found {}", names.len());
    for name in &names {
        let folder = tempfile::tempdir()?;
        let printed = run_in(folder.path(), &programs.path(name), &[])
            .with_context(|| format!("the example {name} failed"))?;
        ensure!(!printed.trim().is_empty(), "the example {name} prints nothing");
    }
    say(format_args!("examples: {} ran", names.join(", ")));
    exporter(root, &programs.path("equivariant"))
}

/// The names of the programs, in alphabetical order.
fn names(root: &Path) -> anyhow::Result<Vec<String>> {
    let folder = root.join("examples/src/bin");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder).context("examples/src/bin is missing")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn run_in(folder: &Path, program: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .with_context(|| format!("cannot run {}", program.display()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "it ended with {}: {said}", output.status);
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Codes of a model in Python are audited with those of shifted inputs, and projected.
fn exporter(root: &Path, equivariant: &Path) -> anyhow::Result<()> {
    let python = Path::new("python3");
    if !Command::new(python).arg("--version").output().is_ok_and(|o| o.status.success()) {
        say(format_args!("no Python here: the exporter is not run"));
        return Ok(());
    }
    let script = root.join("examples/python/export_codes.py");
    let script = script.to_str().context("the path of the exporter is not UTF-8")?;
    let folder = tempfile::tempdir()?;
    let printed = run_in(folder.path(), python, &[script, "codes.npy", "moved.npy"])
        .context("the exporter failed")?;
    if !folder.path().join("codes.npy").exists() {
        say(format_args!("the exporter is passed over: {}", printed.trim()));
        return Ok(());
    }
    let group = ["--group", "c8", "--rep", "4 x regular", "--quiet"];
    let audit = ["audit", "codes.npy", "--paired", "moved.npy", "--element", "r^2"];
    run_in(folder.path(), equivariant, &[&audit[..], &group].concat())
        .context("the audit failed")?;
    let project = ["project", "codes.npy", "--with", "max-filter:64", "--out", "invariant.npy"];
    run_in(folder.path(), equivariant, &[&project[..], &group].concat())
        .context("no invariants")?;
    say(format_args!("the exporter's codes transform as declared, and are projected"));
    Ok(())
}
