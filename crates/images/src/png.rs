//! Grey images as PNG, for reports and for looking at data.

use std::io;
use std::path::Path;

use ndarray::{Array2, ArrayView2, ArrayView3, Axis};
use png::{BitDepth, ColorType, Compression, Encoder, Filter};

use crate::ImageError;

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
    let pixels: Vec<u8> =
        image.iter().map(|ink| 255 - (ink.clamp(0.0, 1.0) * 255.0).round() as u8).collect();
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, columns, rows);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::High);
    encoder.set_filter(Filter::NoFilter);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(&pixels)?;
        writer.finish()
    });
    written.map_err(|e| ImageError::io(Path::new("PNG"), "encoding", io::Error::from(e)))?;
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

    #[test]
    fn a_file_holds_the_pixels() {
        let image = ndarray::array![[0.0, 1.0, 0.5], [1.0, f32::NAN, 2.0]];
        let file = encode(image.view()).unwrap();
        let mut reader = png::Decoder::new(io::Cursor::new(&file)).read_info().unwrap();
        let mut pixels = [7; 6];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.height, info.line_size), (3, 2, 3));
        assert_eq!((info.color_type, info.bit_depth), (ColorType::Grayscale, BitDepth::Eight));
        assert_eq!(pixels, [255, 0, 127, 0, 255, 0]);
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
