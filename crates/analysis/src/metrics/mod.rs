//! Judging codes and projections: one metric a file.
//!
//! | question | metric |
//! |---|---|
//! | are the classes apart? | [`silhouette`] |
//! | does a picture show the right neighbours? | [`trustworthiness`], [`continuity`] |
//! | how large are orbits beside the distances between codes? | [`orbit_spread`], [`orbit_spread_of_encodings`] |
//! | how invariant is a projection? | [`invariance_error`] |
//! | how much does it distort the quotient distance? | [`distortion`], [`random_pairs`] |
//! | how many neighbours change? | [`neighbour_overlap`] |
//! | how alike are two sets of codes, up to rotation and scale? | [`linear_cka`] |

mod cka;
mod distortion;
mod invariance;
mod orbit_spread;
mod overlap;
mod silhouette;
mod trustworthiness;

pub use cka::linear_cka;
pub use distortion::{
    Distortion, distortion, euclidean_distances, quotient_distances, random_pairs,
};
pub use invariance::{InvarianceError, invariance_error};
pub use orbit_spread::{OrbitSpread, orbit_spread, orbit_spread_of_encodings};
pub use overlap::neighbour_overlap;
pub use silhouette::{Subsample, silhouette};
pub use trustworthiness::{continuity, continuity_in, trustworthiness, trustworthiness_in};
