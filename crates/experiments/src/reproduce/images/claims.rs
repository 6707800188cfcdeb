//! The claims of the image suite, judged.

use analysis::statistics::Estimate;
use anyhow::Context;
use figures::claims::Claim;

use super::curves::{self, LINEAR, MAX_FILTER, QUOTIENT, REYNOLDS};
use super::measure::Measurements;
use super::settings::Settings;
use crate::reproduce::comparison::Row;
use crate::reproduce::seed::interval_over;

const CHANCE: f64 = 0.1;
const SUITE: &str = "images";

/// Judges all claims over the runs.
pub(super) fn judge(
    runs: &[Measurements],
    settings: &Settings,
    generated: bool,
) -> anyhow::Result<Vec<Claim>> {
    let first = runs.first().context("no run")?;
    let over = interval_over(runs.len(), "95 % bootstrap interval over test digits");
    let data = if generated { "generated digits" } else { "MNIST" };
    let over_runs =
        |f: &dyn Fn(&Measurements) -> anyhow::Result<Estimate>| -> anyhow::Result<Estimate> {
            Ok(Estimate::over_runs(&runs.iter().map(f).collect::<anyhow::Result<Vec<_>>>()?)?)
        };
    let accuracy = over_runs(&|run| Ok(run.accuracy))?;
    let gap = over_runs(&|run| Ok(run.gap.difference))?;
    let changed = over_runs(&|run| Ok(run.changed_neighbours))?;
    let projections = curves::of_projections(runs)?;
    let curve = |name: &str| {
        projections.iter().find(|c| c.name == name).context("a curve over projections is missing")
    };
    let at = |name: &str, k: usize| curve(name)?.at(k).context("a point of the curve is missing");
    let (dim, fixed) = (first.dim, first.fixed_dim);
    let baseline = |name: &str| {
        curves::baseline(runs, name, |b| b.knn_upright)?.context("a baseline is missing")
    };
    let oracle = baseline(QUOTIENT)?.value;
    let retained = rescale(at(MAX_FILTER, 2 * dim)?, CHANCE, oracle - CHANCE);
    let means = baseline(REYNOLDS)?;
    // Both on the same test digits: what varies is the draw of the directions.
    let ceiling = rescale(at(LINEAR, 4 * dim)?, means.value, 1.0);
    let growth = at(LINEAR, 4 * dim)?.minus(&at(LINEAR, fixed)?);
    let beyond = at(MAX_FILTER, 4 * dim)?.minus(&at(MAX_FILTER, 2 * dim)?);
    let over_ceiling = at(MAX_FILTER, 4 * dim)?.minus(&at(LINEAR, 4 * dim)?);
    let structure = over_runs(&|run| {
        let invariant = row(run, "max-filter")?.silhouette.context("no silhouette")?;
        let raw = row(run, "raw")?.silhouette.context("no silhouette")?;
        Ok(invariant.minus(&raw))
    })?;
    let invariance = runs
        .iter()
        .flat_map(|run| run.table.iter().filter(|row| row.name != "raw"))
        .filter_map(|row| row.invariance_codes)
        .fold(0.0, f64::max);
    let over_draws = format!(
        "95 % interval over {} draws of the projections{}",
        settings.projection_seeds,
        if runs.len() > 1 { " and over networks" } else { "" }
    );
    Ok(vec![
        Claim {
            id: "images.accuracy".into(),
            statement: format!("The equivariant network classifies {data} at random angles."),
            suite: SUITE.into(),
            effect: 100.0 * accuracy.value,
            effect_unit: "% correct".into(),
            ci95: scaled(accuracy, 100.0),
            holds: accuracy.value >= settings.accuracy_goal,
            detail: format!(
                "Test digits at random angles; {over}. Holds from {:.1} % on.",
                100.0 * settings.accuracy_goal
            ),
        },
        Claim {
            id: "images.raw-codes-mislead".into(),
            statement: "With upright neighbours, 5-NN on raw codes is far worse than on invariant codes."
                .into(),
            suite: SUITE.into(),
            effect: 100.0 * gap.value,
            effect_unit: "points of 5-NN accuracy".into(),
            ci95: scaled(gap, 100.0),
            holds: gap.value >= 0.25,
            detail: format!(
                "Best invariant projection ({}) minus raw codes, paired over test digits; {over}. Holds from 25 points on.",
                first.gap.best
            ),
        },
        Claim {
            id: "images.neighbours-change".into(),
            statement: "Nearest neighbours of raw codes are not nearest neighbours of what the codes mean."
                .into(),
            suite: SUITE.into(),
            effect: 100.0 * changed.value,
            effect_unit: "% of the 10 nearest that change".into(),
            ci95: scaled(changed, 100.0),
            holds: changed.low >= 0.1,
            detail: format!(
                "Share of the 10 nearest by ‖z − w‖ that are not among the 10 nearest in the quotient metric, labelled digits at random angles; {}. Holds if the interval lies above 10 %.",
                over.replace("test", "labelled")
            ),
        },
        Claim {
            id: "images.random-projections-retain".into(),
            statement: "Random invariant projections retain nearly all information.".into(),
            suite: SUITE.into(),
            effect: 100.0 * retained.value,
            effect_unit: "% retained".into(),
            ci95: scaled(retained, 100.0),
            holds: retained.value >= 0.95,
            detail: format!(
                "(accuracy − chance) of 5-NN on 2·dim = {} random max filters over that of 5-NN in the quotient metric; {over_draws}. Holds from 95 % on.",
                2 * dim
            ),
        },
        Claim {
            id: "images.linear-ceiling".into(),
            statement: "However many, random linear invariants do no better than the fixed space.".into(),
            suite: SUITE.into(),
            effect: 100.0 * ceiling.value,
            effect_unit: "points of 5-NN accuracy".into(),
            ci95: scaled(ceiling, 100.0),
            holds: ceiling.value <= 0.01,
            detail: format!(
                "{} random directions minus the Reynolds operator with its dim Z^G = {fixed} outputs; {over_draws}. Holds up to 1 point. Their rank is {fixed} in either case; from {fixed} directions to {} accuracy changes by {:+.1} points, because few random directions distort distances within the fixed space.",
                4 * dim,
                4 * dim,
                100.0 * growth.value
            ),
        },
        Claim {
            id: "images.max-filters-pass-the-ceiling".into(),
            statement: "Random non-linear invariants pass the ceiling of the linear ones.".into(),
            suite: SUITE.into(),
            effect: 100.0 * over_ceiling.value,
            effect_unit: "points of 5-NN accuracy".into(),
            ci95: scaled(over_ceiling, 100.0),
            holds: over_ceiling.low > 0.0,
            detail: format!(
                "{} max filters against as many linear invariants; {over_draws}. Holds if the interval lies above 0.",
                4 * dim
            ),
        },
        Claim {
            id: "images.enough-at-twice-the-dimension".into(),
            statement: "Beyond 2·dim random max filters, where separation is proved, more gain little.".into(),
            suite: SUITE.into(),
            effect: 100.0 * beyond.value,
            effect_unit: "points of 5-NN accuracy".into(),
            ci95: scaled(beyond, 100.0),
            holds: beyond.value <= 0.01,
            detail: format!("{} against {}; {over_draws}. Holds up to 1 point.", 4 * dim, 2 * dim),
        },
        Claim {
            id: "images.hidden-structure".into(),
            statement: "Classes that overlap in raw codes stand apart in invariant codes.".into(),
            suite: SUITE.into(),
            effect: structure.value,
            effect_unit: "silhouette, invariant minus raw".into(),
            ci95: [structure.low, structure.high],
            holds: structure.low > 0.0,
            detail: format!(
                "Silhouette of the test codes by class, max filter minus raw; {over}. Holds if the interval lies above 0."
            ),
        },
        Claim {
            id: "images.invariance".into(),
            statement: "All projections are invariant under every element of the group.".into(),
            suite: SUITE.into(),
            effect: invariance,
            effect_unit: "largest relative error".into(),
            ci95: [invariance, invariance],
            holds: invariance <= 1e-5,
            detail: "max ‖s(ρ(g)z) − s(z)‖ over elements, codes and projections, relative to the RMS distance between codes, in f32. A maximum has no interval. Holds up to 1e-5.".into(),
        },
    ])
}

fn row<'a>(run: &'a Measurements, name: &str) -> anyhow::Result<&'a Row> {
    run.table.iter().find(|row| row.name == name).with_context(|| format!("no row `{name}`"))
}

fn scaled(estimate: Estimate, factor: f64) -> [f64; 2] {
    [estimate.low * factor, estimate.high * factor]
}

/// `(e − offset) / scale`.
fn rescale(e: Estimate, offset: f64, scale: f64) -> Estimate {
    let map = |v: f64| (v - offset) / scale;
    Estimate { value: map(e.value), low: map(e.low), high: map(e.high), n: e.n }
}
