//! What a suite hands over, and how it is kept between runs.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use figures::claims::Claim;
use figures::report::Chapter;
use serde::{Deserialize, Serialize};
use terminal::sha256;

use super::seed::Part;
use super::{Profile, output};

/// The outcome of one suite: everything that the report and `results.json` take from it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SuiteResult {
    /// Its name, as on the command line.
    pub(crate) name: String,
    /// Whether it rests on generated data.
    pub(crate) generated: bool,
    pub(crate) claims: Vec<Claim>,
    pub(crate) chapter: Chapter,
    /// The main numbers as Markdown.
    pub(crate) summary: String,
    /// What `results.json` says of it.
    pub(crate) results: serde_json::Value,
    /// Seeds that an earlier run, or another machine, had done.
    #[serde(skip)]
    pub(crate) parts: Vec<Part>,
}

/// Results of earlier runs in the folder of the results.
///
/// A result counts as still valid if nothing changed that it depends on: the program itself (its
/// bytes), the settings, the seeds and the data.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    out: PathBuf,
    program: String,
    profile: Profile,
    force: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    key: String,
    profile: Profile,
    result: SuiteResult,
}

impl Cache {
    /// The results under `out`. With `force`, none counts.
    pub(crate) fn new(out: &Path, profile: Profile, force: bool) -> anyhow::Result<Self> {
        let path = std::env::current_exe().context("cannot find the program's own file")?;
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Self { out: out.to_owned(), program: sha256(&bytes), profile, force })
    }

    /// The result of a suite that was run before with the same inputs.
    pub(crate) fn find(&self, suite: &str, inputs: &impl Serialize) -> Option<SuiteResult> {
        if self.force {
            return None;
        }
        let kept = self.read(suite)?;
        (kept.key == self.key(suite, inputs)?).then_some(kept.result)
    }

    /// Keeps a result.
    pub(crate) fn keep(&self, inputs: &impl Serialize, result: &SuiteResult) -> anyhow::Result<()> {
        let key = self.key(&result.name, inputs).context("the settings cannot be written down")?;
        let kept = Kept { key, profile: self.profile, result: result.clone() };
        Ok(output::write(&self.path(&result.name), &serde_json::to_vec(&kept)?)?)
    }

    /// What an earlier run of the same profile found, whatever has changed since.
    pub(crate) fn earlier(&self, suite: &str) -> Option<SuiteResult> {
        let kept = self.read(suite)?;
        (kept.profile == self.profile).then_some(kept.result)
    }

    /// A result of another profile is replaced only with `force`: it may have taken hours.
    pub(crate) fn check(&self, suite: &str) -> anyhow::Result<()> {
        match self.read(suite) {
            Some(kept) if kept.profile != self.profile && !self.force => anyhow::bail!(
                "{} holds a result of the {} profile; choose another folder with --out, or give --force to replace it",
                self.out.join(suite).display(),
                kept.profile.name()
            ),
            _ => Ok(()),
        }
    }

    fn read(&self, suite: &str) -> Option<Kept> {
        serde_json::from_slice(&fs::read(self.path(suite)).ok()?).ok()
    }

    fn path(&self, suite: &str) -> PathBuf {
        self.out.join(suite).join("suite.json")
    }

    fn key(&self, suite: &str, inputs: &impl Serialize) -> Option<String> {
        let inputs = serde_json::to_string(inputs).ok()?;
        Some(sha256(format!("{}\n{suite}\n{inputs}", self.program).as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_found_again_only_with_the_same_inputs() {
        let out = tempfile::tempdir().unwrap();
        let cache = Cache::new(out.path(), Profile::Quick, false).unwrap();
        let result = SuiteResult {
            name: "images".into(),
            generated: true,
            claims: Vec::new(),
            chapter: Chapter::new("Images").summary("text"),
            summary: "| a |".into(),
            results: serde_json::json!({ "third": 1.0 / 3.0 }),
            parts: Vec::new(),
        };
        assert!(cache.find("images", &("quick", 0)).is_none());
        cache.keep(&("quick", 0), &result).unwrap();
        let found = cache.find("images", &("quick", 0)).unwrap();
        assert_eq!(found.chapter, result.chapter);
        assert_eq!(found.results, result.results);
        assert!(cache.find("images", &("quick", 1)).is_none());
        assert!(cache.find("molecules", &("quick", 0)).is_none());
        let forced = Cache::new(out.path(), Profile::Quick, true).unwrap();
        assert!(forced.find("images", &("quick", 0)).is_none());
        assert_eq!(forced.earlier("images").unwrap().results, result.results);
        let smoke = |force| Cache::new(out.path(), Profile::Smoke, force).unwrap();
        assert!(smoke(false).earlier("images").is_none());
        let refusal = smoke(false).check("images").unwrap_err().to_string();
        assert!(refusal.contains("quick profile") && refusal.contains("--force"), "{refusal}");
        smoke(true).check("images").unwrap();
        smoke(false).check("molecules").unwrap();
        cache.check("images").unwrap();
        fs::write(out.path().join("images/suite.json"), b"{ damaged").unwrap();
        assert!(cache.find("images", &("quick", 0)).is_none());
    }
}
