//! The molecule suite: a permutation-equivariant graph autoencoder, its codes raw and projected.
//!
//! [`settings`] says how much is run, [`data`] what on, [`codes`] makes the codes; [`lossless`],
//! [`neighbours`], [`paths`], [`regression`] and [`sampling`] turn them into numbers, [`claims`]
//! judges those, [`pictures`] and [`report`] show them.

mod ablation;
mod claims;
pub(super) mod codes;
pub(super) mod data;
mod lossless;
mod measure;
mod neighbours;
mod paths;
mod perceptron;
mod pictures;
mod regression;
mod report;
mod sampling;
pub(super) mod settings;
mod summary;
pub(super) mod training;

use std::path::Path;

use candle_core::Device;
use molecules::vae::{Autoencoder, GraphVae};
use ndarray::Array2;
use serde::Serialize;

use super::picture::Picture;
use super::seed::{Done, Seeds};
use super::suite::SuiteResult;
use super::{Flags, Run, output};
use codes::Codes;
use data::{Facts, Molecules};
use measure::Measurements;
use settings::Settings;

use terminal::Progress;

/// The suite's name.
pub(super) const NAME: &str = "molecules";

/// Stages of each network, by the seconds that each takes on two cores in the quick profile.
const STAGES: [f64; 6] = [270.0, 10.0, 20.0, 25.0, 60.0, 10.0];

/// The stages of a run by their share of the time.
pub(super) fn stages(flags: &Flags) -> Vec<f64> {
    let settings = Settings::of(flags.profile);
    let seeds = flags.seeds().map_or(1, |seeds| seeds.len());
    let mut stages = Vec::new();
    for seed in 0..seeds {
        stages.extend(STAGES.repeat(settings.networks.len()));
        if seed == 0 {
            let epochs = settings.networks.first().map_or(1, |network| network.training.epochs);
            let share = settings.ablation_epochs as f64 / epochs as f64;
            let ablations = ablation::Job::networks(&settings);
            stages.extend([STAGES[0] * share].repeat(ablations));
        }
    }
    stages
}

/// What `results.json` says of the suite. The schema is documented in `docs/results-schema.md`;
/// change the version in [`super::page`] with it.
#[derive(Debug, Serialize)]
struct MoleculeResults<'a> {
    data: &'a Facts,
    properties: &'a [data::PropertyName],
    settings: &'a Settings,
    seeds: &'a [Measurements],
}

/// Runs the suite and writes its files, or finds its result.
pub(super) fn run(flags: &Flags, run: &Run) -> anyhow::Result<SuiteResult> {
    let Run { progress, cache } = run;
    let settings = Settings::of(flags.profile);
    let seeds = flags.seeds()?;
    let device = flags.device.open()?;
    let molecules = Molecules::load(flags, &settings)?;
    if molecules.facts.is_generated() {
        tracing::warn!(
            "no real data: molecules are enumerated; `cargo xtask fetch qm9` downloads QM9, --data DIR uses it"
        );
    }
    let inputs = (&settings, &seeds, &molecules.facts);
    if let Some(result) = cache.find(NAME, &inputs) {
        progress.log("molecules: the result of an earlier run still holds (--force runs it again)");
        return Ok(result);
    }
    let dir = flags.out.join(NAME);
    let kept = Seeds::new(NAME, flags, run, &(&settings, &molecules.facts))?;
    let one = One { settings: &settings, molecules: &molecules, device: &device, progress };
    let mut runs: Vec<Measurements> = Vec::new();
    let mut pictures = Vec::new();
    for &seed in &seeds {
        let with_ablations = seed == seeds[0];
        let stages = one.stages(with_ablations);
        let done =
            kept.run(seed, stages, |dir| one.run(seed, with_ablations, dir, flags.resume))?;
        if runs.is_empty() {
            pictures = done.pictures;
        }
        runs.push(done.measured);
    }
    if let Some(first) = runs.first() {
        pictures.extend(pictures::bars(first, &molecules)?);
    }
    for figure in &pictures {
        figure.write(&dir)?;
    }
    let claims = claims::judge(&runs, &settings, &molecules.facts)?;
    let command = format!("cargo xtask reproduce molecules --profile {}", flags.profile.name());
    let result = SuiteResult {
        name: NAME.to_owned(),
        generated: molecules.facts.is_generated(),
        summary: summary::summary(&runs, &claims, &molecules, &command)?,
        chapter: report::chapter(&runs, &pictures, &settings, &molecules)?,
        claims,
        results: serde_json::to_value(MoleculeResults {
            data: &molecules.facts,
            properties: &molecules.properties,
            settings: &settings,
            seeds: &runs,
        })?,
        parts: kept.into_parts(),
    };
    cache.keep(&inputs, &result)?;
    Ok(result)
}

