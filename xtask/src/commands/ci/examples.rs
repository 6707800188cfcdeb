//! The example programs are run, not compiled only.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

/// Runs every program of `examples/src/bin`, each in an empty folder, and the exporter in Python where
/// Python is there. All of them must be built.
pub(super) fn run(root: &Path) -> anyhow::Result<()> {
    let programs = std::env::current_exe()?;
    let programs = programs.parent().context("this program is in no folder")?;
    let names = names(root)?;
    ensure!(names.len() >= 8, "expected at least 8 examples, found {}", names.len());
    for name in &names {
        let folder = tempfile::tempdir()?;
        let program = programs.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        let printed = run_in(folder.path(), &program, &[])
            .with_context(|| format!("the example {name} failed"))?;
        ensure!(!printed.trim().is_empty(), "the example {name} prints nothing");
    }
    tracing::info!("examples: {} ran", names.join(", "));
    exporter(root)
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
fn exporter(root: &Path) -> anyhow::Result<()> {
    let python = Path::new("python3");
    if !Command::new(python).arg("--version").output().is_ok_and(|o| o.status.success()) {
        tracing::info!("no Python here: the exporter is not run");
        return Ok(());
    }
    let script = root.join("examples/python/export_codes.py");
    let script = script.to_str().context("the path of the exporter is not UTF-8")?;
    let folder = tempfile::tempdir()?;
    let printed = run_in(folder.path(), python, &[script, "codes.npy", "moved.npy"])
        .context("the exporter failed")?;
    if !folder.path().join("codes.npy").exists() {
        tracing::info!("the exporter is passed over: {}", printed.trim());
        return Ok(());
    }
    let this: PathBuf = std::env::current_exe()?;
    let group = ["--group", "c8", "--rep", "4 x regular", "--quiet"];
    let audit = ["audit", "codes.npy", "--paired", "moved.npy", "--element", "r^2"];
    run_in(folder.path(), &this, &[&audit[..], &group].concat()).context("the audit failed")?;
    let project = ["project", "codes.npy", "--with", "max-filter:64", "--out", "invariant.npy"];
    run_in(folder.path(), &this, &[&project[..], &group].concat()).context("no invariants")?;
    tracing::info!("the exporter's codes transform as declared, and are projected");
    Ok(())
}
