//! Power spectra over the group's irreps, field by field or between fields.

use std::borrow::Cow;
use std::ops::Range;

use groups::{HasIrreps, Real, Representation, linalg};
use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut1, ArrayViewMut2, Axis};
use pulp::{Simd, WithSimd};
use serde::{Deserialize, Serialize};

use crate::side_by_side::{self, LANES, LARGEST_ORDER, Lane};
use crate::transpose::Shuffles;
use crate::unit::directions;
use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// Which products of Fourier coefficients a power spectrum holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coupling {
    /// `‖ẑ_f(ψ)‖` for each field and irrep. The relative pose of the fields is lost.
    PerField,
    /// `ẑ_f(ψ)ᵀ ẑ_f'(ψ)` for all pairs of fields, divided by `‖z‖` so that the invariants scale as
    /// the code does. Keeps the relative pose of the fields.
    BetweenFields,
}

/// The power spectrum of regular fields: what is left of the Fourier coefficients
/// `ẑ_f(ψ) = Σ_g z_f(g) ψ(g)` when the pose is divided out.
///
/// `ρ(h)` turns `ẑ_f(ψ)` into `ψ(h) ẑ_f(ψ)`, so norms and inner products of the columns are
/// invariant. Coefficients are normalised such that `Σ_ψ ‖ẑ_f(ψ)‖² = ‖z_f‖²`; the per-field form is
/// 1-Lipschitz in the quotient metric. Phases *between frequencies* are lost in both forms: a signal
/// and its reversal have the same spectrum.
///
/// Outputs for `F` fields of `C_N`: per field `F·(⌊N/2⌋ + 1)`; between fields `F(F+1)/2` for each
/// real frequency and `F²` for each complex one. Cost `2FN²` flops for the transform and `F²N` for
/// the products.
#[derive(Debug, Clone)]
pub struct PowerSpectrum<T: Real> {
    pub(crate) coupling: Coupling,
    pub(crate) fields: usize,
    /// The orthonormal Fourier transform of one field, `(N, columns)`.
    pub(crate) fourier: Array2<T>,
    pub(crate) irreps: Vec<Isotypic>,
    dim: usize,
    outputs: usize,
}

/// Where the coefficients of one irrep lie.
#[derive(Debug, Clone)]
pub(crate) struct Isotypic {
    /// Columns of the transform; column `j` of `ψ` is `range.start + j·dim ..`.
    range: Range<usize>,
    pub(crate) dim: usize,
    /// Columns of `ψ` that are independent functions on the group: `dim / dim Hom(ψ, ψ)`.
    pub(crate) independent: usize,
}

impl<T: Real> PowerSpectrum<T> {
    /// The power spectrum of a representation of regular fields.
    ///
    /// # Errors
    /// [`ProjectionError::NotApplicable`] where some block is not regular.
    pub fn new<G: HasIrreps>(
        representation: &Representation<G>,
        coupling: Coupling,
    ) -> Result<Self, ProjectionError> {
        let fields =
            representation.regular_fields().ok_or_else(|| ProjectionError::NotApplicable {
                projection: "power-spectrum",
                requirement: "fields of the regular representation",
                representation: representation.name(),
            })?;
        let group = representation.group();
        let order = group.order();
        let mut irreps = Vec::new();
        let mut columns: Vec<Vec<f64>> = Vec::new();
        for irrep in group.irreps() {
            let (psi, start) = (irrep.representation(), columns.len());
            let dim = psi.dim();
            let scale = (dim as f64 / order as f64).sqrt();
            let matrices: Vec<_> = group.elements().map(|g| psi.matrix(&g)).collect();
            for j in 0..dim {
                for i in 0..dim {
                    columns.push(matrices.iter().map(|m| m[(i, j)] * scale).collect());
                }
            }
            let independent = dim / irrep.kind().endomorphism_dim();
            irreps.push(Isotypic { range: start..columns.len(), dim, independent });
        }
        let fourier = Array2::from_shape_fn((order, columns.len()), |(g, c)| T::of(columns[c][g]));
        let mut spectrum =
            Self { coupling, fields, fourier, irreps, dim: representation.dim(), outputs: 0 };
        spectrum.outputs = match coupling {
            Coupling::PerField => fields * spectrum.irreps.len(),
            Coupling::BetweenFields => {
                spectrum.irreps.iter().map(|i| i.pairs(fields).count()).sum()
            }
        };
        Ok(spectrum)
    }
}

