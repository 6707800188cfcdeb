//! Normalisation of fields by moments over the batch, with affine map and rectifier in one pass.

use std::sync::Arc;

use candle_core::{Result, Tensor};
use rayon::prelude::*;

use super::element::{Element, dispatch, half_on_cpu, has_kernel, sum_by, widened, with_entries};
use super::normalisation::{Kernel, Normalisation};

/// What normalisation of fields needs to know besides its operands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NormConfig {
    /// Channels of a field: the order of the group, or 1 for trivial fields.
    pub order: usize,
    /// Added to the variance.
    pub epsilon: f64,
    /// Whether to apply `max(0, ·)` at the end.
    pub relu: bool,
}

/// Mean and (biased) variance of each field over batch, group and space.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldMoments {
    /// One mean for each field.
    pub mean: Arc<[f64]>,
    /// One variance for each field, divided by the number of values.
    pub var: Arc<[f64]>,
    /// How many values each field has.
    pub count: usize,
}

/// Batch, channels and the size of a plane of a feature tensor of rank 2 or more.
pub(crate) fn feature_dims(
    op: &str,
    dims: &[usize],
    order: usize,
) -> Result<(usize, usize, usize)> {
    match dims {
        &[batch, channels, ref space @ ..] if order > 0 && channels % order == 0 => {
            Ok((batch, channels, space.iter().product()))
        }
        _ => candle_core::bail!(
            "{op}: (batch, fields·{order}, …) expected, got a tensor of shape {dims:?}"
        ),
    }
}

/// The moments of each field of `x` (B, F·N, …). Not differentiable: [`batch_norm_act`] knows how
/// the moments depend on its input.
///
/// Each plane is reduced in two passes while it is in the cache, and the planes are then combined
/// in double precision in a fixed order (Chan, Golub & LeVeque 1979): no cancellation, and the
/// same bits for any number of threads.
///
/// # Errors
/// If the channels are not a multiple of `order`.
pub fn field_moments(x: &Tensor, order: usize) -> Result<FieldMoments> {
    let (batch, channels, plane) = feature_dims("field_moments", x.dims(), order)?;
    let fields = channels / order;
    let count = batch * order * plane;
    if half_on_cpu(x) {
        return field_moments(&widened(&x.detach())?, order);
    }
    if !has_kernel(x) {
        let x = widened(&x.detach())?.reshape((batch, fields, order * plane))?;
        let mean = x.mean_keepdim((0, 2))?;
        let var = x.broadcast_sub(&mean)?.sqr()?.mean_keepdim((0, 2))?;
        let list = |t: Tensor| t.flatten_all()?.to_dtype(candle_core::DType::F64)?.to_vec1::<f64>();
        return Ok(FieldMoments { mean: list(mean)?.into(), var: list(var)?.into(), count });
    }
    let planes: Vec<(f64, f64)> = dispatch!(x.dtype(), "field_moments", T => {
        with_entries::<T, 1, _>([x], |[x]| {
            Ok(x.par_chunks(plane.max(1)).map(plane_moments).collect())
        })
    })?;
    let mut mean = vec![0.0; fields];
    let mut var = vec![0.0; fields];
    for f in 0..fields {
        let own = || {
            (0..batch)
                .flat_map(|b| &planes[b * channels + f * order..b * channels + (f + 1) * order])
        };
        let planes_of_field = (batch * order) as f64;
        let m = own().map(|p| p.0).sum::<f64>() / planes_of_field;
        let squares = own().map(|p| p.1 + (p.0 - m) * (p.0 - m)).sum::<f64>();
        mean[f] = m;
        var[f] = squares / planes_of_field;
    }
    Ok(FieldMoments { mean: mean.into(), var: var.into(), count })
}

/// Mean and variance of one plane.
pub(crate) fn plane_moments<T: Element>(plane: &[T]) -> (f64, f64) {
    let n = plane.len() as f64;
    let mean = sum_by(plane, plane, |a, _| a).as_f64() / n;
    let m = T::of(mean);
    let squares = sum_by(plane, plane, |a, _| (a - m) * (a - m)).as_f64() / n;
    let shift = mean - m.as_f64();
    (mean, squares - shift * shift)
}

