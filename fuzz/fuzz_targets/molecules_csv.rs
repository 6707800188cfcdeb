//! Tables and lists of molecules from arbitrary bytes: an error, or molecules.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("molecules.csv");
    std::fs::write(&path, bytes).expect("a file is written");
    if let Ok(set) = molecules::qm9::read(&path) {
        assert!(!set.entries.is_empty());
    }
});
