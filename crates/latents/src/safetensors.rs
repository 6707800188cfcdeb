//! Tensors with a JSON header in front.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use safetensors::tensor::{Dtype as TensorDtype, Metadata, TensorInfo};

use super::error::io_error;
use super::raw::{Bytes, Rows, check_length};
use super::reader::{note_of_others, pick};
use super::select::Purpose;
use super::{Dtype, LatentsError, Layout};

/// Bytes of a header: room for some 100,000 tensors.
const LONGEST: u64 = 16 << 20;

/// The key of the metadata that are written here.
const METADATA: &str = "metadata";

/// Opens one tensor of a file.
pub(super) fn open(
    path: &Path,
    tensor: Option<&str>,
    purpose: Purpose,
) -> Result<Rows, LatentsError> {
    let corrupt = |expected: &str, got: String| LatentsError::Corrupt {
        path: path.to_owned(),
        expected: expected.to_owned(),
        got,
    };
    let mut file = File::open(path).map_err(io_error("read", path))?;
    let size = file.metadata().map_err(io_error("read", path))?.len();
    if size < 8 {
        return Err(corrupt("a safetensors header", format!("a file of {size} bytes")));
    }
    let mut length = [0; 8];
    file.read_exact(&mut length).map_err(io_error("read", path))?;
    let length = u64::from_le_bytes(length);
    if length > LONGEST || length > size - 8 {
        let most = LONGEST.min(size - 8);
        let got = format!("{length} bytes");
        return Err(corrupt(&format!("a safetensors header of at most {most} bytes"), got));
    }
    let mut header = vec![0; length as usize];
    file.read_exact(&mut header).map_err(io_error("read", path))?;
    let metadata: Metadata = serde_json::from_slice(&header)
        .map_err(|error| corrupt("a valid safetensors header", error.to_string()))?;
    let data = size - 8 - length;
    if metadata.data_len() as u64 != data {
        let expected = format!("{} bytes of tensors after the header", metadata.data_len());
        return Err(corrupt(&expected, format!("{data} bytes")));
    }

    let tensors = metadata.tensors();
    let mut names: Vec<String> = tensors.keys().cloned().collect();
    names.sort_unstable();
    let tensor = pick(path, tensor, purpose, &names)?;
    names.retain(|name| *name != tensor);
    let info = tensors[&tensor];
    let dtype = dtype(info.dtype).ok_or_else(|| LatentsError::Dtype {
        path: path.to_owned(),
        tensor: tensor.clone(),
        got: format!("{:?}", info.dtype),
        remedy: "save it by `z.float()`, or `z.real` and `z.imag` of complex numbers",
    })?;
    let layout = Layout {
        path: path.to_owned(),
        tensor,
        shape: info.shape.clone(),
        dtype,
        metadata: metadata.metadata().as_ref().and_then(|map| map.get(METADATA)).cloned(),
        notes: note_of_others(&names),
    };
    let (from, to) = info.data_offsets;
    check_length(&layout, layout.check()?, to.saturating_sub(from) as u64)?;
    Rows::new(layout, Bytes::File(file, 8 + length + from as u64), false)
}

/// The header of a file with one tensor.
pub(super) fn header(
    path: &Path,
    tensor: &str,
    shape: &[usize],
    dtype: Dtype,
    bytes: usize,
    metadata: Option<&str>,
) -> Result<Vec<u8>, LatentsError> {
    let info =
        TensorInfo { dtype: tensor_dtype(dtype), shape: shape.to_vec(), data_offsets: (0, bytes) };
    let map = metadata.map(|text| HashMap::from([(METADATA.to_owned(), text.to_owned())]));
    let invalid = |reason: String| LatentsError::Corrupt {
        path: path.to_owned(),
        expected: "a valid safetensors header".to_owned(),
        got: reason,
    };
    let header = Metadata::new(map, vec![(tensor.to_owned(), info)])
        .map_err(|error| invalid(error.to_string()))?;
    let mut text = serde_json::to_vec(&header).map_err(|error| invalid(error.to_string()))?;
    text.resize(text.len().next_multiple_of(8), b' ');
    let mut out = (text.len() as u64).to_le_bytes().to_vec();
    out.extend(text);
    Ok(out)
}

fn dtype(dtype: TensorDtype) -> Option<Dtype> {
    Some(match dtype {
        TensorDtype::F16 => Dtype::F16,
        TensorDtype::BF16 => Dtype::BF16,
        TensorDtype::F32 => Dtype::F32,
        TensorDtype::F64 => Dtype::F64,
        TensorDtype::I8 => Dtype::I8,
        TensorDtype::I16 => Dtype::I16,
        TensorDtype::I32 => Dtype::I32,
        TensorDtype::I64 => Dtype::I64,
        TensorDtype::U8 => Dtype::U8,
        TensorDtype::U16 => Dtype::U16,
        TensorDtype::U32 => Dtype::U32,
        TensorDtype::U64 => Dtype::U64,
        TensorDtype::BOOL => Dtype::Bool,
        _ => return None,
    })
}

fn tensor_dtype(dtype: Dtype) -> TensorDtype {
    match dtype {
        Dtype::F16 => TensorDtype::F16,
        Dtype::BF16 => TensorDtype::BF16,
        Dtype::F32 => TensorDtype::F32,
        Dtype::F64 => TensorDtype::F64,
        Dtype::I8 => TensorDtype::I8,
        Dtype::I16 => TensorDtype::I16,
        Dtype::I32 => TensorDtype::I32,
        Dtype::I64 => TensorDtype::I64,
        Dtype::U8 => TensorDtype::U8,
        Dtype::U16 => TensorDtype::U16,
        Dtype::U32 => TensorDtype::U32,
        Dtype::U64 => TensorDtype::U64,
        Dtype::Bool => TensorDtype::BOOL,
    }
}
