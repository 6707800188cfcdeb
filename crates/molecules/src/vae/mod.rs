//! A permutation-equivariant variational autoencoder of graphs.
//!
//! Encoder and decoder commute with every permutation of the nodes, so that the code of a
//! permuted graph is the permuted code: `S_n` acts on codes `z ∈ R^{n×d}` by its rows, and no
//! matching of graphs is needed in the loss. With `d = 1` it is the autoencoder of Hansen,
//! Calissano & Feragen (ICML 2024, §5.1): codes in `R^n`, on which sorting is an isometric
//! cross-section.
//!
//! | you want | look at |
//! |---|---|
//! | the network | [`GraphVae`], [`VaeConfig`] |
//! | an ordinary one to compare with | [`FlatVae`] |
//! | to encode and decode with either | [`Autoencoder`] |
//! | graphs as tensors | [`GraphTensors`] |
//! | to train it, interrupt it and go on | [`train`], [`TrainingConfig`] |
//! | which errors there are | [`VaeError`] |

mod autoencoder;
mod config;
mod decoder;
mod encoder;
mod error;
mod flat;
mod model;
mod tensors;
mod training;

pub use autoencoder::{Autoencoder, Losses};
pub use config::VaeConfig;
pub use decoder::Logits;
pub use encoder::Posterior;
pub use equivariant_nn::training::{Metrics, Observer, Outcome, StepReport};
pub use error::VaeError;
pub use flat::FlatVae;
pub use model::GraphVae;
pub use tensors::GraphTensors;
pub use training::{TrainingConfig, train};
