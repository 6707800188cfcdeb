//! Complex irreps.

use nalgebra::DMatrix;
use num_complex::Complex;

use super::ElementMatrices;
use crate::{FiniteGroup, IrrepType};

/// An irreducible complex representation by unitary matrices.
///
/// Schur's orthogonality: `|G|⁻¹ Σ_g ρ(g)_ij conj σ(g)_kl` is `1/dim` where `ρ = σ`, `i = k` and
/// `j = l`, and zero otherwise.
#[derive(Debug, Clone)]
pub struct ComplexIrrep<G: FiniteGroup> {
    group: G,
    row: usize,
    kind: IrrepType,
    matrices: ElementMatrices<Complex<f64>>,
}

impl<G: FiniteGroup> ComplexIrrep<G> {
    pub(super) fn new(
        group: G,
        row: usize,
        kind: IrrepType,
        matrices: ElementMatrices<Complex<f64>>,
    ) -> Self {
        Self { group, row, kind, matrices }
    }

    /// The group.
    pub fn group(&self) -> &G {
        &self.group
    }

    /// Its row of the character table.
    pub fn row(&self) -> usize {
        self.row
    }

    /// Its dimension.
    pub fn dim(&self) -> usize {
        self.matrices.dim
    }

    /// The type of the real irrep that it belongs to.
    pub fn kind(&self) -> IrrepType {
        self.kind
    }

    /// `ρ(g)`.
    pub fn matrix(&self, g: &G::Element) -> &DMatrix<Complex<f64>> {
        self.matrices.get(self.group.index(g))
    }

    /// `conj ρ(g)`, the dual representation.
    pub fn dual_matrix(&self, g: &G::Element) -> DMatrix<Complex<f64>> {
        self.matrix(g).map(|v| v.conj())
    }
}
