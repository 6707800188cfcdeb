//! Power spectra and bispectra: Fourier coefficients by dense products, and products of them.

use std::f64::consts::TAU;

use candle_core::{D, Tensor};
use groups::Real;
use ndarray::{Array2, ArrayView2};

use super::codes::{Codes, columns, concatenate, constant, norm, reciprocal, root};
use super::{Differentiable, DifferentiableError};
use crate::{Bispectrum, Coupling, DihedralBispectrum, IrrepBispectrum, PowerSpectrum};

impl<T: Real> Differentiable for PowerSpectrum<T> {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<T, _>(self, codes)?;
        // Homogeneous of degree 1: s(z) = ‖z‖_∞ s(z / ‖z‖_∞).
        let (largest, rows, fields) = (codes.largest()?, codes.rows(), self.fields);
        let z = codes.tensor.broadcast_div(&largest)?;
        let (order, coefficients) = self.fourier.dim();
        let hats = z
            .reshape((rows * fields, order))?
            .matmul(&constant(self.fourier.view(), &z)?)?
            .reshape((rows, fields * coefficients))?;
        let mut parts = Vec::new();
        for irrep in &self.irreps {
            let at = |(f, j): (usize, usize)| irrep.column(j).map(move |i| f * coefficients + i);
            let (left, right): (Vec<_>, Vec<_>) = match self.coupling {
                // All independent columns of one field make one norm.
                Coupling::PerField => (0..fields)
                    .flat_map(|f| (0..irrep.independent).map(move |j| ((f, j), (f, j))))
                    .unzip(),
                Coupling::BetweenFields => irrep.pairs(fields).unzip(),
            };
            let outputs = match self.coupling {
                Coupling::PerField => fields,
                Coupling::BetweenFields => left.len(),
            };
            let width = (irrep.dim * left.len()).checked_div(outputs).unwrap_or(0);
            let left = columns(&hats, left.into_iter().flat_map(at))?;
            let right = columns(&hats, right.into_iter().flat_map(at))?;
            parts.push((left * right)?.reshape((rows, outputs, width))?.sum(D::Minus1)?);
        }
        let s = match self.coupling {
            // Irreps of one field side by side.
            Coupling::PerField => root(&Tensor::stack(&parts, 2)?.flatten_from(1)?)?,
            Coupling::BetweenFields => {
                Tensor::cat(&parts, 1)?.broadcast_mul(&reciprocal(&norm(&z)?)?)?
            }
        };
        Ok(s.broadcast_mul(&largest)?)
    }
}

/// Complex numbers, by their parts.
#[derive(Clone)]
struct Complex {
    re: Tensor,
    im: Tensor,
}

impl Complex {
    fn map(&self, f: impl Fn(&Tensor) -> candle_core::Result<Tensor>) -> candle_core::Result<Self> {
        Ok(Self { re: f(&self.re)?, im: f(&self.im)? })
    }

    /// `a·b`.
    fn times(&self, b: &Self) -> candle_core::Result<Self> {
        Ok(Self {
            re: (self.re.broadcast_mul(&b.re)? - self.im.broadcast_mul(&b.im)?)?,
            im: (self.re.broadcast_mul(&b.im)? + self.im.broadcast_mul(&b.re)?)?,
        })
    }

    fn conj(&self) -> candle_core::Result<Self> {
        Ok(Self { re: self.re.clone(), im: self.im.neg()? })
    }

    /// The parts in turn along the last axis.
    fn interleaved(&self) -> candle_core::Result<Tensor> {
        Tensor::stack(&[&self.re, &self.im], self.re.rank())?.flatten_from(self.re.rank() - 1)
    }
}

/// The unitary discrete Fourier transform of the last axis.
fn transform(fields: &Tensor, order: usize) -> candle_core::Result<Complex> {
    let scale = (order as f64).sqrt().recip();
    let shape = fields.dims().to_vec();
    let flat = fields.reshape((fields.elem_count() / order, order))?;
    let part = |f: fn(f64) -> f64, sign: f64| {
        let matrix = Array2::from_shape_fn((order, order), |(h, k)| {
            // The product modulo N, so that angles are exact to rounding.
            sign * scale * f(TAU * ((h * k) % order) as f64 / order as f64)
        });
        flat.matmul(&constant(matrix.view(), fields)?)?.reshape(shape.as_slice())
    };
    Ok(Complex { re: part(f64::cos, 1.0)?, im: part(f64::sin, -1.0)? })
}

