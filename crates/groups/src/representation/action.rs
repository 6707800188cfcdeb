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
    /// `g` moves coordinates and changes signs, and for every way to do so there is an element.
    Signed(SignedNodes<G>),
    /// `g` acts by an orthogonal matrix.
    Matrix(Of<G, DMatrix<f64>>),
}

/// All signed permutations of some coordinates.
pub(crate) struct SignedNodes<G: Group> {
    /// Where coordinates go, and whether the sign of what arrives at each place has changed.
    pub(crate) signs: Of<G, (Permutation, Vec<bool>)>,
    /// An element that does so.
    pub(crate) element: WithSigns<G>,
}

/// The element that moves coordinates so and then changes signs.
pub(crate) type WithSigns<G> =
    Arc<dyn Fn(Permutation, &[bool]) -> <G as Group>::Element + Send + Sync>;

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
            Self::Signed(SignedNodes { signs, .. }) => {
                let (sigma, negative) = signs(g);
                OperatorBlock::Signed { sources: sigma.inverse().into(), negative }
            }
            Self::Matrix(f) => OperatorBlock::Matrix(f(g)),
        }
    }
}
