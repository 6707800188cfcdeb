use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use ndarray::Array3;

use super::UNSIGNED_BYTES;
use crate::ImageError;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// How much a file may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of header and data, decompressed. 512 MiB by default: eleven times MNIST.
    pub max_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 512 << 20 }
    }
}

/// Images with their labels, as the files hold them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelled {
    /// Pixels `(n, height, width)`; 0 is paper and 255 is ink.
    pub images: Array3<u8>,
    /// One label from 0 to 9 for each image.
    pub labels: Vec<u8>,
}

/// Reads images `(n, height, width)` from an IDX file, plain or gzip, within [`Limits::default`].
///
/// # Errors
/// [`ImageError::MissingFile`] and [`ImageError::Io`] where the file cannot be opened;
/// [`ImageError::WrongMagic`], [`ImageError::WrongDimensionCount`],
/// [`ImageError::EmptyDimension`], [`ImageError::HeaderTooLarge`], [`ImageError::Truncated`],
/// [`ImageError::Oversized`] and [`ImageError::DamagedGzip`] where it is not what it should be.
pub fn read_images(path: impl AsRef<Path>) -> Result<Array3<u8>, ImageError> {
    let path = path.as_ref();
    images_from_reader(open(path)?, path, Limits::default())
}

/// Reads labels from 0 to 9 from an IDX file, plain or gzip, within [`Limits::default`].
///
/// # Errors
/// As [`read_images`], and [`ImageError::LabelOutOfRange`].
pub fn read_labels(path: impl AsRef<Path>) -> Result<Vec<u8>, ImageError> {
    let path = path.as_ref();
    labels_from_reader(open(path)?, path, Limits::default())
}

/// Reads images and the labels that belong to them.
///
/// # Errors
/// As [`read_images`] and [`read_labels`], and [`ImageError::CountMismatch`].
pub fn read_pair(
    images: impl AsRef<Path>,
    labels: impl AsRef<Path>,
) -> Result<Labelled, ImageError> {
    let (image_path, label_path) = (images.as_ref(), labels.as_ref());
    let labels = read_labels(label_path)?;
    let images = read_images(image_path)?;
    if images.dim().0 != labels.len() {
        return Err(ImageError::CountMismatch {
            images: image_path.to_path_buf(),
            labels: label_path.to_path_buf(),
            image_count: images.dim().0,
            label_count: labels.len(),
        });
    }
    Ok(Labelled { images, labels })
}

/// As [`read_images`], from any reader; `name` stands for the file in error messages.
///
/// ```
/// # fn main() -> Result<(), images::ImageError> {
/// // One image of 1 x 2 pixels.
/// let bytes = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 17, 255];
/// let images = images::idx::images_from_reader(&bytes[..], "tiny".as_ref(), Default::default())?;
/// assert_eq!(images, ndarray::array![[[17, 255]]]);
/// # Ok(()) }
/// ```
///
/// # Errors
/// As [`read_images`].
pub fn images_from_reader(
    reader: impl Read,
    name: &Path,
    limits: Limits,
) -> Result<Array3<u8>, ImageError> {
    let ([count, height, width], data) = read_array::<3>(reader, name, limits)?;
    // `read_array` has checked that the product of the sizes is the number of bytes.
    Array3::from_shape_vec((count, height, width), data)
        .map_err(|e| ImageError::io(name, "shaping", io::Error::new(io::ErrorKind::InvalidData, e)))
}

/// As [`read_labels`], from any reader; `name` stands for the file in error messages.
///
/// # Errors
/// As [`read_labels`].
pub fn labels_from_reader(
    reader: impl Read,
    name: &Path,
    limits: Limits,
) -> Result<Vec<u8>, ImageError> {
    let (_, labels) = read_array::<1>(reader, name, limits)?;
    match labels.iter().position(|&label| label > 9) {
        None => Ok(labels),
        Some(index) => Err(ImageError::LabelOutOfRange {
            path: name.to_path_buf(),
            index,
            label: labels[index],
        }),
    }
}

fn open(path: &Path) -> Result<File, ImageError> {
    File::open(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => ImageError::MissingFile { looked_for: vec![path.to_path_buf()] },
        _ => ImageError::io(path, "opening", source),
    })
}

