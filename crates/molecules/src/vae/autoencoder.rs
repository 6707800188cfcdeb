//! What all autoencoders of graphs have in common.

use candle_core::{D, Device, Tensor};
use candle_nn::ops::log_softmax;
use equivariant_nn::Parameters;

use super::tensors::ORDERS;
use super::{GraphTensors, Logits, Posterior, VaeConfig, VaeError};
use crate::graph::Graph;

/// Graphs encoded or decoded at once outside of training.
const BATCH: usize = 256;

/// The parts of the loss, in nats a graph.
#[derive(Clone, Debug)]
pub struct Losses {
    /// `−ln p(x | z)`: of the kinds of all nodes and the bonds of all pairs.
    pub reconstruction: Tensor,
    /// `KL(N(μ, σ²) ‖ N(0, 1))`.
    pub divergence: Tensor,
}

/// A variational autoencoder of graphs with codes of `n·d` scalars.
pub trait Autoencoder {
    /// Sizes of graphs and codes.
    fn config(&self) -> &VaeConfig;

    /// Its weights.
    fn parameters(&self) -> &Parameters;

    /// All that a checkpoint must agree with.
    ///
    /// # Errors
    /// If it cannot be written down.
    fn architecture(&self) -> Result<String, VaeError>;

    /// The posterior of the codes of a batch.
    ///
    /// # Errors
    /// If the tensors do not fit the configuration.
    fn posterior(&self, graphs: &GraphTensors) -> Result<Posterior, VaeError>;

    /// What codes (B, n, d) stand for.
    ///
    /// # Errors
    /// If the shape does not fit the configuration.
    fn logits(&self, codes: &Tensor) -> Result<Logits, VaeError>;

    /// The device of its weights.
    fn device(&self) -> &Device {
        self.parameters().device()
    }

    /// The codes of graphs, the means of their posteriors: one row of `n·d` scalars a graph, node
    /// by node.
    ///
    /// # Errors
    /// [`VaeError::Graphs`] for graphs of other sizes.
    fn encode(&self, graphs: &[Graph]) -> Result<Vec<Vec<f32>>, VaeError> {
        let mut codes = Vec::with_capacity(graphs.len());
        for chunk in graphs.chunks(BATCH) {
            let chunk: Vec<&Graph> = chunk.iter().collect();
            let tensors = GraphTensors::new(&chunk, self.config(), self.device())?;
            codes
                .extend(self.posterior(&tensors)?.mean.detach().flatten_from(1)?.to_vec2::<f32>()?);
        }
        Ok(codes)
    }

    /// The most likely graphs of codes, each of `n·d` scalars.
    ///
    /// # Errors
    /// [`VaeError::Graphs`] for codes of another length.
    fn decode(&self, codes: &[Vec<f32>]) -> Result<Vec<Graph>, VaeError> {
        let (n, d) = (self.config().nodes, self.config().latent);
        if let Some(code) = codes.iter().find(|code| code.len() != n * d) {
            return Err(VaeError::Graphs {
                expected: format!("codes of {n}·{d} scalars"),
                found: format!("{} scalars", code.len()),
            });
        }
        let mut graphs = Vec::with_capacity(codes.len());
        for chunk in codes.chunks(BATCH) {
            let flat: Vec<f32> = chunk.concat();
            let codes = Tensor::from_vec(flat, (chunk.len(), n, d), self.device())?;
            graphs.extend(self.logits(&codes)?.graphs()?);
        }
        Ok(graphs)
    }

    /// The loss of a batch with codes `μ + σ·noise`; noise (B, n, d).
    ///
    /// # Errors
    /// If the shapes do not fit.
    fn losses(&self, graphs: &GraphTensors, noise: &Tensor) -> Result<Losses, VaeError> {
        let Posterior { mean, log_variance } = self.posterior(graphs)?;
        let deviation = (&log_variance * 0.5)?.exp()?;
        let codes = (&mean + (deviation * noise)?)?;
        let logits = self.logits(&codes)?;
        let (b, n, kinds) = logits.nodes.dims3()?;
        let entropy = |logits: &Tensor, classes: usize, target: &Tensor| {
            let logits = logits.reshape((target.elem_count(), classes))?;
            log_softmax(&logits, D::Minus1)?.gather(&target.unsqueeze(1)?, 1)
        };
        let nodes = entropy(&logits.nodes, kinds, &graphs.kinds)?.sum_all()?;
        // Each pair stands there twice, and no node is bonded to itself.
        let bonds = entropy(&logits.bonds, ORDERS, &graphs.orders)?.reshape((b, n * n))?;
        let off = (Tensor::ones((n, n), bonds.dtype(), bonds.device())?
            - Tensor::eye(n, bonds.dtype(), bonds.device())?)?;
        let bonds = bonds.broadcast_mul(&off.reshape((1, n * n))?)?.sum_all()?;
        let reconstruction = ((nodes + (bonds * 0.5)?)? * (-1.0 / b as f64))?;
        let divergence = ((mean.sqr()? + log_variance.exp()?)? - log_variance)?;
        let divergence = ((divergence - 1.0)?.sum_all()? * (0.5 / b as f64))?;
        Ok(Losses { reconstruction, divergence })
    }
}
