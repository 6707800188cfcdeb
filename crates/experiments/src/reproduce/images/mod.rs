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

use std::path::Path;

use candle_core::Device;
use groups::{Cyclic, Dihedral, HasIrreps, PlanarGroup};
use images::cnn::SteerableCnn;
use images::dataset::Split;

use super::group::PlanarName;
use super::picture::Picture;
use super::seed::{Done, Seeds};
use super::suite::SuiteResult;
use super::{Flags, Run, output};
use latents::Latents;
use measure::Measurements;
use results::{Data, ImageResults};
use settings::Settings;

use terminal::Progress;

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
    run: &Run,
    group: &G,
) -> anyhow::Result<SuiteResult> {
    let Run { progress, cache } = run;
    let seeds = flags.seeds()?;
    let device = flags.device.open()?;
    let (settings, split) = Settings::load(flags)?;
    let data = Data::of(&split);
    if data.is_generated() {
        tracing::warn!(
            "no real data: digits are generated; `cargo xtask fetch mnist` downloads MNIST, --data DIR uses it"
        );
    }
    let inputs = (&settings, &seeds, group.name(), &data);
    if let Some(result) = cache.find(NAME, &inputs) {
        progress.log("images: the result of an earlier run still holds (--force runs it again)");
        return Ok(result);
    }
    let dir = flags.out.join(NAME);
    let kept = Seeds::new(NAME, flags, run, &(&settings, group.name(), &data))?;
    let mut runs: Vec<Measurements> = Vec::new();
    let mut figures = Vec::new();
    for &seed in &seeds {
        let one = One { group, settings: &settings, split: &split, data: &data, device: &device };
        let done =
            kept.run(seed, STAGES.len(), |dir| one.run(seed, dir, flags.resume, progress))?;
        if runs.is_empty() {
            figures = done.pictures;
        }
        runs.push(done.measured);
    }
    let claims = claims::judge(&runs, &settings, data.is_generated())?;
    figures.extend(curves::draw(&runs)?);
    for figure in &figures {
        figure.write(&dir)?;
    }
    let chapter = report::chapter(&runs, &claims, &figures, &settings, &data, &group.name())?;
    let command = format!(
        "cargo xtask reproduce images --profile {} --group {}",
        flags.profile.name(),
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
        parts: kept.into_parts(),
    };
    cache.keep(&inputs, &result)?;
    Ok(result)
}

/// What one seed is run with.
struct One<'a, G> {
    group: &'a G,
    settings: &'a Settings,
    split: &'a Split,
    data: &'a Data,
    device: &'a Device,
}

impl<G: PlanarGroup + HasIrreps> One<'_, G> {
    /// Trains, encodes, measures and draws; files go to `dir`.
    fn run(
        &self,
        seed: u64,
        dir: &Path,
        resume: bool,
        progress: &Progress,
    ) -> anyhow::Result<Done<Measurements, Picture>> {
        let Self { group, settings, split, data, device } = *self;
        progress.stage(&format!("seed {seed}: training"))?;
        let architecture = settings.architecture.clone();
        let network = SteerableCnn::new(group.clone(), architecture, seed, device.clone())?;
        let job = training::Job {
            network: &network,
            name: network.representation().name(),
            training: &settings.training,
            digits: &split.train,
            seed,
            checkpoints: dir.join("checkpoints"),
            resume,
        };
        job.run(progress)?;
        network.parameters().save(&dir.join("weights.safetensors"), &Default::default())?;

        progress.stage(&format!("seed {seed}: encoding"))?;
        let latents = Latents::encode(&network, split, settings, seed)?;
        output::write_codes(
            &dir.join("latents.safetensors"),
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
        let measured = measure::all(&network, split, &latents, settings, seed, progress)?;
        progress.stage(&format!("seed {seed}: pictures"))?;
        let pictures = pictures::draw(&network, split, &latents, settings, seed)?;
        Ok(Done { measured, pictures })
    }
}
