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

    /// The loss is NaN or infinite. Lower the learning rate, or look for broken images.
    #[error("training diverged in epoch {epoch}, step {step}: the loss is {loss}")]
    Diverged {
        /// The epoch, from 0.
        epoch: usize,
        /// The step, from 0.
        step: usize,
        /// The loss.
        loss: f64,
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
