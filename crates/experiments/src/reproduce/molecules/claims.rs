//! The claims of the molecule suite, judged.

use analysis::statistics::Estimate;
use anyhow::Context;
use figures::claims::Claim;

use super::data::Facts;
use super::measure::{Measurements, NetworkMeasurements};
use super::paths::Paths;
use super::regression::{Probe, Reading};
use super::settings::Settings;
use crate::reproduce::seed::interval_over;

const SUITE: &str = "molecules";

/// Judges all claims over the runs.
pub(super) fn judge(
    runs: &[Measurements],
    settings: &Settings,
    facts: &Facts,
) -> anyhow::Result<Vec<Claim>> {
    let over =
        interval_over(runs.len(), "95 % interval over held-out molecules, one trained network");
    let networks = || runs.iter().flat_map(|run| &run.networks);
    let first = |f: &dyn Fn(&NetworkMeasurements) -> Estimate| -> anyhow::Result<Estimate> {
        let each: Option<Vec<Estimate>> =
            runs.iter().map(|r| Some(f(r.networks.first()?))).collect();
        Ok(Estimate::over_runs(&each.context("no network")?)?)
    };
    let latents: Vec<String> = settings.networks.iter().map(|n| n.latent.to_string()).collect();
    let latents = latents.join(" and ");
    let most = settings.networks.first().context("no network")?.latent;
    let reconstructed = first(&|n| n.lossless.reconstructed)?;
    let alike = networks()
        .map(|n| n.lossless.decoded_alike)
        .min_by(|a, b| a.value.total_cmp(&b.value))
        .context("no network")?;
    let isometry =
        networks().filter(|n| n.latent == 1).map(|n| n.lossless.isometry_error).fold(0.0, f64::max);
    let changed = first(&|n| n.ambiguity.changed)?;
    let raw_copies = first(&|n| n.paths.to_permuted_copies[0].molecules)?;
    let most_projected = networks().map(|n| n.paths.to_permuted_copies[1].most).fold(0.0, f64::max);
    let saved = first(&|n| of(&n.paths.to_others, 0).minus(&of(&n.paths.to_others, 2)))?;
    let mut claims = vec![
        claim(
            "reconstruction",
            format!("The equivariant autoencoder reconstructs molecules that it has not seen ({}).", facts.name),
            reconstructed.scaled(100.0),
            "% reconstructed exactly",
            reconstructed.value >= settings.reconstruction_goal,
            format!(
                "{} held-out molecules, {most} scalars a node; as graphs, up to isomorphism; {over}. Holds from {:.0} % on.",
                facts.held_out,
                100.0 * settings.reconstruction_goal
            ),
        ),
        claim(
            "lossless",
            "Projections to a cross-section lose nothing: the decoder makes the same molecule of them.".into(),
            alike.scaled(100.0),
            "% decoded alike",
            alike.value == 1.0,
            format!(
                "decode(s(z)) is decode(z) with its nodes permuted, for {} held-out codes and {latents} scalars a node (lexicographic sort, and sort for one scalar); the lower of both, Wilson's 95 % interval. Holds at 100 %.",
                alike.n
            ),
        ),
        claim(
            "sort-is-isometric",
            "Sorting is isometric: distances after it are those of orbits.".into(),
            Estimate { value: isometry, low: isometry, high: isometry, n: settings.pairs },
            "largest relative error",
            isometry <= 1e-5,
            format!(
                "‖sort z − sort w‖ against min over permutations of ‖z − ρ(g)w‖ by linear assignment, {} pairs of held-out codes, relative to the largest distance, in f32. A maximum has no interval. Holds up to 1e-5.",
                settings.pairs
            ),
        ),
        claim(
            "neighbours-change",
            "Nearest neighbours of raw codes are not nearest neighbours of the molecules.".into(),
            changed.scaled(100.0),
            "% of the nearest that change",
            changed.low >= 0.1,
            format!(
                "Share of the {} nearest training codes by ‖z − w‖ that are not among the nearest between orbits, {most} scalars a node; {over}. Holds if the interval lies above 10 %.",
                settings.k
            ),
        ),
        claim(
            "paths-to-copies",
            "A straight line from a molecule to itself, nodes renumbered, passes through other molecules; the projected line does not.".into(),
            raw_copies,
            "molecules on the raw line",
            raw_copies.low > 1.0 && most_projected == 1.0,
            format!(
                "{} steps between the code of a held-out molecule and the same with its nodes in another order, {most} scalars a node; {over}. Holds if the interval lies above 1 and every projected line, for {latents} scalars a node, shows one molecule (at most {most_projected:.0} here).",
                settings.steps
            ),
        ),
        claim(
            "paths-between-molecules",
            "Between two molecules the aligned line passes through fewer molecules than the raw one.".into(),
            saved,
            "molecules fewer",
            saved.low > 0.0,
            format!(
                "Different molecules on {} steps from z to w less those from z to ρ(g*)w, {most} scalars a node; {over}. Holds if the interval lies above 0.",
                settings.steps
            ),
        ),
    ];
    for network in 0..settings.networks.len() {
        for probe in Probe::ALL {
            claims.push(properties(runs, settings, network, probe, &over)?);
        }
    }
    Ok(claims)
}

