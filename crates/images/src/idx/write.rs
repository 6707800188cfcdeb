use std::io::{self, BufWriter, Write};
use std::path::Path;

use atomic_write_file::AtomicWriteFile;
use flate2::write::GzEncoder;
use ndarray::ArrayView3;

use super::UNSIGNED_BYTES;
use crate::ImageError;

/// Whether to write plain bytes or gzip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// Plain bytes.
    #[default]
    Plain,
    /// Gzip at its usual level, without a time stamp, so that equal data make equal files.
    Gzip,
}

/// Writes images `(n, height, width)` as an IDX file that [`super::read_images`] reads.
///
/// The file appears whole or not at all: it is written beside `path` under a temporary name and
/// renamed when complete.
///
/// # Errors
/// [`ImageError::Io`] where the file cannot be written, [`ImageError::InvalidParameter`] where a
/// size is zero or does not fit in 32 bits.
pub fn write_images(
    path: impl AsRef<Path>,
    images: ArrayView3<'_, u8>,
    compression: Compression,
) -> Result<(), ImageError> {
    let (count, height, width) = images.dim();
    let images = images.as_standard_layout();
    let data = images.as_slice().unwrap_or_default();
    write(path.as_ref(), &[count, height, width], data, compression)
}

/// Writes labels as an IDX file that [`super::read_labels`] reads, as [`write_images`] does.
///
/// # Errors
/// As [`write_images`], and [`ImageError::LabelOutOfRange`].
pub fn write_labels(
    path: impl AsRef<Path>,
    labels: &[u8],
    compression: Compression,
) -> Result<(), ImageError> {
    let path = path.as_ref();
    if let Some(index) = labels.iter().position(|&label| label > 9) {
        let label = labels[index];
        return Err(ImageError::LabelOutOfRange { path: path.to_path_buf(), index, label });
    }
    write(path, &[labels.len()], labels, compression)
}

fn write(
    path: &Path,
    sizes: &[usize],
    data: &[u8],
    compression: Compression,
) -> Result<(), ImageError> {
    let mut header = (UNSIGNED_BYTES | sizes.len() as u32).to_be_bytes().to_vec();
    for &size in sizes {
        let size = u32::try_from(size).ok().filter(|&size| size > 0).ok_or_else(|| {
            ImageError::InvalidParameter {
                operation: "writing an IDX file",
                expected: "sizes from 1 to 2^32 - 1",
                found: format!("{sizes:?}"),
            }
        })?;
        header.extend_from_slice(&size.to_be_bytes());
    }
    persist(path, &header, data, compression).map_err(|e| ImageError::io(path, "writing", e))
}

fn persist(path: &Path, header: &[u8], data: &[u8], compression: Compression) -> io::Result<()> {
    let mut file = AtomicWriteFile::open(path)?;
    match compression {
        Compression::Plain => {
            let mut writer = BufWriter::new(&mut file);
            writer.write_all(header)?;
            writer.write_all(data)?;
            writer.flush()?;
        }
        Compression::Gzip => {
            let writer = BufWriter::new(&mut file);
            let mut encoder = GzEncoder::new(writer, flate2::Compression::default());
            encoder.write_all(header)?;
            encoder.write_all(data)?;
            encoder.finish()?.flush()?;
        }
    }
    file.commit()
}
