//! The image suite: a rotation-equivariant network on rotated digits, its codes raw and projected.
//!
//! [`settings`] says how much is run, [`latents`] makes the codes, [`measure`] and [`curves`] turn
//! them into numbers, [`claims`] judges those, [`pictures`] and [`report`] show them.

mod claims;
mod curves;
pub(crate) mod latents;
pub(crate) mod measure;
mod pictures;
mod projected;
mod report;
mod results;
pub(crate) mod settings;
mod summary;
pub(crate) mod training;

use groups::{Cyclic, Dihedral, HasIrreps, PlanarGroup};
use images::cnn::SteerableCnn;

use super::group::PlanarName;
use super::suite::SuiteResult;
use super::{Flags, Run, output};
use latents::Latents;
use measure::Measurements;
use results::{Data, ImageResults};
use settings::Settings;

/// The suite's name.
pub(super) const NAME: &str = "images";

/// Stages of each seed, by the seconds that each takes on two cores in the quick profile.
const STAGES: [f64; 6] = [150.0, 4.0, 50.0, 40.0, 20.0, 20.0];

/// The stages of a run by their share of the time.
pub(super) fn stages(flags: &Flags) -> Vec<f64> {
    let seeds = flags.seeds().map_or(1, |seeds| seeds.len());
    STAGES.repeat(seeds)
}

/// Runs the suite and writes its files, or finds its result.
pub(super) fn run(flags: &Flags, run: &Run) -> anyhow::Result<SuiteResult> {
    match flags.group {
        PlanarName::Cyclic(n) => run_with(flags, run, &Cyclic::new(n)?),
        PlanarName::Dihedral(n) => run_with(flags, run, &Dihedral::new(n)?),
    }
}

fn run_with<G: PlanarGroup + HasIrreps>(
    flags: &Flags,
    Run { progress, cache }: &Run,
    group: &G,
) -> anyhow::Result<SuiteResult> {
    let seeds = flags.seeds()?;
    let device = flags.device.open()?;
    let (settings, split) = Settings::load(flags)?;
    let data = Data::of(&split);
    if data.is_generated() {
        tracing::warn!("no real data: digits are generated; pass --data DIR for MNIST");
    }
    let inputs = (&settings, &seeds, group.name(), &data);
    if let Some(result) = cache.find(NAME, &inputs) {
        progress.log("images: the result of an earlier run still holds (--force runs it again)");
        return Ok(result);
    }
    let dir = flags.out.join(NAME);
    let mut runs: Vec<Measurements> = Vec::new();
    let mut pictures = None;
    for &seed in &seeds {
        let run_dir = dir.join(format!("seed-{seed}"));
        progress.stage(&format!("seed {seed}: training"))?;
        let architecture = settings.architecture.clone();
        let network = SteerableCnn::new(group.clone(), architecture, seed, device.clone())?;
        let job = training::Job {
            network: &network,
            name: network.representation().name(),
            training: &settings.training,
            digits: &split.train,
            seed,
            checkpoints: run_dir.join("checkpoints"),
            resume: flags.resume,
        };
        job.run(progress)?;
        network.parameters().save(&run_dir.join("weights.safetensors"), &Default::default())?;

        progress.stage(&format!("seed {seed}: encoding"))?;
        let latents = Latents::encode(&network, &split, &settings, seed)?;
        output::write_codes(
            &run_dir.join("latents.safetensors"),
            &[
                ("upright", &latents.upright),
                ("rotated", &latents.rotated),
                ("test", &latents.test),
            ],
            &[("labels", &latents.labels), ("test_labels", &latents.test_labels)],
            &[
                ("group", group.name()),
                ("representation", network.representation().name()),
                ("data", data.name.to_owned()),
                ("seed", seed.to_string()),
            ],
        )?;
        let measurements = measure::all(&network, &split, &latents, &settings, seed, progress)?;
        output::write(
            &run_dir.join("measurements.json"),
            &serde_json::to_vec_pretty(&measurements)?,
        )?;
        if pictures.is_none() {
            progress.stage(&format!("seed {seed}: pictures"))?;
            pictures = Some(pictures::draw(&network, &split, &latents, &settings, seed)?);
        } else {
            progress.stage(&format!("seed {seed}: done"))?;
        }
        runs.push(measurements);
    }
    let claims = claims::judge(&runs, &settings, data.is_generated())?;
    let mut figures = pictures.unwrap_or_default();
    figures.extend(curves::draw(&runs)?);
    for figure in &figures {
        output::write(
            &dir.join("figures").join(format!("{}.svg", figure.name)),
            figure.svg.as_bytes(),
        )?;
    }
    let chapter = report::chapter(&runs, &claims, &figures, &settings, &data, &group.name())?;
    let command = format!(
        "cargo xtask reproduce images --profile {} --group {}",
        format!("{:?}", flags.profile).to_lowercase(),
        flags.group
    );
    let result = SuiteResult {
        name: NAME.to_owned(),
        generated: data.is_generated(),
        summary: summary::summary(&runs, &claims, &data, &command)?,
        claims,
        chapter,
        results: serde_json::to_value(ImageResults {
            data: data.clone(),
            group: group.name(),
            settings: settings.clone(),
            seeds: runs,
        })?,
    };
    cache.keep(&inputs, &result)?;
    Ok(result)
}
