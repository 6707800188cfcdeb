//! `cargo xtask reproduce`: the paper's experiments, from data to report.

mod device;
mod group;
mod images;
mod output;
mod profile;
mod results;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::bail;

pub(crate) use profile::Profile;

use crate::interrupt;

#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Flags {
    /// The experiment to run; all of them if none is named.
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
    /// Fail if a claim does not hold.
    #[arg(long)]
    strict: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Suite {
    /// Rotated digits and a rotation-equivariant network (section 2 of the paper's experiments).
    Images,
}

pub(crate) fn run(flags: Flags) -> anyhow::Result<()> {
    interrupt::listen()?;
    if let Some(threads) = flags.threads {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    }
    let start = Instant::now();
    let suites = flags.suite.map_or_else(|| vec![Suite::Images], |suite| vec![suite]);
    let mut claims = Vec::new();
    for suite in suites {
        match suite {
            Suite::Images => claims.extend(images::run(&flags)?),
        }
    }
    let held = claims.iter().filter(|claim| claim.holds).count();
    tracing::info!(
        "{held} of {} claims hold; {} in {:.0} s",
        claims.len(),
        flags.out.join("report.html").display(),
        start.elapsed().as_secs_f64()
    );
    for claim in claims.iter().filter(|claim| !claim.holds) {
        tracing::warn!("does not hold: {} ({})", claim.statement, claim.id);
    }
    if flags.strict && held < claims.len() {
        bail!("--strict: {} of {} claims do not hold", claims.len() - held, claims.len());
    }
    Ok(())
}
