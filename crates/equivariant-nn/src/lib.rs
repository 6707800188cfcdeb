//! Equivariant neural network layers for candle, with their gradients checked.
#![forbid(unsafe_code)]
