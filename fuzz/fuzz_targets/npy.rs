//! NumPy arrays from arbitrary bytes: an error, or codes.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("codes.npy");
    std::fs::write(&path, bytes).expect("a file is written");
    let Ok(mut reader) = analysis::latents::open(&path, None) else { return };
    // Headers of compressed data may claim more rows than a target should wait for.
    for _ in 0..8 {
        if !matches!(reader.next_block(1 << 10), Ok(Some(_))) {
            break;
        }
    }
});
