//! The main numbers as Markdown, to be pasted into documents as they are.

use std::fmt::Write;

use analysis::claims::Claim;

use super::measure::Measurements;
use super::report::combined_rows;
use super::results::Data;
use crate::commands::reproduce::markdown;

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
    writeln!(
        text,
        "\n| codes | outputs | 5-NN, upright neighbours | 5-NN, rotated neighbours | probe, fitted upright | silhouette |\n|---|---|---|---|---|---|"
    )?;
    for row in combined_rows(runs)? {
        let percent =
            |e: Option<analysis::statistics::Estimate>| e.map_or("–".into(), |e| e.percent(1));
        let silhouette = row.silhouette.map_or("–".into(), |e| e.decimals(3));
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {silhouette} |",
            row.name,
            row.outputs,
            percent(Some(row.knn_upright)),
            percent(Some(row.knn_rotated)),
            percent(row.probe_upright)
        )?;
    }
    Ok(text)
}
