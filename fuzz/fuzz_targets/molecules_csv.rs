//! See `fuzz::targets::molecules_csv`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::targets::molecules_csv(bytes));
