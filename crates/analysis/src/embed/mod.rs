//! Pictures of codes: linear ([`Pca`]) and by neighbourhoods ([`TSne`]).
//!
//! Both are deterministic: the same input gives the same output, for any number of threads.

mod pca;
mod tsne;

pub use pca::Pca;
pub use tsne::TSne;
