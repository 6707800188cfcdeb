//! The equivariant network.

use candle_core::{DType, Device, Tensor};
use equivariant_nn::Parameters;

use super::decoder::Decoder;
use super::encoder::Encoder;
use super::{Autoencoder, GraphTensors, Logits, Posterior, VaeConfig, VaeError};

/// A permutation-equivariant variational autoencoder of graphs.
#[derive(Clone, Debug)]
pub struct GraphVae {
    config: VaeConfig,
    parameters: Parameters,
    encoder: Encoder,
    decoder: Decoder,
}

impl GraphVae {
    /// A network with weights drawn from a seed.
    ///
    /// # Errors
    /// [`VaeError::Config`] where the sizes do not fit each other.
    pub fn new(config: VaeConfig, seed: u64, device: &Device) -> Result<Self, VaeError> {
        config.check()?;
        let parameters = Parameters::new(seed, DType::F32, device.clone());
        let vb = parameters.builder();
        let encoder = Encoder::new(&config, vb.pp("encoder"))?;
        let decoder = Decoder::new(&config, vb.pp("decoder"))?;
        Ok(Self { config, parameters, encoder, decoder })
    }
}

impl Autoencoder for GraphVae {
    fn config(&self) -> &VaeConfig {
        &self.config
    }

    fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    fn architecture(&self) -> Result<String, VaeError> {
        Ok(serde_json::to_string(&self.config)?)
    }

    fn posterior(&self, graphs: &GraphTensors) -> Result<Posterior, VaeError> {
        self.encoder.forward(graphs)
    }

    fn logits(&self, codes: &Tensor) -> Result<Logits, VaeError> {
        self.decoder.forward(codes)
    }
}