impl Isotypic {
    /// The pairs of (field, column) whose inner products are independent. All columns of the second
    /// field are needed: where `ψ` is of complex type they are the imaginary part of the product.
    pub(crate) fn pairs(
        &self,
        fields: usize,
    ) -> impl Iterator<Item = ((usize, usize), (usize, usize))> + '_ {
        (0..fields).flat_map(move |f| {
            let itself = (0..self.independent)
                .flat_map(move |j| (j..self.independent).map(move |k| ((f, j), (f, k))));
            let others = (f + 1..fields).flat_map(move |h| {
                (0..self.independent)
                    .flat_map(move |j| (0..self.dim).map(move |k| ((f, j), (h, k))))
            });
            itself.chain(others)
        })
    }

    pub(crate) fn column(&self, j: usize) -> Range<usize> {
        let start = self.range.start + j * self.dim;
        start..start + self.dim
    }
}

/// The product of two runs of coefficients of one code.
#[derive(Debug, Clone, Copy)]
struct Dot {
    a: usize,
    b: usize,
    length: usize,
}

impl Dot {
    /// In `f64`: differences of large products are not lost.
    #[inline]
    fn of<T: Real>(self, coefficients: &[T]) -> f64 {
        let run = |start: usize| &coefficients[start..start + self.length];
        run(self.a).iter().zip(run(self.b)).map(|(a, b)| a.as_f64() * b.as_f64()).sum()
    }
}

impl<T: Real> PowerSpectrum<T> {
    /// What is multiplied, one for each output, in their order.
    fn dots(&self) -> Vec<Dot> {
        let columns = self.fourier.ncols();
        match self.coupling {
            Coupling::PerField => (0..self.fields)
                .flat_map(|field| self.irreps.iter().map(move |irrep| (field, irrep)))
                .map(|(field, irrep)| {
                    let start = field * columns + irrep.range.start;
                    Dot { a: start, b: start, length: irrep.independent * irrep.dim }
                })
                .collect(),
            Coupling::BetweenFields => self
                .irreps
                .iter()
                .flat_map(|irrep| irrep.pairs(self.fields).map(move |pair| (irrep, pair)))
                .map(|(irrep, ((f, j), (h, k)))| Dot {
                    a: f * columns + irrep.column(j).start,
                    b: h * columns + irrep.column(k).start,
                    length: irrep.dim,
                })
                .collect(),
        }
    }
}

impl<T: Real> Projection<T> for PowerSpectrum<T> {
    fn metadata(&self) -> Metadata {
        let (name, formula, because) = match self.coupling {
            Coupling::PerField => (
                "power-spectrum-per-field",
                "‖ẑ_f(ψ)‖",
                "each field is reduced by itself, and phases are lost",
            ),
            Coupling::BetweenFields => (
                "power-spectrum",
                "ẑ_f(ψ)ᵀ ẑ_f'(ψ) / ‖z‖",
                "phases between fields are kept, phases between frequencies are lost",
            ),
        };
        Metadata {
            name,
            formula,
            guarantee: Guarantee::Lossy,
            lipschitz: match self.coupling {
                Coupling::PerField => Lipschitz::at_most(1.0),
                Coupling::BetweenFields => Lipschitz::UNKNOWN,
            },
            cross_section: false,
            because,
            source: "Kakarala 2012, The bispectrum as a source of phase-sensitive invariants; Sanborn & Miolane 2023",
        }
    }

    fn input_dim(&self) -> usize {
        self.dim
    }

