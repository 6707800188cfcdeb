//! How a run was made: the command, the version of the program, the machine, the time of each stage.
//!
//! This stands in `run.json` beside the results of each suite, because `results.json` holds nothing
//! that differs between equal runs. `cargo xtask results` puts both into a document.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::device::DeviceName;
use super::output;
use super::seed::Part;

/// How the results of one suite were made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The command, without folders.
    pub(crate) command: String,
    /// Name and version of the program.
    pub(crate) software: String,
    /// The commit of the working tree, with `+` behind it where files differ from it; of a resumed run
    /// the commits of all its parts.
    pub(crate) commit: Option<String>,
    pub(crate) machine: Machine,
    /// Other machines, which ran parts of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) elsewhere: Vec<Machine>,
    /// Whether the run took up an earlier one: then the times are those of all parts together.
    pub(crate) resumed: bool,
    /// Seconds of all stages.
    pub(crate) seconds: f64,
    pub(crate) stages: Vec<Stage>,
    /// The largest resident memory of the process until then, in MiB.
    pub(crate) peak_memory_mib: Option<u64>,
}

/// What the run ran on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Machine {
    /// The model of the processor.
    pub(crate) processor: Option<String>,
    /// Threads that the run used.
    pub(crate) threads: usize,
    /// Operating system and architecture.
    pub(crate) system: String,
    /// The name of the device that networks were trained on, where that is not the processor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) accelerator: Option<String>,
}

impl Machine {
    /// The one that runs this, with a device.
    pub(super) fn this(device: DeviceName) -> Self {
        Self {
            processor: from_proc("/proc/cpuinfo", "model name"),
            threads: rayon::current_num_threads(),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            accelerator: device.accelerator(),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let processor = self.processor.as_deref().unwrap_or("unknown processor");
        if let Some(accelerator) = &self.accelerator {
            write!(f, "{accelerator} and ")?;
        }
        let s = if self.threads == 1 { "" } else { "s" };
        write!(f, "{} thread{s} of {processor} ({})", self.threads, self.system)
    }
}

/// A stage and its time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stage {
    pub(crate) name: String,
    pub(crate) seconds: f64,
}

impl Record {
    /// The record of stages that have just ended.
    pub(crate) fn new(
        command: String,
        commit: Option<String>,
        machine: Machine,
        resumed: bool,
        stages: Vec<(String, f64)>,
    ) -> Self {
        let stages: Vec<Stage> =
            stages.into_iter().map(|(name, seconds)| Stage { name, seconds }).collect();
        Self {
            command,
            software: concat!("equivariant-latents ", env!("CARGO_PKG_VERSION")).to_owned(),
            commit,
            machine,
            elsewhere: Vec::new(),
            resumed,
            seconds: stages.iter().map(|stage| stage.seconds).sum(),
            stages,
            peak_memory_mib: peak_memory_mib(),
        }
    }

    /// This run as the continuation of an earlier one, of which it took up what was there: times of
    /// stages add up.
    pub(crate) fn after(mut self, earlier: Self) -> Self {
        let mut stages = earlier.stages;
        for stage in self.stages {
            match stages.iter_mut().find(|known| known.name == stage.name) {
                Some(known) => known.seconds += stage.seconds,
                None => stages.push(stage),
            }
        }
        self.stages = stages;
        self.seconds = self.stages.iter().map(|stage| stage.seconds).sum();
        self.peak_memory_mib = self.peak_memory_mib.max(earlier.peak_memory_mib);
        self.commit = both(earlier.commit, self.commit);
        std::iter::once(earlier.machine).chain(earlier.elsewhere).for_each(|m| self.also_on(m));
        self
    }

    /// This run with a part that it found done: stages that are in its record already were counted.
    pub(crate) fn with(mut self, part: Part) -> Self {
        for stage in part.stages {
            if !self.stages.iter().any(|known| known.name == stage.name) {
                self.seconds += stage.seconds;
                self.stages.push(stage);
            }
        }
        self.resumed = true;
        self.peak_memory_mib =
            self.peak_memory_mib.zip(part.peak_memory_mib).map(|(a, b)| a.max(b));
        self.commit = both(part.commit, self.commit);
        self.also_on(part.machine);
        self
    }

    fn also_on(&mut self, machine: Machine) {
        if machine != self.machine && !self.elsewhere.contains(&machine) {
            self.elsewhere.push(machine);
        }
    }

    /// The record of an earlier run of a suite, if there is one.
    pub(crate) fn read(out: &Path, suite: &str) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(path(out, suite)).ok()?).ok()
    }

    /// Writes `run.json` into the folder of a suite.
    pub(crate) fn write(&self, out: &Path, suite: &str) -> anyhow::Result<()> {
        Ok(output::write(&path(out, suite), &serde_json::to_vec_pretty(self)?)?)
    }
}

