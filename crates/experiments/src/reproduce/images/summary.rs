//! The main numbers as Markdown, to be pasted into documents as they are.

use std::fmt::Write;

use figures::claims::Claim;

use super::measure::Measurements;
use super::results::Data;
use crate::reproduce::{comparison, markdown};

/// Claims and the table of projections.
pub(super) fn summary(
    runs: &[Measurements],
    claims: &[Claim],
    data: &Data,
    command: &str,
) -> anyhow::Result<String> {
    let mut text = String::new();
    writeln!(
        text,
        "`{command}`: {} ({}), {} training and {} test images, seeds {}.\n",
        data.name,
        data.kind,
        data.train,
        data.test,
        runs.iter().map(|r| r.seed.to_string()).collect::<Vec<_>>().join(", ")
    )?;
    markdown::claims(&mut text, claims)?;
    let tables: Vec<_> = runs.iter().map(|run| &run.table[..]).collect();
    text.push('\n');
    comparison::markdown(&mut text, &comparison::combined_rows(&tables)?)?;
    Ok(text)
}
