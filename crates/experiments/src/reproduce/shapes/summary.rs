//! The main numbers as Markdown.

use std::fmt::Write;

use figures::claims::Claim;

use super::measure::{Measurements, Network};
use super::settings::Settings;
use crate::reproduce::{comparison, markdown};

/// Claims and, for both networks, the table of projections.
pub(super) fn summary(
    runs: &[Measurements],
    claims: &[Claim],
    settings: &Settings,
    command: &str,
) -> anyhow::Result<String> {
    let mut text = String::new();
    writeln!(
        text,
        "`{command}`: {} training and {} test clouds of {} points, seeds {}.\n",
        settings.train,
        settings.test,
        settings.points,
        runs.iter().map(|r| r.seed.to_string()).collect::<Vec<_>>().join(", ")
    )?;
    markdown::claims(&mut text, claims)?;
    let pick: [fn(&Measurements) -> &Network; 2] = [|run| &run.cube, |run| &run.rotations];
    for pick in pick {
        let Some(first) = runs.first().map(pick) else { continue };
        writeln!(text, "\n{}, {} parameters:\n", first.representation, first.parameters)?;
        let tables: Vec<_> = runs.iter().map(|run| &pick(run).table[..]).collect();
        comparison::markdown(&mut text, &comparison::combined_rows(&tables)?)?;
    }
    Ok(text)
}
