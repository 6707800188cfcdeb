//! What can go wrong in training.

use equivariant_nn::NnError;

use crate::ImageError;

/// An error of networks and their training.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainingError {
    /// The sizes of the network do not fit each other.
    #[error("network: expected {expected}, got {found}")]
    Architecture {
        /// What is possible.
        expected: &'static str,
        /// What came.
        found: String,
    },

    /// Settings could not be turned into text.
    #[error("checkpoint metadata: {0}")]
    Metadata(#[from] serde_json::Error),

    /// A layer, the optimizer or a checkpoint file.
    #[error(transparent)]
    Network(#[from] NnError),

    /// The images.
    #[error(transparent)]
    Images(#[from] ImageError),
}

impl From<candle_core::Error> for TrainingError {
    fn from(error: candle_core::Error) -> Self {
        Self::Network(error.into())
    }
}
