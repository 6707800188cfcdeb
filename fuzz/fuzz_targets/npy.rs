//! See `fuzz::targets::npy`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::targets::npy(bytes));
