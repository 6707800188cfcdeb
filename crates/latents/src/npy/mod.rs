//! NumPy's format of one array.

pub(super) mod header;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use self::header::{Header, Strings};
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
    let header = header::read(&mut file, path)?;
    let layout = layout(path, NAME, &header, side_car::read(path)?)?;
    check_length(&layout, layout.check()?, size.saturating_sub(header.bytes))?;
    rows(layout, &header, file, header.bytes)
}

/// The layout by a header.
pub(super) fn layout(
    path: &Path,
    tensor: &str,
    header: &Header,
    metadata: Option<String>,
) -> Result<Layout, LatentsError> {
    Ok(Layout {
        path: path.to_owned(),
        tensor: tensor.to_owned(),
        shape: header.shape.clone(),
        dtype: header.numbers(path, tensor)?.0,
        metadata,
        notes: Vec::new(),
    })
}

/// The words of a file that holds strings.
pub(super) fn read_text(path: &Path) -> Result<Option<Vec<String>>, LatentsError> {
    let mut file = File::open(path).map_err(io_error("read", path))?;
    let header = header::read(&mut file, path)?;
    words(path, NAME, &header, &mut std::io::BufReader::new(file))
}

/// The words of an array of strings, after its header.
pub(super) fn words(
    path: &Path,
    tensor: &str,
    header: &Header,
    input: &mut dyn Read,
) -> Result<Option<Vec<String>>, LatentsError> {
    /// Characters of a label.
    const LONGEST: usize = 1 << 16;

    let Some(Strings { length, unicode, big_endian }) = header.strings() else { return Ok(None) };
    let rows = match header.shape[..] {
        [rows] | [rows, 1] if length <= LONGEST => rows,
        _ => {
            return Err(LatentsError::Shape {
                path: path.to_owned(),
                tensor: tensor.to_owned(),
                expected: "one word a row, (n,) or (n, 1)".to_owned(),
                got: header.shape.clone(),
            });
        }
    };
    let mut bytes = vec![0; if unicode { 4 * length } else { length }];
    let mut words = Vec::new();
    for row in 0..rows {
        input.read_exact(&mut bytes).map_err(|source| match source.kind() {
            std::io::ErrorKind::UnexpectedEof => {
                let (path, tensor) = (path.to_owned(), tensor.to_owned());
                LatentsError::Truncated { path, tensor, rows, row }
            }
            _ => io_error("read", path)(source),
        })?;
        let word = if unicode {
            let units = bytes.chunks_exact(4).map(|b| {
                let b = [b[0], b[1], b[2], b[3]];
                if big_endian { u32::from_be_bytes(b) } else { u32::from_le_bytes(b) }
            });
            units.map(|unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        } else {
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let word = word.trim_end_matches('\0');
        if word.is_empty() {
            return Err(LatentsError::Label {
                path: path.to_owned(),
                tensor: tensor.to_owned(),
                row,
                got: "nothing".to_owned(),
            });
        }
        words.push(word.to_owned());
    }
    Ok(Some(words))
}

/// The rows of an array that begins at byte `start` of the file.
pub(super) fn rows(
    layout: Layout,
    header: &Header,
    file: File,
    start: u64,
) -> Result<Box<dyn CodeReader>, LatentsError> {
    let (_, big_endian) = header.numbers(&layout.path, &layout.tensor)?;
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
