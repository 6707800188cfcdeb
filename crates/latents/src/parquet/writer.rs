//! Writing columns of numbers.

use std::fmt;
use std::io::BufWriter;
use std::sync::Arc;

use half::f16;
use parquet::basic::{Repetition, Type as Physical};
use parquet::data_type::{
    BoolType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, FloatType, Int32Type, Int64Type,
};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;

use super::{METADATA, error, types};
use crate::error::io_error;
use crate::output::Output;
use crate::writer::Count;
use crate::{CodeWriter, Codes, Dtype, LatentsError, Spec};

/// Numbers in a row group.
const GROUP: usize = 4 << 20;

pub(crate) struct Writer {
    file: SerializedFileWriter<BufWriter<Output>>,
    dtype: Dtype,
    count: Count,
    /// Blocks of the next row group.
    blocks: Vec<Codes>,
    numbers: usize,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("count", &self.count).finish_non_exhaustive()
    }
}

impl Writer {
    pub(crate) fn new(
        output: Output,
        spec: &Spec,
        count: Count,
    ) -> std::result::Result<Self, LatentsError> {
        let (physical, logical) =
            types::stored(spec.dtype).ok_or_else(|| LatentsError::Unsupported {
                path: count.path.clone(),
                what: format!("{} in Parquet", spec.dtype),
                remedy: "write f32, or a .safetensors file",
            })?;
        let failed = |e: ParquetError| error("write", &count.path, e);
        let columns = (0..spec.shape.iter().skip(1).product())
            .map(|column| {
                let length = if physical == Physical::FIXED_LEN_BYTE_ARRAY { 2 } else { -1 };
                Type::primitive_type_builder(&format!("{}{column}", spec.tensor), physical)
                    .with_repetition(Repetition::REQUIRED)
                    .with_logical_type(logical.clone())
                    .with_length(length)
                    .build()
                    .map(Arc::new)
            })
            .collect::<Result<Vec<_>>>()
            .map_err(failed)?;
        let schema =
            Type::group_type_builder("codes").with_fields(columns).build().map_err(failed)?;
        let pairs = spec
            .metadata
            .as_ref()
            .map(|text| vec![KeyValue::new(METADATA.to_owned(), text.clone())]);
        let properties = WriterProperties::builder()
            .set_dictionary_enabled(false)
            .set_statistics_enabled(EnabledStatistics::None)
            .set_key_value_metadata(pairs)
            .build();
        let output = BufWriter::with_capacity(1 << 18, output);
        let file = SerializedFileWriter::new(output, Arc::new(schema), Arc::new(properties))
            .map_err(failed)?;
        Ok(Self { file, dtype: spec.dtype, count, blocks: Vec::new(), numbers: 0 })
    }

    /// Writes the blocks that came as a row group.
    fn flush(&mut self) -> std::result::Result<(), LatentsError> {
        let blocks = std::mem::take(&mut self.blocks);
        if self.numbers == 0 {
            return Ok(());
        }
        self.numbers = 0;
        write_group(&mut self.file, self.dtype, &blocks)
            .map_err(|e| error("write", &self.count.path, e))
    }
}

impl CodeWriter for Writer {
    fn write_block(&mut self, codes: &Codes) -> std::result::Result<(), LatentsError> {
        self.count.add(codes)?;
        self.blocks.push(codes.clone());
        self.numbers += codes.rows() * codes.dim();
        if self.numbers >= GROUP { self.flush() } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>) -> std::result::Result<(), LatentsError> {
        self.flush()?;
        let Self { file, count, .. } = *self;
        count.end()?;
        let output = file.into_inner().map_err(|e| error("write", &count.path, e))?;
        let output =
            output.into_inner().map_err(|e| io_error("write", &count.path)(e.into_error()))?;
        output.persist(&count.path)
    }
}

fn write_group(
    file: &mut SerializedFileWriter<BufWriter<Output>>,
    dtype: Dtype,
    blocks: &[Codes],
) -> Result<()> {
    let mut group = file.next_row_group()?;
    let mut column = 0;
    while let Some(mut writer) = group.next_column()? {
        let values: Vec<f64> = blocks
            .iter()
            .flat_map(|block| -> Vec<f64> {
                match block {
                    Codes::F32(block) => block.column(column).iter().map(|&v| v.into()).collect(),
                    Codes::F64(block) => block.column(column).to_vec(),
                }
            })
            .collect();
        write_column(&mut writer, dtype, &values)?;
        writer.close()?;
        column += 1;
    }
    group.close()?;
    Ok(())
}

fn write_column(
    writer: &mut SerializedColumnWriter<'_>,
    dtype: Dtype,
    values: &[f64],
) -> Result<()> {
    macro_rules! write {
        ($type:ty, $to:expr) => {{
            let values: Vec<_> = values.iter().map($to).collect();
            writer.typed::<$type>().write_batch(&values, None, None)
        }};
    }
    match dtype {
        Dtype::F16 => write!(FixedLenByteArrayType, |&v| {
            FixedLenByteArray::from(f16::from_f64(v).to_le_bytes().to_vec())
        }),
        Dtype::F64 => write!(DoubleType, |&v| v),
        Dtype::Bool => write!(BoolType, |&v| v.round() != 0.0),
        Dtype::I8 | Dtype::I16 | Dtype::I32 => write!(Int32Type, |&v| v.round() as i32),
        Dtype::U8 | Dtype::U16 | Dtype::U32 => write!(Int32Type, |&v| v.round() as u32 as i32),
        Dtype::I64 => write!(Int64Type, |&v| v.round() as i64),
        Dtype::U64 => write!(Int64Type, |&v| v.round() as u64 as i64),
        Dtype::F32 | Dtype::BF16 => write!(FloatType, |&v| v as f32),
    }?;
    Ok(())
}