fn read_array<const D: usize>(
    reader: impl Read,
    name: &Path,
    limits: Limits,
) -> Result<([usize; D], Vec<u8>), ImageError> {
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    let start = reader.fill_buf().map_err(|e| ImageError::io(name, "reading", e))?;
    if start.starts_with(&GZIP_MAGIC) {
        read_plain(MultiGzDecoder::new(reader), name, limits, true)
    } else {
        read_plain(reader, name, limits, false)
    }
}

fn read_plain<const D: usize>(
    mut reader: impl Read,
    name: &Path,
    limits: Limits,
    gzip: bool,
) -> Result<([usize; D], Vec<u8>), ImageError> {
    let header_bytes = 4 + 4 * D as u64;
    let mut header = Vec::new();
    fill(&mut reader, 4, &mut header, 0, name, gzip)?;
    let magic = word(&header, 0).ok_or_else(|| ImageError::Truncated {
        path: name.to_path_buf(),
        expected: header_bytes,
        found: header.len() as u64,
    })?;
    check_magic(magic, D, name)?;

    fill(&mut reader, header_bytes - 4, &mut header, 4, name, gzip)?;
    let mut sizes = [0_u32; D];
    for (axis, size) in sizes.iter_mut().enumerate() {
        *size = word(&header, 4 + 4 * axis).ok_or_else(|| ImageError::Truncated {
            path: name.to_path_buf(),
            expected: header_bytes,
            found: header.len() as u64,
        })?;
    }
    if sizes.contains(&0) {
        return Err(ImageError::EmptyDimension { path: name.to_path_buf(), sizes: sizes.to_vec() });
    }
    let announced = sizes
        .iter()
        .try_fold(1_u64, |product, &size| product.checked_mul(u64::from(size)))
        .filter(|&data| data <= limits.max_bytes.saturating_sub(header_bytes))
        .ok_or_else(|| ImageError::HeaderTooLarge {
            path: name.to_path_buf(),
            sizes: sizes.to_vec(),
            limit: limits.max_bytes,
        })?;

    // The vector grows with what is really there; `announced` bounds it but does not reserve it.
    // Asking for one byte more shows whether the file ends, and makes gzip check its checksum.
    let mut data = Vec::new();
    fill(&mut reader, announced + 1, &mut data, header_bytes, name, gzip)?;
    let found = data.len() as u64;
    if found > announced {
        return Err(ImageError::Oversized {
            path: name.to_path_buf(),
            expected: header_bytes + announced,
        });
    }
    if found < announced {
        return Err(ImageError::Truncated {
            path: name.to_path_buf(),
            expected: header_bytes + announced,
            found: header_bytes + found,
        });
    }
    data.shrink_to_fit();
    Ok((sizes.map(|size| size as usize), data))
}

fn check_magic(magic: u32, dimensions: usize, name: &Path) -> Result<(), ImageError> {
    let expected = UNSIGNED_BYTES | dimensions as u32;
    if magic == expected {
        return Ok(());
    }
    let path = name.to_path_buf();
    if magic & !0xff == UNSIGNED_BYTES {
        let found = (magic & 0xff) as usize;
        return Err(ImageError::WrongDimensionCount { path, expected: dimensions, found });
    }
    Err(ImageError::WrongMagic { path, expected, found: magic })
}

/// Reads at most `limit` bytes to the end of `into`.
fn fill(
    reader: &mut impl Read,
    limit: u64,
    into: &mut Vec<u8>,
    before: u64,
    name: &Path,
    gzip: bool,
) -> Result<(), ImageError> {
    let length = into.len();
    reader.take(limit).read_to_end(into).map(|_| ()).map_err(|source| {
        let damaged = matches!(
            source.kind(),
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput
        );
        if gzip && damaged {
            let read = before + (into.len() - length) as u64;
            ImageError::DamagedGzip { path: name.to_path_buf(), read, source }
        } else {
            ImageError::io(name, "reading", source)
        }
    })
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk::<4>().map(|four| u32::from_be_bytes(*four))
}
