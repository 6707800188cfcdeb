//! The main numbers as Markdown, to be pasted into documents as they are.

use std::fmt::Write;

use analysis::claims::Claim;

use super::space::Space;
use crate::commands::reproduce::markdown;

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
    }
    Ok(text)
}

/// What the codes are, and their floor.
pub(super) fn heading(space: &Space) -> String {
    let Space { name, codes, dim, floor, .. } = space;
    format!("{name}: {codes} codes of dimension {dim}, floor {:.4}", floor.bound)
}
