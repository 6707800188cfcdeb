//! See `fuzz::targets::smiles`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::targets::smiles(bytes));
