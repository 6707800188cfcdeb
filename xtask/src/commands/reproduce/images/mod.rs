//! The image suite: a rotation-equivariant network on rotated digits, its codes raw and projected.
//!
//! [`settings`] says how much is run, [`latents`] makes the codes, [`measure`] and [`curves`] turn
//! them into numbers, [`claims`] judges those, [`pictures`] and [`report`] show them.

mod claims;
mod curves;
mod latents;
pub(crate) mod measure;
mod pictures;
mod projected;
mod report;
pub(crate) mod settings;
mod summary;
mod training;

use analysis::claims::Claim;
use anyhow::Context;
use groups::{Cyclic, Dihedral, HasIrreps, PlanarGroup};
use images::dataset::Source;

use super::group::PlanarName;
use super::results::{Data, ImageResults, Results};
use super::{Flags, output};
use crate::progress::Progress;
use latents::Latents;
use measure::Measurements;
use settings::Settings;

/// Stages for each seed.
const STAGES: usize = 6;

/// Runs the suite and writes its files.
pub(super) fn run(flags: &Flags) -> anyhow::Result<Vec<Claim>> {
    match flags.group {
        PlanarName::Cyclic(n) => run_with(flags, &Cyclic::new(n)?),
        PlanarName::Dihedral(n) => run_with(flags, &Dihedral::new(n)?),
    }
}

fn run_with<G: PlanarGroup + HasIrreps>(flags: &Flags, group: &G) -> anyhow::Result<Vec<Claim>> {
    let settings = Settings::of(flags.profile);
    let seeds = flags.seeds.clone().unwrap_or_else(|| flags.profile.seeds());
    anyhow::ensure!(!seeds.is_empty(), "--seeds: at least one seed is needed");
    let device = flags.device.open()?;
    let source = Source {
        data: flags.data.clone(),
        generated: flags.generated,
        train: settings.train,
        test: settings.test,
        ..Source::default()
    };
    let split = source.load().context("the digits could not be loaded")?;
    let data = Data::of(&split);
    if data.is_generated() {
        tracing::warn!("no real data: digits are generated; pass --data DIR for MNIST");
    }
    let progress = Progress::new(STAGES * seeds.len())?;
    let dir = flags.out.join("images");
    let mut runs: Vec<Measurements> = Vec::new();
    let mut pictures = None;
    for &seed in &seeds {
        let run_dir = dir.join(format!("seed-{seed}"));
        progress.stage(&format!("seed {seed}: training"))?;
        let job = training::Job {
            group,
            settings: &settings,
            digits: &split.train,
            seed,
            device: device.clone(),
            checkpoints: run_dir.join("checkpoints"),
            resume: flags.resume,
        };
        let network = job.run(&progress)?;
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
        let measurements = measure::all(&network, &split, &latents, &settings, seed, &progress)?;
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
    progress.finish();

    let claims = claims::judge(&runs, &settings, data.is_generated())?;
    let mut figures = pictures.unwrap_or_default();
    figures.extend(curves::draw(&runs)?);
    for figure in &figures {
        output::write(
            &dir.join("figures").join(format!("{}.svg", figure.name)),
            figure.svg.as_bytes(),
        )?;
    }
    let page = report::page(&runs, &claims, &figures, &settings, &data, flags, &group.name())?;
    output::write(&flags.out.join("report.html"), page.as_bytes())?;
    let command = format!(
        "cargo xtask reproduce images --profile {} --group {}",
        format!("{:?}", flags.profile).to_lowercase(),
        flags.group
    );
    let summary = summary::markdown(&runs, &claims, &data, &command)?;
    output::write(&flags.out.join("summary.md"), summary.as_bytes())?;
    let images = ImageResults { group: group.name(), settings, seeds: runs };
    let results = Results::new(flags.profile, data, claims.clone(), images);
    output::write(&flags.out.join("results.json"), &serde_json::to_vec_pretty(&results)?)?;
    Ok(claims)
}
