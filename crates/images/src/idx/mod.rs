//! The IDX format of MNIST: big-endian header, then unsigned bytes.
//!
//! | bytes | images | labels |
//! |---|---|---|
//! | 0..4 | magic `00 00 08 03` | magic `00 00 08 01` |
//! | 4..8 | count `n` | count `n` |
//! | 8..12 | height `h` | the labels, `n` bytes |
//! | 12..16 | width `w` | |
//! | 16.. | `n·h·w` bytes, row by row, 0 is paper and 255 is ink | |
//!
//! Files may be plain or compressed with gzip; the first two bytes decide, not the name. A reader
//! never holds more than what the file really contains, and never decompresses more than one byte
//! beyond what the header announces, so neither a lying header nor a gzip bomb costs memory.
//!
//! - [`read_images`], [`read_labels`], [`read_pair`]: one file, or two that belong together;
//! - [`Mnist`]: the four files of a directory under any of their usual names;
//! - [`write_images`], [`write_labels`]: the way back, atomically.
//!
//! Reference: Y. LeCun, C. Cortes, C. J. C. Burges, *The MNIST database of handwritten digits*,
//! "File formats for the MNIST database".

mod mnist;
mod read;
mod write;

pub use mnist::{Mnist, Part};
pub use read::{
    Labelled, Limits, images_from_reader, labels_from_reader, read_images, read_labels, read_pair,
};
pub use write::{Compression, write_images, write_labels};

/// First two bytes zero, element type 8 (unsigned byte), then the number of dimensions.
const UNSIGNED_BYTES: u32 = 0x0000_0800;
