//! The main numbers as Markdown, to be pasted into documents as they are.

use std::fmt::Write;

use analysis::claims::Claim;

use super::measure::Measurements;
use super::report::combined_rows;
use crate::commands::reproduce::results::Data;

/// Claims and the table of projections.
pub(super) fn markdown(
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
    writeln!(text, "| claim | effect | 95 % interval | holds |\n|---|---|---|---|")?;
    for claim in claims {
        let [low, high] = claim.ci95.map(number);
        let holds = if claim.holds { "yes" } else { "**no**" };
        let effect = number(claim.effect);
        writeln!(
            text,
            "| {} | {effect} {} | {low} to {high} | {holds} |",
            claim.statement, claim.effect_unit
        )?;
    }
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

/// Two decimals, or scientific where that would be zero.
fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 0.005 { format!("{value:.1e}") } else { format!("{value:.2}") }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(42.075), "42.08");
        assert_eq!(number(-0.07), "-0.07");
        assert_eq!(number(3.51e-7), "3.5e-7");
        assert_eq!(number(0.0), "0.00");
    }
}
