//! Parquet files from arbitrary bytes: an error, or codes and labels.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("codes.parquet");
    std::fs::write(&path, bytes).expect("a file is written");
    let _ = analysis::latents::read_column(&path, Some("label"));
    let Ok(mut reader) = analysis::latents::open(&path, None) else { return };
    // Headers of compressed data may claim more rows than a target should wait for.
    for _ in 0..8 {
        if !matches!(reader.next_block(1 << 10), Ok(Some(_))) {
            break;
        }
    }
});
