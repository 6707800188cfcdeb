//! Spectra of matrices, and roots of Gram matrices.

use std::f64::consts::SQRT_2;

use candle_core::{CpuStorage, CustomOp1, D, DType, Device, Layout, Shape, Tensor};
use groups::linalg::{Svd, svd};
use nalgebra::DMatrix;
use ndarray::{Array2, ArrayView2};

use super::codes::{Codes, columns, concatenate, constant, host, norm, reciprocal};
use super::{Differentiable, DifferentiableError};
use crate::spectral_section::Spectrum;
use crate::{IsotypicGram, Projection, RootGram, SpectralSection};

impl Differentiable for SpectralSection {
    /// `σ_i = u_iᵀXv_i` and `λ_i = v_iᵀXv_i` with the vectors held fixed: to the first order a turn of
    /// them changes nothing. Of equal values some basis of their space is taken.
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<f64, _>(self, codes)?;
        let largest = codes.largest()?;
        let count = Projection::<f64>::output_dim(self);
        let dim = codes.values.ncols();
        // `s_i = ⟨X, A_i⟩`, a matrix `A_i` for each invariant of each code.
        let mut pairings = Array2::<f64>::zeros((codes.rows() * count, dim));
        let mut rows = pairings.rows_mut().into_iter();
        for code in codes.values.rows() {
            let scale = code.fold(0.0f64, |m, v| m.max(v.abs()));
            let at = |i: usize| if scale > 0.0 { code[i] / scale } else { 0.0 };
            let mut push = |m, n, left: &DMatrix<f64>, right: &DMatrix<f64>, i: usize| {
                if let Some(mut row) = rows.next() {
                    for a in 0..m {
                        for b in 0..n {
                            row[a * n + b] = left[(a, i)] * right[(b, i)];
                        }
                    }
                }
            };
            match self.spectrum {
                Spectrum::Norm { .. } => break,
                Spectrum::Eigenvalues { n } => {
                    let symmetric =
                        DMatrix::from_fn(n, n, |i, j| (at(i * n + j) + at(j * n + i)) / 2.0);
                    let eigen = symmetric.symmetric_eigen();
                    let mut order: Vec<usize> = (0..n).collect();
                    order.sort_by(|&i, &j| eigen.eigenvalues[i].total_cmp(&eigen.eigenvalues[j]));
                    let vectors = &eigen.eigenvectors;
                    order.into_iter().for_each(|i| push(n, n, vectors, vectors, i));
                }
                Spectrum::SingularValues { m, n } => {
                    let Svd { u, v, .. } = svd(&DMatrix::from_fn(m, n, |i, j| at(i * n + j)));
                    (0..count).for_each(|i| push(m, n, &u, &v, i));
                }
            }
        }
        let x = codes.tensor.broadcast_div(&largest)?;
        if let Spectrum::Norm { .. } = self.spectrum {
            return Ok(norm(&x)?.broadcast_mul(&largest)?);
        }
        let pairings = constant(pairings.view(), &x)?.reshape((codes.rows(), count, dim))?;
        let values = pairings.broadcast_mul(&x.unsqueeze(1)?)?.sum(D::Minus1)?;
        Ok(values.broadcast_mul(&largest)?)
    }
}

impl Differentiable for RootGram {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<f64, _>(self, codes)?.tensor;
        // Singular values are found on the CPU, wherever the codes are.
        let root = codes.to_device(&Device::Cpu)?.apply_op1(Root { projection: *self })?;
        Ok(root.to_device(codes.device())?)
    }
}

impl Differentiable for IsotypicGram {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<f64, _>(self, codes)?.tensor;
        let mut parts = vec![columns(&codes, self.scalars.iter().copied())?];
        for component in &self.components {
            let part = columns(&codes, component.copies.iter().flatten().copied())?;
            let copies = component.copies.len();
            parts.push(match component.complex {
                true => complex_root(&part, copies)?,
                false => RootGram::new(copies, component.copies[0].len())?.forward(&part)?,
            });
        }
        Ok(concatenate(parts)?)
    }
}

/// `ζζ* / ‖ζ‖` of `(n, 2m)` complex numbers by their parts in turn: the entries on and above the diagonal,
/// those above it times `√2`, real and imaginary parts.
fn complex_root(numbers: &Tensor, m: usize) -> Result<Tensor, DifferentiableError> {
    let length = norm(numbers)?;
    let unit = numbers.broadcast_mul(&reciprocal(&length)?)?;
    let pairs: Vec<(usize, usize)> = (0..m).flat_map(|i| (i..m).map(move |j| (i, j))).collect();
    let take = |of: fn(&(usize, usize)) -> usize| columns(&unit, pairs.iter().map(of));
    let (xi, yi) = (take(|p| 2 * p.0)?, take(|p| 2 * p.0 + 1)?);
    let (xj, yj) = (take(|p| 2 * p.1)?, take(|p| 2 * p.1 + 1)?);
    let real = ((&xi * &xj)? + (&yi * &yj)?)?;
    let imaginary = ((yi * xj)? - (xi * yj)?)?;
    // (n, pairs, 2); the diagonal is real.
    let both = Tensor::stack(&[real, imaginary], 2)?.flatten_from(1)?;
    let kept: Vec<(usize, f64)> = pairs
        .iter()
        .enumerate()
        .flat_map(|(k, (i, j))| match i == j {
            true => vec![(2 * k, 1.0)],
            false => vec![(2 * k, SQRT_2), (2 * k + 1, SQRT_2)],
        })
        .collect();
    let weights = Array2::from_shape_fn((1, kept.len()), |(_, k)| kept[k].1);
    let entries = columns(&both, kept.iter().map(|(column, _)| *column))?;
    let entries = entries.broadcast_mul(&constant(weights.view(), numbers)?)?;
    Ok(entries.broadcast_mul(&length)?)
}

