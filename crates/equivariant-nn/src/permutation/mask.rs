//! Which nodes exist.

use candle_core::{DType, Device, Tensor};

use crate::NnError;

/// Which nodes of a batch of sets or graphs exist: 1 or 0, (B, n).
///
/// Layers neither read nor write what stands at missing nodes; means are over those that exist.
#[derive(Clone, Debug)]
pub struct NodeMask {
    mask: Tensor,
    shares: Tensor,
}

impl NodeMask {
    /// From a tensor (B, n) of zeros and ones.
    ///
    /// # Errors
    /// [`NnError::Parameter`] where it has another rank or another value.
    pub fn new(mask: &Tensor) -> Result<Self, NnError> {
        let mask = mask.detach();
        let (_, n) = mask.dims2().map_err(|_| wrong(format!("shape {:?}", mask.dims())))?;
        let values: Vec<f64> = mask.to_dtype(DType::F64)?.flatten_all()?.to_vec1()?;
        if let Some(at) = values.iter().position(|v| *v != 0.0 && *v != 1.0) {
            return Err(wrong(format!("{} at node {} of {}", values[at], at % n, at / n)));
        }
        // 1/N at nodes that exist: the weights of a mean.
        let shares = mask.broadcast_div(&mask.sum_keepdim(1)?.maximum(1.0)?)?;
        Ok(Self { mask, shares })
    }

    /// The first `counts[b]` of `nodes` nodes exist.
    ///
    /// # Errors
    /// [`NnError::Parameter`] where a count is larger than `nodes`.
    pub fn from_counts(
        counts: &[usize],
        nodes: usize,
        dtype: DType,
        device: &Device,
    ) -> Result<Self, NnError> {
        if let Some(count) = counts.iter().find(|&&count| count > nodes) {
            return Err(wrong(format!("{count} of {nodes} nodes")));
        }
        let exists =
            counts.iter().flat_map(|&c| (0..nodes).map(move |i| f64::from(u8::from(i < c))));
        let mask = Tensor::from_vec(exists.collect(), (counts.len(), nodes), device)?;
        Self::new(&mask.to_dtype(dtype)?)
    }

    /// All nodes exist.
    ///
    /// # Errors
    /// If candle cannot make the tensor.
    pub fn full(
        batch: usize,
        nodes: usize,
        dtype: DType,
        device: &Device,
    ) -> Result<Self, NnError> {
        Self::new(&Tensor::ones((batch, nodes), dtype, device)?)
    }

    /// The mask, (B, n).
    pub fn tensor(&self) -> &Tensor {
        &self.mask
    }

    /// The mean over the nodes that exist: (B, n, C) to (B, 1, C).
    pub(super) fn mean(&self, x: &Tensor) -> Result<Tensor, NnError> {
        Ok(self.shares.unsqueeze(1)?.matmul(x)?)
    }

    /// Zero at missing nodes of (B, n, C).
    ///
    /// # Errors
    /// If the shapes do not fit.
    pub fn apply(&self, x: &Tensor) -> Result<Tensor, NnError> {
        Ok(x.broadcast_mul(&self.mask.unsqueeze(2)?)?)
    }
}

fn wrong(got: String) -> NnError {
    NnError::parameter("NodeMask", "the mask", "0 or 1 for each node, (B, n)", got)
}
