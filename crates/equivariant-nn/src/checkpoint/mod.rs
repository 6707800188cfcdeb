//! Checkpoints: files that are whole or not there, and the runs that continue from them.
//!
//! [`save`] and [`load`] are one file; [`Checkpoints`] is the folder of a training.

mod file;
mod series;

pub(crate) use file::save_values;
pub use file::{Checkpoint, load, save};
pub use series::{Checkpoints, Identity};