/// `(XXᵀ)^{1/2}` with the derivative from `S dS + dS S = d(XXᵀ)`.
struct Root {
    projection: RootGram,
}

impl Root {
    /// With `X = UΣVᵀ` and the symmetric gradient `G` of `S`, the gradient of `X` is
    /// `2 [U(W ∘ UᵀGU) + (1 − UUᵀ)GU]Vᵀ`, `W_ij = σ_j / (σ_i + σ_j)`. Where `X` has not full rank,
    /// `S` has no derivative; the directions of its null space get 0.
    fn gradient(&self, x: &DMatrix<f64>, g: &DMatrix<f64>) -> DMatrix<f64> {
        let Svd { u, singular_values: sigma, v } = svd(x);
        let largest = sigma.first().copied().unwrap_or(0.0);
        let null = |j: usize| sigma[j] <= NULL * largest;
        let gu = g * &u;
        let inner = u.transpose() * &gu;
        let weighted = inner.map_with_location(|i, j, value| {
            if null(j) { 0.0 } else { value * sigma[j] / (sigma[i] + sigma[j]) }
        });
        let mut outer = &gu - &u * &inner;
        (0..outer.ncols()).filter(|&j| null(j)).for_each(|j| outer.column_mut(j).fill(0.0));
        (u * weighted + outer) * v.transpose() * 2.0
    }

    fn gradients(&self, codes: ArrayView2<'_, f64>, out: ArrayView2<'_, f64>) -> Array2<f64> {
        let RootGram { points: n, dim: d, centred } = self.projection;
        let mut gradients = Array2::zeros(codes.raw_dim());
        for ((code, out), mut row) in
            codes.rows().into_iter().zip(out.rows()).zip(gradients.rows_mut())
        {
            let mut x = DMatrix::from_fn(n, d, |i, j| code[i * d + j]);
            if centred {
                subtract_mean(&mut x);
            }
            let mut g = DMatrix::zeros(n, n);
            let entries = (0..n).flat_map(|i| (i..n).map(move |j| (i, j)));
            for ((i, j), value) in entries.zip(out) {
                let value = if i == j { *value } else { value / SQRT_2 };
                (g[(i, j)], g[(j, i)]) = (value, value);
            }
            let mut gradient = self.gradient(&x, &g);
            if centred {
                subtract_mean(&mut gradient);
            }
            row.iter_mut().enumerate().for_each(|(i, v)| *v = gradient[(i / d, i % d)]);
        }
        gradients
    }
}

/// Singular values below this part of the largest count as 0.
const NULL: f64 = 1e-14;

fn subtract_mean(x: &mut DMatrix<f64>) {
    let mean = x.row_mean();
    x.row_iter_mut().for_each(|mut row| row -= &mean);
}

impl CustomOp1 for Root {
    fn name(&self) -> &'static str {
        "root-gram"
    }

    fn cpu_fwd(
        &self,
        storage: &CpuStorage,
        layout: &Layout,
    ) -> candle_core::Result<(CpuStorage, Shape)> {
        fn project<T: groups::Real>(
            projection: &RootGram,
            all: &[T],
            layout: &Layout,
        ) -> candle_core::Result<(Vec<T>, Shape)> {
            let (rows, columns) = layout.shape().dims2()?;
            let Some((start, end)) = layout.contiguous_offsets() else {
                return Err(candle_core::Error::RequiresContiguous { op: "root-gram" }.bt());
            };
            let codes = ArrayView2::from_shape((rows, columns), &all[start..end])
                .map_err(|e| candle_core::Error::Msg(e.to_string()))?;
            let out = projection.project(codes).map_err(candle_core::Error::wrap)?;
            let shape = Shape::from(out.dim());
            Ok((out.into_raw_vec_and_offset().0, shape))
        }
        match storage {
            CpuStorage::F32(all) => {
                let (out, shape) = project(&self.projection, all, layout)?;
                Ok((CpuStorage::F32(out), shape))
            }
            CpuStorage::F64(all) => {
                let (out, shape) = project(&self.projection, all, layout)?;
                Ok((CpuStorage::F64(out), shape))
            }
            _ => Err(candle_core::Error::UnsupportedDTypeForOp(DType::U32, "root-gram").bt()),
        }
    }

    fn bwd(
        &self,
        arg: &Tensor,
        _res: &Tensor,
        grad_res: &Tensor,
    ) -> candle_core::Result<Option<Tensor>> {
        let array = |tensor: &Tensor| {
            Array2::from_shape_vec(tensor.dims2()?, host(tensor)?)
                .map_err(|e| candle_core::Error::Msg(e.to_string()))
        };
        let gradients = self.gradients(array(arg)?.view(), array(grad_res)?.view());
        Ok(Some(constant(gradients.view(), arg)?))
    }
}
