//! `cargo xtask ci`: everything that must hold before a change lands.

mod addresses;
mod architecture;
mod examples;
mod hygiene;
mod links;
mod packages;
mod report;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, bail, ensure};

#[derive(Debug, clap::Args)]
pub(crate) struct Flags {
    /// Only check the repository itself (architecture, hygiene); build and run nothing.
    #[arg(long)]
    only_repository: bool,
    /// Only check this report, as it comes out of `reproduce`.
    #[arg(long, value_name = "FILE", conflicts_with = "only_repository")]
    only_report: Option<PathBuf>,
}

/// Packs the crates as they are published. That they build is seen when they are.
const PACKAGES: &str = "package --workspace --no-verify --allow-dirty --quiet --exclude bench \
    --exclude examples --exclude fuzz --exclude xtask";

pub(crate) fn run(flags: Flags) -> anyhow::Result<()> {
    if let Some(path) = &flags.only_report {
        return report::check(path);
    }
    let root = super::workspace_root()?;
    architecture::check(&root)?;
    hygiene::check(&root)?;
    packages::check(&root)?;
    links::check(&root)?;
    links::check_book(&root)?;
    addresses::check(&root)?;
    super::results::check(&root)?;
    tracing::info!(
        "repository: dependencies point inward, files are clean, crates are fit to be published, links lead somewhere, addresses are known, docs/results.md is generated"
    );
    if flags.only_repository {
        return Ok(());
    }
    let out = tempfile::tempdir()?;
    let out_dir = out.path().to_str().context("the temporary folder's name is not UTF-8")?;
    let reproduce = format!("xtask reproduce --generated --profile smoke --out {out_dir}");
    let steps = [
        Step::new("formatting", "fmt --all --check"),
        Step::new("lints", "clippy --workspace --all-targets -- -D warnings"),
        Step::new("tests, doc tests included", "test --workspace"),
        Step::new("programs", "build --workspace --bins"),
        Step::new("docs", "doc --workspace --no-deps").env("RUSTDOCFLAGS", "-D warnings"),
        Step::new("packages", PACKAGES),
        Step::new("readers against mutated files", "run --package fuzz -- --seconds 3"),
        Step::new("a short reproduction on generated data", &reproduce),
    ];
    for step in &steps {
        let start = Instant::now();
        step.run(&root).with_context(|| format!("{} failed", step.name))?;
        tracing::info!("{}: passed in {:.0} s", step.name, start.elapsed().as_secs_f64());
    }
    examples::run(&root)?;
    check_reproduction(out.path())
}

/// The reproduction left what it promises.
fn check_reproduction(out: &Path) -> anyhow::Result<()> {
    let results =
        std::fs::read_to_string(out.join("results.json")).context("results.json is missing")?;
    let results: serde_json::Value = serde_json::from_str(&results)?;
    let claims = results["claims"].as_array().context("results.json has no list `claims`")?;
    ensure!(!claims.is_empty(), "results.json holds no claims");
    for suite in ["images", "molecules"] {
        let kind = &results[suite]["data"]["kind"];
        ensure!(kind == "generated", "`{suite}.data` must say that the data was generated");
    }
    let path = out.join("report.html");
    let text = std::fs::read_to_string(&path).context("report.html is missing")?;
    ensure!(text.contains("Generated data"), "the report must say that the data was generated");
    report::check(&path)
}

/// A call of cargo.
struct Step {
    name: &'static str,
    arguments: Vec<String>,
    environment: Option<(&'static str, &'static str)>,
}

impl Step {
    /// `arguments` are separated by spaces.
    fn new(name: &'static str, arguments: &str) -> Self {
        let arguments = arguments.split(' ').map(str::to_owned).collect();
        Self { name, arguments, environment: None }
    }

    fn env(self, key: &'static str, value: &'static str) -> Self {
        Self { environment: Some((key, value)), ..self }
    }

    fn run(&self, root: &Path) -> anyhow::Result<()> {
        let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status = Command::new(program)
            .args(&self.arguments)
            .envs(self.environment)
            .current_dir(root)
            .status()?;
        if !status.success() {
            bail!("`cargo {}` ended with {status}", self.arguments.join(" "));
        }
        Ok(())
    }
}
