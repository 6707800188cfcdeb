//! Claims as a table in Markdown.

use std::fmt::Write;

use figures::claims::Claim;

/// Appends the table of claims.
pub(super) fn claims(text: &mut String, claims: &[Claim]) -> std::fmt::Result {
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
    Ok(())
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
