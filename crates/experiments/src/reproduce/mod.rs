//! `cargo xtask reproduce`: the paper's experiments, from data to report.

mod augmentation;
mod comparison;
mod device;
mod group;
mod images;
mod markdown;
mod molecules;
pub(crate) mod output;
mod page;
mod picture;
mod profile;
mod projections;
pub(crate) mod record;
mod seed;
mod shapes;
mod suite;
mod watcher;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::bail;
use clap::ValueEnum;

pub(crate) use profile::Profile;

use page::Page;
use record::{Machine, Record};
use suite::{Cache, SuiteResult};
use terminal::Lock;
use terminal::Progress;
use terminal::interrupt;
use terminal::whole_file;

/// What to run, on what, and where the results go.
#[derive(Debug, Clone, clap::Args)]
pub struct Flags {
    /// The experiment to run; if none is named, the paper's: images, molecules and augmentation.
    #[arg(value_enum)]
    suite: Option<Suite>,
    /// Folder of the data sets. Without it EQUIVARIANT_DATA, then `data`, then generated data.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Use generated data even where there is real data.
    #[arg(long, conflicts_with = "data")]
    generated: bool,
    /// How much to run: `quick` takes minutes on two cores, `paper` hours, `smoke` only shows that
    /// everything works.
    #[arg(long, value_enum, default_value_t = Profile::Quick)]
    profile: Profile,
    /// Seeds, one trained network each, such as `0` or `0,1,2`. By default 0; for `paper` 0 to 4.
    #[arg(long, alias = "seed", value_delimiter = ',', value_name = "SEEDS")]
    seeds: Option<Vec<u64>>,
    /// The group of the network: c4, c8, c16, d4, d8 or any other cN or dN.
    #[arg(long, default_value = "c8")]
    group: group::PlanarName,
    /// Where networks are trained: `cpu`, `cuda`, `cuda:1` or `metal`.
    #[arg(long, default_value = "cpu")]
    device: device::DeviceName,
    /// Threads; all cores by default.
    #[arg(long)]
    threads: Option<usize>,
    /// Folder of the results.
    #[arg(long, default_value = "out", value_name = "DIR")]
    out: PathBuf,
    /// Continue an interrupted run from its last checkpoints.
    #[arg(long)]
    resume: bool,
    /// Run suites again whose results are there already, also those of another profile.
    #[arg(long)]
    force: bool,
    /// Fail if a claim does not hold.
    #[arg(long)]
    strict: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Suite {
    /// Rotated digits and a rotation-equivariant network.
    Images,
    /// Molecules and a permutation-equivariant graph autoencoder.
    Molecules,
    /// Ordinary networks trained with augmentation, for both.
    Augmentation,
    /// A leaderboard of all projections, also on the codes of the other suites.
    Projections,
    /// Point clouds of solids, under the rotations of the cube and under all rotations.
    Shapes,
}

impl Suite {
    /// What runs where no suite is named: the paper's experiments.
    const ALL: [Self; 3] = [Self::Images, Self::Molecules, Self::Augmentation];

    fn name(self) -> &'static str {
        match self {
            Self::Images => images::NAME,
            Self::Molecules => molecules::NAME,
            Self::Augmentation => augmentation::NAME,
            Self::Projections => projections::NAME,
            Self::Shapes => shapes::NAME,
        }
    }

    /// Stages of its run, each with the share of the time that it takes.
    fn stages(self, flags: &Flags) -> Vec<f64> {
        match self {
            Self::Images => images::stages(flags),
            Self::Molecules => molecules::stages(flags),
            Self::Augmentation => augmentation::stages(flags),
            Self::Projections => projections::stages(flags),
            Self::Shapes => shapes::stages(flags),
        }
    }

    fn run(self, flags: &Flags, run: &Run) -> anyhow::Result<SuiteResult> {
        match self {
            Self::Images => images::run(flags, run),
            Self::Molecules => molecules::run(flags, run),
            Self::Augmentation => augmentation::run(flags, run),
            Self::Projections => projections::run(flags, run),
            Self::Shapes => shapes::run(flags, run),
        }
    }
}

