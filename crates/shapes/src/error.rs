//! What can go wrong in this crate.

use equivariant_nn::NnError;
use groups::GroupError;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShapesError {
    /// A layer, an optimizer or a checkpoint refused.
    #[error(transparent)]
    Network(#[from] NnError),

    /// A group refused its parameters.
    #[error(transparent)]
    Group(#[from] GroupError),

    /// The settings cannot be written into a checkpoint.
    #[error("the settings cannot be written down: {0}")]
    Settings(#[from] serde_json::Error),

    /// There is nothing to train on.
    #[error("no clouds to train on; generate at least one")]
    NoClouds,
}

impl From<candle_core::Error> for ShapesError {
    fn from(error: candle_core::Error) -> Self {
        Self::Network(error.into())
    }
}