/// `y = act(γ_f · (x − μ_f)/√(σ²_f + ε) + β_f)` for each field `f`, where `act` is the identity
/// or the rectifier.
///
/// The action of the group permutes the channels of a field (and the pixels), so moments over
/// batch, group and space are invariant and the map is equivariant.
///
/// With `through_moments` the moments are taken to be those of `x` itself, and the gradient
/// includes the paths through them (Ioffe & Szegedy 2015); otherwise they are constants, as in
/// evaluation with running moments.
///
/// # Shapes
/// `x`: (B, F·N, …); `gamma`, `beta`: (F); result as `x`.
///
/// # Errors
/// If the shapes do not fit.
pub fn batch_norm_act(
    x: &Tensor,
    gamma: &Tensor,
    beta: &Tensor,
    moments: &FieldMoments,
    through_moments: bool,
    config: NormConfig,
) -> Result<Tensor> {
    let (_, channels, _) = feature_dims("batch_norm_act", x.dims(), config.order)?;
    let fields = channels / config.order;
    let lengths = [gamma.elem_count(), beta.elem_count(), moments.mean.len(), moments.var.len()];
    if lengths != [fields; 4] {
        candle_core::bail!(
            "batch_norm_act: gamma, beta, mean and variance of {fields} fields expected, \
             got {lengths:?} values"
        );
    }
    if half_on_cpu(x) {
        let [wide, gamma, beta] = [x, gamma, beta].map(widened);
        let y = batch_norm_act(&wide?, &gamma?, &beta?, moments, through_moments, config)?;
        return y.to_dtype(x.dtype());
    }
    if !has_kernel(x) {
        return composed(x, gamma, beta, moments, through_moments, config);
    }
    let inverse = moments.var.iter().map(|v| 1.0 / (v + config.epsilon).sqrt()).collect();
    x.apply_op3(
        gamma,
        beta,
        Normalisation(BatchNormAct {
            mean: moments.mean.clone(),
            inverse,
            through_moments,
            config,
        }),
    )
}

/// The same from candle's own operations.
fn composed(
    x: &Tensor,
    gamma: &Tensor,
    beta: &Tensor,
    moments: &FieldMoments,
    through_moments: bool,
    config: NormConfig,
) -> Result<Tensor> {
    let (batch, channels, plane) = feature_dims("batch_norm_act", x.dims(), config.order)?;
    let fields = channels / config.order;
    let flat = widened(x)?.reshape((batch, fields, config.order * plane))?;
    let column = |t: &Tensor| widened(t)?.reshape((1, fields, 1));
    let constant =
        |v: &[f64]| Tensor::new(v, x.device())?.to_dtype(flat.dtype())?.reshape((1, fields, 1));
    let (mean, var) = if through_moments {
        let mean = flat.mean_keepdim((0, 2))?;
        let var = flat.broadcast_sub(&mean)?.sqr()?.mean_keepdim((0, 2))?;
        (mean, var)
    } else {
        (constant(&moments.mean)?, constant(&moments.var)?)
    };
    let normal = flat.broadcast_sub(&mean)?.broadcast_div(&(var + config.epsilon)?.sqrt()?)?;
    let y = normal.broadcast_mul(&column(gamma)?)?.broadcast_add(&column(beta)?)?;
    if config.relu { y.relu() } else { Ok(y) }?.reshape(x.shape())?.to_dtype(x.dtype())
}

#[derive(Debug)]
struct BatchNormAct {
    mean: Arc<[f64]>,
    inverse: Vec<f64>,
    through_moments: bool,
    config: NormConfig,
}

