//! Tests of layers and operators. One program, so that it is linked once.

mod common;
mod equivariance;
mod layers;
mod ops;
mod permutation;
mod plain;
