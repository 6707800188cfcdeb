//! Labels and targets beside codes.

use std::path::Path;

use super::reader::open_for;
use super::select::Purpose;
use super::{Codes, Format, LatentsError, csv, npy, npz};

/// The largest whole number up to which doubles hold every one.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A number or a word for each code.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Labels of classes.
    Integer(Vec<i64>),
    /// Targets.
    Float(Vec<f64>),
    /// Labels of classes by their names.
    Text(Vec<String>),
}

impl Column {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Integer(values) => values.len(),
            Self::Float(values) => values.len(),
            Self::Text(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Reads labels or targets: an array of shape `(n,)` or `(n, 1)`, or a column of a table. Integer
/// types are labels, and so are columns of `.csv` files in which all numbers are whole. Columns of
/// tables (`.csv`, `.parquet`) with words in them are labels by name, and so are NumPy's strings.
///
/// Without a name an array or a column called `label`, `class` or `target` is taken, or else the
/// only column that numbers no rows.
///
/// # Errors
/// As [`open`](super::open), [`LatentsError::Shape`] for more than one number a row,
/// [`LatentsError::Label`] for integers beyond `2^53`.
///
/// ```
/// use latents::{Column, read_column};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("table.csv");
/// std::fs::write(&path, "z0,z1,label\n0.5,1,3\n0.25,2,4\n")?;
/// assert_eq!(read_column(&path, Some("label"))?, Column::Integer(vec![3, 4]));
/// std::fs::write(&path, "z0,z1,tree\n0.5,1,oak\n0.25,2,elm\n")?;
/// assert_eq!(read_column(&path, Some("tree"))?, Column::Text(vec!["oak".into(), "elm".into()]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_column(path: &Path, name: Option<&str>) -> Result<Column, LatentsError> {
    match Format::of(path)? {
        #[cfg(feature = "parquet")]
        Format::Parquet => match super::parquet::read_text(path, name)? {
            Some(words) => Ok(Column::Text(words)),
            None => read_numbers(path, name),
        },
        Format::Csv | Format::CsvGz => match read_numbers(path, name) {
            // A field that is no number, and not missing either.
            Err(LatentsError::Number { got, .. }) if !got.is_empty() => {
                Ok(Column::Text(csv::read_text(path, name)?))
            }
            other => other,
        },
        Format::Npy | Format::Npz => match read_numbers(path, name) {
            Err(error @ LatentsError::Dtype { .. }) => {
                let words = match Format::of(path)? {
                    Format::Npy => npy::read_text(path)?,
                    _ => npz::read_text(path, name)?,
                };
                words.map(Column::Text).ok_or(error)
            }
            other => other,
        },
        _ => read_numbers(path, name),
    }
}

fn read_numbers(path: &Path, name: Option<&str>) -> Result<Column, LatentsError> {
    let mut reader = open_for(path, name, Purpose::Labels)?;
    let layout = reader.layout().clone();
    if layout.dim() != 1 {
        return Err(LatentsError::Shape {
            path: layout.path,
            tensor: layout.tensor,
            expected: "one number a row, (n,) or (n, 1)".to_owned(),
            got: layout.shape,
        });
    }
    let mut values = Vec::new();
    while let Some(block) = reader.next_block(usize::MAX)? {
        match block {
            Codes::F32(block) => values.extend(block.iter().map(|&v| f64::from(v))),
            Codes::F64(block) => values.extend(block.iter()),
        }
    }
    let text = matches!(Format::of(path)?, Format::Csv | Format::CsvGz);
    let whole = |v: &f64| v.fract() == 0.0 && v.abs() < EXACT;
    if layout.dtype.is_integer()
        && let Some((row, value)) = values.iter().enumerate().find(|(_, v)| !whole(v))
    {
        return Err(LatentsError::Label {
            path: layout.path,
            tensor: layout.tensor,
            row,
            got: value.to_string(),
        });
    }
    Ok(if layout.dtype.is_integer() || (text && values.iter().all(whole)) {
        Column::Integer(values.into_iter().map(|v| v as i64).collect())
    } else {
        Column::Float(values)
    })
}
