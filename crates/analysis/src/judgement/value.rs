//! What is said of one projection.

use projections::Metadata;
use serde::Serialize;

use super::Family;
use crate::metrics::Distortion;

/// Ratios below this part of the largest are zero to rounding.
const COLLISION: f64 = 1e-9;

/// What is left of labels: 5-nearest-neighbour accuracy on codes that are all in random poses.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Information {
    /// With projected codes.
    pub accuracy: f64,
    /// By the exact quotient metric.
    pub oracle: f64,
    /// Of the most frequent label.
    pub chance: f64,
}

impl Information {
    /// `(accuracy − chance) / (oracle − chance)`; nothing where the oracle is not above chance.
    pub fn retained(&self) -> Option<f64> {
        let room = self.oracle - self.chance;
        (room > 0.0).then(|| (self.accuracy - self.chance) / room)
    }
}

/// How a projection does on a set of codes. The ratio is `r = ‖s(z) − s(w)‖ / d([z],[w])`.
///
/// Holds no times, so that equal runs give equal values.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judgement {
    /// The name under which it was judged.
    pub name: String,
    /// What is claimed of the projection.
    pub metadata: Metadata,
    /// The representation.
    pub representation: String,
    /// Dimension of the codes.
    pub input_dim: usize,
    /// Dimension of the invariants.
    pub output_dim: usize,
    /// What of these claims a pair contradicts, where one does.
    pub contradicted: Option<String>,
    /// `α̂`, the least ratio over all families: the lower Lipschitz constant is at most this.
    pub alpha: f64,
    /// `β̂`, the largest ratio: the upper Lipschitz constant is at least this.
    pub beta: f64,
    /// The family of the pair with the least ratio.
    pub shrinks_at: Family,
    /// The family of the pair with the largest ratio.
    pub stretches_at: Family,
    /// The least distortion that is possible, [`Floor::bound`](super::Floor::bound).
    pub floor: f64,
    /// Ratios of each family.
    pub families: Vec<(Family, Distortion)>,
    /// Neighbours that were compared.
    pub k: usize,
    /// Share of the `k` nearest projected codes that are among the `k` nearest in the quotient.
    pub overlap: f64,
    /// The same for unrelated neighbours, `k/(n − 1)`.
    pub overlap_chance: f64,
    /// What is left of labels, where there are any.
    pub information: Option<Information>,
    /// Pairs for a figure: `d([z],[w])` and `‖s(z) − s(w)‖`.
    #[serde(skip)]
    pub points: Vec<(Family, [f64; 2])>,
}

impl Judgement {
    /// The empirical distortion `β̂/α̂`, a lower bound of the true one and free of scale; infinite
    /// for [collisions](Self::collides).
    pub fn distortion(&self) -> f64 {
        if self.collides() { f64::INFINITY } else { self.beta / self.alpha }
    }

    /// Whether different orbits have the same image, to rounding.
    pub fn collides(&self) -> bool {
        self.alpha <= COLLISION * self.beta
    }

    /// Ratios of one family, where it was tried.
    pub fn family(&self, family: Family) -> Option<&Distortion> {
        self.families.iter().find(|(f, _)| *f == family).map(|(_, d)| d)
    }

    /// The 1 %, 50 % and 99 % quantiles of the ratio over random pairs, in units of the median:
    /// free of scale.
    pub fn quantiles(&self) -> Option<[f64; 3]> {
        let random = self.family(Family::Random)?;
        Some([random.q01, random.median, random.q99].map(|q| q / random.median))
    }
}
