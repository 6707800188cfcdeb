//! Tests of the projections. One program, so that it is linked once.

mod bispectrum;
mod catalogue;
mod claims;
mod compact_groups;
#[cfg(feature = "candle")]
mod differentiable;
mod laws;
mod limits;
mod sets_and_parts;
mod sorting;
mod theorems;
mod weyl_chamber;
