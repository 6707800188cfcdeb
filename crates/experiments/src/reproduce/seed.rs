//! What each seed gave, kept in its folder, so that a resumed run need not do it again.
//!
//! Seeds may come from several runs, or from several machines at once: with their folders
//! `SUITE/seed-N` side by side, a run of all of them with `--resume` makes one result.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use terminal::sha256;

use super::device::DeviceName;
use super::record::{self, Machine, Stage};
use super::{Flags, Run, output};
use terminal::Progress;

/// What one seed gave.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Done<M, P> {
    /// Everything measured.
    pub(super) measured: M,
    /// Pictures of it; a result shows those of its first seed.
    pub(super) pictures: Vec<P>,
}

/// How a seed that was found was run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) commit: Option<String>,
    pub(crate) machine: Machine,
    pub(crate) stages: Vec<Stage>,
    /// The most memory that its run took, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) peak_memory_mib: Option<u64>,
}

/// What an interval of so many seeds is over: of one seed, what `one` says.
pub(super) fn interval_over(seeds: usize, one: &str) -> String {
    match seeds {
        1 => one.to_owned(),
        n => format!("95 % t-interval over {n} networks"),
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Kept<D> {
    /// Of which suite, settings, data and seed.
    key: String,
    part: Part,
    done: D,
}

/// The seeds of one suite.
pub(super) struct Seeds<'a> {
    dir: PathBuf,
    inputs: String,
    resume: bool,
    device: DeviceName,
    progress: &'a Progress,
    found: RefCell<Vec<Part>>,
}

impl<'a> Seeds<'a> {
    /// Seeds of a suite, with everything but the seed that their results depend on.
    pub(super) fn new(
        suite: &str,
        flags: &Flags,
        run: &'a Run,
        inputs: &impl Serialize,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            dir: flags.out.join(suite),
            inputs: format!("{suite}\n{}", serde_json::to_string(inputs)?),
            resume: flags.resume && !flags.force,
            device: flags.device_of(suite),
            progress: &run.progress,
            found: RefCell::default(),
        })
    }

    /// The folder of a seed.
    pub(super) fn folder(&self, seed: u64) -> PathBuf {
        self.dir.join(format!("seed-{seed}"))
    }

    /// What a seed gives: what was kept of it where the run is resumed and nothing changed that it
    /// depends on, else what `work` gives in so many stages.
    ///
    /// Beside it `measurements.json` is written, for others to read.
    pub(super) fn run<M, P>(
        &self,
        seed: u64,
        stages: usize,
        work: impl FnOnce(&Path) -> anyhow::Result<Done<M, P>>,
    ) -> anyhow::Result<Done<M, P>>
    where
        M: Serialize + DeserializeOwned,
        P: Serialize + DeserializeOwned,
    {
        let folder = self.folder(seed);
        let path = folder.join("seed.json");
        if let Some(kept) = self.find(&path, seed) {
            self.progress.pass_over(stages);
            self.progress.log(&format!("seed {seed}: measured before"));
            self.found.borrow_mut().push(kept.part);
            return Ok(kept.done);
        }
        if !self.resume && folder.exists() && !path.exists() {
            tracing::warn!(
                "{} holds an interrupted run, which starts again from the beginning; --resume would continue it",
                folder.display()
            );
        }
        let before = self.progress.finished().len();
        let done = work(&folder)?;
        let measured = serde_json::to_vec_pretty(&done.measured)?;
        output::write(&folder.join("measurements.json"), &measured)?;
        let stages = self.progress.finished().split_off(before);
        let stages = stages.into_iter().map(|(name, seconds)| Stage { name, seconds }).collect();
        let part = Part {
            commit: record::commit(),
            machine: Machine::this(self.device),
            stages,
            peak_memory_mib: record::peak_memory_mib(),
        };
        let kept = Kept { key: self.key(seed), part, done };
        output::write(&path, &serde_json::to_vec(&kept)?)?;
        Ok(kept.done)
    }

    /// How the seeds that were found were run.
    pub(super) fn into_parts(self) -> Vec<Part> {
        self.found.into_inner()
    }

    fn find<D: DeserializeOwned>(&self, path: &Path, seed: u64) -> Option<Kept<D>> {
        if !self.resume {
            return None;
        }
        let kept: Kept<D> = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
        (kept.key == self.key(seed)).then_some(kept)
    }

    fn key(&self, seed: u64) -> String {
        sha256(format!("{}\n{seed}", self.inputs).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::super::suite::Cache;
    use super::super::{Profile, Suite};
    use super::*;

    fn flags(out: &Path, resume: bool) -> Flags {
        Flags {
            suite: Some(Suite::Images),
            data: None,
            generated: true,
            profile: Profile::Smoke,
            seeds: None,
            group: "c8".parse().unwrap(),
            device: "cpu".parse().unwrap(),
            threads: None,
            out: out.to_owned(),
            resume,
            force: false,
            strict: false,
        }
    }

    fn run_of(out: &Path) -> Run {
        let progress = Progress::new(vec![1.0; 4]).unwrap();
        Run { progress, cache: Cache::new(out, Profile::Smoke, false).unwrap() }
    }

    #[test]
    fn a_resumed_run_takes_seeds_that_were_measured_before() {
        let out = tempfile::tempdir().unwrap();
        let count = RefCell::new(0);
        let measure = |settings: &str, seed: u64, resume: bool| {
            let run = run_of(out.path());
            let seeds = Seeds::new("images", &flags(out.path(), resume), &run, &settings).unwrap();
            let done: Done<f64, String> = seeds
                .run(seed, 1, |folder| {
                    run.progress.stage(&format!("seed {seed}: training"))?;
                    *count.borrow_mut() += 1;
                    assert!(folder.ends_with(format!("images/seed-{seed}")));
                    Ok(Done { measured: seed as f64 / 3.0, pictures: vec!["<svg>".into()] })
                })
                .unwrap();
            assert_eq!(
                (done.measured, &done.pictures[..]),
                (seed as f64 / 3.0, &["<svg>".to_owned()][..])
            );
            (*count.borrow(), seeds.into_parts())
        };
        assert_eq!(measure("quick", 0, true), (1, vec![]));
        let (times, parts) = measure("quick", 0, true);
        assert_eq!((times, parts.len()), (1, 1));
        assert_eq!(parts[0].stages[0].name, "seed 0: training");
        assert_eq!(measure("quick", 1, true).0, 2);
        assert_eq!(measure("paper", 1, true).0, 3);
        assert_eq!(measure("paper", 1, false).0, 4);
        std::fs::write(out.path().join("images/seed-1/seed.json"), "{ damaged").unwrap();
        assert_eq!(measure("paper", 1, true).0, 5);
    }
}
