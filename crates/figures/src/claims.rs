//! Claims: what was to be shown, what was measured, and whether it holds.

use serde::{Deserialize, Serialize};

/// One row of the claims table, as it stands in `results.json` and in the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// A short stable name, such as `images.raw-knn-gap`.
    pub id: String,
    /// The claim in a sentence.
    pub statement: String,
    /// The experiment that it belongs to, such as `images`.
    pub suite: String,
    /// The effect that was measured, in [`effect_unit`](Self::effect_unit).
    pub effect: f64,
    /// What the effect is and in which unit, such as `percentage points of 5-NN accuracy`.
    pub effect_unit: String,
    /// A 95 % interval of the effect.
    pub ci95: [f64; 2],
    /// Whether the claim holds, by the criterion in [`detail`](Self::detail).
    pub holds: bool,
    /// How it was measured, over what the interval is, and the criterion.
    pub detail: String,
}
