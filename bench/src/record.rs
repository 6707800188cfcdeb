//! What a run found, as it stands in the JSON file.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::floor::Floor;
use crate::machine::{self, Machine};
use crate::precision::Precision;
use crate::rates::Rates;
use crate::statistics::Summary;

/// One run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) machine: Machine,
    pub(crate) commit: Option<String>,
    /// Whether files differed from the commit.
    pub(crate) dirty: bool,
    pub(crate) date: String,
    pub(crate) rustc: Option<String>,
    /// Whether the sizes are those of a first look.
    pub(crate) quick: bool,
    pub(crate) rates: Option<Rates>,
    /// Versions of Python and of the libraries that were compared with.
    pub(crate) versions: BTreeMap<String, String>,
    /// Peers that could not be asked, and why.
    pub(crate) absent: BTreeMap<String, String>,
    pub(crate) entries: Vec<Entry>,
    /// How time grows.
    #[serde(default)]
    pub(crate) scaling: Vec<Sweep>,
    /// Projections in single beside double precision.
    #[serde(default)]
    pub(crate) precision: Vec<Precision>,
}

/// One benchmark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// `group/benchmark`.
    pub(crate) name: String,
    pub(crate) group: String,
    pub(crate) what: String,
    pub(crate) parameters: BTreeMap<String, f64>,
    pub(crate) seconds: Summary,
    /// How many units are processed in that time.
    pub(crate) amount: f64,
    /// What a unit is, in the plural.
    pub(crate) unit: String,
    pub(crate) floor: Option<Floor>,
    /// Seconds over those of the floor.
    pub(crate) floor_ratio: Option<f64>,
    pub(crate) peers: Vec<Peer>,
    /// Other numbers that belong to it, such as the trustworthiness of a picture.
    #[serde(default)]
    pub(crate) quality: BTreeMap<String, f64>,
}

/// The same work by somebody else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Peer {
    pub(crate) library: String,
    pub(crate) what: String,
    pub(crate) seconds: Summary,
    /// Our seconds over theirs: below 1 we are faster.
    pub(crate) ratio: f64,
    /// The largest absolute difference of results, where they were compared.
    pub(crate) difference: Option<f64>,
    #[serde(default)]
    pub(crate) quality: BTreeMap<String, f64>,
}

/// Times over one parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sweep {
    /// File name of the figure, without ending.
    pub(crate) name: String,
    /// What is varied, in words.
    pub(crate) title: String,
    /// The parameter.
    pub(crate) parameter: String,
    pub(crate) curves: Vec<Curve>,
}

/// One curve of a [`Sweep`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Curve {
    pub(crate) name: String,
    /// Parameter and seconds.
    pub(crate) points: Vec<(f64, Summary)>,
    /// The exponent of the fitted power law.
    pub(crate) exponent: Option<f64>,
}

impl Record {
    /// Nothing measured yet, on this machine.
    pub(crate) fn here() -> anyhow::Result<Self> {
        let (commit, dirty) = machine::commit().map_or((None, false), |(c, d)| (Some(c), d));
        Ok(Self {
            machine: Machine::here(),
            commit,
            dirty,
            date: machine::today(),
            rustc: machine::first_line("rustc", &["--version"]),
            quick: false,
            rates: None,
            versions: BTreeMap::new(),
            absent: BTreeMap::new(),
            entries: Vec::new(),
            scaling: Vec::new(),
            precision: Vec::new(),
        })
    }

    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
        serde_json::from_str(&text)
            .with_context(|| format!("{} is not a record of `bench run`", path.display()))
    }

    pub(crate) fn json(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(self)?)
    }

    /// Writes under a temporary name and renames, so that no half-written file stays behind.
    pub(crate) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = tempfile::NamedTempFile::new_in(folder)?;
        fs::write(file.path(), self.json()? + "\n")?;
        file.persist(path).with_context(|| format!("write {}", path.display()))?;
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::floor::Kind;

    /// A small record, for tests.
    pub(crate) fn sample() -> Record {
        let seconds = |median| Summary { median, q1: median * 0.9, q3: median * 1.1, samples: 9 };
        let entry = |name: &str, median: f64| Entry {
            name: format!("projections/{name}"),
            group: "projections".to_owned(),
            what: format!("{name} of codes"),
            parameters: BTreeMap::from([("codes".to_owned(), 100_000.0)]),
            seconds: seconds(median),
            amount: 100_000.0,
            unit: "codes".to_owned(),
            floor: Some(Floor { kind: Kind::Bytes, amount: 1e8, seconds: 0.01 }),
            floor_ratio: Some(median / 0.01),
            peers: vec![Peer {
                library: "NumPy".to_owned(),
                what: "np.sort".to_owned(),
                seconds: seconds(0.2),
                ratio: median / 0.2,
                difference: Some(0.0),
                quality: BTreeMap::from([("codes_that_differ".to_owned(), 2.0)]),
            }],
            quality: BTreeMap::new(),
        };
        Record {
            machine: Machine {
                cpu: "Some CPU".to_owned(),
                threads: 2,
                memory: Some(23.4),
                os: "linux x86_64".to_owned(),
            },
            commit: Some("0123456789abcdef0123456789abcdef01234567".to_owned()),
            dirty: true,
            date: "2026-01-31".to_owned(),
            rustc: Some("rustc 1.89.0".to_owned()),
            quick: false,
            rates: Some(Rates { gemm_one: 9e10, gemm_all: 18e10, copy_one: 1e10, copy_all: 2e10 }),
            versions: BTreeMap::from([("numpy".to_owned(), "2.3.0".to_owned())]),
            absent: BTreeMap::from([("escnn".to_owned(), "no module".to_owned())]),
            entries: vec![entry("sort", 0.02), entry("max-filter", 0.5)],
            precision: vec![Precision {
                representation: "2 × regular of C4".into(),
                projection: "group-max".into(),
                rounding: 0.0,
                single: 0.0,
                double: 0.0,
            }],
            scaling: vec![Sweep {
                name: "codes".to_owned(),
                title: "Time against the number of codes".to_owned(),
                parameter: "codes".to_owned(),
                curves: vec![Curve {
                    name: "sort".to_owned(),
                    points: vec![(1000.0, seconds(0.001)), (2000.0, seconds(0.002))],
                    exponent: Some(1.0),
                }],
            }],
        }
    }

    #[test]
    fn survives_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.json");
        sample().write(&path).unwrap();
        assert_eq!(Record::read(&path).unwrap(), sample());
        fs::write(&path, "{}").unwrap();
        assert!(Record::read(&path).unwrap_err().to_string().contains("not a record"));
    }
}
