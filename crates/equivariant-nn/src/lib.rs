//! Equivariant neural network layers for candle, with their gradients checked.
#![forbid(unsafe_code)]
pub mod action;
pub mod check;
pub mod checkpoint;
mod error;
mod field_type;
pub mod filter;
pub mod init;
mod layer;
pub mod layers;
pub mod ops;
mod optim;
mod parameters;
mod schedule;

pub use error::NnError;
pub use field_type::{Domain, FieldKind, FieldType};
pub use layer::{Layer, Mode, Sequential};
pub use optim::{AdamW, AdamWConfig, StepReport};
pub use parameters::Parameters;
pub use schedule::Schedule;
