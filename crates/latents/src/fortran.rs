//! Arrays in Fortran order: the first index moves fastest.
//!
//! The entries of a code lie `n` numbers apart, so a block of rows is read column by column.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::raw::read_error;
use super::reader::BLOCK_BYTES;
use super::{CodeReader, Codes, LatentsError, Layout};

/// Rows of an array in Fortran order.
#[derive(Debug)]
pub(super) struct FortranRows {
    layout: Layout,
    file: File,
    start: u64,
    big_endian: bool,
    next: usize,
    /// Place of each column of the flattened, row-major code among the columns of the file.
    columns: Vec<usize>,
}

impl FortranRows {
    /// Rows of an array that begins at `start`, by a layout that has been checked.
    pub(super) fn new(layout: Layout, file: File, start: u64, big_endian: bool) -> Self {
        let columns = places(&layout);
        Self { layout, file, start, big_endian, next: 0, columns }
    }
}

/// Place of each column of the flattened, row-major code among the columns of the file.
fn places(layout: &Layout) -> Vec<usize> {
    let shape = layout.shape.get(1..).unwrap_or(&[]);
    (0..layout.dim())
        .map(|column| {
            // Row-major column (j, k, …) lies at j + a·(k + b·…).
            let mut rest = column;
            let mut index = vec![0; shape.len()];
            for (i, &length) in index.iter_mut().zip(shape).rev() {
                *i = rest % length;
                rest /= length;
            }
            index.iter().zip(shape).rev().fold(0, |place, (&i, &length)| place * length + i)
        })
        .collect()
}

impl CodeReader for FortranRows {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn next_block(&mut self, max_rows: usize) -> Result<Option<Codes>, LatentsError> {
        let rows = self.layout.block_rows(max_rows, self.next);
        if rows == 0 {
            return Ok(None);
        }
        let (size, dim) = (self.layout.dtype.size(), self.columns.len());
        let mut buffer = vec![0; rows * dim * size];
        let mut numbers = vec![0; rows * size];
        for (column, &place) in self.columns.iter().enumerate() {
            let number = place as u64 * self.layout.rows() as u64 + self.next as u64;
            self.file
                .seek(SeekFrom::Start(self.start + number * size as u64))
                .and_then(|_| self.file.read_exact(&mut numbers))
                .map_err(|source| read_error(&self.layout, self.next, source))?;
            for (row, number) in numbers.chunks_exact(size).enumerate() {
                let at = (row * dim + column) * size;
                buffer[at..at + size].copy_from_slice(number);
            }
        }
        self.next += rows;
        Ok(Some(self.layout.dtype.decode(&buffer, self.big_endian, dim)))
    }

    fn skip(&mut self, rows: usize) -> Result<(), LatentsError> {
        self.next += rows.min(self.layout.rows() - self.next);
        Ok(())
    }
}

/// Opens a stream at the first number of an array.
type Again = Box<dyn Fn() -> Result<Box<dyn Read + Send>, LatentsError> + Send>;

/// Rows of an array in Fortran order that can only be read from its start, such as a compressed one.
///
/// The stream is gone through once for every 32 MiB of codes.
pub(super) struct FortranStream {
    layout: Layout,
    again: Again,
    big_endian: bool,
    /// Column of the row-major code at each place.
    columns: Vec<usize>,
    next: usize,
    /// Rows that were read together, the first of which is `first`.
    first: usize,
    rows: Vec<u8>,
    /// Whether the stream was read to its end, where it checks itself.
    checked: bool,
}

impl fmt::Debug for FortranStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FortranStream").field("layout", &self.layout).finish_non_exhaustive()
    }
}

impl FortranStream {
    /// Rows of an array by a layout that has been checked.
    pub(super) fn new(layout: Layout, again: Again, big_endian: bool) -> Self {
        let mut columns = vec![0; layout.dim()];
        for (column, place) in places(&layout).into_iter().enumerate() {
            columns[place] = column;
        }
        let (next, first, rows, checked) = (0, 0, Vec::new(), false);
        Self { layout, again, big_endian, columns, next, first, rows, checked }
    }

    /// Reads as many rows from `next` on as are kept.
    fn fill(&mut self) -> Result<(), LatentsError> {
        let all = self.layout.rows();
        let (size, row_bytes) = (self.layout.dtype.size(), self.layout.row_bytes());
        let rows = (BLOCK_BYTES / row_bytes).max(1).min(all - self.next);
        self.first = self.next;
        let mut input = (self.again)()?;
        let failed = |source| read_error(&self.layout, self.next, source);
        self.rows = vec![0; rows * row_bytes];
        let mut numbers = vec![0; rows * size];
        for &column in &self.columns {
            pass(&mut input, self.next * size).map_err(failed)?;
            input.read_exact(&mut numbers).map_err(failed)?;
            pass(&mut input, (all - self.next - rows) * size).map_err(failed)?;
            for (row, number) in numbers.chunks_exact(size).enumerate() {
                let at = row * row_bytes + column * size;
                self.rows[at..at + size].copy_from_slice(number);
            }
        }
        if !self.checked {
            io::copy(&mut input, &mut io::sink()).map_err(failed)?;
            self.checked = true;
        }
        Ok(())
    }
}

/// Passes over bytes.
fn pass(input: &mut dyn Read, bytes: usize) -> io::Result<()> {
    match io::copy(&mut input.take(bytes as u64), &mut io::sink())? == bytes as u64 {
        true => Ok(()),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

impl CodeReader for FortranStream {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn next_block(&mut self, max_rows: usize) -> Result<Option<Codes>, LatentsError> {
        let rows = self.layout.block_rows(max_rows, self.next);
        if rows == 0 {
            return Ok(None);
        }
        let row_bytes = self.layout.row_bytes();
        let kept = self.first..self.first + self.rows.len() / row_bytes;
        if !kept.contains(&self.next) {
            self.fill()?;
        }
        let from = self.next - self.first;
        let left = self.rows.len() / row_bytes - from;
        let rows = rows.min(left);
        let bytes = &self.rows[from * row_bytes..(from + rows) * row_bytes];
        self.next += rows;
        Ok(Some(self.layout.dtype.decode(bytes, self.big_endian, self.layout.dim())))
    }

    fn skip(&mut self, rows: usize) -> Result<(), LatentsError> {
        self.next += rows.min(self.layout.rows() - self.next);
        Ok(())
    }
}
