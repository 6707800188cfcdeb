//! Molecules as tensors: a kind for each node and a bond order for each pair of nodes.
//!
//! A molecule of `m` heavy atoms becomes a graph of `n ≥ m` nodes, `n − m` of which are missing,
//! with its nodes in random order: nothing fixes the order of atoms, and `S_n` acts on what is
//! made of them. Bonds are those of the Kekulé form that the molecule stores; hydrogens follow
//! from the valences and are left out.
//!
//! | you want | look at |
//! |---|---|
//! | the kinds of atoms of a data set | [`AtomKind`], [`Vocabulary`] |
//! | molecules to arrays, ready for tensors | [`GraphSet`] |
//! | a graph to a molecule | [`Graph::molecule`] |
//! | to tell symmetric nodes apart without choosing an order | [`Graph::ties`] |

mod graph_set;
mod one;
mod ties;
mod vocabulary;

pub use graph_set::{GraphSet, Omitted};
pub use one::Graph;
pub use vocabulary::{AtomKind, Vocabulary};
