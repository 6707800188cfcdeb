//! The main numbers as Markdown, to be pasted into documents as they are.

use std::fmt::Write;

use figures::claims::Claim;

use super::space::Space;
use crate::reproduce::markdown;

/// Claims, and one table a space.
pub(super) fn summary(
    spaces: &[Space],
    claims: &[Claim],
    command: &str,
    seed: u64,
) -> anyhow::Result<String> {
    let mut text = String::new();
    writeln!(text, "`{command}`, seed {seed}.\n")?;
    markdown::claims(&mut text, claims)?;
    for space in spaces {
        writeln!(text, "\n{}\n", heading(space))?;
        writeln!(
            text,
            "| projection | outputs | guarantee | distortion | α̂ | β̂ | 1 % to 99 % | neighbours | retained | µs a code |\n|---|---|---|---|---|---|---|---|---|---|"
        )?;
        for (judgement, cost) in space.judgements.iter().zip(&space.costs) {
            writeln!(text, "| {} |", judgement.cells(Some(*cost)).join(" | "))?;
        }
        writeln!(text, "\n{}", descents(space))?;
    }
    Ok(text)
}

/// What a descent finds for the first of the leaderboard.
pub(super) fn descents(space: &Space) -> String {
    let found: Vec<String> = space
        .judgements
        .iter()
        .zip(&space.descents)
        .map(|(judgement, distortion)| format!("{} {distortion:.3}", judgement.name))
        .collect();
    format!("Distortion by descent along the derivative: {}.", found.join("; "))
}

/// What the codes are, and their floor.
pub(super) fn heading(space: &Space) -> String {
    let Space { name, codes, dim, floor, .. } = space;
    format!("{name}: {codes} codes of dimension {dim}, floor {:.4}", floor.bound)
}
