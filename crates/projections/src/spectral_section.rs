//! Spectra: the isometric sections of polar actions of compact groups.

use groups::Real;
use groups::linalg::svd;
use nalgebra::DMatrix;
use ndarray::{ArrayView2, ArrayViewMut2};

use crate::{Guarantee, Lipschitz, Metadata, Projection, ProjectionError};

/// Where an orbit meets the chamber of a polar action: eigenvalues, singular values, the norm.
///
/// | constructor | group and space | `s(z)` | isometry by |
/// |---|---|---|---|
/// | [`eigenvalues`](Self::eigenvalues) | `O(n)` on `Sym(n)`, `X ↦ QXQᵀ` | ascending eigenvalues | Hoffman & Wielandt 1953 |
/// | [`singular_values`](Self::singular_values) | `O(m) × O(n)` on `R^{m×n}` | descending singular values | Mirsky 1960 |
/// | [`norm`](Self::norm) | `O(d)` on `R^d` | `‖z‖` | the sphere |
/// | [`modulus`](Self::modulus) | `U(1)` on `C` | `|z|` | the circle |
///
/// **Isometric**: a linear section, here the diagonal matrices, meets every orbit at right angles,
/// and what is left of the group on it is a finite reflection group, whose chamber is used (Dadok
/// 1985; [`WeylChamber`](crate::WeylChamber)). The invariants are coordinates on the section: the
/// diagonal matrix of them lies on the orbit. Smooth where they are distinct.
///
/// ```
/// use ndarray::array;
/// use projections::{Projection, SpectralSection};
///
/// let s = SpectralSection::eigenvalues(2)?.project(array![[0.0, 3.0, 3.0, 0.0]].view())?;
/// assert!((s[(0, 0)] + 3.0_f64).abs() < 1e-12 && (s[(0, 1)] - 3.0).abs() < 1e-12);
/// # Ok::<(), projections::ProjectionError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpectralSection {
    pub(crate) spectrum: Spectrum,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spectrum {
    Eigenvalues { n: usize },
    SingularValues { m: usize, n: usize },
    Norm { d: usize },
}

impl SpectralSection {
    /// The eigenvalues of symmetric `n × n` matrices, stored row by row in full. Of a matrix that is
    /// not symmetric the symmetric part counts.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] for `n = 0`.
    pub fn eigenvalues(n: usize) -> Result<Self, ProjectionError> {
        Self::of(Spectrum::Eigenvalues { n })
    }

    /// The singular values of `m × n` matrices, stored row by row.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] where `m` or `n` is 0.
    pub fn singular_values(m: usize, n: usize) -> Result<Self, ProjectionError> {
        Self::of(Spectrum::SingularValues { m, n })
    }

    /// The norm of vectors of dimension `d`.
    ///
    /// # Errors
    /// [`ProjectionError::NoOutputs`] for `d = 0`.
    pub fn norm(d: usize) -> Result<Self, ProjectionError> {
        Self::of(Spectrum::Norm { d })
    }

    /// The modulus of a complex number, given by its real and imaginary part.
    pub fn modulus() -> Self {
        Self { spectrum: Spectrum::Norm { d: 2 } }
    }

    fn of(spectrum: Spectrum) -> Result<Self, ProjectionError> {
        let section = Self { spectrum };
        match section.output() {
            0 => Err(ProjectionError::NoOutputs { projection: section.name() }),
            _ => Ok(section),
        }
    }

    fn name(&self) -> &'static str {
        match self.spectrum {
            Spectrum::Eigenvalues { .. } => "eigenvalues",
            Spectrum::SingularValues { .. } => "singular-values",
            Spectrum::Norm { .. } => "norm",
        }
    }

    fn input(&self) -> usize {
        match self.spectrum {
            Spectrum::Eigenvalues { n } => n * n,
            Spectrum::SingularValues { m, n } => m * n,
            Spectrum::Norm { d } => d,
        }
    }

    fn output(&self) -> usize {
        match self.spectrum {
            Spectrum::Eigenvalues { n } => n,
            Spectrum::SingularValues { m, n } => m.min(n),
            Spectrum::Norm { d } => d.min(1),
        }
    }

    /// The invariants of a code whose largest entry is 1 in absolute value.
    fn section(&self, code: &[f64]) -> Vec<f64> {
        match self.spectrum {
            Spectrum::Eigenvalues { n } => {
                let symmetric =
                    DMatrix::from_fn(n, n, |i, j| (code[i * n + j] + code[j * n + i]) / 2.0);
                let mut values: Vec<f64> =
                    symmetric.symmetric_eigenvalues().iter().copied().collect();
                values.sort_unstable_by(f64::total_cmp);
                values
            }
            Spectrum::SingularValues { m, n } => {
                svd(&DMatrix::from_row_slice(m, n, code)).singular_values
            }
            Spectrum::Norm { .. } => vec![code.iter().map(|v| v * v).sum::<f64>().sqrt()],
        }
    }
}

impl<T: Real> Projection<T> for SpectralSection {
    fn metadata(&self) -> Metadata {
        let (formula, because, source) = match self.spectrum {
            Spectrum::Eigenvalues { .. } => (
                "λ_1 ≤ … ≤ λ_n",
                "Hoffman–Wielandt: sorted eigenvalues attain min_Q ‖X − QYQᵀ‖",
                "Hoffman & Wielandt 1953; Dadok 1985 (polar representations)",
            ),
            Spectrum::SingularValues { .. } => (
                "σ_1 ≥ … ≥ σ_min(m,n)",
                "Mirsky: sorted singular values attain min ‖X − PYQᵀ‖",
                "Mirsky 1960; Dadok 1985 (polar representations)",
            ),
            Spectrum::Norm { .. } => {
                ("‖z‖", "min_Q ‖z − Qw‖ = |‖z‖ − ‖w‖|", "Dadok 1985 (polar representations)")
            }
        };
        Metadata {
            name: self.name(),
            formula,
            guarantee: Guarantee::Isometric,
            lipschitz: Lipschitz::ISOMETRIC,
            cross_section: false,
            because,
            source,
        }
    }

    fn input_dim(&self) -> usize {
        self.input()
    }

    fn output_dim(&self) -> usize {
        self.output()
    }

    fn project_rows(&self, codes: ArrayView2<'_, T>, mut out: ArrayViewMut2<'_, T>) {
        for (code, mut out) in codes.rows().into_iter().zip(out.rows_mut()) {
            // Scaled, so that neither huge nor tiny values overflow or vanish when squared.
            let largest = code.iter().fold(0.0f64, |m, v| m.max(v.as_f64().abs()));
            if largest == 0.0 {
                out.fill(T::zero());
                continue;
            }
            let scaled: Vec<f64> = code.iter().map(|v| v.as_f64() / largest).collect();
            let section = self.section(&scaled);
            out.iter_mut().zip(section).for_each(|(out, value)| *out = T::of(value * largest));
        }
    }
}