    fn output_dim(&self) -> usize {
        self.outputs
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, out: ArrayViewMut2<'_, T>) {
        if self.outputs == 0 {
            return;
        }
        if self.coupling == Coupling::PerField && self.fourier.nrows() <= LARGEST_ORDER {
            self.project_fields(codes, out);
        } else {
            self.project_directions(codes, out);
        }
    }
}

/// All powers of the fields of codes that follow one another, and how many codes there were before one
/// with fields of another size than [`ordinary`], which is left.
struct Powers<'a, T: Real> {
    spectrum: &'a PowerSpectrum<T>,
    /// Those of the transform, one after the other.
    columns: &'a [T],
    /// Room for the fields, [`LARGEST_ORDER`] lanes.
    values: &'a mut [Lane<T>],
    /// Room for their powers.
    norms: &'a mut [Lane<T>],
    codes: &'a [T],
    out: &'a mut [T],
}

impl<T: Real> WithSimd for Powers<'_, T> {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> usize {
        let Self { spectrum, columns, values, norms, codes, out } = self;
        let (n, irreps) = (spectrum.fourier.nrows(), &spectrum.irreps);
        let shuffles = Shuffles::new();
        let (dim, outputs) = (spectrum.fields * n, spectrum.outputs);
        let mut done = 0;
        for (code, out) in codes.chunks_exact(dim).zip(out.chunks_exact_mut(outputs)) {
            for (fields, out) in code.chunks(LANES * n).zip(out.chunks_mut(LANES * irreps.len())) {
                let largest = side_by_side::load(fields, n, values, shuffles);
                // Lanes without a field hold zeros.
                let mut ordinary = true;
                for size in largest {
                    ordinary &= (size == T::zero()) | side_by_side::ordinary(size);
                }
                if !ordinary {
                    return done;
                }
                for (i, irrep) in irreps.iter().enumerate() {
                    let mut power = [T::zero(); LANES];
                    let start = irrep.range.start;
                    for column in start..start + irrep.independent * irrep.dim {
                        let factors = &columns[column * n..][..n];
                        let c = side_by_side::coefficient(&values[..n], factors);
                        for l in 0..LANES {
                            power[l] += c[l] * c[l];
                        }
                    }
                    for l in 0..LANES {
                        norms[i][l] = power[l].sqrt();
                    }
                }
                side_by_side::store(&norms[..irreps.len()], out, shuffles);
            }
            done += 1;
        }
        done
    }
}

impl<T: Real> PowerSpectrum<T> {
    /// Field by field.
    fn project_fields(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        let codes = codes
            .to_slice()
            .map_or_else(|| Cow::Owned(codes.iter().copied().collect()), Cow::Borrowed);
        match out.as_slice_mut() {
            Some(out) => self.project_contiguous(&codes, out),
            None => {
                let mut powers = vec![T::zero(); out.len()];
                self.project_contiguous(&codes, &mut powers);
                out.iter_mut().zip(&powers).for_each(|(to, value)| *to = *value);
            }
        }
    }

    /// The same of codes and powers that follow one another.
    fn project_contiguous(&self, mut codes: &[T], mut out: &mut [T]) {
        let columns = side_by_side::columns(self.fourier.view());
        let mut room = [[[T::zero(); LANES]; LARGEST_ORDER]; 2];
        let [values, norms] = &mut room;
        let dim = self.fields * self.fourier.nrows();
        loop {
            let (spectrum, columns) = (self, &columns[..]);
            let (values, norms) = (&mut values[..], &mut norms[..]);
            let work = Powers { spectrum, columns, values, norms, codes, out: &mut *out };
            let done = pulp::Arch::new().dispatch(work);
            (codes, out) = (&codes[done * dim..], &mut out[done * self.outputs..]);
            if codes.is_empty() {
                return;
            }
            let (code, others) = codes.split_at(dim);
            let (powers, rest) = out.split_at_mut(self.outputs);
            let powers = ArrayViewMut1::from(powers).insert_axis(Axis(0));
            self.project_directions(ArrayView1::from(code).insert_axis(Axis(0)), powers);
            (codes, out) = (others, rest);
        }
    }

