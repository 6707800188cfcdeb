//! Convolutional networks for digits: one whose codes turn with the image, and ordinary ones.
//!
//! | network | codes | under a rotation of the image |
//! |---|---|---|
//! | [`SteerableCnn`] | `F` fields over the group | `E(g·x) = ρ(g)E(x)`, by construction |
//! | [`PlainCnn`] | flat, trained to classify | whatever training made of them |
//! | [`ConvAutoencoder`] | flat, trained to reconstruct | the same |
//!
//! In their default sizes all have codes of dimension 128, and the encoders have equally many
//! parameters to within 10 %: what differs between their codes is the symmetry, or what they were
//! trained for.

mod autoencoder;
mod batches;
mod ordinary;
mod plain;
mod steerable;

pub(crate) use batches::image_tensor;

pub use autoencoder::{AutoencoderArchitecture, ConvAutoencoder};
pub use plain::{PlainArchitecture, PlainCnn};
pub use steerable::{Architecture, SteerableCnn};
