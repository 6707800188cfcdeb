//! The projections suite: a leaderboard of all projections, on codes with known orbits and on the
//! latents of the other suites where these have run.
//!
//! [`settings`] says how hard they are tried, [`synthetic`] and [`latents`] where the codes come from,
//! [`space`] judges, [`claims`] decides, [`report`] and [`summary`] show.

mod claims;
mod latents;
mod report;
mod settings;
mod space;
mod summary;
mod synthetic;

use super::suite::SuiteResult;
use super::{Flags, Run, output};
use settings::Settings;

/// The suite's name.
pub(super) const NAME: &str = "projections";

/// Spaces of latents that there are if both other suites have run in the quick profile.
const LATENTS: usize = 3;

/// The stages of a run by their share of the time.
pub(super) fn stages(_: &Flags) -> Vec<f64> {
    vec![8.0; synthetic::COUNT + LATENTS]
}

/// Runs the suite with the first of the seeds and writes its files, or finds its result.
pub(super) fn run(flags: &Flags, run: &Run) -> anyhow::Result<SuiteResult> {
    let seed = flags.seeds()?[0];
    let settings = Settings::of(flags.profile, seed);
    let found = latents::find(&flags.out, seed)?;
    let fingerprints: Vec<String> = found.iter().map(latents::Latents::fingerprint).collect();
    let inputs = (&settings, &fingerprints);
    if let Some(result) = run.cache.find(NAME, &inputs) {
        run.progress
            .log("projections: the result of an earlier run still holds (--force runs it again)");
        return Ok(result);
    }
    let mut spaces = synthetic::judge(&settings, run)?;
    for latents in &found {
        spaces.push(latents.judge(&settings, run)?);
    }
    let figures: Vec<String> = spaces.iter().map(report::draw).collect::<anyhow::Result<_>>()?;
    let dir = flags.out.join(NAME);
    for (i, svg) in figures.iter().enumerate() {
        output::write(&dir.join("figures").join(format!("space-{i}.svg")), svg.as_bytes())?;
    }
    let claims = claims::judge(&spaces);
    let profile = flags.profile.name();
    let command = format!("cargo xtask reproduce {NAME} --profile {profile}");
    let text = summary::summary(&spaces, &claims, &command, seed)?;
    output::write(&dir.join("leaderboard.md"), text.as_bytes())?;
    let result = SuiteResult {
        name: NAME.to_owned(),
        generated: false,
        chapter: report::chapter(&spaces, &figures, seed),
        summary: text,
        claims,
        results: serde_json::json!({
            "settings": settings,
            "latents": fingerprints,
            "spaces": spaces,
        }),
        parts: Vec::new(),
    };
    run.cache.keep(&inputs, &result)?;
    Ok(result)
}
