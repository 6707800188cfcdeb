//! Tries mutations of the corpus for some seconds a reader, and counts them.
#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that reports to a terminal"
)]

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Parser;
use fuzz::{Mutator, targets};
use sha2::{Digest, Sha256};

/// No reader may take longer for one input.
const PATIENCE: Duration = Duration::from_secs(10);

/// Address space of the whole process: room for the program and its threads, not for the sizes that a
/// header may claim.
#[cfg(unix)]
const MEMORY: u64 = 2 << 30;

/// Tries every reader of files from outside with mutations of its corpus.
#[derive(Debug, Parser)]
struct Flags {
    /// Seconds for each reader.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// Readers; all if none is named.
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(targets::ALL.map(|(name, _)| name)))]
    readers: Vec<String>,
    /// Draws other inputs.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Tries this one file and no others.
    #[arg(long, value_name = "FILE", requires = "readers")]
    input: Option<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let flags = Flags::parse();
    limit_memory()?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, target) in targets::ALL {
        if !flags.readers.is_empty() && flags.readers.iter().all(|reader| reader != name) {
            continue;
        }
        if let Some(path) = &flags.input {
            target(&fs::read(path).with_context(|| format!("cannot read {}", path.display()))?);
            continue;
        }
        let inputs = run(name, target, root, &flags)?;
        println!("{name}: {inputs} inputs in {:.0} s, none mishandled", flags.seconds);
    }
    Ok(())
}

/// Tries inputs until the time is over, the seeds themselves first; returns how many.
fn run(name: &str, target: targets::Target, root: &Path, flags: &Flags) -> anyhow::Result<usize> {
    let seeds = corpus(&root.join("corpus").join(name))?;
    let mut mutator = Mutator::new(seeds.clone(), flags.seed);
    let mut ahead = seeds.into_iter();
    let watch = Watch::start(name.to_owned(), root.join("artifacts"));
    let (start, mut tried) = (Instant::now(), 0);
    while start.elapsed().as_secs_f64() < flags.seconds {
        let input = ahead.next().unwrap_or_else(|| mutator.draw());
        watch.begin(&input);
        // A target keeps nothing between inputs.
        if catch_unwind(AssertUnwindSafe(|| target(&input))).is_err() {
            let path = keep(&root.join("artifacts"), name, &input)?;
            bail!("{name} panics; see it again with `cargo run -p fuzz -- {name} --input {path}`");
        }
        tried += 1;
    }
    watch.end();
    Ok(tried)
}

fn corpus(folder: &Path) -> anyhow::Result<Vec<Vec<u8>>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("no corpus {}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths.iter().map(fs::read).collect::<std::io::Result<_>>()?)
}

/// Writes an input that was mishandled where cargo-fuzz would.
fn keep(artifacts: &Path, name: &str, input: &[u8]) -> anyhow::Result<String> {
    let digest: String = Sha256::digest(input).iter().take(8).map(|b| format!("{b:02x}")).collect();
    let path = artifacts.join(name).join(format!("crash-{digest}"));
    fs::create_dir_all(artifacts.join(name))?;
    fs::write(&path, input)?;
    Ok(path.display().to_string())
}

/// Ends the program where an input takes too long.
struct Watch(Arc<Mutex<Option<Current>>>);

/// The input that is being read.
struct Current {
    since: Instant,
    input: Vec<u8>,
}

impl Watch {
    fn start(name: String, artifacts: PathBuf) -> Self {
        let current =
            Arc::new(Mutex::new(Some(Current { since: Instant::now(), input: Vec::new() })));
        let watched = Arc::clone(&current);
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(Duration::from_millis(500));
                let current = watched.lock().unwrap_or_else(PoisonError::into_inner);
                let Some(Current { since, input }) = &*current else { return };
                if since.elapsed() > PATIENCE {
                    let kept = keep(&artifacts, &name, input);
                    eprintln!("{name} hangs on {}", kept.unwrap_or_else(|e| e.to_string()));
                    std::process::exit(1);
                }
            }
        });
        Self(current)
    }

    fn begin(&self, input: &[u8]) {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *current = Some(Current { since: Instant::now(), input: input.to_vec() });
    }

    fn end(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Memory beyond the limit is refused, which ends the program with the size that was asked for.
#[cfg(unix)]
fn limit_memory() -> anyhow::Result<()> {
    let (_, most) = rlimit::Resource::AS.get()?;
    rlimit::Resource::AS.set(MEMORY.min(most), most)?;
    Ok(())
}

#[cfg(not(unix))]
fn limit_memory() -> anyhow::Result<()> {
    Ok(())
}
