//! Filter banks: products with templates in every pose.

use candle_core::{D, Tensor};
use groups::Real;
use ndarray::Array2;

use super::codes::{Codes, constant};
use super::{Differentiable, DifferentiableError, choice};
use crate::max_filter::Bank;
use crate::poses::Poses;
use crate::{CoOrbit, MaxFilter, SoftMaxFilter};

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
            Bank::Aligned { templates, pairing } => {
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
        let sums = products
            .broadcast_sub(&largest.unsqueeze(D::Minus1)?)?
            .affine(tau, 0.0)?
            .exp()?
            .mean(D::Minus1)?;
        Ok((sums.log()?.affine(1.0 / tau, 0.0)? + largest)?)
    }
}

impl<T: Real> Differentiable for CoOrbit<T> {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<T, _>(self, codes)?.tensor;
        Ok(choice::ascending(&products(&codes, &self.poses)?)?.flatten_from(1)?)
    }
}
