//! NumPy's format of one array.

pub(super) mod header;

use std::fs::File;
use std::path::Path;

use self::header::Header;
use super::error::io_error;
use super::fortran::FortranRows;
use super::raw::{Bytes, Rows, check_length};
use super::{CodeReader, Dtype, LatentsError, Layout, side_car};

/// The name that stands in messages for the array of a `.npy` file, which has none.
const NAME: &str = "array";

/// Opens a `.npy` file. There is one array; asking for another one by name is an error.
pub(super) fn open(path: &Path, tensor: Option<&str>) -> Result<Box<dyn CodeReader>, LatentsError> {
    if let Some(name) = tensor.filter(|&name| name != NAME) {
        return Err(LatentsError::Tensor {
            path: path.to_owned(),
            expected: format!("an array `{name}`"),
            found: vec![format!("{NAME} (a .npy file holds one array without a name)")],
        });
    }
    let mut file = File::open(path).map_err(io_error("read", path))?;
    let size = file.metadata().map_err(io_error("read", path))?.len();
    let header = header::read(&mut file, path, NAME)?;
    let layout = layout(path, NAME, &header, side_car::read(path)?);
    check_length(&layout, layout.check()?, size.saturating_sub(header.bytes))?;
    rows(layout, &header, file, header.bytes)
}

/// The layout by a header.
pub(super) fn layout(
    path: &Path,
    tensor: &str,
    header: &Header,
    metadata: Option<String>,
) -> Layout {
    Layout {
        path: path.to_owned(),
        tensor: tensor.to_owned(),
        shape: header.shape.clone(),
        dtype: header.dtype,
        metadata,
    }
}

/// The rows of an array that begins at byte `start` of the file.
pub(super) fn rows(
    layout: Layout,
    header: &Header,
    file: File,
    start: u64,
) -> Result<Box<dyn CodeReader>, LatentsError> {
    let big_endian = header.big_endian;
    // A vector is the same in both orders.
    Ok(if header.fortran && layout.shape.len() > 1 {
        Box::new(FortranRows::new(layout, file, start, big_endian))
    } else {
        Box::new(Rows::new(layout, Bytes::File(file, start), big_endian)?)
    })
}

/// The header of a file with numbers in C order, little-endian.
pub(super) fn header(path: &Path, shape: &[usize], dtype: Dtype) -> Result<Vec<u8>, LatentsError> {
    header::write(shape, dtype).ok_or_else(|| LatentsError::Unsupported {
        path: path.to_owned(),
        what: format!("{dtype} in NumPy's format"),
        remedy: "write f32, or a .safetensors file",
    })
}
