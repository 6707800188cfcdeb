//! Rows of numbers that lie one after the other, as bytes: what `.npy`, `.npz` and `.safetensors`
//! have in common.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::error::io_error;
use super::{CodeReader, Codes, LatentsError, Layout};

/// Where the bytes come from.
pub(super) enum Bytes {
    /// A part of a file, with the place of its first byte.
    File(File, u64),
    /// A stream, such as one that is decompressed.
    Stream(Box<dyn Read + Send>),
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File(..) => "File",
            Self::Stream(_) => "Stream",
        })
    }
}

/// Rows in C order.
#[derive(Debug)]
pub(super) struct Rows {
    layout: Layout,
    bytes: Bytes,
    big_endian: bool,
    next: usize,
}

impl Rows {
    /// Rows from the current place of the bytes on, by a layout that has been checked.
    pub(super) fn new(
        layout: Layout,
        mut bytes: Bytes,
        big_endian: bool,
    ) -> Result<Self, LatentsError> {
        if let Bytes::File(file, start) = &mut bytes {
            file.seek(SeekFrom::Start(*start)).map_err(io_error("read", &layout.path))?;
        }
        Ok(Self { layout, bytes, big_endian, next: 0 })
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<(), LatentsError> {
        let layout = &self.layout;
        let result = match &mut self.bytes {
            Bytes::File(file, _) => file.read_exact(buffer),
            Bytes::Stream(stream) => stream.read_exact(buffer),
        };
        result.map_err(|source| read_error(layout, self.next, source))
    }

    /// Reads what follows the last row: nothing, but streams check themselves at their end.
    fn end(&mut self) -> Result<(), LatentsError> {
        let Bytes::Stream(stream) = &mut self.bytes else { return Ok(()) };
        let more = io::copy(&mut stream.take(1), &mut io::sink())
            .map_err(|source| read_error(&self.layout, self.layout.rows(), source))?;
        if more > 0 {
            return Err(LatentsError::Corrupt {
                path: self.layout.path.clone(),
                expected: format!("an end after {} rows", self.layout.rows()),
                got: "more bytes".to_owned(),
            });
        }
        Ok(())
    }
}

/// An error of the system, or an end before the end.
pub(super) fn read_error(layout: &Layout, row: usize, source: io::Error) -> LatentsError {
    let path = layout.path.clone();
    match source.kind() {
        io::ErrorKind::UnexpectedEof => LatentsError::Truncated {
            path,
            tensor: layout.tensor.clone(),
            rows: layout.rows(),
            row,
        },
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => LatentsError::Corrupt {
            path,
            expected: format!("whole compressed data of array `{}`", layout.tensor),
            got: source.to_string(),
        },
        _ => LatentsError::Io { action: "read", path, source },
    }
}

impl CodeReader for Rows {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn next_block(&mut self, max_rows: usize) -> Result<Option<Codes>, LatentsError> {
        let rows = self.layout.block_rows(max_rows, self.next);
        if rows == 0 {
            return Ok(None);
        }
        let mut buffer = vec![0; rows * self.layout.row_bytes()];
        self.read(&mut buffer)?;
        self.next += rows;
        if self.next == self.layout.rows() {
            self.end()?;
        }
        Ok(Some(self.layout.dtype.decode(&buffer, self.big_endian, self.layout.dim())))
    }

    fn skip(&mut self, rows: usize) -> Result<(), LatentsError> {
        let rows = rows.min(self.layout.rows() - self.next);
        let bytes = rows as u64 * self.layout.row_bytes() as u64;
        let passed = match &mut self.bytes {
            Bytes::File(file, start) => {
                let to = *start + (self.next * self.layout.row_bytes()) as u64 + bytes;
                file.seek(SeekFrom::Start(to)).map(|_| bytes)
            }
            Bytes::Stream(stream) => io::copy(&mut stream.take(bytes), &mut io::sink()),
        };
        let passed = passed.map_err(|source| read_error(&self.layout, self.next, source))?;
        if passed < bytes {
            let end = io::ErrorKind::UnexpectedEof.into();
            let row = self.next + (passed / self.layout.row_bytes() as u64) as usize;
            return Err(read_error(&self.layout, row, end));
        }
        self.next += rows;
        Ok(())
    }
}

/// Compares the bytes that the shape asks for with those that are there.
pub(super) fn check_length(layout: &Layout, expected: u128, got: u64) -> Result<(), LatentsError> {
    if expected == u128::from(got) {
        return Ok(());
    }
    Err(LatentsError::Length {
        path: layout.path.clone(),
        tensor: layout.tensor.clone(),
        shape: layout.shape.clone(),
        expected,
        got,
    })
}
