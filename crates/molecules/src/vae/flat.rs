//! An ordinary autoencoder: a perceptron on the graph written out as a list of numbers.

use candle_core::{D, DType, Device, Tensor};
use candle_nn::{Init, VarBuilder};
use equivariant_nn::Parameters;
use equivariant_nn::init::he_stdev;

use super::encoder::LOG_VARIANCE;
use super::tensors::ORDERS;
use super::{Autoencoder, GraphTensors, Logits, Posterior, VaeConfig, VaeError};

/// A variational autoencoder that knows nothing of permutations: node kinds and bonds are written
/// one after the other and go through perceptrons with two hidden layers each way.
///
/// What it knows of the order of nodes being arbitrary it has to learn from graphs in many orders
/// ([`super::TrainingConfig::shuffle_nodes`]). For comparison with [`super::GraphVae`]: codes have as
/// many scalars, `n·d`, and [`FlatVae::hidden_for`] gives it as many parameters.
#[derive(Clone, Debug)]
pub struct FlatVae {
    config: VaeConfig,
    hidden: usize,
    parameters: Parameters,
    encoder: Vec<Dense>,
    decoder: Vec<Dense>,
}

#[derive(Clone, Debug)]
struct Dense {
    weight: Tensor,
    bias: Tensor,
}

impl FlatVae {
    /// A network for graphs and codes of these sizes, with hidden layers of `hidden` units. What
    /// the configuration says of blocks and channels does not matter.
    ///
    /// # Errors
    /// [`VaeError::Config`] where the sizes do not fit each other.
    pub fn new(
        config: VaeConfig,
        hidden: usize,
        seed: u64,
        device: &Device,
    ) -> Result<Self, VaeError> {
        let config = VaeConfig { ties: false, ranks: false, ..config };
        config.check()?;
        let parameters = Parameters::new(seed, DType::F32, device.clone());
        let vb = parameters.builder();
        let [inputs, codes, outputs] = Self::widths(&config);
        let layers = |sizes: [usize; 4], vb: VarBuilder<'_>| -> Result<Vec<Dense>, VaeError> {
            (0..3)
                .map(|i| {
                    let vb = vb.pp(format!("{i}"));
                    let stdev = he_stdev(sizes[i], 1, 1.0);
                    let weight = Init::Randn { mean: 0.0, stdev };
                    Ok(Dense {
                        weight: vb.get_with_hints((sizes[i], sizes[i + 1]), "weight", weight)?,
                        bias: vb.get_with_hints(sizes[i + 1], "bias", Init::Const(0.0))?,
                    })
                })
                .collect()
        };
        let encoder = layers([inputs, hidden, hidden, 2 * codes], vb.pp("encoder"))?;
        let decoder = layers([codes, hidden, hidden, outputs], vb.pp("decoder"))?;
        Ok(Self { config, hidden, parameters, encoder, decoder })
    }

    /// Units of the hidden layers with which it has about so many parameters.
    pub fn hidden_for(config: &VaeConfig, parameters: usize) -> usize {
        let [inputs, codes, outputs] = Self::widths(config);
        let count = |h: usize| (inputs + 3 * codes + outputs + 4 + 2 * h) * h + 2 * codes + outputs;
        (1..).take_while(|&h| count(h) <= parameters).last().unwrap_or(1)
    }

    /// Numbers that go in, of a code, and that come out.
    fn widths(config: &VaeConfig) -> [usize; 3] {
        let n = config.nodes;
        let features = config.kinds + 1 + n * (ORDERS - 1);
        [n * features, n * config.latent, n * (config.kinds + 1 + n * ORDERS)]
    }
}

fn forward(layers: &[Dense], mut x: Tensor) -> Result<Tensor, VaeError> {
    for (i, layer) in layers.iter().enumerate() {
        x = x.matmul(&layer.weight)?.broadcast_add(&layer.bias)?;
        if i + 1 < layers.len() {
            x = x.relu()?;
        }
    }
    Ok(x)
}

impl Autoencoder for FlatVae {
    fn config(&self) -> &VaeConfig {
        &self.config
    }

    fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    fn architecture(&self) -> Result<String, VaeError> {
        let VaeConfig { nodes, kinds, latent, .. } = self.config;
        Ok(format!("flat {nodes} {kinds} {latent} {}", self.hidden))
    }

    fn posterior(&self, graphs: &GraphTensors) -> Result<Posterior, VaeError> {
        let (n, d) = (self.config.nodes, self.config.latent);
        let nodes = graphs.nodes.flatten_from(1)?;
        let x = Tensor::cat(&[nodes, graphs.bonds.flatten_from(1)?], D::Minus1)?;
        let b = x.dim(0)?;
        let out = forward(&self.encoder, x)?;
        let part = |first: usize| -> Result<Tensor, VaeError> {
            Ok(out.narrow(1, first, n * d)?.contiguous()?.reshape((b, n, d))?)
        };
        let log_variance = (part(n * d)? - 4.0)?.clamp(LOG_VARIANCE.0, LOG_VARIANCE.1)?;
        Ok(Posterior { mean: part(0)?, log_variance })
    }

    fn logits(&self, codes: &Tensor) -> Result<Logits, VaeError> {
        let (b, n, _) = codes.dims3()?;
        let kinds = self.config.kinds + 1;
        let out = forward(&self.decoder, codes.flatten_from(1)?)?;
        let nodes = out.narrow(1, 0, n * kinds)?.contiguous()?.reshape((b, n, kinds))?;
        let bonds = out.narrow(1, n * kinds, n * n * ORDERS)?.contiguous()?;
        let bonds = bonds.reshape((b, n, n, ORDERS))?;
        Ok(Logits { nodes, bonds: (&bonds + bonds.transpose(1, 2)?)? })
    }
}