impl Flags {
    /// The device that a suite trains on; some know only the processor.
    fn device_of(&self, suite: &str) -> device::DeviceName {
        match suite {
            shapes::NAME | projections::NAME => device::DeviceName::Cpu,
            _ => self.device,
        }
    }

    fn seeds(&self) -> anyhow::Result<Vec<u64>> {
        let seeds = self.seeds.clone().unwrap_or_else(|| self.profile.seeds());
        anyhow::ensure!(!seeds.is_empty(), "--seeds: at least one seed is needed");
        Ok(seeds)
    }

    /// The command that gives the results of a suite again, without folders.
    fn command(&self, suite: &str, generated: bool) -> anyhow::Result<String> {
        let device = self.device_of(suite);
        let program = device.feature().map_or_else(
            || "cargo xtask".to_owned(),
            |feature| format!("cargo run -p equivariant-experiments --features {feature} --"),
        );
        let mut command = format!("{program} reproduce {suite}");
        if suite != shapes::NAME {
            let generated = generated || self.generated;
            command += if generated { " --generated" } else { " --data DIR" };
        }
        if self.profile != Profile::Quick {
            command += &format!(" --profile {}", self.profile.name());
        }
        let seeds = self.seeds()?;
        if seeds != self.profile.seeds() {
            let seeds: Vec<String> = seeds.iter().map(u64::to_string).collect();
            command += &format!(" --seeds {}", seeds.join(","));
        }
        if suite == images::NAME && self.group != group::PlanarName::Cyclic(8) {
            command += &format!(" --group {}", self.group);
        }
        if device != device::DeviceName::Cpu {
            command += &format!(" --device {device}");
        }
        Ok(command)
    }
}

/// What to do where data could not be loaded.
fn no_data(what: &str, name: &str) -> String {
    format!(
        "the {what} could not be loaded; `cargo xtask fetch {name}` downloads them, --generated makes others"
    )
}

/// Adds what earlier runs found of suites that are not among the results, and says which; the order is
/// that of all suites.
fn add_earlier(results: &mut Vec<SuiteResult>, cache: &Cache) -> Vec<String> {
    let (mut all, mut earlier) = (Vec::new(), Vec::new());
    for suite in Suite::value_variants() {
        let name = suite.name();
        if let Some(place) = results.iter().position(|result| result.name == name) {
            all.push(results.remove(place));
        } else if let Some(result) = cache.earlier(name) {
            earlier.push(name.to_owned());
            all.push(result);
        }
    }
    *results = all;
    earlier
}

/// What all suites of one call share.
struct Run {
    progress: Progress,
    cache: Cache,
}

