//! The program, started as users start it.

use std::path::Path;
use std::process::{Command, Output};

use crate::PROGRAM;

pub(crate) fn run(folder: &Path, line: &[&str]) -> Output {
    Command::new(PROGRAM).args(line).current_dir(folder).output().unwrap()
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
