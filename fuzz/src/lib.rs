//! Everything that reads what comes from outside, and bytes to try it with.
//!
//! [`targets`] holds a function for each reader: it may refuse its bytes, never panic, hang, or take memory
//! that they do not account for. [`Mutator`] makes bytes of seeds.
#![forbid(unsafe_code)]

mod mutator;
pub mod targets;

pub use mutator::Mutator;