impl BatchNormAct {
    /// `(μ, 1/σ, γ, β)` of a channel.
    fn constants<T: Element>(&self, channel: usize, gamma: &[T], beta: &[T]) -> [T; 4] {
        let f = channel / self.config.order;
        let real = T::of;
        [real(self.mean[f]), real(self.inverse[f]), gamma[f], beta[f]]
    }
}

impl Kernel for BatchNormAct {
    const NAME: &'static str = "equivariant-nn batch_norm_act";

    fn forward<T: Element>(
        &self,
        x: &[T],
        gamma: &[T],
        beta: &[T],
        dims: &[usize],
    ) -> Result<Vec<T>> {
        let (_, channels, plane) = feature_dims(Self::NAME, dims, self.config.order)?;
        let mut y = vec![T::zero(); x.len()];
        y.par_chunks_mut(plane.max(1)).zip(x.par_chunks(plane.max(1))).enumerate().for_each(
            |(i, (y, x))| {
                let [mean, inverse, gamma, beta] = self.constants(i % channels, gamma, beta);
                let scale = gamma * inverse;
                // With the mean subtracted first: β − μ·scale would cancel for a large mean.
                if self.config.relu {
                    for (y, &x) in y.iter_mut().zip(x) {
                        let v = (x - mean) * scale + beta;
                        // Written so that a NaN stays one.
                        *y = if v < T::zero() { T::zero() } else { v };
                    }
                } else {
                    for (y, &x) in y.iter_mut().zip(x) {
                        *y = (x - mean) * scale + beta;
                    }
                }
            },
        );
        Ok(y)
    }

    fn backward<T: Element>(
        &self,
        x: &[T],
        gamma: &[T],
        beta: &[T],
        dy: &[T],
        dims: &[usize],
    ) -> Result<(Vec<T>, Vec<T>, Vec<T>)> {
        let (batch, channels, plane) = feature_dims(Self::NAME, dims, self.config.order)?;
        let relu = self.config.relu;
        let rectified = move |v: T, g: T| if relu && v <= T::zero() { T::zero() } else { g };
        let chunk = plane.max(1);
        let sums: Vec<(f64, f64)> = x
            .par_chunks(chunk)
            .zip(dy.par_chunks(chunk))
            .enumerate()
            .map(|(i, (x, dy))| {
                let [mean, inverse, gamma, beta] = self.constants(i % channels, gamma, beta);
                let scale = gamma * inverse;
                let constant = sum_by(x, dy, |x, g| rectified((x - mean) * scale + beta, g));
                let linear = sum_by(x, dy, |x, g| {
                    let v = x - mean;
                    v * rectified(v * scale + beta, g)
                });
                (constant.as_f64(), (linear * inverse).as_f64())
            })
            .collect();
        let fields = channels / self.config.order;
        let (mut dgamma, mut dbeta) = (vec![0.0; fields], vec![0.0; fields]);
        for (i, (constant, linear)) in sums.into_iter().enumerate() {
            let f = i % channels / self.config.order;
            dbeta[f] += constant;
            dgamma[f] += linear;
        }
        let count = (batch * self.config.order * plane) as f64;
        let through = if self.through_moments { 1.0 / count } else { 0.0 };
        let real = T::of;
        let mut dx = vec![T::zero(); x.len()];
        dx.par_chunks_mut(chunk)
            .zip(x.par_chunks(chunk))
            .zip(dy.par_chunks(chunk))
            .enumerate()
            .for_each(|(i, ((dx, x), dy))| {
                let f = i % channels / self.config.order;
                let [mean, inverse, gamma, beta] = self.constants(i % channels, gamma, beta);
                let scale = gamma * inverse;
                let constant = scale * real(dbeta[f] * through);
                let linear = scale * inverse * real(dgamma[f] * through);
                for ((dx, &x), &g) in dx.iter_mut().zip(x).zip(dy) {
                    let v = x - mean;
                    *dx = scale * rectified(v * scale + beta, g) - constant - v * linear;
                }
            });
        let list = |v: Vec<f64>| v.into_iter().map(real).collect();
        Ok((dx, list(dgamma), list(dbeta)))
    }
}
