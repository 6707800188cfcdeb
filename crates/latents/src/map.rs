//! From file to file through a function of blocks.

use std::error::Error;
use std::path::Path;

use crate::{Codes, Dtype, LatentsError, Spec, create, open};

/// Rows of a block.
const ROWS: usize = 4096;

/// Applies a function to the codes of a file, block by block, and writes what it returns: a row for each
/// row, in the format that the name of the output says, whole or not at all.
///
/// Numbers are written in the precision of the first block that `f` returns. A file without rows gives
/// one block without rows. One block is held, whatever the size of the files.
///
/// # Errors
/// As [`open`], [`create`](crate::create) and their readers and writers; [`LatentsError::Function`]
/// where `f` fails, [`LatentsError::Rows`] where it returns another number of rows or another dimension
/// than before.
///
/// ```
/// use latents::Codes;
/// use ndarray::{Axis, array};
///
/// let folder = tempfile::tempdir()?;
/// let (codes, lengths) = (folder.path().join("codes.csv"), folder.path().join("lengths.npy"));
/// std::fs::write(&codes, "z0,z1\n3,4\n5,12\n")?;
/// latents::map(&codes, &lengths, |block| {
///     let lengths = block.into_f64().map_axis(Axis(1), |z| z.dot(&z).sqrt());
///     let rows = lengths.len();
///     lengths.into_shape_with_order((rows, 1))
/// })?;
/// assert_eq!(latents::read_all(&lengths, None)?.1, Codes::F64(array![[5.0], [13.0]]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn map<C, E>(
    input: &Path,
    output: &Path,
    mut f: impl FnMut(Codes) -> Result<C, E>,
) -> Result<(), LatentsError>
where
    C: Into<Codes>,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let mut reader = open(input, None)?;
    let (rows, dim, dtype) = (reader.rows(), reader.dim(), reader.layout().dtype);
    let (mut row, mut writer) = (0, None);
    loop {
        let block = match reader.next_block(ROWS)? {
            Some(block) => block,
            None if writer.is_none() => dtype.decode(&[], false, dim),
            None => break,
        };
        let expected = block.rows();
        let image: Codes = match f(block) {
            Ok(image) => image.into(),
            Err(error) => {
                let (path, source) = (input.to_owned(), error.into());
                return Err(LatentsError::Function { path, row, source });
            }
        };
        if image.rows() != expected {
            return Err(LatentsError::Rows {
                path: output.to_owned(),
                expected: format!("{expected} rows for the block that begins at row {row}"),
                got: image.rows().to_string(),
            });
        }
        let writer = match &mut writer {
            Some(writer) => writer,
            None => {
                let dtype = if matches!(image, Codes::F32(_)) { Dtype::F32 } else { Dtype::F64 };
                writer.insert(create(output, &Spec::new(vec![rows, image.dim()], dtype))?)
            }
        };
        writer.write_block(&image)?;
        row += expected;
    }
    writer.map_or(Ok(()), |writer| writer.finish())
}
