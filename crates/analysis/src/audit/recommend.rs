//! Which projection to use, and why.

use projections::Guarantee;

use super::{Judged, OPERATION};
use crate::AnalysisError;

/// Overlaps that differ by less are taken to be equal.
const EQUAL: f64 = 0.01;

/// Distances that spread by less than this part of another spread count as straighter.
const STRAIGHTER: f64 = 0.9;

/// The rule: of the projections that lose nothing, at least of generic codes, do not jump, and whose
/// neighbour overlap is within one point of the best such, the one with the strongest guarantee; of
/// equal ones that with fewer outputs, then the first of the catalogue. Where none is of that kind,
/// jumps are allowed, then losses. A lossy one that keeps more neighbours is named, with what it loses, one that
/// keeps as many and bends distances less, and a cross-section for decoders.
pub(super) fn recommend(judged: &[Judged]) -> Result<(usize, Vec<String>), AnalysisError> {
    let lossless = |j: &Judged| j.guarantee < Guarantee::Lossy;
    let smooth = |j: &Judged| lossless(j) && !jumps(j);
    let eligible = |j: &Judged| match (judged.iter().any(smooth), judged.iter().any(lossless)) {
        (true, _) => smooth(j),
        (false, true) => lossless(j),
        (false, false) => true,
    };
    let largest = |eligible: &dyn Fn(&Judged) -> bool| {
        let overlaps = judged.iter().filter(|j| eligible(j)).map(|j| j.overlap);
        overlaps.fold(f64::NEG_INFINITY, f64::max)
    };
    let (best, most) = (largest(&eligible), largest(&|_| true));
    let close = |j: &Judged| eligible(j) && j.overlap >= best - EQUAL;
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
        match j.overlap {
            overlap if overlap >= most => ", the most of all",
            overlap if overlap >= best && smooth(j) => {
                ", the most of those that lose nothing and do not jump"
            }
            overlap if overlap >= best => ", the most of those that lose nothing",
            _ => "",
        }
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
    let sections = judged.iter().filter(|section| section.cross_section && lossless(section));
    if let Some(section) = sections.max_by(|a, b| a.overlap.total_cmp(&b.overlap))
        && !j.cross_section
    {
        why.push(format!(
            "For a decoder, which needs codes on the orbits, take {}: it keeps {} of the neighbours{}.",
            section.name,
            percent(section.overlap),
            if jumps(section) { ", but jumps: close codes may come to lie far apart" } else { "" }
        ));
    }
    let lossy = |other: &&Judged| !lossless(other) && other.overlap > best + EQUAL;
    let lossy = judged.iter().filter(lossy).max_by(|a, b| a.overlap.total_cmp(&b.overlap));
    if let Some(lossy) = lossy {
        why.push(format!(
            "{} keeps {}, but is lossy ({}): take it only where nearest neighbours are all that is \
             asked of the codes.",
            lossy.name,
            percent(lossy.overlap),
            lossy.because
        ));
    }
    // Often tight co-orbits, which are proved to lose nothing for more outputs only.
    let straighter = |other: &&Judged| {
        !jumps(other)
            && lossy.is_none_or(|named| named.name != other.name)
            && other.overlap >= best - EQUAL
            && other.distortion_of_most() < STRAIGHTER * spread
    };
    let straightest = judged.iter().filter(straighter);
    if let Some(other) =
        straightest.min_by(|a, b| a.distortion_of_most().total_cmp(&b.distortion_of_most()))
    {
        why.push(format!(
            "{} bends distances less ({:.2} times, by the same quantiles) and keeps as many neighbours. It is {}.",
            other.name,
            other.distortion_of_most(),
            match lossless(other) {
                true => format!("{}, too", other.guarantee),
                false => format!(
                    "not proved to lose nothing ({}): take it where distances count more than a proof",
                    other.because
                ),
            }
        ));
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

/// A cross-section that is no isometry is not continuous for the groups of the catalogue.
fn jumps(judged: &Judged) -> bool {
    judged.cross_section && judged.guarantee > Guarantee::Isometric
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(name: &str, guarantee: Guarantee, overlap: f64, outputs: usize) -> Judged {
        Judged {
            name: name.into(),
            guarantee,
            because: "a reason",
            cross_section: false,
            outputs,
            overlap,
            distortion: None,
            invariance_error: None,
            microseconds: 1.0,
        }
    }

    #[test]
    fn lossy_projections_are_named_but_not_recommended() {
        let lossy = judged("columns", Guarantee::Lossy, 0.9, 4);
        let all = [
            lossy.clone(),
            judged("keys", Guarantee::BiLipschitz, 0.8, 9),
            judged("section", Guarantee::Generic, 0.805, 4),
        ];
        let (index, why) = recommend(&all).unwrap();
        assert_eq!(index, 1);
        assert!(why.iter().any(|text| text.starts_with("columns keeps 90.0 %, but is lossy")));
        // Where nothing else applies it has to do.
        assert_eq!(recommend(&[lossy]).unwrap().0, 0);
        assert!(recommend(&[]).is_err());
    }

    #[test]
    fn one_that_bends_distances_less_is_named() {
        let spread = |most: f64, judged: Judged| Judged {
            distortion: crate::metrics::distortion(&[1.0, most], &[1.0, 1.0]).ok(),
            ..judged
        };
        let filter = spread(4.0, judged("filter", Guarantee::BiLipschitz, 0.9, 9));
        let tight = spread(2.0, judged("tight", Guarantee::Lossy, 0.9, 18));
        let (index, why) = recommend(&[filter.clone(), tight.clone()]).unwrap();
        assert_eq!(index, 0);
        // Once is enough for one that keeps more.
        let more = Judged { overlap: 0.95, ..tight.clone() };
        let (_, once) = recommend(&[filter.clone(), more]).unwrap();
        assert_eq!(once.iter().filter(|text| text.starts_with("tight")).count(), 1, "{once:?}");
        let named =
            |why: &[String]| why.iter().any(|text| text.starts_with("tight bends distances less"));
        assert!(named(&why), "{why:?}");
        // Not where it keeps fewer neighbours, or bends as much.
        let fewer = Judged { overlap: 0.8, ..tight.clone() };
        assert!(!named(&recommend(&[filter.clone(), fewer]).unwrap().1));
        let same = spread(4.0, tight);
        assert!(!named(&recommend(&[filter, same]).unwrap().1));
    }

    #[test]
    fn sections_that_jump_are_for_decoders() {
        let section =
            Judged { cross_section: true, ..judged("argmax", Guarantee::Generic, 0.95, 4) };
        let filter = judged("filter", Guarantee::BiLipschitz, 0.9, 9);
        let (index, why) = recommend(&[section.clone(), filter]).unwrap();
        assert_eq!(index, 1);
        assert!(why.iter().any(|text| text.contains("take argmax: it keeps 95.0 %")), "{why:?}");
        assert_eq!(recommend(&[section]).unwrap().0, 0);
        // An isometric one does not jump.
        let sort = Judged { cross_section: true, ..judged("sort", Guarantee::Isometric, 0.9, 4) };
        let (index, why) =
            recommend(&[sort, judged("keys", Guarantee::BiLipschitz, 0.9, 9)]).unwrap();
        assert_eq!(index, 0);
        assert!(!why.iter().any(|text| text.contains("For a decoder")), "{why:?}");
    }
}
