//! Every crate can be published, and is built by the oldest compiler that it promises.

use std::path::Path;

use anyhow::{Context, ensure};
use serde_json::Value;

/// Checks what cargo says of the crates and of all that they depend on.
pub(super) fn check(root: &Path) -> anyhow::Result<()> {
    let output = crate::cargo::command()
        .args(["metadata", "--format-version", "1", "--all-features"])
        .current_dir(root)
        .output()?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let members = metadata["workspace_members"].as_array().context("no members are listed")?;
    let (own, others): (Vec<_>, Vec<_>) =
        packages.iter().partition(|package| members.contains(&package["id"]));
    let promised = own
        .iter()
        .filter_map(|package| version(&package["rust_version"]))
        .min()
        .context("no crate states its `rust-version`")?;
    for package in others {
        check_version(package, promised)?;
    }
    let readme =
        std::fs::read_to_string(root.join("README.md")).context("cannot read README.md")?;
    let (major, minor) = promised;
    let text = format!("Rust ({major}.{minor} or newer)");
    ensure!(readme.contains(&text), "README.md does not say `{text}`");
    // Crates that are not published have an empty list of registries.
    for package in own.into_iter().filter(|package| package["publish"].is_null()) {
        let manifest = package["manifest_path"].as_str().context("a crate has no manifest")?;
        let readme = Path::new(manifest).with_file_name("README.md");
        let readme = std::fs::read_to_string(&readme)
            .with_context(|| format!("cannot read {}", readme.display()))?;
        check_package(package, &readme)?;
    }
    Ok(())
}

/// Major and minor number of a compiler.
type Version = (u64, u64);

fn version(text: &Value) -> Option<Version> {
    let mut numbers = text.as_str()?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next().unwrap_or(Ok(0)).ok()?))
}

/// A dependency needs no newer compiler than is promised.
fn check_version(package: &Value, promised: Version) -> anyhow::Result<()> {
    let Some(needed) = version(&package["rust_version"]) else { return Ok(()) };
    ensure!(
        needed <= promised,
        "{} {} needs Rust {}.{}, the workspace promises {}.{}: choose an older version, or raise `rust-version`",
        package["name"],
        package["version"],
        needed.0,
        needed.1,
        promised.0,
        promised.1
    );
    Ok(())
}

/// What a registry and its readers expect of a crate.
fn check_package(package: &Value, readme: &str) -> anyhow::Result<()> {
    let name = package["name"].as_str().unwrap_or_default();
    for key in ["description", "license", "readme", "rust_version"] {
        ensure!(package[key].is_string(), "{name}: Cargo.toml has no `{}`", key.replace('_', "-"));
    }
    for key in ["keywords", "categories"] {
        let count = package[key].as_array().map_or(0, Vec::len);
        ensure!((1..=5).contains(&count), "{name}: 1 to 5 {key} are expected, it has {count}");
    }
    let features = package["features"].as_object().context("a crate has no list of features")?;
    for feature in features.keys().filter(|feature| *feature != "default") {
        ensure!(
            readme.contains(&format!("`{feature}`")),
            "{name}: README.md says nothing of the feature `{feature}`"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crates_can_be_published() {
        check(&crate::workspace_root().unwrap()).unwrap();
    }

    #[test]
    fn what_is_missing_is_named() {
        let newer =
            serde_json::json!({ "name": "new", "version": "2.0.0", "rust_version": "1.90.1" });
        assert!(check_version(&newer, (1, 90)).is_ok());
        let error = check_version(&newer, (1, 89)).unwrap_err().to_string();
        assert!(error.contains("needs Rust 1.90, the workspace promises 1.89"), "{error}");

        let mut package = serde_json::json!({
            "name": "mine", "description": "d", "license": "MIT",
            "readme": "README.md", "rust_version": "1.89", "keywords": ["a"], "categories": ["b"],
            "features": { "default": [], "fast": [] },
        });
        assert!(check_package(&package, "with `fast` it is").is_ok());
        let error = check_package(&package, "nothing").unwrap_err().to_string();
        assert!(error.contains("the feature `fast`"), "{error}");
        package["keywords"] = serde_json::json!([]);
        assert!(check_package(&package, "`fast`").unwrap_err().to_string().contains("keywords"));
        package["license"] = Value::Null;
        assert!(check_package(&package, "`fast`").unwrap_err().to_string().contains("license"));
    }
}
