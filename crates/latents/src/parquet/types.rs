//! Types of columns.

use half::f16;
use parquet::basic::{LogicalType, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::Result;
use parquet::schema::types::ColumnDescriptor;

use crate::Dtype;

/// The type of the numbers of a column. `None` for text, times and what else is no number.
pub(super) fn dtype(column: &ColumnDescriptor) -> Option<Dtype> {
    match (column.physical_type(), column.logical_type_ref()) {
        (Physical::FLOAT, None) => Some(Dtype::F32),
        (Physical::DOUBLE, None) => Some(Dtype::F64),
        (Physical::BOOLEAN, None) => Some(Dtype::Bool),
        (Physical::INT32, None) => Some(Dtype::I32),
        (Physical::INT64, None) => Some(Dtype::I64),
        (Physical::FIXED_LEN_BYTE_ARRAY, Some(LogicalType::Float16)) => {
            (column.type_length() == 2).then_some(Dtype::F16)
        }
        (Physical::INT32 | Physical::INT64, Some(LogicalType::Integer(of))) => {
            match (of.bit_width, of.is_signed) {
                (8, true) => Some(Dtype::I8),
                (16, true) => Some(Dtype::I16),
                (32, true) => Some(Dtype::I32),
                (64, true) => Some(Dtype::I64),
                (8, false) => Some(Dtype::U8),
                (16, false) => Some(Dtype::U16),
                (32, false) => Some(Dtype::U32),
                (64, false) => Some(Dtype::U64),
                _ => None,
            }
        }
        _ => None,
    }
}

/// How a type is stored.
pub(super) fn stored(dtype: Dtype) -> Option<(Physical, Option<LogicalType>)> {
    let integer = |bits, signed| Some(LogicalType::integer(bits, signed));
    Some(match dtype {
        Dtype::F16 => (Physical::FIXED_LEN_BYTE_ARRAY, Some(LogicalType::Float16)),
        Dtype::F32 => (Physical::FLOAT, None),
        Dtype::F64 => (Physical::DOUBLE, None),
        Dtype::Bool => (Physical::BOOLEAN, None),
        Dtype::I8 => (Physical::INT32, integer(8, true)),
        Dtype::I16 => (Physical::INT32, integer(16, true)),
        Dtype::I32 => (Physical::INT32, integer(32, true)),
        Dtype::U8 => (Physical::INT32, integer(8, false)),
        Dtype::U16 => (Physical::INT32, integer(16, false)),
        Dtype::U32 => (Physical::INT32, integer(32, false)),
        Dtype::I64 => (Physical::INT64, integer(64, true)),
        Dtype::U64 => (Physical::INT64, integer(64, false)),
        Dtype::BF16 => return None,
    })
}

/// Rows of one column: its numbers, and where lists begin.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    pub(super) values: Vec<f64>,
    /// Rows that were read.
    pub(super) rows: usize,
    /// The first row with a missing number, or with an empty list.
    pub(super) missing: Option<usize>,
    /// 0 where a row begins; of columns without lists nothing.
    pub(super) levels: Vec<i16>,
}

/// Reads the next rows of a column, where `most` is the level of what is there.
pub(super) fn read(
    column: &mut ColumnReader,
    dtype: Dtype,
    most: i16,
    rows: usize,
) -> Result<Numbers> {
    let unsigned = matches!(dtype, Dtype::U8 | Dtype::U16 | Dtype::U32 | Dtype::U64);
    match column {
        ColumnReader::BoolColumnReader(column) => {
            values(column, most, rows, |v| Some(f64::from(u8::from(*v))))
        }
        ColumnReader::Int32ColumnReader(column) if unsigned => {
            values(column, most, rows, |v| Some(f64::from(*v as u32)))
        }
        ColumnReader::Int32ColumnReader(column) => {
            values(column, most, rows, |v| Some(f64::from(*v)))
        }
        ColumnReader::Int64ColumnReader(column) if unsigned => {
            values(column, most, rows, |v| Some(*v as u64 as f64))
        }
        ColumnReader::Int64ColumnReader(column) => values(column, most, rows, |v| Some(*v as f64)),
        ColumnReader::FloatColumnReader(column) => {
            values(column, most, rows, |v| Some(f64::from(*v)))
        }
        ColumnReader::DoubleColumnReader(column) => values(column, most, rows, |v| Some(*v)),
        ColumnReader::FixedLenByteArrayColumnReader(column) => values(column, most, rows, |v| {
            let bytes = v.as_ref().try_into().ok()?;
            Some(f16::from_le_bytes(bytes).to_f64())
        }),
        // Columns of other types are not opened.
        _ => Ok(Numbers::default()),
    }
}

fn values<T: DataType>(
    column: &mut ColumnReaderImpl<T>,
    most: i16,
    rows: usize,
    to: impl Fn(&T::T) -> Option<f64>,
) -> Result<Numbers> {
    let (mut values, mut levels, mut defined) = (Vec::new(), Vec::new(), Vec::new());
    let mut read = 0;
    // A page at a time, or what is left of one.
    while read < rows {
        let (records, ..) =
            column.read_records(rows - read, Some(&mut defined), Some(&mut levels), &mut values)?;
        if records == 0 {
            break;
        }
        read += records;
    }
    // Columns without missing values have no levels.
    let entry = defined.iter().position(|level| *level < most);
    let missing = entry.map(|entry| match levels.get(..=entry) {
        Some(levels) => levels.iter().filter(|level| **level == 0).count().saturating_sub(1),
        None => entry,
    });
    let values = values.iter().filter_map(to).collect();
    Ok(Numbers { values, rows: read, missing, levels })
}
