//! What can go wrong in this crate.

use std::path::PathBuf;

use crate::{Divergence, FieldType};

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NnError {
    /// candle refused an operation. Its message names the operation and the shapes.
    #[error(transparent)]
    Candle(#[from] candle_core::Error),

    /// The group refused its parameters.
    #[error(transparent)]
    Group(#[from] groups::GroupError),

    /// A layer was given a tensor of another type than it was built for. Compare the output type
    /// of the layer before it; batches of feature maps have rank 4, batches of codes rank 2.
    #[error("{layer}: expected {expected}, got a tensor of shape {got:?}")]
    Input {
        /// The layer, by its parameter path and kind.
        layer: String,
        /// The type that the layer was built for.
        expected: Box<FieldType>,
        /// The shape of the tensor that came.
        got: Vec<usize>,
    },

    /// A layer was given a tensor of another shape than it was built for.
    #[error("{layer}: expected a tensor of shape {expected:?}, got {got:?}")]
    Shape {
        /// The layer, by its parameter path and kind.
        layer: String,
        /// The shape that fits the layer and its other operands.
        expected: Vec<usize>,
        /// The shape that came.
        got: Vec<usize>,
    },

    /// A layer was built over a type that it cannot handle.
    #[error("{layer}: expected {expected}, got {got}")]
    Type {
        /// The layer, by its parameter path and kind.
        layer: String,
        /// What the layer can handle.
        expected: String,
        /// The type that it was given.
        got: Box<FieldType>,
    },

    /// A layer cannot be exported as an ordinary network. Export the layers before it, and compute
    /// this one with this crate.
    #[error("{layer}: no ordinary network computes the same with the steps of `plain`")]
    NoPlainForm {
        /// The layer, by its parameter path and kind.
        layer: String,
    },

    /// A parameter of a layer, schedule or optimizer is out of range. The message says what is
    /// allowed.
    #[error("{what}: {parameter} must be {expected}, got {got}")]
    Parameter {
        /// What was being built.
        what: String,
        /// The parameter.
        parameter: &'static str,
        /// The allowed values.
        expected: &'static str,
        /// The value that came.
        got: String,
    },

    /// A checkpoint lacks a tensor that the model has. It belongs to another model or an older
    /// version of this one.
    #[error("{path}: tensor `{name}` is missing (expected {expected})")]
    MissingTensor {
        /// The checkpoint.
        path: PathBuf,
        /// The tensor.
        name: String,
        /// Its type and shape in the model.
        expected: String,
    },

    /// A checkpoint has a tensor that the model does not know. It belongs to another model.
    #[error("{path}: tensor `{name}` ({got}) has no place in the model")]
    UnknownTensor {
        /// The checkpoint.
        path: PathBuf,
        /// The tensor.
        name: String,
        /// Its type and shape in the file.
        got: String,
    },

    /// A tensor of a checkpoint has another shape or scalar type than in the model. Build the
    /// model with the configuration that it was trained with.
    #[error("{path}: tensor `{name}`: expected {expected}, got {got}")]
    TensorMismatch {
        /// The checkpoint.
        path: PathBuf,
        /// The tensor.
        name: String,
        /// Its type and shape in the model.
        expected: String,
        /// Its type and shape in the file.
        got: String,
    },

    /// A file is no checkpoint of this crate, or was damaged. Fetch or write it again.
    #[error("{path}: not a usable checkpoint: {reason}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },

    /// The checkpoint was written with other settings. Use those again, or train anew without
    /// resuming.
    #[error(
        "{path}: cannot resume, {setting} is {now} but was {then}; use that again, or start anew without resuming or in another folder"
    )]
    Changed {
        /// The checkpoint.
        path: PathBuf,
        /// What differs.
        setting: String,
        /// Its value in the checkpoint.
        then: String,
        /// Its value now.
        now: String,
    },

    /// The loss is NaN or infinite. Lower the learning rate, or look for broken samples in the batch.
    #[error(transparent)]
    Diverged(#[from] Divergence),

    /// The file system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl NnError {
    pub(crate) fn io(path: &std::path::Path, source: std::io::Error) -> Self {
        Self::Io { path: path.to_path_buf(), source }
    }

    pub(crate) fn parameter(
        what: impl Into<String>,
        parameter: &'static str,
        expected: &'static str,
        got: impl ToString,
    ) -> Self {
        Self::Parameter { what: what.into(), parameter, expected, got: got.to_string() }
    }
}
