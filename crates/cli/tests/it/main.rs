//! Tests of the program as a whole. One program, so that it is linked once.

use std::path::Path;

mod command_line;
mod faults;
mod files;
mod kill;
mod program;

const PROGRAM: &str = env!("CARGO_BIN_EXE_equivariant");

/// The extension of files of numbers that jobs write, and whether one can be read to its end.
const CODES: (&str, fn(&Path) -> bool) = ("npy", |path| latents::read_all(path, None).is_ok());