/// The invariants of `(n, F·N)` fields that share a mixture.
fn bispectrum(fields: &Tensor, mixture: &[f64], order: usize) -> candle_core::Result<Tensor> {
    let (n, count) = (order, mixture.len());
    let norms = norm(fields)?;
    let unit = fields.broadcast_mul(&reciprocal(&norms)?)?.reshape((fields.dim(0)?, count, n))?;
    let hats = transform(&unit, n)?;
    let mixture = ArrayView2::from_shape((count, 1), mixture)
        .map_err(|e| candle_core::Error::Msg(e.to_string()))?;
    let mixture = constant(mixture, fields)?;
    let u = hats.map(|part| part.broadcast_mul(&mixture)?.sum(1))?;
    let first = u.map(|part| part.narrow(1, 1.min(n - 1), 1))?;

    let one = (norms.zeros_like()? + 1.0)?;
    let mut parts = vec![one, hats.re.narrow(2, 0, 1)?.squeeze(2)?];
    if n > 1 {
        parts.push((first.re.sqr()? + first.im.sqr()?)?);
    }
    if n > 2 {
        let here = u.map(|part| part.narrow(1, 1, n - 2))?;
        let next = u.map(|part| part.narrow(1, 2, n - 2))?;
        parts.push(first.times(&here)?.times(&next.conj()?)?.interleaved()?);
    }
    if n > 1 {
        let of_fields = hats.map(|part| part.narrow(2, 1, n / 2))?;
        let of_mixture = u.map(|part| part.narrow(1, 1, n / 2)?.unsqueeze(1))?;
        let products = of_fields.times(&of_mixture.conj()?)?.interleaved()?;
        // The highest frequency of even N is real.
        parts.push(products.narrow(2, 0, n - 1)?.flatten_from(1)?);
    }
    concatenate(parts)?.broadcast_mul(&norms)
}

/// [`bispectrum`] of each group of fields that share a mixture.
fn bispectra(of: &Bispectrum, codes: &Tensor) -> candle_core::Result<Tensor> {
    let rows = codes.dim(0)?;
    let together = of.mixture.len() * of.order;
    let groups = codes.dim(1)? / together;
    let fields = codes.reshape((rows * groups, together))?;
    let s = bispectrum(&fields, &of.mixture, of.order)?;
    s.reshape((rows, groups * s.dim(1)?))
}

impl Differentiable for Bispectrum {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<f64, _>(self, codes)?;
        // Homogeneous of degree 1.
        let largest = codes.largest()?;
        let s = bispectra(self, &codes.tensor.broadcast_div(&largest)?)?;
        Ok(s.broadcast_mul(&largest)?)
    }
}

impl Differentiable for DihedralBispectrum {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<f64, _>(self, codes)?;
        let largest = codes.largest()?;
        let z = codes.tensor.broadcast_div(&largest)?;
        let reflection = self.reflection.matrix();
        let reflection = Array2::from_shape_fn(reflection.shape(), |(i, j)| reflection[(j, i)]);
        let reflected = z.matmul(&constant(reflection.view(), &z)?)?;
        let (here, there) =
            (bispectra(&self.rotations, &z)?, bispectra(&self.rotations, &reflected)?);
        let difference = (&here - &there)?;
        let mixture = constant(self.mixture.view().insert_axis(ndarray::Axis(1)), &z)?;
        let mixed = (difference.matmul(&mixture)? * reciprocal(&here.narrow(1, 0, 1)?)?)?;
        let mean = (here + there)?.affine(0.5, 0.0)?;
        let s = Tensor::cat(&[mean, difference.broadcast_mul(&mixed)?], 1)?;
        Ok(s.broadcast_mul(&largest)?)
    }
}

impl Differentiable for IrrepBispectrum {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<f64, _>(self, codes)?;
        let (largest, rows) = (codes.largest()?, codes.rows());
        let z = codes.tensor.broadcast_div(&largest)?;
        let norms = norm(&z)?;
        let w = z.broadcast_mul(&reciprocal(&norms)?)?.matmul(&constant(self.basis.view(), &z)?)?;
        let matrix = |m: &nalgebra::DMatrix<f64>| {
            constant(Array2::from_shape_fn(m.shape(), |(i, j)| m[(i, j)]).view(), &z)
        };
        let one = (norms.zeros_like()? + 1.0)?;
        let mut outputs = vec![one, columns(&w, self.fixed.iter().copied())?];
        let mut mixtures = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            // (n, d, copies)
            let parts = columns(&w, part.first..part.first + part.dim * part.copies)?
                .reshape((rows, part.copies, part.dim))?
                .transpose(1, 2)?
                .contiguous()?;
            let mixture = parts.broadcast_matmul(&matrix(&part.mixture)?)?;
            let transposed = mixture.transpose(1, 2)?.contiguous()?;
            for gram in &part.grams {
                let entries = gram.entries.iter().map(|(a, c)| a * part.copies + c);
                let gram =
                    transposed.broadcast_matmul(&matrix(&gram.commuting)?)?.matmul(&parts)?;
                outputs.push(columns(&gram.flatten_from(1)?, entries)?);
            }
            mixtures.push(mixture);
        }
        for product in &self.products {
            let [left, right, with] = product.parts.map(|i| &mixtures[i]);
            let ((_, di, ri), (_, dj, rj)) = (left.dims3()?, right.dims3()?);
            // (n, d_i, 1, r_i, 1) and (n, 1, d_j, 1, r_j): columns of the Kronecker product.
            let tensors = left
                .reshape((rows, di, 1, ri, 1))?
                .broadcast_mul(&right.reshape((rows, 1, dj, 1, rj))?)?
                .reshape((rows, di * dj, ri * rj))?
                .transpose(1, 2)?
                .contiguous()?;
            for map in &product.maps {
                let values = tensors.broadcast_matmul(&matrix(map)?)?.matmul(with)?;
                outputs.push(values.flatten_from(1)?);
            }
        }
        let s = concatenate(outputs)?.broadcast_mul(&norms)?;
        Ok(s.broadcast_mul(&largest)?)
    }
}
