//! IDX files from arbitrary bytes: an error, or an array.
#![no_main]

use std::path::Path;

use images::idx::Limits;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { max_bytes: 1 << 20 };
    let _ = images::idx::images_from_reader(bytes, Path::new("images"), limits);
    let _ = images::idx::labels_from_reader(bytes, Path::new("labels"), limits);
});
