//! How one block turns a group element into a linear map.

use std::sync::Arc;

use nalgebra::DMatrix;

use super::operator::OperatorBlock;
use crate::{Group, Permutation};

type Of<G, T> = Arc<dyn Fn(&<G as Group>::Element) -> T + Send + Sync>;

/// The action of a group on one block.
pub(crate) enum Action<G: Group> {
    /// Every element acts as the identity.
    Identity,
    /// `g` moves coordinates.
    Permutation(Of<G, Permutation>),
    /// `g` acts by an orthogonal matrix.
    Matrix(Of<G, DMatrix<f64>>),
}

impl<G: Group> Action<G> {
    pub(crate) fn permutation(
        f: impl Fn(&G::Element) -> Permutation + Send + Sync + 'static,
    ) -> Self {
        Self::Permutation(Arc::new(f))
    }

    pub(crate) fn at(&self, g: &G::Element, dim: usize) -> OperatorBlock {
        match self {
            Self::Identity => OperatorBlock::Identity { dim },
            Self::Permutation(f) => OperatorBlock::gathering(&f(g)),
            Self::Matrix(f) => OperatorBlock::Matrix(f(g)),
        }
    }
}
