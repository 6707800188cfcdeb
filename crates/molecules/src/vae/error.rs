//! What can go wrong with the autoencoder.

use equivariant_nn::NnError;

/// An error of the autoencoder or its training.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaeError {
    /// Sizes that do not fit each other.
    #[error("autoencoder: expected {expected}, got {found}")]
    Config {
        /// What is possible.
        expected: &'static str,
        /// What came.
        found: String,
    },

    /// Graphs of other sizes than the network was built for, or none.
    #[error("graphs: expected {expected}, got {found}")]
    Graphs {
        /// What is possible.
        expected: String,
        /// What came.
        found: String,
    },

    /// Settings could not be turned into text.
    #[error("checkpoint metadata: {0}")]
    Metadata(#[from] serde_json::Error),

    /// A graph that cannot be put into another order.
    #[error(transparent)]
    Molecule(#[from] crate::MoleculeError),

    /// A layer, the optimizer or a checkpoint file.
    #[error(transparent)]
    Network(#[from] NnError),
}

impl From<candle_core::Error> for VaeError {
    fn from(error: candle_core::Error) -> Self {
        Self::Network(error.into())
    }
}
