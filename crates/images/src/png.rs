//! Grey images as PNG, for reports and for looking at data.
//!
//! Reference: *Portable Network Graphics (PNG) Specification*, W3C, third edition, 2025.

use std::io::{self, Write};
use std::path::Path;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use ndarray::{Array2, ArrayView2, ArrayView3, Axis};

use crate::ImageError;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A PNG file of 8-bit grey pixels as bytes.
///
/// Values are cut off to `[0, 1]`; 0 becomes white paper and 1 black ink. NaN becomes paper.
///
/// # Errors
/// [`ImageError::InvalidParameter`] where a side is 0 or above 2³¹ - 1.
pub fn encode(image: ArrayView2<'_, f32>) -> Result<Vec<u8>, ImageError> {
    let (height, width) = image.dim();
    let side = |side: usize| u32::try_from(side).ok().filter(|&s| (1..1 << 31).contains(&s));
    let (Some(rows), Some(columns)) = (side(height), side(width)) else {
        return Err(ImageError::InvalidParameter {
            operation: "encoding a PNG",
            expected: "sides from 1 to 2^31 - 1",
            found: format!("{height} x {width}"),
        });
    };
    let mut header = [columns.to_be_bytes(), rows.to_be_bytes()].concat();
    // Depth 8, grey, and the only compression, filter and (no) interlace there is.
    header.extend_from_slice(&[8, 0, 0, 0, 0]);

    let mut scanlines = Vec::with_capacity(height * (width + 1));
    for row in image.axis_iter(Axis(0)) {
        scanlines.push(0);
        scanlines.extend(row.iter().map(|ink| 255 - (ink.clamp(0.0, 1.0) * 255.0).round() as u8));
    }
    let compress = || -> io::Result<Vec<u8>> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&scanlines)?;
        encoder.finish()
    };
    let data = compress().map_err(|e| ImageError::io(Path::new("PNG"), "compressing", e))?;

    let mut file = SIGNATURE.to_vec();
    for (name, content) in [(b"IHDR", &header), (b"IDAT", &data), (b"IEND", &Vec::new())] {
        file.extend_from_slice(&(content.len() as u32).to_be_bytes());
        let start = file.len();
        file.extend_from_slice(name);
        file.extend_from_slice(content);
        let mut crc = Crc::new();
        crc.update(&file[start..]);
        file.extend_from_slice(&crc.sum().to_be_bytes());
    }
    Ok(file)
}

/// Images `(n, height, width)` side by side, `columns` in a row, one pixel of grey between them.
///
/// The result has `⌈n / columns⌉·(height + 1) - 1` rows and `columns·(width + 1) - 1` columns.
///
/// # Errors
/// [`ImageError::InvalidParameter`] where `columns` is 0 or there are no pixels.
pub fn contact_sheet(
    images: ArrayView3<'_, f32>,
    columns: usize,
) -> Result<Array2<f32>, ImageError> {
    let (count, height, width) = images.dim();
    if columns == 0 || images.is_empty() {
        return Err(ImageError::InvalidParameter {
            operation: "laying out a contact sheet",
            expected: "at least one column and one pixel",
            found: format!("{columns} columns, images of shape {:?}", images.dim()),
        });
    }
    let rows = count.div_ceil(columns);
    let mut sheet = Array2::zeros((rows * (height + 1) - 1, columns * (width + 1) - 1));
    for line in 1..rows {
        sheet.row_mut(line * (height + 1) - 1).fill(0.25);
    }
    for line in 1..columns {
        sheet.column_mut(line * (width + 1) - 1).fill(0.25);
    }
    for (i, image) in images.axis_iter(Axis(0)).enumerate() {
        let (top, left) = (i / columns * (height + 1), i % columns * (width + 1));
        for ((y, x), &ink) in image.indexed_iter() {
            sheet[[top + y, left + x]] = ink;
        }
    }
    Ok(sheet)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn chunks_are_whole_and_the_data_are_the_scanlines() {
        let image = ndarray::array![[0.0, 1.0, 0.5], [1.0, f32::NAN, 2.0]];
        let file = encode(image.view()).unwrap();
        assert!(file.starts_with(SIGNATURE));
        let mut rest = &file[8..];
        let mut names = Vec::new();
        while !rest.is_empty() {
            let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
            let mut crc = Crc::new();
            crc.update(&rest[4..8 + length]);
            assert_eq!(crc.sum().to_be_bytes(), rest[8 + length..12 + length]);
            let content = &rest[8..8 + length];
            match &rest[4..8] {
                b"IHDR" => assert_eq!(content, [0, 0, 0, 3, 0, 0, 0, 2, 8, 0, 0, 0, 0]),
                b"IDAT" => {
                    let mut lines = Vec::new();
                    flate2::read::ZlibDecoder::new(content).read_to_end(&mut lines).unwrap();
                    assert_eq!(lines, [0, 255, 0, 127, 0, 0, 255, 0]);
                }
                _ => assert!(content.is_empty()),
            }
            names.push(rest[4..8].to_vec());
            rest = &rest[12 + length..];
        }
        assert_eq!(names, [b"IHDR".to_vec(), b"IDAT".to_vec(), b"IEND".to_vec()]);
        assert!(encode(Array2::zeros((0, 3)).view()).is_err());
    }

    #[test]
    fn a_contact_sheet_holds_every_image() {
        let images = ndarray::Array3::from_shape_fn((5, 2, 3), |(i, _, _)| i as f32 / 8.0);
        let sheet = contact_sheet(images.view(), 2).unwrap();
        assert_eq!(sheet.dim(), (8, 7));
        assert_eq!((sheet[[0, 0]], sheet[[0, 4]], sheet[[3, 0]]), (0.0, 0.125, 0.25));
        assert_eq!((sheet[[7, 2]], sheet[[7, 4]], sheet[[2, 0]]), (0.5, 0.0, 0.25));
        assert!(contact_sheet(images.view(), 0).is_err());
    }
}