    /// From codes of length one, whatever their size was.
    fn project_directions(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        let (order, columns) = self.fourier.dim();
        let (directions, lengths) = directions(codes);
        let directions = directions.mapv(T::of);
        let mut coefficients = Array2::zeros((codes.nrows() * self.fields, columns));
        if let Ok(fields) = directions.view().into_shape_with_order((coefficients.nrows(), order)) {
            linalg::matmul(
                T::one(),
                fields,
                self.fourier.view(),
                T::zero(),
                coefficients.view_mut(),
            );
        }
        let coefficients = coefficients.as_slice().unwrap_or(&[]);
        let (dots, of_code) = (self.dots(), self.fields * columns);
        let mut values = vec![0.0; dots.len()];
        for (((code, length), mut out), coefficients) in directions
            .rows()
            .into_iter()
            .zip(lengths)
            .zip(out.rows_mut())
            .zip(coefficients.chunks_exact(of_code))
        {
            values.iter_mut().zip(&dots).for_each(|(value, dot)| *value = dot.of(coefficients));
            match self.coupling {
                Coupling::PerField => {
                    values.iter_mut().for_each(|power| *power = power.sqrt() * length);
                }
                Coupling::BetweenFields => {
                    let norm = code.iter().map(|v| v.as_f64().powi(2)).sum::<f64>().sqrt();
                    let scale = if norm > 0.0 { length / norm } else { 0.0 };
                    values.iter_mut().for_each(|product| *product *= scale);
                }
            }
            out.iter_mut().zip(&values).for_each(|(out, value)| *out = T::of(*value));
        }
    }
}

#[cfg(test)]
mod tests {
    use groups::{Cyclic, Dihedral, FiniteGroup};

    use super::*;
    use crate::random::gaussian;

    /// Fields side by side have the powers that codes of length one have, whatever their size.
    fn agree<T: Real, G: FiniteGroup + HasIrreps>(group: &G, fields: usize, tolerance: f64) {
        let rep = Representation::regular(group).copies(fields);
        let spectrum = PowerSpectrum::<T>::new(&rep, Coupling::PerField).unwrap();
        let mut codes = gaussian::<T>(9, rep.dim(), 5);
        // One field much smaller than the others, one that is zero; codes of many sizes.
        codes.row_mut(1).iter_mut().take(group.order()).for_each(|v| *v *= T::of(1e-20));
        codes.row_mut(2).iter_mut().take(group.order()).for_each(|v| *v = T::zero());
        for (i, size) in [1e-30, 1e-12, 1e-5, 1e7, 1e12, 1e30].into_iter().enumerate() {
            codes.row_mut(3 + i).iter_mut().for_each(|v| *v *= T::of(size));
        }
        let mut fast = Array2::zeros((9, spectrum.outputs));
        let mut plain = fast.clone();
        spectrum.project_fields(codes.view(), fast.view_mut());
        spectrum.project_directions(codes.view(), plain.view_mut());
        for (fast, plain) in fast.rows().into_iter().zip(plain.rows()) {
            let fields = fast.iter().zip(plain).collect::<Vec<_>>();
            for field in fields.chunks(spectrum.irreps.len()) {
                let size = field.iter().fold(0.0f64, |m, (_, p)| m.max(p.as_f64()));
                for (a, b) in field {
                    assert!((a.as_f64() - b.as_f64()).abs() <= tolerance * size, "{a} {b}");
                }
            }
        }
    }

    #[test]
    fn fields_side_by_side_have_the_same_powers() {
        for fields in [1, 16, 21] {
            agree::<f64, _>(&Cyclic::new(8).unwrap(), fields, 1e-13);
            agree::<f32, _>(&Cyclic::new(8).unwrap(), fields, 2e-6);
            agree::<f64, _>(&Dihedral::new(5).unwrap(), fields, 1e-13);
            agree::<f32, _>(&Dihedral::new(3).unwrap(), fields, 2e-6);
        }
        agree::<f32, _>(&Cyclic::new(64).unwrap(), 3, 5e-6);
    }
}