/// The most memory that this program has had, where the system tells.
pub(crate) fn peak_memory_mib() -> Option<u64> {
    from_proc("/proc/self/status", "VmHWM")
        .and_then(|line| line.split(' ').next()?.parse::<u64>().ok())
        .map(|kib| kib / 1024)
}

/// Two commits, or lists of them, in order.
fn both(earlier: Option<String>, later: Option<String>) -> Option<String> {
    match (earlier, later) {
        (Some(earlier), Some(later)) => {
            let new = later.split(", ").filter(|c| !earlier.split(", ").any(|known| known == *c));
            Some(std::iter::once(&*earlier).chain(new).collect::<Vec<_>>().join(", "))
        }
        (earlier, later) => earlier.or(later),
    }
}

/// Where the record of a suite lies.
pub(crate) fn path(out: &Path, suite: &str) -> PathBuf {
    out.join(suite).join("run.json")
}

/// Names the commit of a program that runs where it was not built, in a container for instance.
const COMMIT: &str = "EQUIVARIANT_COMMIT";

/// The commit that was checked out where the program was built when this was first asked: a long run
/// may outlive it. What the environment says where git does not know it.
pub(crate) fn commit() -> Option<String> {
    static NAME: LazyLock<Option<String>> = LazyLock::new(|| {
        checked_out().or_else(|| std::env::var(COMMIT).ok().filter(|name| !name.is_empty()))
    });
    NAME.clone()
}

fn checked_out() -> Option<String> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .ok()
            .filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok()
    };
    let name = git(&["rev-parse", "--short=10", "HEAD"])?.trim().to_owned();
    let differs = git(&["status", "--porcelain", "--untracked-files=no"])?;
    Some(if differs.trim().is_empty() { name } else { format!("{name}+") })
}

/// The value of the first line `key: value` of a file of Linux.
fn from_proc(path: &str, key: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(key))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let out = tempfile::tempdir().unwrap();
        let stages = vec![("training".to_owned(), 1.5), ("measurement".to_owned(), 0.25)];
        let record = Record::new(
            "cargo xtask reproduce images".into(),
            commit(),
            Machine::this(DeviceName::Cpu),
            false,
            stages,
        );
        assert_eq!(record.seconds, 1.75);
        record.write(out.path(), "images").unwrap();
        assert_eq!(Record::read(out.path(), "images"), Some(record));
        assert_eq!(Record::read(out.path(), "molecules"), None);
    }

    #[test]
    fn times_of_a_resumed_run_are_those_of_all_its_parts() {
        let part = |commit: &str, resumed, stages: &[(&str, f64)]| {
            let stages = stages.iter().map(|(name, s)| ((*name).to_owned(), *s)).collect();
            let machine = Machine::this(DeviceName::Cpu);
            Record::new("a".into(), Some(commit.into()), machine, resumed, stages)
        };
        let first = part("abc", false, &[("training", 8.0)]);
        let second = part("abc", true, &[("training", 0.5), ("pictures", 1.0)]);
        let third = part("def", true, &[("training", 0.25), ("pictures", 1.0), ("rest", 2.0)]);
        let whole = third.after(second.after(first));
        assert!(whole.resumed);
        assert_eq!(whole.seconds, 12.75);
        assert_eq!(whole.commit.as_deref(), Some("abc, def"));
        let stage = |name: &str, seconds| Stage { name: name.to_owned(), seconds };
        let other = Machine { accelerator: Some("X1".into()), ..whole.machine.clone() };
        let found = Part {
            commit: Some("def, fed".into()),
            machine: other.clone(),
            stages: vec![stage("rest", 2.0), stage("elsewhere", 1.0)],
            peak_memory_mib: Some(1 << 40),
        };
        let unknown = Part { peak_memory_mib: None, ..found.clone() };
        assert_eq!(whole.clone().with(unknown).peak_memory_mib, None);
        let joined = whole.clone().with(found.clone()).with(found);
        assert_eq!(joined.peak_memory_mib, whole.peak_memory_mib.map(|_| 1 << 40));
        assert_eq!((joined.seconds, joined.stages.len()), (13.75, 4));
        assert_eq!(joined.commit.as_deref(), Some("def, fed, abc"));
        assert!(whole.elsewhere.is_empty());
        assert_eq!(joined.elsewhere, [other]);
        let times: Vec<_> = whole.stages.iter().map(|s| (s.name.as_str(), s.seconds)).collect();
        assert_eq!(times, [("training", 8.75), ("pictures", 2.0), ("rest", 2.0)]);
    }
}
