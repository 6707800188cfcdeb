//! One run: groups of benchmarks, one after the other, each followed by its peers.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use anyhow::Context;
use candle_core::{Device, Tensor};
use ndarray::ArrayView2;

use crate::clock::Protocol;
use crate::floor::Least;
use crate::peers::{self, Python, Settings};
use crate::rates::Rates;
use crate::record::{Entry, Record};
use crate::render::seconds;
use crate::statistics::Summary;
use crate::suite::{self, Group};

/// What is to be measured.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// Beginnings of names; all benchmarks where there are none.
    pub(crate) prefixes: Vec<String>,
    pub(crate) quick: bool,
    /// A file with SMILES.
    pub(crate) smiles: Option<PathBuf>,
}

impl Wanted {
    fn includes(&self, name: &str) -> bool {
        self.prefixes.is_empty() || self.prefixes.iter().any(|prefix| name.starts_with(prefix))
    }
}

/// A run that is under way.
#[derive(Debug)]
pub(crate) struct Session {
    wanted: Wanted,
    python: Option<Python>,
    rates: Rates,
    record: Record,
}

impl Session {
    pub(crate) fn new(wanted: Wanted, python: Option<PathBuf>) -> anyhow::Result<Self> {
        let known = suite::all().filter(|bench| wanted.includes(bench.name)).count();
        anyhow::ensure!(known > 0, "no benchmark begins so; `bench list` shows all");
        eprintln!("measuring the machine");
        let rates = Rates::measure()?;
        eprintln!(
            "  products {:.0} and {:.0} Gflop/s, copies {:.1} and {:.1} GB/s, by one and by all threads",
            rates.gemm_one / 1e9,
            rates.gemm_all / 1e9,
            rates.copy_one / 1e9,
            rates.copy_all / 1e9
        );
        if rates.gemm_all < 0.8 * rayon::current_num_threads() as f64 * rates.gemm_one {
            eprintln!("  threads get in each other's way: is something else running?");
        }
        let record = Record { rates: Some(rates), quick: wanted.quick, ..Record::here()? };
        Ok(Self { wanted, python: python.map(Python::new), rates, record })
    }

    pub(crate) fn run(mut self) -> anyhow::Result<Record> {
        for group in &suite::GROUPS {
            if group.benches.iter().any(|bench| self.wanted.includes(bench.name)) {
                self.group(group).with_context(|| format!("group {}", group.name))?;
            }
        }
        Ok(self.record)
    }

    fn group(&mut self, group: &'static Group) -> anyhow::Result<()> {
        let protocol = if self.wanted.quick { Protocol::QUICK } else { Protocol::FULL };
        let mut measured = Measurements {
            wanted: &self.wanted,
            group,
            rates: self.rates,
            protocol,
            shared: HashMap::new(),
            entries: Vec::new(),
        };
        (group.run)(&mut measured)?;
        let Measurements { shared, mut entries, .. } = measured;
        if let (Some(python), Some(script)) = (&self.python, group.script) {
            let settings = Settings {
                quick: self.wanted.quick,
                protocol,
                names: entries.iter().map(|entry| entry.name.clone()).collect(),
            };
            eprintln!("asking the peers: {}", script);
            match python.ask(script, &shared, &settings) {
                Ok(answer) => {
                    peers::add(&mut entries, &answer);
                    self.record.versions.extend(answer.versions);
                    self.record.absent.extend(answer.absent);
                }
                Err(error) => {
                    eprintln!("  no answer: {error:#}");
                    self.record.absent.insert(script.to_owned(), format!("{error:#}"));
                }
            }
        }
        self.record.entries.extend(entries);
        Ok(())
    }
}

/// What a benchmark processes, and what it cannot do without.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    pub(crate) parameters: Vec<(&'static str, usize)>,
    /// How many units are processed.
    pub(crate) amount: usize,
    /// What a unit is, in the plural.
    pub(crate) unit: &'static str,
    pub(crate) least: Least,
}

/// The measurements of one group.
#[derive(Debug)]
pub(crate) struct Measurements<'a> {
    pub(crate) wanted: &'a Wanted,
    group: &'static Group,
    rates: Rates,
    pub(crate) protocol: Protocol,
    shared: HashMap<String, Tensor>,
    entries: Vec<Entry>,
}

impl Measurements<'_> {
    /// Whether a benchmark of this group is to be run.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.wanted.includes(name)
    }

    pub(crate) fn quick(&self) -> bool {
        self.wanted.quick
    }

    /// The size for this run.
    pub(crate) fn size(&self, full: usize, quick: usize) -> usize {
        if self.quick() { quick } else { full }
    }

    /// Hands numbers to the peers, as they are now: what is trained later changes in place.
    pub(crate) fn share(&mut self, name: impl Into<String>, tensor: &Tensor) -> anyhow::Result<()> {
        self.shared.insert(name.into(), tensor.copy()?.detach());
        Ok(())
    }

    /// Hands a matrix to the peers.
    pub(crate) fn share_rows(
        &mut self,
        name: impl Into<String>,
        rows: ArrayView2<'_, f32>,
    ) -> anyhow::Result<()> {
        let values: Vec<f32> = rows.iter().copied().collect();
        self.share(name, &Tensor::from_vec(values, rows.dim(), &Device::Cpu)?)
    }

    /// Measures and keeps what was found.
    pub(crate) fn measure<R>(
        &mut self,
        name: &str,
        work: Work,
        run: impl FnMut() -> anyhow::Result<R>,
    ) -> anyhow::Result<()> {
        eprint!("{name:<36} ");
        let summary = self.protocol.time(run)?;
        self.add(name, work, summary)
    }

    /// [`measure`](Self::measure) with something made before each run, which is not measured.
    pub(crate) fn measure_after<S, R>(
        &mut self,
        name: &str,
        work: Work,
        prepare: impl FnMut() -> anyhow::Result<S>,
        run: impl FnMut(S) -> anyhow::Result<R>,
    ) -> anyhow::Result<()> {
        eprint!("{name:<36} ");
        let summary = self.protocol.time_after(prepare, run)?;
        self.add(name, work, summary)
    }

    fn add(&mut self, name: &str, work: Work, summary: Summary) -> anyhow::Result<()> {
        let bench = self.group.benches.iter().find(|bench| bench.name == name);
        let bench = bench.with_context(|| format!("{name} is not in the table of its group"))?;
        let floor = work.least.floor(&self.rates);
        let floor_ratio = floor.map(|floor| summary.median / floor.seconds);
        let times = floor_ratio.map(|ratio| format!(", {ratio:.1} × floor")).unwrap_or_default();
        eprintln!("{:>10} ({} samples){times}", seconds(summary.median), summary.samples);
        let parameters = work.parameters.iter().map(|&(name, n)| (name.to_owned(), n as f64));
        self.entries.push(Entry {
            name: name.to_owned(),
            group: self.group.name.to_owned(),
            what: bench.what.to_owned(),
            parameters: parameters.collect(),
            seconds: summary,
            amount: work.amount as f64,
            unit: work.unit.to_owned(),
            floor,
            floor_ratio,
            peers: Vec::new(),
            quality: BTreeMap::new(),
        });
        Ok(())
    }

    /// Notes a number that belongs to the benchmark measured last.
    pub(crate) fn note(&mut self, name: &str, value: f64) {
        if let Some(entry) = self.entries.last_mut() {
            entry.quality.insert(name.to_owned(), value);
        }
    }
}
