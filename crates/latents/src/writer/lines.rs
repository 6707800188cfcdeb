//! Lines of comma-separated numbers.
//!
//! Numbers are written with as few digits as give them back exactly.

use std::fmt;
use std::io::{self, BufWriter, Seek, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{CodeWriter, Count, Mark, Spec, write_side_car};
use crate::error::io_error;
use crate::output::Output;
use crate::{Codes, Dtype, LatentsError};

enum Sink {
    Plain(BufWriter<Output>),
    Gzip(GzEncoder<BufWriter<Output>>),
}

impl Sink {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(output) => output.write_all(bytes),
            Self::Gzip(output) => output.write_all(bytes),
        }
    }

    fn into_output(self) -> io::Result<Output> {
        let output = match self {
            Self::Plain(output) => output,
            Self::Gzip(output) => output.finish()?,
        };
        output.into_inner().map_err(io::IntoInnerError::into_error)
    }
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain(_) => "Plain",
            Self::Gzip(_) => "Gzip",
        })
    }
}

#[derive(Debug)]
pub(super) struct Writer {
    output: Sink,
    dtype: Dtype,
    metadata: Option<String>,
    count: Count,
    text: Vec<u8>,
}

impl Writer {
    /// Text, with a line of names.
    pub(super) fn new(output: Output, spec: &Spec, count: Count) -> Result<Self, LatentsError> {
        Self::reopen(output, spec, count).with_names(spec)
    }

    /// The same, compressed.
    pub(super) fn compressed(
        output: Output,
        spec: &Spec,
        count: Count,
    ) -> Result<Self, LatentsError> {
        let gzip = GzEncoder::new(BufWriter::new(output), Compression::default());
        Self::with_sink(Sink::Gzip(gzip), spec, count).with_names(spec)
    }

    /// Goes on after what the output holds.
    pub(super) fn reopen(output: Output, spec: &Spec, count: Count) -> Self {
        Self::with_sink(Sink::Plain(BufWriter::with_capacity(1 << 18, output)), spec, count)
    }

    fn with_sink(output: Sink, spec: &Spec, count: Count) -> Self {
        let (dtype, metadata) = (spec.dtype, spec.metadata.clone());
        Self { output, dtype, metadata, count, text: Vec::new() }
    }

    fn with_names(mut self, spec: &Spec) -> Result<Self, LatentsError> {
        let error = || io_error("write", &self.count.path);
        let mut names = csv::Writer::from_writer(Vec::new());
        let record: Vec<_> = (0..spec.dim()).map(|i| format!("{}{i}", spec.tensor)).collect();
        names.write_record(record).map_err(|source| error()(source.into()))?;
        let names = names.into_inner().map_err(|source| error()(source.into_error()))?;
        self.output.write_all(&names).map_err(error())?;
        Ok(self)
    }
}

impl CodeWriter for Writer {
    fn write_block(&mut self, codes: &Codes) -> Result<(), LatentsError> {
        self.count.add(codes)?;
        // The numbers as a file of this type holds them.
        let mut bytes = Vec::new();
        self.dtype.encode(codes, &mut bytes);
        let rounded = self.dtype.decode(&bytes, false, codes.dim());
        self.text.clear();
        let written = match &rounded {
            Codes::F32(rounded) => {
                rounded.rows().into_iter().try_for_each(|row| line(&mut self.text, row.iter()))
            }
            Codes::F64(rounded) => {
                rounded.rows().into_iter().try_for_each(|row| line(&mut self.text, row.iter()))
            }
        };
        let error = || io_error("write", &self.count.path);
        written.map_err(error())?;
        self.output.write_all(&self.text).map_err(error())
    }

    fn mark(&mut self) -> Result<Option<Mark>, LatentsError> {
        let Sink::Plain(output) = &mut self.output else { return Ok(None) };
        let error = || io_error("write", &self.count.path);
        output.flush().map_err(error())?;
        let bytes = output.stream_position().map_err(error())?;
        output.get_mut().sync().map_err(error())?;
        Ok(Some(Mark { rows: self.count.rows, bytes }))
    }

    fn finish(self: Box<Self>) -> Result<(), LatentsError> {
        let Self { output, metadata, count, .. } = *self;
        count.end()?;
        let output = output.into_output().map_err(io_error("write", &count.path))?;
        write_side_car(&count.path, metadata.as_deref())?;
        output.persist(&count.path)
    }
}

/// A line of numbers. Debug formatting is the shortest that reads back, with an exponent where
/// that is shorter.
fn line<T: fmt::Debug>(text: &mut Vec<u8>, row: impl Iterator<Item = T>) -> io::Result<()> {
    for (i, number) in row.enumerate() {
        if i > 0 {
            text.push(b',');
        }
        write!(text, "{number:?}")?;
    }
    text.push(b'\n');
    Ok(())
}
