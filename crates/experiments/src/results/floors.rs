//! How close the projections of a recorded run come to the least possible distortion.

use std::fmt::Write;

use anyhow::Context;
use serde_json::Value;

/// Columns: a heading and how the names of a leaderboard begin and end.
const COLUMNS: [(&str, &str, &str); 5] = [
    ("tight co-orbits, fitted", "tight-co-orbit:", ", fitted"),
    ("tight co-orbits", "tight-co-orbit:", ""),
    ("co-orbits", "co-orbit:", ""),
    ("more co-orbits, then a random map", "co-orbit:", " to"),
    ("max filters", "max-filter:", ""),
];

/// One row a space that has all of them: the floor, the distortions, and what a descent finds for the
/// fitted one.
pub(super) fn table(text: &mut String, results: &Value) -> anyhow::Result<()> {
    let headings = COLUMNS.map(|(heading, ..)| heading).join(" | ");
    writeln!(
        text,
        "| codes | outputs | floor | {headings} | fitted, over the floor | fitted, by descent |"
    )?;
    writeln!(text, "|---|---|---|{}---|---|", "---|".repeat(COLUMNS.len()))?;
    let spaces = results["spaces"].as_array().context("no list `spaces`")?;
    for space in spaces {
        let name = space["name"].as_str().context("a space without a name")?;
        let floor = space["floor"]["bound"].as_f64().context("a space without a floor")?;
        let judgements = space["judgements"].as_array().context("a space without judgements")?;
        let places = COLUMNS.map(|(_, begin, end)| {
            judgements.iter().position(|j| is_called(j["name"].as_str().unwrap_or(""), begin, end))
        });
        let Some(fitted) = places[0] else { continue };
        let distortion = |place: usize| -> Option<f64> {
            let judgement = judgements.get(place)?;
            Some(judgement["beta"].as_f64()? / judgement["alpha"].as_f64()?)
        };
        let cell = |value: Option<f64>| value.map_or("–".to_owned(), |v| format!("{v:.3}"));
        write!(text, "| {name} | {} | {floor:.4} |", judgements[fitted]["output_dim"])?;
        for place in places {
            write!(text, " {} |", cell(place.and_then(distortion)))?;
        }
        let over = distortion(fitted).map(|d| d / floor);
        writeln!(text, " {} | {} |", cell(over), cell(space["descents"][fitted].as_f64()))?;
    }
    Ok(())
}

/// Whether a name is one of a size, `begin` and a number, with `end` after it where that is asked for.
fn is_called(name: &str, begin: &str, end: &str) -> bool {
    let Some(rest) = name.strip_prefix(begin) else { return false };
    let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    if end.is_empty() { after.is_empty() } else { after.contains(end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_with_fitted_templates_are_rows() {
        let judged = |name: &str, beta: f64| serde_json::json!({ "name": name, "alpha": 0.5, "beta": beta, "output_dim": 9 });
        let results = serde_json::json!({ "spaces": [
            { "name": "fields", "floor": { "bound": 1.6 }, "descents": [7.0], "judgements": [
                judged("tight-co-orbit:9, fitted", 1.0),
                judged("tight-co-orbit:9", 1.2),
                judged("co-orbit:3, then random to 9", 1.5),
                judged("co-orbit:1", 2.0),
            ] },
            { "name": "sets", "floor": { "bound": 1.0 }, "descents": [], "judgements": [judged("sort", 0.5)] },
        ] });
        let mut text = String::new();
        table(&mut text, &results).unwrap();
        let rows: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(
            rows,
            ["| fields | 9 | 1.6000 | 2.000 | 2.400 | 4.000 | 3.000 | – | 1.250 | 7.000 |"]
        );
        assert!(table(&mut text, &Value::Null).is_err());
    }
}
