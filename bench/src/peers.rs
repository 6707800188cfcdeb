//! The same work in Python: scripts of `bench/peers`, one a group.
//!
//! A script is given a folder with `inputs.safetensors`, the numbers that we worked on and some of our
//! results (`NAME.result`), and `settings.json`. It measures by the same protocol, compares results,
//! and answers in JSON.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use candle_core::Tensor;
use serde::{Deserialize, Serialize};

use crate::clock::Protocol;
use crate::record::{Entry, Peer};
use crate::render::seconds;
use crate::statistics::Summary;

/// What a script is told.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Settings {
    pub(crate) quick: bool,
    pub(crate) protocol: Protocol,
    /// The benchmarks that are asked for.
    pub(crate) names: Vec<String>,
}

/// What a script answers.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Answer {
    pub(crate) versions: BTreeMap<String, String>,
    /// Libraries that are missing, and why.
    pub(crate) absent: BTreeMap<String, String>,
    entries: Vec<Answered>,
}

#[derive(Clone, Debug, Deserialize)]
struct Answered {
    name: String,
    library: String,
    what: String,
    seconds: Summary,
    difference: Option<f64>,
    #[serde(default)]
    quality: BTreeMap<String, f64>,
}

/// A Python with the libraries of `bench/peers/requirements.txt`.
#[derive(Debug)]
pub(crate) struct Python {
    program: PathBuf,
}

impl Python {
    pub(crate) fn new(program: PathBuf) -> Self {
        Self { program }
    }

    /// Runs a script.
    pub(crate) fn ask(
        &self,
        script: &str,
        inputs: &HashMap<String, Tensor>,
        settings: &Settings,
    ) -> anyhow::Result<Answer> {
        let folder = tempfile::tempdir()?;
        candle_core::safetensors::save(inputs, folder.path().join("inputs.safetensors"))?;
        let told = serde_json::to_string(settings)?;
        fs::write(folder.path().join("settings.json"), told)?;
        let answer = folder.path().join("answer.json");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(script);
        let status = Command::new(&self.program)
            // Leaves no compiled files beside the scripts.
            .arg("-B")
            .arg(&path)
            .arg("--inputs")
            .arg(folder.path())
            .arg("--json")
            .arg(&answer)
            .status()
            .with_context(|| format!("run {}", self.program.display()))?;
        ensure!(status.success(), "{script} ended with {status}");
        let text = fs::read_to_string(&answer).context("the script left no answer")?;
        serde_json::from_str(&text).context("the script's answer is not understood")
    }
}

/// Puts answers beside our own measurements.
pub(crate) fn add(entries: &mut [Entry], answer: &Answer) {
    for answered in &answer.entries {
        let Some(entry) = entries.iter_mut().find(|entry| entry.name == answered.name) else {
            continue;
        };
        let ratio = entry.seconds.median / answered.seconds.median;
        let difference =
            answered.difference.map(|d| format!(", differs by {d:.1e}")).unwrap_or_default();
        let (name, theirs) = (&answered.name, seconds(answered.seconds.median));
        eprintln!("{name:<36} {theirs:>10} {}: ratio {ratio:.2}{difference}", answered.library);
        entry.peers.push(Peer {
            library: answered.library.clone(),
            what: answered.what.clone(),
            seconds: answered.seconds,
            ratio,
            difference: answered.difference,
            quality: answered.quality.clone(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tests::sample;

    #[test]
    fn answers_find_their_entries() {
        let text = r#"{"versions": {"numpy": "2.3"}, "absent": {"escnn": "no module"}, "entries": [
            {"name": "projections/sort", "library": "NumPy", "what": "np.sort", "difference": null,
             "seconds": {"median": 0.1, "q1": 0.1, "q3": 0.1, "samples": 3}},
            {"name": "nothing", "library": "NumPy", "what": "", "difference": 0.5,
             "seconds": {"median": 0.1, "q1": 0.1, "q3": 0.1, "samples": 3}}]}"#;
        let answer: Answer = serde_json::from_str(text).unwrap();
        let mut entries = sample().entries;
        add(&mut entries, &answer);
        assert_eq!(entries[0].peers.len(), 2);
        assert!((entries[0].peers[1].ratio - 0.2).abs() < 1e-12);
        assert_eq!(entries[1].peers.len(), 1);
    }

    #[test]
    fn a_missing_python_is_an_error_that_names_it() {
        let python = Python::new("no-such-python".into());
        let settings = Settings { quick: true, protocol: Protocol::QUICK, names: Vec::new() };
        let error = python.ask("projections.py", &HashMap::new(), &settings).unwrap_err();
        assert!(format!("{error:#}").contains("no-such-python"));
    }
}
