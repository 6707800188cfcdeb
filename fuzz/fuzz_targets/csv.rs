//! Tables from arbitrary bytes, plain and compressed: an error, or codes and labels.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for name in ["codes.csv", "codes.csv.gz"] {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).expect("a file is written");
        let _ = analysis::latents::read_column(&path, Some("label"));
        let Ok(mut reader) = analysis::latents::open(&path, None) else { continue };
        while let Ok(Some(_)) = reader.next_block(1 << 10) {}
    }
});