/// The property that gains least, for one probe on one network.
fn properties(
    runs: &[Measurements],
    settings: &Settings,
    network: usize,
    probe: Probe,
    over: &str,
) -> anyhow::Result<Claim> {
    let latent = settings.networks[network].latent;
    let read = |run: &Measurements, codes: &str| -> anyhow::Result<Vec<Estimate>> {
        let readings = &run.networks.get(network).context("a network is missing")?.readings;
        Ok(reading(readings, codes, probe)?.r2.clone())
    };
    let metric = if latent == 1 { "sort" } else { "sorted-keys" };
    let column = |codes: &str, property: usize| -> anyhow::Result<Estimate> {
        let each = runs.iter().map(|run| Ok(read(run, codes)?[property]));
        Ok(Estimate::over_runs(&each.collect::<anyhow::Result<Vec<_>>>()?)?)
    };
    let count = read(runs.first().context("no run")?, "raw")?.len();
    let mut least: Option<(Estimate, f64)> = None;
    for property in 0..count {
        let (raw, projected) = (column("raw", property)?, column(metric, property)?);
        let apart = projected.low - raw.high;
        if least.is_none_or(|(_, smallest)| apart < smallest) {
            least = Some((projected.minus(&raw), apart));
        }
    }
    let (gain, apart) = least.context("no properties")?;
    Ok(claim(
        &format!("properties-{}-{latent}", probe_id(probe)),
        format!(
            "{} every property better from projected than from raw codes, {latent} scalar{} a node.",
            reads(probe),
            if latent == 1 { "" } else { "s" }
        ),
        gain,
        "R² gained, least of all properties",
        apart > 0.0,
        format!(
            "{metric} against raw codes, nodes in random order; R² on held-out molecules; {over}. Holds if for every property the intervals lie apart."
        ),
    ))
}

pub(super) fn reading<'a>(
    readings: &'a [Reading],
    codes: &str,
    probe: Probe,
) -> anyhow::Result<&'a Reading> {
    readings
        .iter()
        .find(|r| r.codes == codes && r.probe == probe)
        .with_context(|| format!("no reading of {codes} by {}", probe.name()))
}

fn probe_id(probe: Probe) -> &'static str {
    match probe {
        Probe::Ridge => "ridge",
        Probe::Kernel => "kernel-ridge",
        Probe::Knn => "knn",
        Probe::Mlp => "mlp",
    }
}

fn reads(probe: Probe) -> &'static str {
    match probe {
        Probe::Ridge => "Ridge regression reads",
        Probe::Kernel => "Ridge regression on random Fourier features of the codes reads",
        Probe::Knn => "The 5 nearest neighbours read",
        Probe::Mlp => "A perceptron reads",
    }
}

fn of(paths: &[Paths], route: usize) -> Estimate {
    paths[route].molecules
}

fn claim(
    id: &str,
    statement: String,
    effect: Estimate,
    effect_unit: &str,
    holds: bool,
    detail: String,
) -> Claim {
    Claim {
        id: format!("{SUITE}.{id}"),
        statement,
        suite: SUITE.into(),
        effect: effect.value,
        effect_unit: effect_unit.into(),
        ci95: [effect.low, effect.high],
        holds,
        detail,
    }
}
