//! Between arrays of images or codes and batches of tensors.

use candle_core::{Device, Tensor};
use ndarray::{Array2, ArrayView2, ArrayView3, Axis};

use crate::training::TrainingError;

/// Images or codes that go through a network at once.
pub(super) const BATCH: usize = 250;

/// Images `(n, height, width)` as a tensor `(n, 1, height, width)`.
pub(crate) fn image_tensor(
    images: ArrayView3<'_, f32>,
    device: &Device,
) -> Result<Tensor, TrainingError> {
    let (n, height, width) = images.dim();
    let values: Vec<f32> = images.iter().copied().collect();
    Ok(Tensor::from_vec(values, (n, 1, height, width), device)?)
}

/// Codes `(n, dim)` as a tensor of the same shape.
pub(super) fn code_tensor(
    codes: ArrayView2<'_, f32>,
    device: &Device,
) -> Result<Tensor, TrainingError> {
    let values: Vec<f32> = codes.iter().copied().collect();
    Ok(Tensor::from_vec(values, codes.dim(), device)?)
}

/// The codes `(n, dim)` that `encoder` gives to images `(n, height, width)`, batch by batch.
pub(super) fn encode(
    images: ArrayView3<'_, f32>,
    dim: usize,
    device: &Device,
    encoder: impl Fn(&Tensor) -> Result<Tensor, TrainingError>,
) -> Result<Array2<f32>, TrainingError> {
    let mut codes = Array2::zeros((images.dim().0, dim));
    for (images, mut out) in
        images.axis_chunks_iter(Axis(0), BATCH).zip(codes.axis_chunks_iter_mut(Axis(0), BATCH))
    {
        let values: Vec<f32> = encoder(&image_tensor(images, device)?)?.flatten_all()?.to_vec1()?;
        out.iter_mut().zip(values).for_each(|(out, value)| *out = value);
    }
    Ok(codes)
}

/// The class with the largest of each row of logits `(n, 10)`.
pub(super) fn classes(logits: &Tensor) -> Result<Vec<usize>, TrainingError> {
    let best = logits.argmax(1)?.to_vec1::<u32>()?;
    Ok(best.into_iter().map(|class| class as usize).collect())
}