/// Runs the experiments of the flags, and writes figures, `results.json` and `report.html`.
///
/// # Errors
/// If a suite fails, the folder cannot be written, or a clean stop was asked for.
pub fn run(flags: Flags) -> anyhow::Result<()> {
    interrupt::listen()?;
    // This thread is one of the pool: to hand each of the hundreds of small products of a training step to
    // another takes longer than some of them do.
    let threads = flags.threads.unwrap_or(0);
    rayon::ThreadPoolBuilder::new().num_threads(threads).use_current_thread().build_global()?;
    let _lock = Lock::hold(&flags.out)?;
    whole_file::sweep(&flags.out);
    let (start, commit) = (Instant::now(), record::commit());
    let suites = flags.suite.map_or_else(|| Suite::ALL.to_vec(), |suite| vec![suite]);
    let stages = suites.iter().flat_map(|suite| suite.stages(&flags)).collect();
    let cache = Cache::new(&flags.out, flags.profile, flags.force)?;
    for suite in &suites {
        cache.check(suite.name())?;
    }
    let run = Run { progress: Progress::new(stages)?, cache };
    let (mut results, mut failed, mut interrupted) = (Vec::new(), Vec::new(), None);
    for suite in &suites {
        run.progress.group(suite.stages(&flags).len());
        if flags.device_of(suite.name()) != flags.device {
            let note = "computes on the processor: --device is for the networks of other suites";
            run.progress.log(&format!("{} {note}", suite.name()));
        }
        let mut outcome = suite.run(&flags, &run);
        let stages = run.progress.take_finished();
        let joins = outcome.as_ref().is_ok_and(|result| !result.parts.is_empty());
        // A suite whose result was found keeps the record of the run that made it.
        if joins || !stages.is_empty() {
            let generated = outcome.as_ref().map_or(flags.generated, |result| result.generated);
            let command = flags.command(suite.name(), generated)?;
            let machine = Machine::this(flags.device_of(suite.name()));
            let record = Record::new(command, commit.clone(), machine, flags.resume, stages);
            let earlier = flags.resume.then(|| Record::read(&flags.out, suite.name())).flatten();
            let record = match earlier {
                Some(earlier) => record.after(earlier),
                None => record,
            };
            let parts = outcome.iter_mut().flat_map(|result| std::mem::take(&mut result.parts));
            let record = parts.fold(record, Record::with);
            let written = record.write(&flags.out, suite.name());
            // The error of the suite says more.
            if outcome.is_ok() {
                written?;
            }
        }
        match outcome {
            Ok(result) => results.push(result),
            // A failed suite does not lose the others; an interruption ends all.
            Err(error) if interrupt::requested() => {
                interrupted = Some(error);
                break;
            }
            Err(error) => {
                run.progress.log_error(&format!("{} failed: {error:#}", suite.name()));
                failed.push((suite.name(), error));
            }
        }
    }
    run.progress.finish();
    let reasons: Vec<String> = failed.iter().map(|(name, why)| format!("{name} ({why})")).collect();
    let earlier = add_earlier(&mut results, &run.cache);
    let renewed = results.len() > earlier.len();
    let page =
        Page { profile: flags.profile, suites: &results, earlier: &earlier, failed: &reasons };
    // An earlier report says more than an empty one.
    if !results.is_empty() {
        page::write(&flags.out, &page)?;
    }
    if let Some(error) = interrupted {
        return Err(error);
    }
    let own = results.iter().filter(|result| !earlier.contains(&result.name));
    let claims: Vec<_> = own.flat_map(|result| &result.claims).collect();
    let held = claims.iter().filter(|claim| claim.holds).count();
    if renewed {
        tracing::info!(
            "{held} of {} claims hold; {} in {:.0} s",
            claims.len(),
            flags.out.join("report.html").display(),
            start.elapsed().as_secs_f64()
        );
        if flags.profile == Profile::Smoke {
            tracing::info!("a smoke run: its numbers mean nothing, and claims need not hold");
        } else {
            for claim in claims.iter().filter(|claim| !claim.holds) {
                tracing::warn!("does not hold: {} ({})", claim.statement, claim.id);
            }
        }
    }
    if let Some((name, error)) = failed.pop() {
        return Err(error.context(format!("the suite `{name}` failed")));
    }
    if flags.strict && held < claims.len() {
        bail!("--strict: {} of {} claims do not hold", claims.len() - held, claims.len());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        flags: Flags,
    }

    #[test]
    fn the_command_gives_the_same_results_again() {
        let command = |suite, arguments: &str| {
            let arguments = std::iter::once("program").chain(arguments.split_whitespace());
            Program::parse_from(arguments).flags.command(suite, false).unwrap()
        };
        let plain = "cargo xtask reproduce images --data DIR";
        assert_eq!(command("images", "images --data somewhere"), plain);
        assert_eq!(
            command("images", "--profile paper --seeds 3,4 --group d4 --device cuda:1"),
            "cargo run -p equivariant-experiments --features cuda -- reproduce images --data DIR \
             --profile paper --seeds 3,4 --group d4 --device cuda:1"
        );
        assert_eq!(
            command("molecules", "--generated --group d4"),
            "cargo xtask reproduce molecules --generated"
        );
        // Shapes are trained on the processor, whatever was asked for.
        assert_eq!(command("shapes", "--device cuda"), "cargo xtask reproduce shapes");
    }
}
