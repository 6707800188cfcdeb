//! What a simple model can read from codes: classification and regression probes.
//!
//! | probe | classes | numbers |
//! |---|---|---|
//! | k nearest neighbours, in any geometry | [`knn_classify`] | [`knn_regress`] |
//! | linear | [`LogisticRegression`] | [`Ridge`] |
//! | linear in random Fourier features | the same after [`FourierFeatures`] | the same |
//!
//! [`Ridge::cross_validated`] and [`LogisticRegression::cross_validated`] choose the penalty.
//!
//! Each returns outcomes per sample ([`Classification`], [`Regression`]), so that two probes on the
//! same samples can be compared pairwise
//! ([`bootstrap_paired_difference`](crate::statistics::bootstrap_paired_difference)).

mod cross_validation;
mod fourier_features;
mod knn;
mod lbfgs;
mod logistic;
mod outcome;
mod ridge;
mod standardise;

pub use cross_validation::CrossValidated;
pub use fourier_features::FourierFeatures;
pub use knn::{knn_classify, knn_regress};
pub use logistic::{FittedLogisticRegression, LogisticRegression};
pub use outcome::{Classification, Regression};
pub use ridge::{FittedRidge, Ridge};
pub use standardise::Standardisation;
