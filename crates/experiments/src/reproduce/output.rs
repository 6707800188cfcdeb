//! Files of a run, each written whole or not at all.

use std::path::Path;

use ndarray::Array2;
use safetensors::tensor::{Dtype, TensorView};

pub(crate) use terminal::whole_file::write;

/// Writes named codes, `(n, dim)` each, with their labels and text metadata, as `.safetensors`.
pub(crate) fn write_codes(
    path: &Path,
    codes: &[(&str, &Array2<f32>)],
    labels: &[(&str, &[usize])],
    metadata: &[(&str, String)],
) -> anyhow::Result<()> {
    let floats: Vec<(&str, Vec<usize>, Vec<u8>)> = codes
        .iter()
        .map(|(name, codes)| {
            let bytes = codes.iter().flat_map(|v| v.to_le_bytes()).collect();
            (*name, codes.shape().to_vec(), bytes)
        })
        .collect();
    let integers: Vec<(&str, Vec<usize>, Vec<u8>)> = labels
        .iter()
        .map(|(name, labels)| {
            let bytes = labels.iter().flat_map(|v| (*v as i64).to_le_bytes()).collect();
            (*name, vec![labels.len()], bytes)
        })
        .collect();
    let mut tensors = Vec::new();
    for (list, dtype) in [(&floats, Dtype::F32), (&integers, Dtype::I64)] {
        for (name, shape, bytes) in list {
            tensors.push((*name, TensorView::new(dtype, shape.clone(), bytes)?));
        }
    }
    let metadata = metadata.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    Ok(write(path, &safetensors::serialize(tensors, Some(metadata))?)?)
}
