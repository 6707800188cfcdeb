//! Normalisation of each sample by its own moments.

use candle_core::{Result, Tensor};
use rayon::prelude::*;

use super::NormConfig;
use super::batch_norm::{feature_dims, plane_moments};
use super::element::{Element, half_on_cpu, has_kernel, sum_by, widened};
use super::normalisation::{Kernel, Normalisation};

/// Over what the moments of [`layer_norm`] are taken.
///
/// The group permutes values inside of a field, and never between samples: both are invariant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NormScope {
    /// All values of a sample: fields, group and space (Ba, Kiros & Hinton 2016). Keeps the ratio
    /// of the fields' sizes.
    Sample,
    /// Group and space of each field of a sample ("instance norm").
    Field,
}

/// `y = act(γ_f · (x − μ)/√(σ² + ε) + β_f)` with moments `μ, σ²` of each sample (and field).
///
/// # Shapes
/// `x`: (B, F·N, …); `gamma`, `beta`: (F); result as `x`.
///
/// # Errors
/// If the shapes do not fit.
pub fn layer_norm(
    x: &Tensor,
    gamma: &Tensor,
    beta: &Tensor,
    scope: NormScope,
    config: NormConfig,
) -> Result<Tensor> {
    let (batch, channels, plane) = feature_dims("layer_norm", x.dims(), config.order)?;
    let fields = channels / config.order;
    if gamma.elem_count() != fields || beta.elem_count() != fields {
        candle_core::bail!(
            "layer_norm: gamma and beta of {fields} fields expected, got {} and {} values",
            gamma.elem_count(),
            beta.elem_count()
        );
    }
    if has_kernel(x) {
        return x.apply_op3(gamma, beta, Normalisation(LayerNorm { scope, config }));
    }
    if half_on_cpu(x) {
        let y = layer_norm(&widened(x)?, &widened(gamma)?, &widened(beta)?, scope, config)?;
        return y.to_dtype(x.dtype());
    }
    let parts = match scope {
        NormScope::Sample => 1,
        NormScope::Field => fields,
    };
    let flat = widened(x)?.reshape((batch, parts, channels * plane / parts))?;
    let mean = flat.mean_keepdim(2)?;
    let centred = flat.broadcast_sub(&mean)?;
    let var = centred.sqr()?.mean_keepdim(2)?;
    let normal = centred.broadcast_div(&(var + config.epsilon)?.sqrt()?)?.reshape((
        batch,
        fields,
        config.order * plane,
    ))?;
    let y = normal
        .broadcast_mul(&widened(gamma)?.reshape((1, fields, 1))?)?
        .broadcast_add(&widened(beta)?.reshape((1, fields, 1))?)?;
    if config.relu { y.relu() } else { Ok(y) }?.reshape(x.shape())?.to_dtype(x.dtype())
}

#[derive(Debug)]
struct LayerNorm {
    scope: NormScope,
    config: NormConfig,
}

impl LayerNorm {
    /// Fields that share their moments.
    fn shared(&self, fields: usize) -> usize {
        match self.scope {
            NormScope::Sample => fields,
            NormScope::Field => 1,
        }
    }

    /// Mean and reciprocal deviation.
    fn moments<T: Element>(&self, x: &[T]) -> (T, T) {
        let (mean, var) = plane_moments(x);
        let real = T::of;
        (real(mean), real(1.0 / (var + self.config.epsilon).sqrt()))
    }
}

impl Kernel for LayerNorm {
    const NAME: &'static str = "equivariant-nn layer_norm";

    fn forward<T: Element>(
        &self,
        x: &[T],
        gamma: &[T],
        beta: &[T],
        dims: &[usize],
    ) -> Result<Vec<T>> {
        let (_, channels, plane) = feature_dims(Self::NAME, dims, self.config.order)?;
        let fields = channels / self.config.order;
        let field = self.config.order * plane;
        let mut y = vec![T::zero(); x.len()];
        let sample = (channels * plane).max(1);
        y.par_chunks_mut(sample).zip(x.par_chunks(sample)).for_each(|(y, x)| {
            let part = self.shared(fields) * field;
            for (p, (y, x)) in y.chunks_mut(part).zip(x.chunks(part)).enumerate() {
                let (mean, inverse) = self.moments(x);
                for (j, (y, x)) in y.chunks_mut(field).zip(x.chunks(field)).enumerate() {
                    let f = p * self.shared(fields) + j;
                    let (scale, shift) = (inverse * gamma[f], beta[f]);
                    for (y, &x) in y.iter_mut().zip(x) {
                        let v = (x - mean) * scale + shift;
                        *y = if self.config.relu && v < T::zero() { T::zero() } else { v };
                    }
                }
            }
        });
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
        let (_, channels, plane) = feature_dims(Self::NAME, dims, self.config.order)?;
        let real = T::of;
        let fields = channels / self.config.order;
        let field = self.config.order * plane;
        let sample = (channels * plane).max(1);
        let relu = self.config.relu;
        let rectified = move |v: T, g: T| if relu && v <= T::zero() { T::zero() } else { g };
        let mut dx = vec![T::zero(); x.len()];
        let sums: Vec<Vec<(f64, f64)>> = dx
            .par_chunks_mut(sample)
            .zip(x.par_chunks(sample))
            .zip(dy.par_chunks(sample))
            .map(|((dx, x), dy)| {
                let mut sums = Vec::with_capacity(fields);
                let part = self.shared(fields) * field;
                for (p, ((dx, x), dy)) in
                    dx.chunks_mut(part).zip(x.chunks(part)).zip(dy.chunks(part)).enumerate()
                {
                    let first = p * self.shared(fields);
                    let (mean, inverse) = self.moments(x);
                    let (mut constant, mut linear) = (0.0, 0.0);
                    for (j, (x, dy)) in x.chunks(field).zip(dy.chunks(field)).enumerate() {
                        let (g, b) = (gamma[first + j], beta[first + j]);
                        let zero = sum_by(x, dy, |x, d| rectified((x - mean) * inverse * g + b, d))
                            .as_f64();
                        let one = sum_by(x, dy, |x, d| {
                            let v = (x - mean) * inverse;
                            v * rectified(v * g + b, d)
                        })
                        .as_f64();
                        constant += zero * g.as_f64();
                        linear += one * g.as_f64();
                        sums.push((zero, one));
                    }
                    let count = part as f64;
                    let (constant, linear) = (real(constant / count), real(linear / count));
                    for (j, ((dx, x), dy)) in
                        dx.chunks_mut(field).zip(x.chunks(field)).zip(dy.chunks(field)).enumerate()
                    {
                        let (g, b) = (gamma[first + j], beta[first + j]);
                        for ((dx, &x), &d) in dx.iter_mut().zip(x).zip(dy) {
                            let v = (x - mean) * inverse;
                            *dx = inverse * (g * rectified(v * g + b, d) - constant - v * linear);
                        }
                    }
                }
                sums
            })
            .collect();
        let (mut dgamma, mut dbeta) = (vec![0.0; fields], vec![0.0; fields]);
        for sample in sums {
            for (f, (zero, one)) in sample.into_iter().enumerate() {
                dbeta[f] += zero;
                dgamma[f] += one;
            }
        }
        let list = |v: Vec<f64>| v.into_iter().map(real).collect();
        Ok((dx, list(dgamma), list(dbeta)))
    }
}
