//! Invariant projections of equivariant latent codes, each with its guarantee.
#![forbid(unsafe_code)]
