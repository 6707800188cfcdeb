//! Tests of the program as a whole. One program, so that it is linked once.

use std::path::Path;

use candle_core::Device;

mod faults;
#[path = "../../../cli/tests/it/kill.rs"]
mod kill;
#[path = "../../../cli/tests/it/program.rs"]
mod program;

const PROGRAM: &str = env!("CARGO_BIN_EXE_experiments");

/// The extension of files of numbers that jobs write, and whether one can be read to its end.
const CODES: (&str, fn(&Path) -> bool) =
    ("safetensors", |path| equivariant_nn::checkpoint::load(path, &Device::Cpu).is_ok());
