//! Tests of the image crate. One program, so that it is linked once.

mod dataset;
mod digits;
mod idx;
mod ordinary;
mod rotate;
mod training;
