//! From feature maps to codes.

use candle_core::Tensor;

use crate::plain::{PlainNetwork, PlainStep};
use crate::{Domain, FieldType, Layer, Mode, NnError};

/// The mean of each channel over the image, or over its inscribed disc: feature maps become
/// codes, with the same fields at a point.
///
/// The disc leaves out the corners, which leave the image when it turns.
#[derive(Debug)]
pub struct SpatialPool {
    name: String,
    input: FieldType,
    output: FieldType,
    disc: bool,
}

impl SpatialPool {
    /// The mean over the whole image.
    ///
    /// # Errors
    /// [`NnError::Type`] if the type is not on the plane.
    pub fn mean(ty: FieldType) -> Result<Self, NnError> {
        Self::new(ty, false)
    }

    /// The mean over the inscribed disc.
    ///
    /// # Errors
    /// As [`mean`](SpatialPool::mean).
    pub fn disc_mean(ty: FieldType) -> Result<Self, NnError> {
        Self::new(ty, true)
    }

    fn new(ty: FieldType, disc: bool) -> Result<Self, NnError> {
        let name = if disc { "SpatialPool(disc)" } else { "SpatialPool" }.to_owned();
        ty.require(&name, "fields on the plane", ty.domain() == Domain::Plane)?;
        Ok(Self { name, output: ty.clone().at_point(), input: ty, disc })
    }
}

/// The weight of each pixel; they sum to 1.
fn weights(h: usize, w: usize, disc: bool) -> Vec<f64> {
    let (ch, cw) = ((h as f64 - 1.0) / 2.0, (w as f64 - 1.0) / 2.0);
    let radius = h.min(w) as f64 / 2.0;
    let inside = |i: usize| !disc || ((i / w) as f64 - ch).hypot((i % w) as f64 - cw) <= radius;
    let count = (0..h * w).filter(|&i| inside(i)).count().max(1) as f64;
    (0..h * w).map(|i| if inside(i) { 1.0 / count } else { 0.0 }).collect()
}

/// What the layer computes.
pub(crate) fn spatial_mean(x: &Tensor, disc: bool) -> candle_core::Result<Tensor> {
    let (b, c, h, w) = x.dims4()?;
    let weights = Tensor::from_vec(weights(h, w, disc), (h * w, 1), x.device())?;
    let flat = x.reshape((b * c, h * w))?;
    flat.matmul(&weights.to_dtype(x.dtype())?)?.reshape((b, c))
}

impl Layer for SpatialPool {
    super::types!(input, output);

    fn forward(&self, x: &Tensor, _: Mode) -> Result<Tensor, NnError> {
        self.input.check(&self.name, x)?;
        Ok(spatial_mean(x, self.disc)?)
    }

    fn export(&self) -> Result<PlainNetwork, NnError> {
        PlainNetwork::new().then(PlainStep::SpatialMean { disc: self.disc })
    }
}
