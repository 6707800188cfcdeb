//! The main numbers as Markdown, to be pasted into documents as they are.

use std::fmt::Write;

use figures::claims::Claim;

use super::Measurements;
use crate::reproduce::markdown;

/// Claims, networks and cures.
pub(super) fn summary(
    runs: &[Measurements],
    claims: &[Claim],
    command: &str,
) -> anyhow::Result<String> {
    let mut text = String::new();
    let seeds: Vec<String> = runs.iter().map(|r| r.seed.to_string()).collect();
    writeln!(text, "`{command}`, seeds {}.\n", seeds.join(", "))?;
    markdown::claims(&mut text, claims)?;
    let run = Measurements::over_runs(runs)?;
    if runs.len() > 1 {
        let over = super::intervals(runs.len());
        writeln!(text, "\nMeans over the networks; in brackets the {over}.")?;
    }
    for (rows, percent) in [(&run.digits, true), (&run.molecules, false)] {
        writeln!(
            text,
            "\n| network | cure | orbit spread | neighbours changed | 5-NN, canonical neighbours | 5-NN, transformed neighbours | linear probe |\n|---|---|---|---|---|---|---|"
        )?;
        for row in rows {
            let score = |e: &analysis::statistics::Estimate| {
                if percent { e.percent(1) } else { e.decimals(3) }
            };
            writeln!(
                text,
                "| {} | {} | {:.3} | {} | {} | {} | {} |",
                row.network,
                row.cure,
                row.orbit_spread,
                row.changed.percent(1),
                score(&row.knn_canonical),
                score(&row.knn_moved),
                score(&row.probe_canonical)
            )?;
        }
    }
    writeln!(
        text,
        "\n| network | left over | left over by a representation | distance from a representation |\n|---|---|---|---|"
    )?;
    for learned in &run.learned {
        writeln!(
            text,
            "| {} | {:.3} | {:.3} | {:.3} |",
            learned.network, learned.residual, learned.rounded_residual, learned.defect
        )?;
    }
    Ok(text)
}
