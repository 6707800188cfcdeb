//! A header, and rows of numbers after it: `.npy` and `.safetensors`.

use std::io::{BufWriter, Seek, Write};

use super::{CodeWriter, Count, Mark, Spec, write_side_car};
use crate::error::io_error;
use crate::output::Output;
use crate::{Codes, Dtype, Format, LatentsError};

#[derive(Debug)]
pub(super) struct Writer {
    output: BufWriter<Output>,
    dtype: Dtype,
    /// What goes to the side-car.
    metadata: Option<String>,
    count: Count,
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn new(
        output: Output,
        header: &[u8],
        spec: &Spec,
        count: Count,
    ) -> Result<Self, LatentsError> {
        let mut writer = Self::reopen(output, spec, count);
        writer.output.write_all(header).map_err(io_error("write", &writer.count.path))?;
        Ok(writer)
    }

    /// Goes on after what the output holds.
    pub(super) fn reopen(output: Output, spec: &Spec, count: Count) -> Self {
        let has_side_car = !matches!(Format::of(&count.path), Ok(Format::Safetensors));
        Self {
            output: BufWriter::with_capacity(1 << 18, output),
            dtype: spec.dtype,
            metadata: spec.metadata.clone().filter(|_| has_side_car),
            count,
            bytes: Vec::new(),
        }
    }
}

impl CodeWriter for Writer {
    fn write_block(&mut self, codes: &Codes) -> Result<(), LatentsError> {
        self.count.add(codes)?;
        self.bytes.clear();
        self.dtype.encode(codes, &mut self.bytes);
        self.output.write_all(&self.bytes).map_err(io_error("write", &self.count.path))
    }

    fn mark(&mut self) -> Result<Option<Mark>, LatentsError> {
        let error = || io_error("write", &self.count.path);
        self.output.flush().map_err(error())?;
        let bytes = self.output.stream_position().map_err(error())?;
        self.output.get_mut().sync().map_err(error())?;
        Ok(Some(Mark { rows: self.count.rows, bytes }))
    }

    fn finish(self: Box<Self>) -> Result<(), LatentsError> {
        let Self { output, metadata, count, .. } = *self;
        count.end()?;
        let output = output
            .into_inner()
            .map_err(|error| io_error("write", &count.path)(error.into_error()))?;
        write_side_car(&count.path, metadata.as_deref())?;
        output.persist(&count.path)
    }
}
