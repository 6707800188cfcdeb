//! Power spectra over the group's irreps, field by field or between fields.

use std::ops::Range;

use groups::{HasIrreps, Real, Representation, linalg};
use ndarray::{Array2, ArrayView2, ArrayViewMut2};
use serde::{Deserialize, Serialize};

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

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
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