/// What every seed is run with.
struct One<'a> {
    settings: &'a Settings,
    molecules: &'a Molecules,
    device: &'a Device,
    progress: &'a Progress,
}

impl One<'_> {
    /// Stages of a seed.
    fn stages(&self, with_ablations: bool) -> usize {
        let ablations = if with_ablations { ablation::Job::networks(self.settings) } else { 0 };
        STAGES.len() * self.settings.networks.len() + ablations
    }

    /// Trains, encodes, measures and draws; files go to `dir`.
    fn run(
        &self,
        seed: u64,
        with_ablations: bool,
        dir: &Path,
        resume: bool,
    ) -> anyhow::Result<Done<Measurements, Picture>> {
        let Self { settings, molecules, device, progress } = *self;
        let (mut networks, mut pictures) = (Vec::new(), Vec::new());
        for network_settings in &settings.networks {
            let latent = network_settings.latent;
            let dir = dir.join(format!("latent-{latent}"));
            progress.stage(&format!("seed {seed}, {latent} a node: training"))?;
            let kinds = molecules.vocabulary.kinds().len();
            let config = network_settings.config(molecules.nodes, kinds);
            let network = GraphVae::new(config, seed, device)?;
            let job = training::Job {
                network: &network,
                training: &network_settings.training,
                molecules,
                seed,
                checkpoints: dir.join("checkpoints"),
                resume,
            };
            job.run(progress)?;
            network.parameters().save(&dir.join("weights.safetensors"), &Default::default())?;
            let codes = Codes::encode(&network, molecules)?;
            write_codes(&dir.join("latents.safetensors"), &codes, molecules, seed)?;
            let measured = measure::all(&network, molecules, &codes, settings, seed, progress)?;
            progress.stage(&format!("seed {seed}, {latent} a node: pictures"))?;
            pictures
                .extend(pictures::draw(&network, molecules, &codes, &measured, settings, seed)?);
            networks.push(measured);
        }
        let mut ablations = Vec::new();
        if with_ablations {
            let job = ablation::Job { settings, molecules, seed, device };
            ablations = job.run(dir, resume, progress)?;
        }
        Ok(Done { measured: Measurements { seed, networks, ablations }, pictures })
    }
}

/// Codes and properties of all molecules.
fn write_codes(path: &Path, codes: &Codes, molecules: &Molecules, seed: u64) -> anyhow::Result<()> {
    let held_out: Vec<usize> =
        (0..molecules.graphs.len()).map(|i| usize::from(i >= codes.train)).collect();
    let properties: Array2<f32> = molecules.values.mapv(|value| value as f32);
    let names: Vec<&str> = molecules.properties.iter().map(|p| p.name.as_str()).collect();
    output::write_codes(
        path,
        &[("codes", &codes.all), ("properties", &properties)],
        &[("held_out", &held_out)],
        &[
            ("group", format!("S{}", codes.nodes)),
            ("representation", format!("{} nodes x {}", codes.nodes, codes.latent)),
            ("properties", names.join(" ")),
            ("smiles", molecules.canonical.join("\n")),
            ("data", molecules.facts.name.clone()),
            ("seed", seed.to_string()),
        ],
    )
}
