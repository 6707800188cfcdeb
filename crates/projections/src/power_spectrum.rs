//! Power spectra over the group's irreps, field by field or between fields.

use std::ops::Range;

use groups::{HasIrreps, Real, Representation, linalg};
use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut2};
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

fn dot<T: Real>(
    coefficients: &ArrayView2<'_, T>,
    a: (usize, Range<usize>),
    b: (usize, Range<usize>),
) -> f64 {
    a.1.zip(b.1)
        .map(|(i, j)| coefficients[(a.0, i)].as_f64() * coefficients[(b.0, j)].as_f64())
        .sum()
}

impl<T: Real> PowerSpectrum<T> {
    fn project_code(
        &self,
        code: ArrayView1<'_, T>,
        coefficients: ArrayView2<'_, T>,
        out: &mut [T],
    ) {
        match self.coupling {
            Coupling::PerField => {
                let mut out = out.iter_mut();
                for field in 0..self.fields {
                    for irrep in &self.irreps {
                        let power: f64 = (0..irrep.independent)
                            .map(|j| {
                                let column = (field, irrep.column(j));
                                dot(&coefficients, column.clone(), column)
                            })
                            .sum();
                        if let Some(out) = out.next() {
                            *out = T::of(power.sqrt());
                        }
                    }
                }
            }
            Coupling::BetweenFields => {
                let norm = code.iter().map(|v| v.as_f64().powi(2)).sum::<f64>().sqrt();
                let scale = if norm > 0.0 { norm.recip() } else { 0.0 };
                let pairs = self.irreps.iter().flat_map(|i| {
                    i.pairs(self.fields)
                        .map(|((f, j), (h, k))| ((f, i.column(j)), (h, i.column(k))))
                });
                for (out, (a, b)) in out.iter_mut().zip(pairs) {
                    *out = T::of(dot(&coefficients, a, b) * scale);
                }
            }
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
        let mut coefficients = Array2::zeros((self.fields, columns));
        let mut row = vec![T::zero(); self.outputs];
        let (directions, lengths) = directions(codes);
        let directions = directions.mapv(T::of);
        for ((code, length), mut out) in
            directions.rows().into_iter().zip(lengths).zip(out.rows_mut())
        {
            if let Ok(fields) =
                ArrayView2::from_shape((self.fields, order), code.as_slice().unwrap_or(&[]))
            {
                linalg::matmul(
                    T::one(),
                    fields,
                    self.fourier.view(),
                    T::zero(),
                    coefficients.view_mut(),
                );
            }
            self.project_code(code, coefficients.view(), &mut row);
            let scaled = |value: &T| T::of(value.as_f64() * length);
            out.iter_mut().zip(&row).for_each(|(out, value)| *out = scaled(value));
        }
    }
}
