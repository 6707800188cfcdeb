//! Normalisation over the channels at each place.

use candle_core::{D, Result, Tensor};
use rayon::prelude::*;

use super::element::{Element, half_on_cpu, has_kernel, sum_by, sum_parts, widened};
use super::normalisation::{Kernel, Normalisation};

/// Rows that one task handles. Fixed, so that results do not depend on the number of threads.
const ROWS_PER_TASK: usize = 512;

const EPSILON: f64 = 1e-5;

/// `y = act(γ_c · (x − μ)/√(σ² + ε) + β_c)` with the moments over the last axis (Ba, Kiros & Hinton
/// 2016), and `act` the rectifier or nothing. No two places see each other, so it commutes with
/// every permutation of places and nothing leaks from padding.
///
/// # Shapes
/// `x`: (…, C); `gamma`, `beta`: (C). `ε` is 1e-5.
///
/// # Errors
/// If the shapes do not fit.
pub fn channel_norm(x: &Tensor, gamma: &Tensor, beta: &Tensor, relu: bool) -> Result<Tensor> {
    let channels = x.dim(D::Minus1)?;
    if channels == 0 || gamma.dims() != [channels] || beta.dims() != [channels] {
        candle_core::bail!(
            "channel_norm: gamma and beta ({channels}) expected, got {:?} and {:?}",
            gamma.dims(),
            beta.dims()
        );
    }
    if has_kernel(x) {
        return x.apply_op3(gamma, beta, Normalisation(ChannelNorm { relu }));
    }
    let (wide, gamma, beta) = (widened(x)?, widened(gamma)?, widened(beta)?);
    if half_on_cpu(x) {
        return channel_norm(&wide, &gamma, &beta, relu)?.to_dtype(x.dtype());
    }
    let centred = wide.broadcast_sub(&wide.mean_keepdim(D::Minus1)?)?;
    let deviation = (centred.sqr()?.mean_keepdim(D::Minus1)? + EPSILON)?.sqrt()?;
    let y = centred.broadcast_div(&deviation)?.broadcast_mul(&gamma)?.broadcast_add(&beta)?;
    if relu { y.relu() } else { Ok(y) }?.to_dtype(x.dtype())
}

#[derive(Debug)]
struct ChannelNorm {
    relu: bool,
}

/// Mean and reciprocal deviation.
fn moments<T: Element>(x: &[T]) -> (T, T) {
    let share = T::of(1.0 / x.len() as f64);
    let mean = sum_by(x, x, |v, _| v) * share;
    let variance = sum_by(x, x, |v, _| (v - mean) * (v - mean)) * share;
    (mean, T::one() / (variance + T::of(EPSILON)).sqrt())
}

/// Normalises rows.
pub(super) fn normalize<T: Element>(x: &[T], gamma: &[T], beta: &[T], relu: bool, y: &mut [T]) {
    let channels = gamma.len();
    let floor = if relu { T::zero() } else { T::neg_infinity() };
    for (y, x) in y.chunks_exact_mut(channels).zip(x.chunks_exact(channels)) {
        let (mean, inverse) = moments(x);
        for (((y, &x), &g), &b) in y.iter_mut().zip(x).zip(gamma).zip(beta) {
            let v = (x - mean) * inverse * g + b;
            // Written so that NaN stays NaN.
            *y = if v < floor { floor } else { v };
        }
    }
}

/// The gradient in rows, and added to `sums` those in `gamma` and `beta`, one after the other.
pub(super) fn normalize_gradient<T: Element>(
    x: &[T],
    gamma: &[T],
    beta: &[T],
    relu: bool,
    dy: &[T],
    dx: &mut [T],
    sums: &mut [T],
) {
    let channels = gamma.len();
    let share = T::of(1.0 / channels as f64);
    let (dgamma, dbeta) = sums.split_at_mut(channels);
    let (mut normal, mut inner) = (vec![T::zero(); channels], vec![T::zero(); channels]);
    let rows = x.chunks_exact(channels).zip(dy.chunks_exact(channels));
    for (dx, (x, dy)) in dx.chunks_exact_mut(channels).zip(rows) {
        let (mean, inverse) = moments(x);
        for (v, &x) in normal.iter_mut().zip(x) {
            *v = (x - mean) * inverse;
        }
        for i in 0..channels {
            let open = !relu || normal[i] * gamma[i] + beta[i] > T::zero();
            inner[i] = if open { dy[i] } else { T::zero() };
        }
        let slopes = dgamma.iter_mut().zip(dbeta.iter_mut());
        for ((dg, db), (&d, &v)) in slopes.zip(inner.iter().zip(&normal)) {
            *db += d;
            *dg += d * v;
        }
        for (d, &g) in inner.iter_mut().zip(gamma) {
            *d *= g;
        }
        let constant = sum_by(&inner, &inner, |d, _| d) * share;
        let linear = sum_by(&inner, &normal, |d, v| d * v) * share;
        for ((dx, &d), &v) in dx.iter_mut().zip(&inner).zip(&normal) {
            *dx = inverse * (d - constant - v * linear);
        }
    }
}

impl Kernel for ChannelNorm {
    const NAME: &'static str = "equivariant-nn channel_norm";

    fn forward<T: Element>(&self, x: &[T], gamma: &[T], beta: &[T], _: &[usize]) -> Result<Vec<T>> {
        let mut y = vec![T::zero(); x.len()];
        let block = gamma.len() * ROWS_PER_TASK;
        y.par_chunks_mut(block)
            .zip(x.par_chunks(block))
            .for_each(|(y, x)| normalize(x, gamma, beta, self.relu, y));
        Ok(y)
    }

    fn backward<T: Element>(
        &self,
        x: &[T],
        gamma: &[T],
        beta: &[T],
        dy: &[T],
        _: &[usize],
    ) -> Result<(Vec<T>, Vec<T>, Vec<T>)> {
        let channels = gamma.len();
        let block = channels * ROWS_PER_TASK;
        let mut dx = vec![T::zero(); x.len()];
        let parts: Vec<Vec<T>> = dx
            .par_chunks_mut(block)
            .zip(x.par_chunks(block))
            .zip(dy.par_chunks(block))
            .map(|((dx, x), dy)| {
                let mut sums = vec![T::zero(); 2 * channels];
                normalize_gradient(x, gamma, beta, self.relu, dy, dx, &mut sums);
                sums
            })
            .collect();
        let mut sums = sum_parts(&parts, 2 * channels);
        let dbeta = sums.split_off(channels);
        Ok((dx, sums, dbeta))
    }
}
