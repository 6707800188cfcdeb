//! Tests of the crate that reads and writes codes. One program, so that it is linked once.

mod files;
mod formats;
mod map;
mod python;
