//! The claims of the suite, judged.

use analysis::judgement::{Family, Judgement};
use figures::claims::Claim;
use projections::Guarantee;

use super::NAME;
use super::space::Space;

/// Isometric projections may be off by this much: rounding of distances, not of what is claimed.
const ROUNDING: f64 = 1e-9;

/// Images are rounded to their own size, which is less than this part of the distance of close pairs.
const RESOLUTION: f64 = 1e-5;

/// Points on the circle that proves a floor are finitely many, so they show a little less.
const SHORT_OF_FLOOR: f64 = 0.999;

/// There is more than one column or field where these have pairs.
const IMPOSTORS: [Family; 2] = [Family::ColumnShuffle, Family::FieldShift];

/// Judges all claims.
pub(super) fn judge(spaces: &[Space]) -> Vec<Claim> {
    let all: Vec<&Judgement> = spaces.iter().flat_map(|space| &space.judgements).collect();
    let largest = |values: &mut dyn Iterator<Item = f64>| values.fold(0.0, f64::max);
    let isometric: Vec<_> =
        all.iter().filter(|j| j.metadata.guarantee == Guarantee::Isometric).collect();
    let off =
        largest(&mut isometric.iter().flat_map(|j| [(j.alpha - 1.0).abs(), (j.beta - 1.0).abs()]));
    let best = all.iter().map(|j| j.distortion() / j.floor).fold(f64::INFINITY, f64::min);
    let stretched =
        largest(&mut all.iter().filter_map(|j| Some(j.beta / j.metadata.lipschitz.upper?)));
    let shrunk = all
        .iter()
        .filter_map(|j| Some(j.alpha / j.metadata.lipschitz.lower?))
        .fold(f64::INFINITY, f64::min);
    let controls: Vec<_> = all
        .iter()
        .filter(|j| j.families.iter().any(|(f, _)| IMPOSTORS.contains(f)))
        .filter(|j| ["column-sort", "bispectrum-per-field"].contains(&j.name.as_str()))
        .collect();
    let collide = controls.iter().filter(|j| j.collides()).count();
    let bounded: Vec<_> = all
        .iter()
        .filter(|j| matches!(j.metadata.guarantee, Guarantee::Isometric | Guarantee::BiLipschitz))
        .collect();
    let worst = largest(&mut bounded.iter().map(|j| j.distortion()));
    let claim = |id: &str, statement: &str, effect: f64, unit: &str, holds: bool, detail: &str| {
        Claim {
            id: format!("{NAME}.{id}"),
            statement: statement.to_owned(),
            suite: NAME.to_owned(),
            effect,
            effect_unit: unit.to_owned(),
            ci95: [effect, effect],
            holds,
            detail: format!(
                "{detail} A property of the pairs that were tried; nothing is estimated, so the interval is a point."
            ),
        }
    };
    vec![
        claim(
            "isometric",
            "Isometric projections keep all distances of the quotient.",
            off,
            "largest deviation of a ratio from 1",
            !isometric.is_empty() && off <= ROUNDING,
            "Over all pairs, searched ones included; holds up to 1e-9.",
        ),
        claim(
            "floor",
            "No projection has less distortion than is proved possible.",
            best,
            "least distortion over its floor",
            best >= SHORT_OF_FLOOR,
            "Distortion over all pairs over the floor r·sin(π/2r); holds from 0.999, as the circle of the proof is tried at 96 points.",
        ),
        claim(
            "upper",
            "No pair is stretched by more than the proved constant.",
            stretched,
            "largest ratio over its bound",
            stretched <= 1.0 + RESOLUTION,
            "Over all projections that state an upper Lipschitz constant, to 1e-5.",
        ),
        claim(
            "lower",
            "No pair is shrunk by more than the proved constant.",
            shrunk,
            "least ratio over its bound",
            shrunk >= 1.0 - RESOLUTION,
            "Over all projections that state a lower Lipschitz constant: cross-sections never contract. To 1e-5.",
        ),
        claim(
            "controls",
            "Sorting columns one by one and bispectra field by field make different orbits equal.",
            collide as f64,
            "negative controls with a collision",
            !controls.is_empty() && collide == controls.len(),
            "All of them must, where there is more than one column or field.",
        ),
        claim(
            "bi-lipschitz",
            "Bi-Lipschitz projections have no collision, however hard one is looked for.",
            worst,
            "largest distortion found",
            !bounded.is_empty() && bounded.iter().all(|j| !j.collides()),
            "Over all projections that are isometric or bi-Lipschitz by a theorem; any finite distortion will do.",
        ),
    ]
}
