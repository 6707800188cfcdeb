//! Pairs of codes against what is claimed of a projection.

use projections::{Guarantee, Metadata};

use super::Family;
use super::pairs::CLOSE;

/// Ratios beyond a stated constant by less than this part are rounding, which is largest for close pairs.
const SLACK: f64 = 3e-4;

/// Ratios of pairs that are closer than this, beside the size of the codes, are rounding.
const CLOSEST: f64 = 0.5 * CLOSE;

/// Orbits that are further apart than this, beside the size of the codes, are different ones.
const APART: f64 = 0.02;

/// Images closer than this, beside their size, are equal.
const EQUAL: f64 = 1e-12;

/// Ratios below this part of the largest are zero to rounding.
const COLLAPSED: f64 = 1e-9;

/// Families whose pairs are as generic as the codes.
const GENERIC: [Family; 4] =
    [Family::Random, Family::Reversal, Family::FieldShift, Family::ColumnShuffle];

/// What of the claims the pairs contradict, if anything. Each pair is `[d([z],[w]), ‖s(z) − s(w)‖]`, and
/// `sizes` are those of codes and images.
///
/// - Ratios are within the stated constants, 1 and 1 of an isometric projection, to rounding.
/// - None vanishes where the projection is bi-Lipschitz.
/// - Orbits that are a fiftieth of the codes' size apart have different images where it separates all, and most
///   of them in each family of generic pairs where it separates generic ones: the codes themselves may not be.
pub(super) fn contradiction(
    metadata: &Metadata,
    families: &[(Family, Vec<[f64; 2]>)],
    sizes: [f64; 2],
) -> Option<String> {
    let guarantee = metadata.guarantee;
    let (lower, upper) = match guarantee {
        Guarantee::Isometric => (Some(1.0), Some(1.0)),
        _ => (metadata.lipschitz.lower, metadata.lipschitz.upper),
    };
    let ratios = |pairs: &[[f64; 2]]| -> Vec<f64> {
        pairs.iter().filter(|[d, _]| *d > CLOSEST * sizes[0]).map(|[d, e]| e / d).collect()
    };
    let largest =
        families.iter().flat_map(|(_, pairs)| ratios(pairs)).fold(0.0, |m: f64, r| m.max(r));
    for (family, pairs) in families {
        let ratios = ratios(pairs);
        let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let most = ratios.iter().copied().fold(0.0, f64::max);
        if let Some(lower) = lower.filter(|lower| least < lower * (1.0 - SLACK)) {
            return Some(format!(
                "a pair ({family}) comes {least:.3e} times as close, not {lower:.3}"
            ));
        }
        if let Some(upper) = upper.filter(|upper| most > upper * (1.0 + SLACK)) {
            return Some(format!(
                "a pair ({family}) is stretched {most:.3e} times, not {upper:.3}"
            ));
        }
        if guarantee <= Guarantee::BiLipschitz && least <= COLLAPSED * largest {
            return Some(format!("{guarantee}, but a pair ({family}) collides"));
        }
        let far = pairs.iter().filter(|pair| pair[0] > APART * sizes[0]).count();
        let is_equal = |pair: &&[f64; 2]| pair[0] > APART * sizes[0] && pair[1] <= EQUAL * sizes[1];
        let equal = pairs.iter().filter(is_equal).count();
        let broken = match guarantee {
            Guarantee::Isometric | Guarantee::BiLipschitz | Guarantee::Separating => equal > 0,
            Guarantee::Generic => GENERIC.contains(family) && 2 * equal > far,
            _ => false,
        };
        if broken {
            return Some(format!(
                "{guarantee}, but orbits that are apart ({family}) have one image"
            ));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use projections::{Projection, Sort};

    use super::*;

    #[test]
    fn each_claim_can_be_contradicted() {
        let known = Projection::<f64>::metadata(&Sort::new(3).unwrap());
        let unbounded = projections::Lipschitz::UNKNOWN;
        let said = |guarantee, lipschitz, pairs: &[[f64; 2]]| {
            let metadata = Metadata { guarantee, lipschitz, ..known.clone() };
            contradiction(&metadata, &[(Family::Reversal, pairs.to_vec())], [1.0, 1.0]).is_some()
        };
        let isometric = [[1.0, 1.0], [0.5, 0.5]];
        let bent = [[1.0, 0.9], [0.5, 0.5]];
        let collides = [[1.0, 0.0], [0.5, 0.5], [0.7, 0.7]];
        let most_collide = [[1.0, 0.0], [0.5, 0.0], [0.7, 0.7]];
        let close_collides = [[1e-3, 0.0], [0.5, 0.5]];
        assert!(!said(Guarantee::Isometric, unbounded, &isometric));
        assert!(said(Guarantee::Isometric, unbounded, &bent));
        assert!(!said(Guarantee::BiLipschitz, unbounded, &bent));
        assert!(said(Guarantee::BiLipschitz, projections::Lipschitz::NEVER_CONTRACTS, &bent));
        assert!(said(Guarantee::Lossy, projections::Lipschitz::at_most(0.8), &bent));
        assert!(said(Guarantee::BiLipschitz, unbounded, &close_collides));
        assert!(!said(Guarantee::Separating, unbounded, &close_collides));
        assert!(said(Guarantee::Separating, unbounded, &collides));
        assert!(!said(Guarantee::Generic, unbounded, &collides));
        assert!(said(Guarantee::Generic, unbounded, &most_collide));
        assert!(!said(Guarantee::Lossy, unbounded, &most_collide));
    }
}
