//! `cargo xtask ci`: everything that must hold before a change lands.

mod addresses;
mod architecture;
mod examples;
mod hygiene;
mod links;
mod packages;
mod report;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, bail, ensure};

use crate::{EQUIVARIANT_FEATURES, cargo, say};

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
    --exclude equivariant-experiments --exclude examples --exclude fuzz --exclude xtask";

pub(crate) fn run(flags: Flags) -> anyhow::Result<()> {
    if let Some(path) = &flags.only_report {
        return report::check(path);
    }
    let root = crate::workspace_root()?;
    architecture::check(&root)?;
    hygiene::check(&root)?;
    packages::check(&root)?;
    links::check(&root)?;
    links::check_book(&root)?;
    addresses::check(&root)?;
    say(format_args!(
        "repository: dependencies point inward, files are clean, crates are fit to be published, links lead somewhere, addresses are known"
    ));
    if flags.only_repository {
        return Ok(());
    }
    let out = tempfile::tempdir()?;
    let steps = [
        Step::new("formatting", "fmt --all --check"),
        Step::new("lints", "clippy --workspace --all-targets @ -- -D warnings"),
        Step::new("tests, doc tests included", "test --workspace @"),
        Step::new("programs", "build --workspace --bins @"),
        Step::new("docs", "doc --workspace --no-deps").env("RUSTDOCFLAGS", "-D warnings"),
        Step::new("packages", PACKAGES),
    ];
    for step in &steps {
        timed(step.name, || step.run(&root))?;
    }
    let programs = Programs::find()?;
    timed("readers against mutated files", || {
        programs.run("fuzz", &["--seconds".as_ref(), "3".as_ref()])
    })?;
    timed("a short reproduction on generated data", || {
        let flags = ["reproduce", "--generated", "--profile", "smoke", "--out"].map(OsStr::new);
        programs.run("experiments", &[&flags[..], &[out.path().as_os_str()]].concat())
    })?;
    examples::run(&root, &programs)?;
    check_reproduction(out.path())
}

/// Runs a check, and tells how long it took.
fn timed(name: &str, check: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    let start = Instant::now();
    check().with_context(|| format!("{name} failed"))?;
    say(format_args!("{name}: passed in {:.0} s", start.elapsed().as_secs_f64()));
    Ok(())
}

/// The programs that were built, which lie beside this one.
struct Programs(PathBuf);

impl Programs {
    fn find() -> anyhow::Result<Self> {
        let this = std::env::current_exe()?;
        Ok(Self(this.parent().context("this program is in no folder")?.to_owned()))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    fn run(&self, name: &str, arguments: &[&OsStr]) -> anyhow::Result<()> {
        let status = Command::new(self.path(name)).args(arguments).status()?;
        ensure!(status.success(), "it ended with {status}");
        Ok(())
    }
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
    /// `arguments` are separated by spaces; `@` are the features of `equivariant` that are off by default.
    fn new(name: &'static str, arguments: &str) -> Self {
        let all = |argument| if argument == "@" { EQUIVARIANT_FEATURES } else { argument };
        let arguments = arguments.split(' ').map(|argument| all(argument).to_owned()).collect();
        Self { name, arguments, environment: None }
    }

    fn env(self, key: &'static str, value: &'static str) -> Self {
        Self { environment: Some((key, value)), ..self }
    }

    fn run(&self, root: &Path) -> anyhow::Result<()> {
        let status = cargo::command()
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
