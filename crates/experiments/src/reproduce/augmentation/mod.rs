//! The augmentation suite: ordinary networks that learn invariance from transformed inputs, beside
//! the equivariant ones of the other suites.
//!
//! [`settings`] says how much is run; [`digits`] and [`graphs`] train networks and apply cures,
//! [`judge`] measures all alike, [`claims`] decides, [`report`] shows.

mod claims;
mod digits;
mod graphs;
mod judge;
mod report;
mod settings;
mod summary;

use anyhow::Context;
use images::dataset::Origin;
use serde::{Deserialize, Serialize};

use super::images::NAME as IMAGES;
use super::molecules::NAME as MOLECULES;
use super::molecules::data::Molecules;
use super::picture::Picture;
use super::seed::{Done, Seeds, interval_over};
use super::suite::SuiteResult;
use super::{Flags, Run};
use digits::Learned;
use judge::Row;
use settings::Settings;

/// The suite's name.
pub(super) const NAME: &str = "augmentation";

/// Stages of each seed, by the seconds that each takes on two cores in the quick profile after the
/// other suites.
const STAGES: [f64; 8] = [5.0, 30.0, 30.0, 50.0, 60.0, 5.0, 60.0, 20.0];

/// The stages of a run by their share of the time.
pub(super) fn stages(flags: &Flags) -> Vec<f64> {
    STAGES.repeat(flags.seeds().map_or(1, |seeds| seeds.len()))
}

/// Everything measured with one seed.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Measurements {
    seed: u64,
    digits: Vec<Row>,
    molecules: Vec<Row>,
    learned: Vec<Learned>,
    /// The property that is read from molecules.
    property: String,
    /// Parameters of the equivariant and of the ordinary autoencoder.
    parameters: [usize; 2],
}

impl Measurements {
    /// What several seeds gave, as if it were of one: means, with intervals over the networks.
    fn over_runs(runs: &[Self]) -> anyhow::Result<Self> {
        let first = runs.first().context("no seed was run")?;
        let rows = |rows: fn(&Self) -> &[Row]| {
            (0..rows(first).len())
                .map(|i| {
                    Row::over_runs(&runs.iter().filter_map(|r| rows(r).get(i)).collect::<Vec<_>>())
                })
                .collect::<anyhow::Result<Vec<_>>>()
        };
        let learned = (0..first.learned.len()).map(|i| {
            Learned::over_runs(&runs.iter().filter_map(|r| r.learned.get(i)).collect::<Vec<_>>())
        });
        Ok(Self {
            digits: rows(|run| &run.digits)?,
            molecules: rows(|run| &run.molecules)?,
            learned: learned.collect::<anyhow::Result<_>>()?,
            ..first.clone()
        })
    }
}

/// What the intervals of a number of runs are over.
fn intervals(runs: usize) -> String {
    interval_over(runs, "95 % bootstrap interval over test inputs, one trained network")
}

/// Runs the suite and writes its files, or finds its result.
pub(super) fn run(flags: &Flags, run: &Run) -> anyhow::Result<SuiteResult> {
    let Run { progress, cache } = run;
    let settings = Settings::of(flags.profile);
    let molecule_settings = super::molecules::settings::Settings::of(flags.profile);
    let (seeds, device) = (flags.seeds()?, flags.device.open()?);
    let (image_settings, split) = super::images::settings::Settings::load(flags)?;
    let molecules = Molecules::load(flags, &molecule_settings)?;
    let generated =
        molecules.facts.is_generated() || matches!(split.train.origin, Origin::Generated { .. });
    let fingerprints =
        [split.train.fingerprint(), split.test.fingerprint(), molecules.facts.fingerprint.clone()];
    let inputs = (&settings, &image_settings, &molecule_settings, &seeds, &fingerprints);
    if let Some(result) = cache.find(NAME, &inputs) {
        progress
            .log("augmentation: the result of an earlier run still holds (--force runs it again)");
        return Ok(result);
    }
    let inputs_of_a_seed = (&settings, &image_settings, &molecule_settings, &fingerprints);
    let kept = Seeds::new(NAME, flags, run, &inputs_of_a_seed)?;
    let mut runs = Vec::new();
    let mut figure = None;
    for &seed in &seeds {
        let done = kept.run(seed, STAGES.len(), |own| {
            let seed_dir = format!("seed-{seed}");
            let of_digits = digits::Suite {
                split: &split,
                settings: &settings,
                image_settings: &image_settings,
                device: &device,
                seed,
                resume: flags.resume,
                dir: own,
                images_dir: &flags.out.join(IMAGES).join(&seed_dir).join("checkpoints"),
            }
            .run(progress)?;
            let of_molecules = graphs::Suite {
                molecules: &molecules,
                settings: &settings,
                molecule_settings: &molecule_settings,
                device: &device,
                seed,
                resume: flags.resume,
                dir: own,
                molecules_dir: &flags.out.join(MOLECULES).join(&seed_dir),
            }
            .run(progress)?;
            let mut learned = of_digits.learned;
            learned.push(of_molecules.learned);
            let measured = Measurements {
                seed,
                digits: of_digits.rows,
                molecules: of_molecules.rows,
                learned,
                property: of_molecules.property,
                parameters: of_molecules.parameters,
            };
            Ok(Done { measured, pictures: vec![Picture::new("orbits", of_digits.figure)] })
        })?;
        runs.push(done.measured);
        figure = figure.or(done.pictures.into_iter().next());
    }
    let figure = figure.context("no seed was run")?;
    figure.write(&flags.out.join(NAME))?;
    let claims = claims::judge(&runs)?;
    let profile = flags.profile.name();
    let command = format!("cargo xtask reproduce augmentation --profile {profile}");
    let result = SuiteResult {
        name: NAME.to_owned(),
        generated,
        summary: summary::summary(&runs, &claims, &command)?,
        chapter: report::chapter(&runs, &figure.svg, generated)?,
        claims,
        results: serde_json::json!({
            "data": { "kind": if generated { "generated" } else { "real" }, "fingerprints": fingerprints },
            "settings": settings,
            "seeds": runs,
        }),
        parts: kept.into_parts(),
    };
    cache.keep(&inputs, &result)?;
    Ok(result)
}
