//! The claims of the augmentation suite, judged.

use analysis::statistics::Estimate;
use anyhow::Context;
use figures::claims::Claim;

use super::Measurements;
use super::judge::Row;

const SUITE: &str = "augmentation";
const AUGMENTED: &str = "ordinary, augmented";

/// Judges all claims over the runs.
pub(super) fn judge(runs: &[Measurements]) -> anyhow::Result<Vec<Claim>> {
    let over = super::intervals(runs.len());
    let each = |f: &dyn Fn(&Measurements) -> anyhow::Result<Estimate>| -> anyhow::Result<Estimate> {
        Ok(Estimate::over_runs(&runs.iter().map(f).collect::<anyhow::Result<Vec<_>>>()?)?)
    };
    let mut claims = Vec::new();
    for (domain, moved, score) in [
        (Domain::Digits, "a digit is turned", "points of 5-NN accuracy"),
        (
            Domain::Molecules,
            "the atoms of a molecule are renumbered",
            "R² gained, 5 nearest neighbours",
        ),
    ] {
        let factor = if domain == Domain::Digits { 100.0 } else { 1.0 };
        let rows = |run: &Measurements, cure: &str| row(domain.rows(run), AUGMENTED, cure).cloned();
        let changed = each(&|run| Ok(rows(run, "none")?.changed))?;
        claims.push(Claim {
            id: format!("{SUITE}.{}-ambiguous", domain.name()),
            statement: format!(
                "Codes of an ordinary network trained with augmentation change their neighbours when {moved}."
            ),
            suite: SUITE.into(),
            effect: 100.0 * changed.value,
            effect_unit: "% of the 10 nearest that change".into(),
            ci95: [100.0 * changed.low, 100.0 * changed.high],
            holds: changed.low >= 0.1,
            detail: format!(
                "Share of the 10 nearest canonical codes of a test input that are not the 10 nearest of the same input transformed at random; {over}. Holds if the interval lies above 10 %."
            ),
        });
        let cures: &[(&str, &str, &str)] = match domain {
            Domain::Digits => &[
                (
                    "orbit-average",
                    "average over the orbit",
                    "Averaging codes over the orbit of the input",
                ),
                (
                    "learned-action",
                    "learned action, max filter",
                    "Projecting with the action that the network has learnt",
                ),
            ],
            Domain::Molecules => &[
                (
                    "orbit-average",
                    "average over random orders",
                    "Averaging codes over random orders of the atoms",
                ),
                (
                    "canonical-input",
                    "canonical input",
                    "Putting the atoms of every input into canonical order",
                ),
            ],
        };
        for (id, cure, what) in cures {
            let gain = each(&|run| rows(run, cure)?.gain.context("no gain"))?;
            claims.push(Claim {
                id: format!("{SUITE}.{}-{id}", domain.name()),
                statement: format!(
                    "{what} makes codes of an ordinary network with augmentation read better ({}).",
                    domain.name()
                ),
                suite: SUITE.into(),
                effect: factor * gain.value,
                effect_unit: score.into(),
                ci95: [factor * gain.low, factor * gain.high],
                holds: gain.low > 0.0,
                detail: format!(
                    "5 nearest canonical codes, asked about transformed inputs, with the cure less without, paired over test inputs; {over}. Holds if the interval lies above 0."
                ),
            });
        }
    }
    Ok(claims)
}

/// Digits or molecules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Domain {
    Digits,
    Molecules,
}

impl Domain {
    fn name(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::Molecules => "molecules",
        }
    }

    fn rows(self, run: &Measurements) -> &[Row] {
        match self {
            Self::Digits => &run.digits,
            Self::Molecules => &run.molecules,
        }
    }
}

fn row<'a>(rows: &'a [Row], network: &str, cure: &str) -> anyhow::Result<&'a Row> {
    rows.iter()
        .find(|row| row.network == network && row.cure == cure)
        .with_context(|| format!("no row `{network}`, `{cure}`"))
}
