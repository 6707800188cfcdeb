//! Tests of layers and operators. One program, so that it is linked once.

mod common;
mod equivariance;
mod fallback;
mod layers;
mod ops;
mod permutation;
mod plain;
mod same_group;
