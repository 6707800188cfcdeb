//! What a layer is, and how layers are composed.

use std::fmt::Debug;

use candle_core::Tensor;

use crate::plain::PlainNetwork;
use crate::{FieldType, NnError};

/// Whether a network learns or is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Batch moments, running statistics that follow them, dropout.
    ///
    /// All noise is a function of `(seed, step)` and of the layer's name: a resumed training
    /// needs no state of a random generator to continue with the same noise.
    Train {
        /// The seed of the whole training.
        seed: u64,
        /// The number of this optimizer step.
        step: u64,
    },
    /// Running moments, no noise: a pure function of the input.
    Eval,
}

impl Mode {
    /// Whether this is [`Mode::Train`].
    pub fn is_train(self) -> bool {
        matches!(self, Self::Train { .. })
    }
}

/// An equivariant map with a type for what goes in and what comes out.
///
/// The contract, for every element `g` of the group and in [`Mode::Eval`]:
/// `forward(g·x) = g·forward(x)`, with the actions of [`input`](Layer::input) and
/// [`output`](Layer::output). [`check_equivariance`](crate::check::check_equivariance) measures
/// how well it is kept.
pub trait Layer: Debug + Send + Sync {
    /// The layer's parameter path and kind, for messages.
    fn name(&self) -> &str;

    /// The type of tensors that the layer takes.
    fn input(&self) -> &FieldType;

    /// The type of tensors that it gives.
    fn output(&self) -> &FieldType;

    /// Applies the layer to a batch.
    ///
    /// # Errors
    /// [`NnError::Input`] if the tensor is not of the type [`input`](Layer::input).
    fn forward(&self, x: &Tensor, mode: Mode) -> Result<Tensor, NnError>;

    /// The layer in [`Mode::Eval`] as an ordinary network, with the parameters as they are now.
    ///
    /// # Errors
    /// [`NnError::NoPlainForm`] for layers that have none: it exists for convolutions of images, linear
    /// maps, batch normalisation, pointwise functions, dropout and pooling, not for norms of fields and
    /// what divides or multiplies by something of the same sample.
    fn export(&self) -> Result<PlainNetwork, NnError> {
        Err(NnError::NoPlainForm { layer: self.name().to_owned() })
    }
}

/// Layers one after the other, with fitting types.
#[derive(Debug)]
pub struct Sequential {
    name: String,
    layers: Vec<Box<dyn Layer>>,
}

impl Sequential {
    /// Starts with one layer.
    pub fn new(name: impl Into<String>, first: impl Layer + 'static) -> Self {
        Self { name: name.into(), layers: vec![Box::new(first)] }
    }

    /// Adds a layer at the end.
    ///
    /// # Errors
    /// [`NnError::Type`] if it does not take what the last one gives.
    pub fn then(mut self, layer: impl Layer + 'static) -> Result<Self, NnError> {
        self.output().require_same(layer.name(), layer.input())?;
        self.layers.push(Box::new(layer));
        Ok(self)
    }

    /// The layers in order.
    pub fn layers(&self) -> &[Box<dyn Layer>] {
        &self.layers
    }
}

impl Layer for Sequential {
    fn name(&self) -> &str {
        &self.name
    }

    fn input(&self) -> &FieldType {
        self.layers[0].input()
    }

    fn output(&self) -> &FieldType {
        self.layers[self.layers.len() - 1].output()
    }

    fn forward(&self, x: &Tensor, mode: Mode) -> Result<Tensor, NnError> {
        let mut x = x.clone();
        for layer in &self.layers {
            x = layer.forward(&x, mode)?;
        }
        Ok(x)
    }

    fn export(&self) -> Result<PlainNetwork, NnError> {
        let mut network = PlainNetwork::new();
        for layer in &self.layers {
            network = network.chain(layer.export()?)?;
        }
        Ok(network)
    }
}
