//! Dropout of whole fields.

use candle_core::Tensor;
use rand::RngExt;

use crate::init::stream;
use crate::plain::PlainNetwork;
use crate::{FieldType, Layer, Mode, NnError};

/// Sets whole fields of a sample to zero with probability `p` in training and scales the others
/// by `1/(1 − p)`; the identity in evaluation.
///
/// The mask is constant over the group axis and over space, so for each mask the layer is
/// equivariant; dropping single channels would not be. It is drawn from the stream of the
/// layer's name and [`Mode::Train`]'s seed and step.
#[derive(Debug)]
pub struct FieldDropout {
    name: String,
    ty: FieldType,
    field_of_channel: Tensor,
    probability: f64,
}

impl FieldDropout {
    /// For features of a type. The name tells several dropout layers of a model apart: layers
    /// with the same name draw the same masks.
    ///
    /// # Errors
    /// [`NnError::Parameter`] unless `0 ≤ p < 1`.
    pub fn new(name: impl Into<String>, ty: FieldType, probability: f64) -> Result<Self, NnError> {
        let name = name.into();
        if !(0.0..1.0).contains(&probability) {
            return Err(NnError::parameter(name, "the probability", "in [0, 1)", probability));
        }
        let sizes = ty.blocks().into_iter().flat_map(|b| std::iter::repeat_n(b.dim, b.copies));
        let fields = sizes.enumerate().flat_map(|(field, dim)| {
            std::iter::repeat_n(u32::try_from(field).unwrap_or(u32::MAX), dim)
        });
        let field_of_channel = Tensor::from_iter(fields, &candle_core::Device::Cpu)?;
        Ok(Self { name, ty, field_of_channel, probability })
    }

    /// The factors of one step: shape (batch, fields).
    ///
    /// # Errors
    /// If candle cannot make the tensor.
    pub fn mask(&self, batch: usize, seed: u64, step: u64) -> Result<Tensor, NnError> {
        let mut rng = stream(seed, &format!("dropout/{}/{step}", self.name));
        let kept = 1.0 / (1.0 - self.probability);
        let factors = (0..batch * self.ty.fields())
            .map(|_| if rng.random::<f64>() < self.probability { 0.0 } else { kept });
        let device = candle_core::Device::Cpu;
        Ok(Tensor::from_iter(factors, &device)?.reshape((batch, self.ty.fields()))?)
    }
}

impl Layer for FieldDropout {
    super::types!(ty, ty);

    fn forward(&self, x: &Tensor, mode: Mode) -> Result<Tensor, NnError> {
        self.ty.check(&self.name, x)?;
        let Mode::Train { seed, step } = mode else {
            return Ok(x.clone());
        };
        if self.probability == 0.0 {
            return Ok(x.clone());
        }
        let dims = x.dims();
        let mask = self.mask(dims[0], seed, step)?.to_device(x.device())?.to_dtype(x.dtype())?;
        let field_of_channel = self.field_of_channel.to_device(x.device())?;
        let mask = mask.index_select(&field_of_channel, 1)?.unsqueeze(2)?;
        Ok(x.reshape((dims[0], dims[1], ()))?.broadcast_mul(&mask)?.reshape(dims)?)
    }
    fn export(&self) -> Result<PlainNetwork, NnError> {
        Ok(PlainNetwork::new())
    }
}
