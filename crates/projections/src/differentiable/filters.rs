//! Filter banks: products with templates in every pose.

use candle_core::{D, DType, Tensor};
use groups::Real;
use ndarray::Array2;

use super::codes::{Codes, constant, norm, reciprocal};
use super::{Differentiable, DifferentiableError, choice};
use crate::max_filter::Bank;
use crate::poses::Poses;
use crate::soft_max_filter::{NEAR, has_mean, series};
use crate::{CoOrbit, MaxFilter, SeparatingPolynomials, SoftMaxFilter, TightCoOrbit};

/// `⟨z, ρ(g)t_i⟩` of all codes, templates and elements, `(n, k, N)`.
fn products<T: Real>(codes: &Tensor, poses: &Poses<T>) -> candle_core::Result<Tensor> {
    let all = codes.matmul(&constant(poses.table().t(), codes)?)?;
    all.reshape((codes.dim(0)?, poses.order(), poses.templates()))?.transpose(1, 2)?.contiguous()
}

impl<T: Real> Differentiable for MaxFilter<T> {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let Codes { tensor, values } = Codes::of::<T, _>(self, codes)?;
        match &self.bank {
            Bank::Table(poses) => Ok(choice::largest(&products(&tensor, poses)?)?),
            Bank::Aligned { templates, pairing, .. } => {
                // The best pose of each template, for one code after the other.
                let dim = tensor.dim(1)?;
                let mut best = Array2::<T>::zeros((values.nrows() * templates.len(), dim));
                let mut poses = best.rows_mut().into_iter();
                for code in values.rows() {
                    let code: Vec<T> = code.iter().map(|v| T::of(*v)).collect();
                    for (template, mut out) in templates.iter().zip(&mut poses) {
                        let moved = pairing.best_pose(&code, template);
                        out.iter_mut().zip(moved).for_each(|(out, v)| *out = v);
                    }
                }
                let best = constant(best.view(), &tensor)?.reshape((
                    values.nrows(),
                    templates.len(),
                    dim,
                ))?;
                Ok(best.broadcast_mul(&tensor.unsqueeze(1)?)?.sum(D::Minus1)?)
            }
        }
    }
}

impl<T: Real> Differentiable for SoftMaxFilter<T> {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<T, _>(self, codes)?.tensor;
        let products = products(&codes, &self.poses)?;
        let tau = self.sharpness * (self.poses.templates() as f64).sqrt();
        // Less the largest, which cancels in the derivative.
        let largest = choice::largest(&products.detach())?;
        let means = products
            .broadcast_sub(&largest.unsqueeze(D::Minus1)?)?
            .affine(tau, 0.0)?
            .exp()?
            .mean(D::Minus1)?;
        let far = (means.log()?.affine(1.0 / tau, 0.0)? + largest)?;
        Ok(match self.near(&products, &means.detach(), tau)? {
            Some((is_near, near)) => is_near.where_cond(&near, &far)?,
            None => far,
        })
    }
}

impl<T: Real> SoftMaxFilter<T> {
    /// Where products `(n, k, N)` of a template are near each other, and the values there, `(n, k)`;
    /// nothing where none are.
    fn near(
        &self,
        products: &Tensor,
        means: &Tensor,
        tau: f64,
    ) -> candle_core::Result<Option<(Tensor, Tensor)>> {
        let near = means.gt(NEAR)?;
        if means.elem_count() == 0 || near.to_dtype(DType::U32)?.sum_all()?.to_scalar::<u32>()? == 0
        {
            return Ok(None);
        }
        let of_poses = |(_, i): (usize, usize)| f64::from(u8::from(has_mean(&self.poses, i)));
        let of_poses = Array2::from_shape_fn((1, self.poses.templates()), of_poses);
        let centre =
            products.mean(D::Minus1)?.broadcast_mul(&constant(of_poses.view(), products)?)?;
        let x = products.broadcast_sub(&centre.unsqueeze(D::Minus1)?)?.affine(tau, 0.0)?;
        let is_near = (near * x.detach().abs()?.max(D::Minus1)?.le(1.0)?)?;
        let x = x.clamp(-1.0, 1.0)?;
        let zero = x.zeros_like()?;
        let sum = series().try_fold(zero, |sum, c| (sum * &x)?.affine(1.0, c))?;
        let mean = (sum * x.sqr()?)?.mean(D::Minus1)?;
        Ok(Some((is_near, (log_1p(&mean)?.affine(1.0 / tau, 0.0)? + centre)?)))
    }
}

/// `log(1 + u)` for `u ≥ 0`, with its derivative: `u log(w)/(w − 1)` for the rounded `w = 1 + u` (Kahan).
fn log_1p(u: &Tensor) -> candle_core::Result<Tensor> {
    let held = u.detach();
    let w = held.affine(1.0, 1.0)?;
    let excess = w.affine(1.0, -1.0)?;
    let ratio = (w.log()? / excess.maximum(1e-30)?)?;
    let ratio = excess.gt(0.0)?.where_cond(&ratio, &ratio.ones_like()?)?;
    ((u - &held)? / w)? + (held * ratio)?
}

impl<T: Real> Differentiable for CoOrbit<T> {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<T, _>(self, codes)?.tensor;
        Ok(choice::ascending(&products(&codes, &self.poses)?)?.flatten_from(1)?)
    }
}

impl<T: Real> Differentiable for TightCoOrbit<T> {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<T, _>(self, codes)?.tensor;
        let mut outputs = Vec::new();
        if self.fixed.nrows() > 0 {
            outputs.push(codes.matmul(&constant(self.fixed.t(), &codes)?)?);
        }
        if let Some(bank) = &self.bank {
            let sorted = choice::ascending(&products(&codes, &bank.poses)?)?;
            for part in &bank.parts {
                let members: Vec<u32> = part.templates.iter().map(|i| *i as u32).collect();
                let members = Tensor::from_vec(members, part.templates.len(), codes.device())?;
                let values = sorted.index_select(&members, 1)?;
                let span = constant(part.span.t(), &codes)?;
                outputs.push(values.broadcast_matmul(&span)?.flatten_from(1)?);
            }
        }
        Ok(Tensor::cat(&outputs, 1)?)
    }
}

impl<T: Real> Differentiable for SeparatingPolynomials<T> {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<T, _>(self, codes)?.tensor;
        let length = norm(&codes)?;
        let units = codes.broadcast_mul(&reciprocal(&length)?)?;
        let offsets = Array2::from_shape_fn((self.offsets.len(), 1), |(i, _)| self.offsets[i]);
        let degree = self.poses.order() as f64;
        let shifted = products(&units, &self.poses)?
            .broadcast_add(&constant(offsets.view(), &codes)?)?
            .affine(0.5, 0.0)?;
        let at_zero = offsets.mapv(|c| (c / 2.0).powf(degree));
        let powers = shifted.powf(degree)?.broadcast_sub(&constant(at_zero.view(), &codes)?)?;
        let means = powers.mean(D::Minus1)?.broadcast_mul(&length)?;
        Ok(Tensor::cat(&[length, means], 1)?)
    }
}
