//! Dependencies point inward only: `{experiments, cli} → {images, molecules, shapes, analysis} → {equivariant-nn,
//! projections} → {groups, latents, figures}`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, ensure};
use serde_json::Value;

/// The rings, from the inside out, and the members of each. A crate may depend on rings further
/// inside only.
const RINGS: [&[&str]; 5] = [
    &[
        "equivariant-groups",
        "equivariant-latents-io",
        "equivariant-figures",
        "equivariant-download",
        "equivariant-terminal",
    ],
    &["equivariant-nn", "equivariant-projections"],
    &["equivariant-images", "equivariant-molecules", "equivariant-shapes", "equivariant-analysis"],
    &["equivariant-latents"],
    &["equivariant-cli", "equivariant-experiments", "xtask", "bench", "examples", "fuzz"],
];

/// Outer crates that the inner ones must never see, whatever ring they are in.
const FORBIDDEN: [(&str, &str); 5] = [
    ("equivariant-analysis", "candle-core"),
    ("equivariant-groups", "candle-core"),
    ("equivariant-projections", "equivariant-nn"),
    ("equivariant-projections", "equivariant-latents-io"),
    ("equivariant-projections", "equivariant-figures"),
];

/// What programs are not made of, by way of others either, as long as nobody asks for a feature.
const WITHOUT: [(&str, &[&str]); 3] = [
    ("equivariant-cli", &["candle-core", "parquet", "ureq"]),
    ("equivariant-experiments", &["parquet", "ureq", "equivariant-cli"]),
    ("xtask", &["equivariant-groups", "equivariant-terminal"]),
];

/// Packages that the command `equivariant` is made of at most: who installs it waits for all of them.
const LARGEST: (&str, usize) = ("equivariant-cli", 180);

/// Checks the dependencies that cargo reports for the workspace.
pub(super) fn check(root: &Path) -> anyhow::Result<()> {
    let output = crate::cargo::command()
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .current_dir(root)
        .output()?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    if let Some(violation) = violations(&dependencies(&metadata)?) {
        anyhow::bail!(violation);
    }
    for (program, absent) in WITHOUT {
        let parts = parts(root, program)?;
        for name in absent {
            ensure!(
                !parts.iter().any(|(part, _)| part == name),
                "{program} is made of {name}: `cargo tree -p {program} -i {name}` shows by what way"
            );
        }
        let (largest, limit) = LARGEST;
        ensure!(
            program != largest || parts.len() <= limit,
            "{program} is made of {} packages, {limit} are allowed",
            parts.len()
        );
    }
    Ok(())
}

/// Names and versions of all packages that a program is made of.
fn parts(root: &Path, program: &str) -> anyhow::Result<BTreeSet<(String, String)>> {
    let output = crate::cargo::command()
        .args(["tree", "--edges", "normal", "--prefix", "none", "--package", program])
        .current_dir(root)
        .output()?;
    ensure!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).context("cargo tree prints no UTF-8")?;
    let part = |line: &str| {
        let mut words = line.split(' ').map(str::to_owned);
        words.next().zip(words.next())
    };
    Ok(text.lines().filter_map(part).collect())
}

type Dependencies = BTreeMap<String, BTreeSet<String>>;

fn dependencies(metadata: &Value) -> anyhow::Result<Dependencies> {
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    Ok(packages
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().into_iter().flatten();
            (name(package), dependencies.map(name).collect())
        })
        .collect())
}

/// The first dependency that does not point inward, as a sentence.
fn violations(dependencies: &Dependencies) -> Option<String> {
    let ring = |name: &str| RINGS.iter().position(|ring| ring.contains(&name));
    for (package, needs) in dependencies {
        let Some(own) = ring(package) else {
            return Some(format!("{package} belongs to no ring; add it to RINGS"));
        };
        for need in needs {
            if ring(need).is_some_and(|other| other >= own) {
                return Some(format!("{package} depends on {need}, which is not further inside"));
            }
            if FORBIDDEN.contains(&(package.as_str(), need.as_str())) {
                return Some(format!("{package} must know nothing of {need}"));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &[&str])]) -> Dependencies {
        pairs
            .iter()
            .map(|(name, needs)| ((*name).into(), needs.iter().map(|n| (*n).into()).collect()))
            .collect()
    }

    #[test]
    fn this_workspace_points_inward() {
        check(&crate::workspace_root().unwrap()).unwrap();
    }

    #[test]
    fn outward_and_sideways_arrows_are_named() {
        let outward =
            of(&[("equivariant-groups", &["equivariant-images"]), ("equivariant-images", &[])]);
        assert!(
            violations(&outward)
                .unwrap()
                .contains("equivariant-groups depends on equivariant-images")
        );
        let sideways =
            of(&[("equivariant-analysis", &["equivariant-images"]), ("equivariant-images", &[])]);
        assert!(
            violations(&sideways)
                .unwrap()
                .contains("equivariant-analysis depends on equivariant-images")
        );
        let tensors = of(&[("equivariant-groups", &["candle-core"])]);
        assert!(violations(&tensors).unwrap().contains("nothing of candle-core"));
        let stranger = of(&[("elsewhere", &[])]);
        assert!(violations(&stranger).unwrap().contains("no ring"));
        assert_eq!(
            violations(&of(&[
                ("equivariant-images", &["equivariant-groups", "serde"]),
                ("equivariant-groups", &[])
            ])),
            None
        );
    }
}
