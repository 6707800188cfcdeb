//! See `fuzz::targets::npz`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::targets::npz(bytes));
