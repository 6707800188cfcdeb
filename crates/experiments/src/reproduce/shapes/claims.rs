//! The claims of the suite, judged.

use analysis::statistics::Estimate;
use anyhow::Context;
use figures::claims::Claim;

use super::NAME;
use super::measure::{Measurements, Network};
use super::rotations::{ROOT_GRAM, SAMPLED};
use crate::reproduce::seed::interval_over;

/// Accuracy of the networks that is asked for.
const ACCURACY: f64 = 0.9;

/// Rounding of f32 through a network, relative to the distance between codes.
const ROUNDING: f64 = 1e-3;

type Pick = fn(&Measurements) -> &Network;

/// Judges all claims over the runs.
pub(super) fn judge(runs: &[Measurements]) -> anyhow::Result<Vec<Claim>> {
    let over = interval_over(runs.len(), "95 % bootstrap interval over test clouds");
    let mut claims = Vec::new();
    let groups: [(&str, &str, Pick); 2] = [
        ("cube", "the rotations of the cube", |run| &run.cube),
        ("rotations", "all rotations", |run| &run.rotations),
    ];
    for (id, group, pick) in groups {
        let estimate = |f: fn(&Network) -> Estimate| {
            Estimate::over_runs(&runs.iter().map(|run| f(pick(run))).collect::<Vec<_>>())
        };
        let accuracy = estimate(|n| n.accuracy)?;
        let gap = estimate(|n| n.gap.difference)?;
        let changed = estimate(|n| n.changed_neighbours)?;
        let best = &pick(runs.first().context("no run")?).gap.best;
        claims.push(Claim {
            id: format!("{NAME}.{id}.accuracy"),
            statement: format!("A network equivariant under {group}, trained on upright clouds, classifies turned ones."),
            suite: NAME.into(),
            effect: 100.0 * accuracy.value,
            effect_unit: "% correct".into(),
            ci95: percent(accuracy),
            holds: accuracy.value >= ACCURACY,
            detail: format!("Test clouds turned at random; {over}. Holds from {:.0} % on.", 100.0 * ACCURACY),
        });
        claims.push(Claim {
            id: format!("{NAME}.{id}.raw-codes-mislead"),
            statement: format!("Among upright neighbours, 5-NN on raw codes is worse than on invariant codes ({group})."),
            suite: NAME.into(),
            effect: 100.0 * gap.value,
            effect_unit: "points of 5-NN accuracy".into(),
            ci95: percent(gap),
            holds: gap.low > 0.0,
            detail: format!("Best invariant projection ({best}) minus raw codes, paired over test clouds; {over}. Holds if the interval lies above 0."),
        });
        claims.push(Claim {
            id: format!("{NAME}.{id}.neighbours-change"),
            statement: format!("Nearest neighbours of raw codes are not nearest neighbours of their orbits ({group})."),
            suite: NAME.into(),
            effect: 100.0 * changed.value,
            effect_unit: "% of the 10 nearest that change".into(),
            ci95: percent(changed),
            holds: changed.low >= 0.1,
            detail: format!("Share of the 10 nearest by ‖z − w‖ that are not among the 10 nearest in the quotient metric (for all rotations: over the 60 of the icosahedron); {}. Holds if the interval lies above 10 %.", over.replace("test", "labelled")),
        });
        let off = largest(runs.iter().map(|run| pick(run).equivariance_error.high));
        claims.push(exact(
            &format!("{id}.equivariance"),
            &format!("Codes turn with their clouds, exactly ({group})."),
            off,
            ROUNDING,
            "upper end of the interval for ‖E(gx) − ρ(g)E(x)‖ relative to the RMS distance between codes, in f32",
        ));
        let tables = runs.iter().flat_map(|run| &pick(run).table);
        let off =
            largest(tables.filter(|row| row.name != "raw").filter_map(|r| r.invariance_codes));
        claims.push(exact(
            &format!("{id}.invariance"),
            &format!("All projections are invariant under every element that they divide out ({group})."),
            off,
            1e-4,
            "max ‖s(ρ(g)z) − s(z)‖ over elements, codes and projections, relative to the RMS distance between images, in f32",
        ));
    }
    let under = |name: &str| {
        let each = runs.iter().flat_map(|run| &run.rotations.under_rotations);
        largest(each.filter(|(n, _)| n == name).map(|(_, error)| *error))
    };
    let (gram, sampled) = (under(ROOT_GRAM), under(SAMPLED));
    claims.push(Claim {
        id: format!("{NAME}.sampling"),
        statement: "Max filters over sampled rotations are invariant under those alone; Gram roots within degrees are under all.".into(),
        suite: NAME.into(),
        effect: sampled,
        effect_unit: "relative change, max filters".into(),
        ci95: [sampled, sampled],
        holds: gram <= ROUNDING && sampled > 10.0 * gram,
        detail: format!("Mean of ‖s(E(Rx)) − s(E(x))‖ over random rotations, relative to the RMS distance between images; the Gram roots change by {gram:.1e}. Holds if that is at most {ROUNDING:.0e} and a tenth of it. No interval: the largest over networks."),
    });
    Ok(claims)
}

/// A claim that an error is rounding.
fn exact(id: &str, statement: &str, effect: f64, limit: f64, what: &str) -> Claim {
    Claim {
        id: format!("{NAME}.{id}"),
        statement: statement.to_owned(),
        suite: NAME.into(),
        effect,
        effect_unit: "largest relative error".into(),
        ci95: [effect, effect],
        holds: effect <= limit,
        detail: format!("The {what}. A maximum has no interval. Holds up to {limit:.0e}."),
    }
}

/// NaN if one of them is.
fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |a, b| if b > a || b.is_nan() { b } else { a })
}

fn percent(estimate: Estimate) -> [f64; 2] {
    [100.0 * estimate.low, 100.0 * estimate.high]
}
