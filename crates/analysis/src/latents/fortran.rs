//! Arrays in Fortran order: the first index moves fastest.
//!
//! The entries of a code lie `n` numbers apart, so a block of rows is read column by column.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::raw::read_error;
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
        let shape = layout.shape.get(1..).unwrap_or(&[]);
        let columns = (0..layout.dim())
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
            .collect();
        Self { layout, file, start, big_endian, next: 0, columns }
    }
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
