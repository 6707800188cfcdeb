//! A representation without the type of its group.

use std::any::Any;
use std::sync::Arc;

use super::action::SignedNodes;
use super::{Action, Component, Representation, Term};
use crate::Group;
use crate::space::{Element, own};

impl<G: Group> Representation<G> {
    /// The same of a group whose elements `lift` makes of those of this one; blocks stay what they are.
    pub(crate) fn erased<H: Group<Element = Element>>(
        &self,
        group: &H,
        lift: fn(G::Element) -> Element,
    ) -> Representation<H> {
        if let Some(same) = (self as &dyn Any).downcast_ref::<Representation<H>>() {
            return same.clone();
        }
        let action = |action: &Action<G>| match action {
            Action::Identity => Action::Identity,
            Action::Permutation(f) => {
                let f = Arc::clone(f);
                Action::Permutation(Arc::new(move |g: &Element| f(own::<G>(g))))
            }
            Action::Signed(SignedNodes { signs, element }) => {
                let (signs, element) = (Arc::clone(signs), Arc::clone(element));
                Action::Signed(SignedNodes {
                    signs: Arc::new(move |g: &Element| signs(own::<G>(g))),
                    element: Arc::new(move |sigma, negative| lift(element(sigma, negative))),
                })
            }
            Action::Matrix(f) => {
                let f = Arc::clone(f);
                Action::Matrix(Arc::new(move |g: &Element| f(own::<G>(g))))
            }
        };
        self.with_actions(group, action)
    }

    /// The same of a group that has the same elements.
    pub(crate) fn with_group<H: Group<Element = G::Element>>(
        &self,
        group: &H,
    ) -> Representation<H> {
        self.with_actions(group, |action: &Action<G>| match action {
            Action::Identity => Action::Identity,
            Action::Permutation(f) => Action::Permutation(Arc::clone(f)),
            Action::Signed(SignedNodes { signs, element }) => Action::Signed(SignedNodes {
                signs: Arc::clone(signs),
                element: Arc::clone(element),
            }),
            Action::Matrix(f) => Action::Matrix(Arc::clone(f)),
        })
    }

    fn with_actions<H: Group>(
        &self,
        group: &H,
        action: impl Fn(&Action<G>) -> Action<H>,
    ) -> Representation<H> {
        let term = |term: &Term<G>| {
            let Component { name, dim, kind, action: own } = &*term.block;
            let block =
                Component { name: name.clone(), dim: *dim, kind: *kind, action: action(own) };
            Term { block: Arc::new(block), copies: term.copies }
        };
        let terms = self.terms.iter().map(term).collect();
        Representation { group: group.clone(), terms, dim: self.dim }
    }
}
