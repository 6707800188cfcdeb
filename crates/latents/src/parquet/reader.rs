//! Reading columns, row group by row group.

use std::fmt;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use ndarray::Array2;
use parquet::column::reader::ColumnReader;
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::{METADATA, error, types};
use crate::error::io_error;
use crate::select::{Candidate, Kind, Purpose, Selection, select};
use crate::{CodeReader, Codes, Dtype, LatentsError, Layout};

/// Bytes that the pages of all columns may take at a time.
const PAGES: u64 = 256 << 20;

/// Bytes of a page, as most programs write them.
const PAGE: u64 = 1 << 20;

/// Rows of the columns of a code.
pub(crate) struct Reader {
    layout: Layout,
    file: SerializedFileReader<File>,
    columns: Vec<Column>,
    /// The next row group.
    group: usize,
    /// Columns of the row group under way, and its rows that are left.
    open: Vec<ColumnReader>,
    left: usize,
    next: usize,
}

#[derive(Debug, Clone)]
struct Column {
    /// Its number among all columns.
    leaf: usize,
    name: String,
    dtype: Option<Dtype>,
    /// How many lists lie in each other.
    lists: i16,
    /// The level of numbers that are there.
    most: i16,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("layout", &self.layout).finish_non_exhaustive()
    }
}

impl Reader {
    /// Opens the columns of a code.
    pub(crate) fn open(
        path: &Path,
        tensor: Option<&str>,
        purpose: Purpose,
    ) -> Result<Self, LatentsError> {
        guarded(path, || Self::open_columns(path, tensor, purpose))
    }

    fn open_columns(
        path: &Path,
        tensor: Option<&str>,
        purpose: Purpose,
    ) -> Result<Self, LatentsError> {
        let file = File::open(path).map_err(io_error("read", path))?;
        let file = SerializedFileReader::new(file).map_err(|e| error("read", path, e))?;
        let all = columns(&file);
        let selection = choose(path, tensor, purpose, &file)?;
        let columns: Vec<Column> = selection.columns.iter().map(|&c| all[c].clone()).collect();

        let first = |column: &Column| {
            column.dtype.ok_or_else(|| {
                let of = file.metadata().file_metadata().schema_descr().column(column.leaf);
                LatentsError::Dtype {
                    path: path.to_owned(),
                    tensor: column.name.clone(),
                    got: match of.logical_type_ref() {
                        Some(logical) => format!("{logical:?}"),
                        None => of.physical_type().to_string(),
                    },
                    remedy: "write floats or integers, `column.astype(\"float64\")`",
                }
            })
        };
        let mut dtypes = columns.iter().map(first).collect::<Result<Vec<_>, _>>()?;
        dtypes.dedup();
        // Columns of several types are read as doubles.
        let dtype = if let [one] = dtypes[..] { one } else { Dtype::F64 };
        if columns.iter().any(|c| c.lists > 1)
            || (columns.len() > 1 && columns.iter().any(|c| c.lists > 0))
        {
            return Err(LatentsError::Unsupported {
                path: path.to_owned(),
                what: format!("a code of nested or several lists (`{}`)", selection.name),
                remedy: "write each code as one list, or as columns of numbers",
            });
        }

        let metadata = file.metadata();
        let rows = metadata.row_groups().iter().try_fold(0usize, |sum, group| {
            sum.checked_add(usize::try_from(group.num_rows()).ok()?)
        });
        let rows = rows.ok_or_else(|| LatentsError::Corrupt {
            path: path.to_owned(),
            expected: "row groups with numbers of rows".to_owned(),
            got: "negative or enormous ones".to_owned(),
        })?;
        for group in metadata.row_groups() {
            let pages = columns.iter().map(|column| {
                let size = group.column(column.leaf).uncompressed_size();
                u64::try_from(size).unwrap_or(u64::MAX).min(PAGE)
            });
            if pages.fold(0, u64::saturating_add) > PAGES {
                return Err(LatentsError::Unsupported {
                    path: path.to_owned(),
                    what: format!("{} columns in large row groups", columns.len()),
                    remedy: "write codes as one column of lists, in smaller row groups, or as .npy",
                });
            }
        }
        let text = metadata.file_metadata().key_value_metadata().and_then(|pairs| {
            pairs.iter().find(|pair| pair.key == METADATA).and_then(|pair| pair.value.clone())
        });
        let layout = Layout {
            path: path.to_owned(),
            tensor: selection.name,
            shape: vec![rows, columns.len()],
            dtype,
            metadata: text,
            notes: selection.notes,
        };
        let mut reader =
            Self { layout, file, columns, group: 0, open: Vec::new(), left: 0, next: 0 };
        if reader.columns[0].lists > 0 {
            reader.layout.shape[1] = reader.length_of_lists()?;
        }
        reader.layout.check()?;
        Ok(reader)
    }

    /// The length of the first list.
    fn length_of_lists(&mut self) -> Result<usize, LatentsError> {
        if self.layout.rows() == 0 {
            return Ok(1);
        }
        self.open_group()?;
        let numbers = self.read(0, 1)?;
        (self.group, self.left) = (0, 0);
        self.open.clear();
        Ok(numbers.values.len())
    }

    fn open_group(&mut self) -> Result<(), LatentsError> {
        let path = &self.layout.path;
        while self.left == 0 && self.group < self.file.num_row_groups() {
            let group = self.file.get_row_group(self.group).map_err(|e| error("read", path, e))?;
            self.left = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
            self.group += 1;
            self.open = self
                .columns
                .iter()
                .map(|column| group.get_column_reader(column.leaf))
                .collect::<Result<_, _>>()
                .map_err(|e| error("read", path, e))?;
        }
        Ok(())
    }

