//! Which projection to use, and why.

use super::{Judged, OPERATION};
use crate::AnalysisError;

/// Overlaps that differ by less are taken to be equal.
const EQUAL: f64 = 0.01;

/// The rule: of the projections whose neighbour overlap is within one point of the best, the one
/// with the strongest guarantee; of equal ones that with fewer outputs, then the first of the catalogue.
pub(super) fn recommend(judged: &[Judged]) -> Result<(usize, Vec<String>), AnalysisError> {
    let best = judged.iter().map(|j| j.overlap).fold(f64::NEG_INFINITY, f64::max);
    let close = |j: &Judged| j.overlap >= best - EQUAL;
    let candidates = judged.iter().enumerate().filter(|(_, j)| close(j));
    let chosen = candidates.min_by_key(|(i, j)| (j.guarantee, j.outputs, *i)).map(|(i, _)| i);
    let Some(index) = chosen else {
        return Err(AnalysisError::TooFew {
            operation: OPERATION,
            what: "projections that apply",
            needed: 1,
            got: 0,
        });
    };
    let j = &judged[index];
    let rivals = judged.iter().filter(|j| close(j)).count() - 1;
    let mut why = vec![format!(
        "{} keeps {} of the exact quotient neighbours{}.",
        j.name,
        percent(j.overlap),
        if j.overlap >= best { ", the most of all" } else { "" }
    )];
    if rivals > 0 {
        why.push(format!(
            "{rivals} other projection{} within one point of the best ({}); of these it has the \
             strongest guarantee, or else the fewest outputs.",
            if rivals == 1 { " is" } else { "s are" },
            percent(best)
        ));
    }
    why.push(format!("It is {}: {}.", j.guarantee, j.because));
    let spread = j.distortion_of_most();
    if spread.is_finite() {
        why.push(format!(
            "Of the ratios ‖s(z) − s(w)‖ / d([z],[w]) the 99 % quantile is {spread:.2} times the 1 % quantile."
        ));
    }
    if j.cross_section {
        why.push("Its images lie on the orbits: a decoder still understands them.".into());
    }
    if j.overlap < 0.5 {
        why.push(
            "That is less than half: where the exact neighbours matter, search in the quotient \
             metric itself, or choose more outputs."
                .into(),
        );
    }
    Ok((index, why))
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}
