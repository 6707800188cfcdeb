//! Checkpoints from arbitrary bytes: an error, or tensors.
#![no_main]

use candle_core::Device;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("checkpoint.safetensors");
    std::fs::write(&path, bytes).expect("a file is written");
    let _ = equivariant_nn::checkpoint::load(&path, &Device::Cpu);
});
