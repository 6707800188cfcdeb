//! A zip archive of one array and its metadata, not compressed: codes hardly are.

use std::fmt;
use std::io::{BufWriter, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{CodeWriter, Count, Spec};
use crate::error::io_error;
use crate::output::Output;
use crate::{Codes, Dtype, LatentsError, npz};

pub(super) struct Writer {
    archive: ZipWriter<BufWriter<Output>>,
    dtype: Dtype,
    count: Count,
    bytes: Vec<u8>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("count", &self.count).finish_non_exhaustive()
    }
}

impl Writer {
    pub(super) fn new(
        output: Output,
        header: &[u8],
        spec: &Spec,
        count: Count,
    ) -> Result<Self, LatentsError> {
        let error = || io_error("write", &count.path);
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let mut archive = ZipWriter::new(BufWriter::with_capacity(1 << 18, output));
        if let Some(metadata) = &spec.metadata {
            archive.start_file(npz::METADATA, options).map_err(|source| error()(source.into()))?;
            archive.write_all(metadata.as_bytes()).map_err(error())?;
        }
        archive
            .start_file(format!("{}.npy", spec.tensor), options.large_file(true))
            .map_err(|source| error()(source.into()))?;
        archive.write_all(header).map_err(error())?;
        Ok(Self { archive, dtype: spec.dtype, count, bytes: Vec::new() })
    }
}

impl CodeWriter for Writer {
    fn write_block(&mut self, codes: &Codes) -> Result<(), LatentsError> {
        self.count.add(codes)?;
        self.bytes.clear();
        self.dtype.encode(codes, &mut self.bytes);
        self.archive.write_all(&self.bytes).map_err(io_error("write", &self.count.path))
    }

    fn finish(self: Box<Self>) -> Result<(), LatentsError> {
        let Self { archive, count, .. } = *self;
        count.end()?;
        let error = || io_error("write", &count.path);
        let output = archive.finish().map_err(|source| error()(source.into()))?;
        let output = output.into_inner().map_err(|source| error()(source.into_error()))?;
        output.persist(&count.path)
    }
}
