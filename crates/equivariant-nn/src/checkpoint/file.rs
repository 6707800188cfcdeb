//! Named tensors in a `.safetensors` file, written atomically and checked when read.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::path::Path;

use atomic_write_file::AtomicWriteFile;
use candle_core::{Device, Tensor};
use safetensors::SafeTensors;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::NnError;
use crate::init::name_hash;

/// The entry of the file's metadata that is ours. One entry only: the format keeps its metadata
/// in a hash map, and two entries would make the bytes of the file depend on its order.
const ENTRY: &str = "equivariant-nn";

#[derive(Serialize, Deserialize)]
struct Header {
    /// FNV-1a of all tensors' names and bytes, in the order of their names.
    checksum: String,
    metadata: BTreeMap<String, Value>,
}

/// The contents of a checkpoint.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// The tensors by name.
    pub tensors: BTreeMap<String, Tensor>,
    /// Free text by key: the configuration, the epoch, whatever the writer chose. What is no text in the
    /// file is here as JSON.
    pub metadata: BTreeMap<String, String>,
}

/// Writes tensors and metadata. The file is either the old one or the complete new one, also if
/// the process dies in between.
///
/// The file is a plain `.safetensors`: any other program can read its tensors.
///
/// # Errors
/// If the file cannot be written.
pub fn save(
    path: &Path,
    tensors: &BTreeMap<String, Tensor>,
    metadata: &BTreeMap<String, String>,
) -> Result<(), NnError> {
    let text = |(key, text): (&String, &String)| (key.clone(), Value::from(text.as_str()));
    save_values(path, tensors, metadata.iter().map(text).collect())
}

/// [`save`] with metadata of any kind.
pub(crate) fn save_values(
    path: &Path,
    tensors: &BTreeMap<String, Tensor>,
    metadata: BTreeMap<String, Value>,
) -> Result<(), NnError> {
    let tensors = tensors
        .iter()
        .map(|(name, tensor)| Ok((name.as_str(), tensor.to_device(&Device::Cpu)?.contiguous()?)))
        .collect::<candle_core::Result<Vec<_>>>()?;
    let damaged = |e: &dyn std::fmt::Display| NnError::Damaged {
        path: path.to_path_buf(),
        reason: format!("cannot be serialized: {e}"),
    };
    let plain = safetensors::serialize(tensors.iter().map(|(n, t)| (*n, t)), None)
        .map_err(|e| damaged(&e))?;
    let checksum = checksum(&SafeTensors::deserialize(&plain).map_err(|e| damaged(&e))?);
    let header = Header { checksum, metadata };
    let header = serde_json::to_string(&header).map_err(|e| damaged(&e))?;
    let bytes = safetensors::serialize(
        tensors.iter().map(|(n, t)| (*n, t)),
        Some(HashMap::from([(ENTRY.to_owned(), header)])),
    )
    .map_err(|e| damaged(&e))?;
    let io = |e| NnError::io(path, e);
    let mut file = AtomicWriteFile::open(path).map_err(io)?;
    file.write_all(&bytes).map_err(io)?;
    file.commit().map_err(io)
}

/// Reads a checkpoint. Files without our metadata (from other programs) are read without the
/// check of the content.
///
/// # Errors
/// [`NnError::Io`] if the file cannot be read, [`NnError::Damaged`] if it is truncated, is not in
/// the format, or its content does not match its checksum.
pub fn load(path: &Path, device: &Device) -> Result<Checkpoint, NnError> {
    let bytes = std::fs::read(path).map_err(|e| NnError::io(path, e))?;
    let damaged = |reason: String| NnError::Damaged { path: path.to_path_buf(), reason };
    let (_, outer) = SafeTensors::read_metadata(&bytes).map_err(|e| damaged(e.to_string()))?;
    let file = SafeTensors::deserialize(&bytes).map_err(|e| damaged(e.to_string()))?;
    let mut metadata = BTreeMap::new();
    if let Some(header) = outer.metadata().as_ref().and_then(|m| m.get(ENTRY)) {
        let header: Header = serde_json::from_str(header)
            .map_err(|e| damaged(format!("unreadable metadata: {e}")))?;
        let found = checksum(&file);
        if found != header.checksum {
            return Err(damaged(format!("checksum {} expected, got {found}", header.checksum)));
        }
        let text = |value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        metadata = header.metadata.into_iter().map(|(key, value)| (key, text(value))).collect();
    }
    let tensors = file
        .tensors()
        .into_iter()
        .map(|(name, view)| {
            let dtype = candle_core::DType::try_from(view.dtype())?;
            Ok((name, Tensor::from_raw_buffer(view.data(), dtype, view.shape(), device)?))
        })
        .collect::<candle_core::Result<_>>()?;
    Ok(Checkpoint { tensors, metadata })
}

impl Checkpoint {
    /// Checks that the tensors are exactly those expected, by name, shape and scalar type.
    ///
    /// # Errors
    /// The first difference in the order of names; `path` is for the message.
    pub fn check<'a>(
        &self,
        path: &Path,
        expected: impl IntoIterator<Item = (&'a str, &'a Tensor)>,
    ) -> Result<(), NnError> {
        let expected: BTreeMap<&str, &Tensor> = expected.into_iter().collect();
        for (&name, tensor) in &expected {
            let Some(found) = self.tensors.get(name) else {
                return Err(NnError::MissingTensor {
                    path: path.to_path_buf(),
                    name: name.to_owned(),
                    expected: describe(tensor),
                });
            };
            if found.dims() != tensor.dims() || found.dtype() != tensor.dtype() {
                return Err(NnError::TensorMismatch {
                    path: path.to_path_buf(),
                    name: name.to_owned(),
                    expected: describe(tensor),
                    got: describe(found),
                });
            }
        }
        match self.tensors.iter().find(|(name, _)| !expected.contains_key(name.as_str())) {
            None => Ok(()),
            Some((name, tensor)) => Err(NnError::UnknownTensor {
                path: path.to_path_buf(),
                name: name.clone(),
                got: describe(tensor),
            }),
        }
    }
}

fn describe(tensor: &Tensor) -> String {
    format!("{:?} {:?}", tensor.dtype(), tensor.dims())
}

fn checksum(file: &SafeTensors<'_>) -> String {
    let mut names = file.names();
    names.sort_unstable();
    let mut hash = 0u64;
    for name in names {
        if let Ok(view) = file.tensor(name) {
            let part = name_hash(name.as_bytes()) ^ name_hash(view.data()).rotate_left(1);
            hash = name_hash(&[hash.to_le_bytes(), part.to_le_bytes()].concat());
        }
    }
    format!("{hash:016x}")
}
