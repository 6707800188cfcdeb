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
mod pictures;
mod regression;
mod report;
mod sampling;
pub(super) mod settings;
mod summary;
pub(super) mod training;

use molecules::vae::{Autoencoder, GraphVae};
use ndarray::Array2;
use serde::Serialize;

use super::suite::SuiteResult;
use super::{Flags, Run, output};
use codes::Codes;
use data::{Facts, Molecules};
use measure::Measurements;
use settings::Settings;

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
pub(super) fn run(flags: &Flags, Run { progress, cache }: &Run) -> anyhow::Result<SuiteResult> {
    let settings = Settings::of(flags.profile);
    let seeds = flags.seeds()?;
    let device = flags.device.open()?;
    let molecules = Molecules::load(flags, &settings)?;
    if molecules.facts.is_generated() {
        tracing::warn!("no real data: molecules are enumerated; pass --data DIR for QM9");
    }
    let inputs = (&settings, &seeds, &molecules.facts);
    if let Some(result) = cache.find(NAME, &inputs) {
        progress.log("molecules: the result of an earlier run still holds (--force runs it again)");
        return Ok(result);
    }
    let dir = flags.out.join(NAME);
    let mut runs: Vec<Measurements> = Vec::new();
    let mut pictures = Vec::new();
    for &seed in &seeds {
        let mut networks = Vec::new();
        for network_settings in &settings.networks {
            let latent = network_settings.latent;
            let run_dir = dir.join(format!("seed-{seed}")).join(format!("latent-{latent}"));
            progress.stage(&format!("seed {seed}, {latent} a node: training"))?;
            let kinds = molecules.vocabulary.kinds().len();
            let config = network_settings.config(molecules.nodes, kinds);
            let network = GraphVae::new(config, seed, &device)?;
            let job = training::Job {
                network: &network,
                training: &network_settings.training,
                molecules: &molecules,
                seed,
                checkpoints: run_dir.join("checkpoints"),
                resume: flags.resume,
            };
            job.run(progress)?;
            network.parameters().save(&run_dir.join("weights.safetensors"), &Default::default())?;
            let codes = Codes::encode(&network, &molecules)?;
            write_codes(&run_dir.join("latents.safetensors"), &codes, &molecules, seed)?;
            let measured = measure::all(&network, &molecules, &codes, &settings, seed, progress)?;
            if seed == seeds[0] {
                progress.stage(&format!("seed {seed}, {latent} a node: pictures"))?;
                pictures.extend(pictures::draw(
                    &network, &molecules, &codes, &measured, &settings, seed,
                )?);
            } else {
                progress.stage(&format!("seed {seed}, {latent} a node: done"))?;
            }
            networks.push(measured);
        }
        let mut ablations = Vec::new();
        if seed == seeds[0] {
            let job =
                ablation::Job { settings: &settings, molecules: &molecules, seed, device: &device };
            ablations = job.run(&dir, flags.resume, progress)?;
        }
        let measurements = Measurements { seed, networks, ablations };
        output::write(
            &dir.join(format!("seed-{seed}")).join("measurements.json"),
            &serde_json::to_vec_pretty(&measurements)?,
        )?;
        runs.push(measurements);
    }
    if let Some(first) = runs.first() {
        pictures.extend(pictures::bars(first, &molecules)?);
    }
    for figure in &pictures {
        let path = dir.join("figures").join(format!("{}.svg", figure.name));
        output::write(&path, figure.svg.as_bytes())?;
    }
    let claims = claims::judge(&runs, &settings, &molecules.facts)?;
    let command = format!(
        "cargo xtask reproduce molecules --profile {}",
        format!("{:?}", flags.profile).to_lowercase()
    );
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
    };
    cache.keep(&inputs, &result)?;
    Ok(result)
}

/// Codes and properties of all molecules.
fn write_codes(
    path: &std::path::Path,
    codes: &Codes,
    molecules: &Molecules,
    seed: u64,
) -> anyhow::Result<()> {
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