    /// The next rows of a column, all of which are there.
    fn read(&mut self, column: usize, rows: usize) -> Result<types::Numbers, LatentsError> {
        let path = &self.layout.path;
        let of = &self.columns[column];
        let numbers =
            types::read(&mut self.open[column], of.dtype.unwrap_or(Dtype::F64), of.most, rows)
                .map_err(|e| error("read", path, e))?;
        if numbers.rows < rows {
            return Err(LatentsError::Truncated {
                path: path.clone(),
                tensor: of.name.clone(),
                rows: self.layout.rows(),
                row: self.next + numbers.rows,
            });
        }
        if let Some(row) = numbers.missing {
            return Err(LatentsError::Number {
                path: path.clone(),
                row: self.next + row,
                column: of.name.clone(),
                got: if of.lists > 0 { "null or an empty list" } else { "null" }.to_owned(),
            });
        }
        if numbers.values.len() != numbers.levels.len().max(rows) {
            return Err(LatentsError::Corrupt {
                path: path.clone(),
                expected: format!("a number for each entry of column `{}`", of.name),
                got: format!("{} numbers", numbers.values.len()),
            });
        }
        Ok(numbers)
    }

    fn block(&mut self, max_rows: usize) -> Result<Option<Codes>, LatentsError> {
        self.open_group()?;
        let rows = self.layout.block_rows(max_rows, self.next).min(self.left);
        if rows == 0 {
            return Ok(None);
        }
        let dim = self.layout.dim();
        let mut codes = Array2::zeros((rows, dim));
        if self.columns[0].lists > 0 {
            let numbers = self.read(0, rows)?;
            let starts = numbers.levels.iter().enumerate().filter(|(_, level)| **level == 0);
            let ends = starts.map(|(at, _)| at).skip(1).chain([numbers.levels.len()]);
            let uneven = ends.enumerate().find(|&(row, end)| end != (row + 1) * dim);
            if let Some((row, end)) = uneven {
                return Err(LatentsError::Corrupt {
                    path: self.layout.path.clone(),
                    expected: format!("lists of {dim} numbers in column `{}`", self.layout.tensor),
                    got: format!("{} in row {}", end - row * dim, self.next + row),
                });
            }
            codes.iter_mut().zip(numbers.values).for_each(|(code, value)| *code = value);
        } else {
            for column in 0..dim {
                let numbers = self.read(column, rows)?;
                codes
                    .column_mut(column)
                    .iter_mut()
                    .zip(numbers.values)
                    .for_each(|(code, value)| *code = value);
            }
        }
        self.left -= rows;
        self.next += rows;
        let single = self.layout.dtype.fits_single();
        Ok(Some(if single { Codes::F32(codes.mapv(|v| v as f32)) } else { Codes::F64(codes) }))
    }
}

impl CodeReader for Reader {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn next_block(&mut self, max_rows: usize) -> Result<Option<Codes>, LatentsError> {
        let path = self.layout.path.clone();
        guarded(&path, || self.block(max_rows))
    }
}

/// Picks columns by name, or without one.
pub(super) fn choose(
    path: &Path,
    tensor: Option<&str>,
    purpose: Purpose,
    file: &SerializedFileReader<File>,
) -> Result<Selection, LatentsError> {
    let candidates: Vec<_> = columns(file)
        .into_iter()
        .map(|column| {
            let kind = match (column.dtype, column.lists) {
                // Flags and masks.
                (None | Some(Dtype::Bool), _) => Kind::Other,
                (Some(dtype), 0) if dtype.is_integer() => Kind::Integer,
                (Some(_), 0) => Kind::Number,
                (Some(dtype), _) => Kind::List { float: !dtype.is_integer() },
            };
            Candidate { name: column.name, kind }
        })
        .collect();
    let pairs = file.metadata().file_metadata().key_value_metadata();
    let pandas = pairs.and_then(|pairs| pairs.iter().find(|pair| pair.key == "pandas"));
    let index = pandas.and_then(|pair| pair.value.as_deref()).map(index_columns);
    select(path, tensor, purpose, &candidates, &index.unwrap_or_default())
}

/// The columns that pandas notes as index. Ranges have none.
fn index_columns(pandas: &str) -> Vec<String> {
    let note: serde_json::Value = serde_json::from_str(pandas).unwrap_or_default();
    let columns = note["index_columns"].as_array().into_iter().flatten();
    columns.filter_map(|column| column.as_str()).map(str::to_owned).collect()
}

/// The columns of numbers at the leaves of the schema. Lists are called as the column that they
/// are.
fn columns(file: &SerializedFileReader<File>) -> Vec<Column> {
    let schema = file.metadata().file_metadata().schema_descr();
    let columns = schema.columns().iter().enumerate();
    columns
        .map(|(leaf, column)| {
            let lists = column.max_rep_level();
            let name = match column.path().parts() {
                [first, ..] if lists > 0 => first.clone(),
                _ => column.path().string(),
            };
            Column { leaf, name, dtype: types::dtype(column), lists, most: column.max_def_level() }
        })
        .collect()
}

/// The decoders of the format are known to panic on some damaged files; a panic within is an
/// error here.
pub(super) fn guarded<T>(
    path: &Path,
    read: impl FnOnce() -> Result<T, LatentsError>,
) -> Result<T, LatentsError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(LatentsError::Corrupt {
            path: path.to_owned(),
            expected: "a whole Parquet file".to_owned(),
            got: "data that its decoder stops at".to_owned(),
        })
    })
}
