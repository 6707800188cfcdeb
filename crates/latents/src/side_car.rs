//! Metadata of formats that carry none: a file `NAME.json` beside `NAME`.

use std::ffi::OsString;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::LatentsError;
use super::error::io_error;

/// Bytes of metadata that are read.
pub(super) const LONGEST: u64 = 1 << 20;

/// The side-car of a file, such as `codes.npy.json`.
pub(super) fn path_of(path: &Path) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(".json");
    name.into()
}

/// The metadata beside a file, if there are any.
pub(super) fn read(path: &Path) -> Result<Option<String>, LatentsError> {
    let path = path_of(path);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_error("read", &path)(error)),
    };
    let mut bytes = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(io_error("read", &path))?;
    text(&path, bytes).map(Some)
}

/// Metadata as text of a bearable length.
pub(super) fn text(path: &Path, bytes: Vec<u8>) -> Result<String, LatentsError> {
    let corrupt = |got: String| LatentsError::Corrupt {
        path: path.to_owned(),
        expected: "metadata of at most 1 MiB of text".to_owned(),
        got,
    };
    if bytes.len() as u64 > LONGEST {
        return Err(corrupt("more".to_owned()));
    }
    String::from_utf8(bytes).map_err(|error| corrupt(error.to_string()))
}
