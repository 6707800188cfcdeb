//! A representation of one group as one of another.

use std::sync::Arc;

use nalgebra::DMatrix;

use super::action::SignedNodes;
use super::{Action, BlockKind, Component, Representation, Term};
use crate::Group;

impl<G: Group> Representation<G> {
    /// `h ↦ ρ(embedding(h))` for a homomorphism `embedding: H → G`.
    pub(crate) fn pulled_back<H: Group>(
        &self,
        subgroup: &H,
        embedding: impl Fn(&H::Element) -> G::Element + Clone + Send + Sync + 'static,
    ) -> Representation<H> {
        let terms = self
            .terms
            .iter()
            .map(|term| {
                let embedding = embedding.clone();
                let action = match &term.block.action {
                    Action::Identity => Action::Identity,
                    Action::Permutation(f) => {
                        let f = Arc::clone(f);
                        Action::permutation(move |h: &H::Element| f(&embedding(h)))
                    }
                    Action::Signed(SignedNodes { signs, .. }) => {
                        let signs = Arc::clone(signs);
                        Action::Matrix(Arc::new(move |h: &H::Element| {
                            let (sigma, negative) = signs(&embedding(h));
                            let sign = |i: usize| if negative[i] { -1.0 } else { 1.0 };
                            DMatrix::from_fn(negative.len(), negative.len(), |i, j| {
                                if sigma.images()[j] == i { sign(i) } else { 0.0 }
                            })
                        }))
                    }
                    Action::Matrix(f) => {
                        let f = Arc::clone(f);
                        Action::Matrix(Arc::new(move |h: &H::Element| f(&embedding(h))))
                    }
                };
                let kind = match term.block.kind {
                    BlockKind::Trivial => BlockKind::Trivial,
                    kind if kind.moves_coordinates() => BlockKind::Permutation,
                    _ => BlockKind::Orthogonal,
                };
                let name = term.block.name.clone();
                let component = Component { name, dim: term.block.dim, kind, action };
                Term { block: Arc::new(component), copies: term.copies }
            })
            .collect();
        Representation { group: subgroup.clone(), terms, dim: self.dim }
    }
}
