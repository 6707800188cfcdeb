//! The shapes suite: two networks for point clouds made of layers that know neither group, the
//! rotations of the cube and all rotations; their codes raw and projected.
//!
//! [`settings`] says how much is run, [`cube`] and [`rotations`] say what is peculiar to each group,
//! [`measure`] turns codes into numbers, [`claims`] judges those, [`pictures`], [`report`] and
//! [`summary`] show them.

mod claims;
mod cube;
mod measure;
mod pictures;
mod report;
mod rotations;
mod settings;
mod summary;
mod training;

use super::seed::{Done, Seeds};
use super::suite::SuiteResult;
use super::{Flags, Run};
use measure::Measurements;
use settings::Settings;

/// The suite's name.
pub(super) const NAME: &str = "shapes";

/// Stages of each seed, by the seconds that each takes on two cores in the quick profile.
const STAGES: [f64; 4] = [40.0, 20.0, 40.0, 20.0];

/// The stages of a run by their share of the time.
pub(super) fn stages(flags: &Flags) -> Vec<f64> {
    let seeds = flags.seeds().map_or(1, |seeds| seeds.len());
    STAGES.repeat(seeds)
}

/// Runs the suite and writes its files, or finds its result. Its data are generated in any case:
/// clouds of solids are what it is about.
pub(super) fn run(flags: &Flags, run: &Run) -> anyhow::Result<SuiteResult> {
    let seeds = flags.seeds()?;
    let settings = Settings::of(flags.profile);
    let inputs = (&settings, &seeds);
    if let Some(result) = run.cache.find(NAME, &inputs) {
        run.progress
            .log("shapes: the result of an earlier run still holds (--force runs it again)");
        return Ok(result);
    }
    let dir = flags.out.join(NAME);
    let kept = Seeds::new(NAME, flags, run, &settings)?;
    let mut runs: Vec<Measurements> = Vec::new();
    let mut figures = Vec::new();
    for &seed in &seeds {
        let done = kept.run(seed, STAGES.len(), |folder| {
            let at = training::Place { dir: folder.to_owned(), resume: flags.resume };
            let data = settings::Data::generate(&settings, seed);
            let (cube, codes) = cube::run(&data, &settings, seed, &at, &run.progress)?;
            let rotations = rotations::run(&data, &settings, seed, &at, &run.progress)?;
            let pictures = pictures::draw(&codes, &settings, seed)?;
            Ok(Done { measured: Measurements { seed, cube, rotations }, pictures })
        })?;
        if runs.is_empty() {
            figures = done.pictures;
        }
        runs.push(done.measured);
    }
    let claims = claims::judge(&runs)?;
    for figure in &figures {
        figure.write(&dir)?;
    }
    let profile = flags.profile.name();
    let command = format!("cargo xtask reproduce {NAME} --profile {profile}");
    let result = SuiteResult {
        name: NAME.to_owned(),
        // There is no data set that these stand in for.
        generated: false,
        chapter: report::chapter(&runs, &claims, &figures, &settings)?,
        summary: summary::summary(&runs, &claims, &settings, &command)?,
        claims,
        results: serde_json::json!({
            "data": { "kind": "generated", "name": "clouds of ten solids" },
            "settings": settings,
            "seeds": runs,
        }),
        parts: kept.into_parts(),
    };
    run.cache.keep(&inputs, &result)?;
    Ok(result)
}
