//! Checks of inputs that several modules share.

use std::ops::Range;

use groups::Real;
use ndarray::{Array2, ArrayView2};
use rayon::prelude::*;

use crate::AnalysisError;
use crate::blocks::{ranges, rows};

/// Rows that one task looks at.
const ROWS: usize = 2048;

/// Fails on the first NaN or infinity.
pub(crate) fn finite<T: Real>(
    operation: &'static str,
    codes: ArrayView2<'_, T>,
) -> Result<(), AnalysisError> {
    let blocks: Vec<_> = ranges(codes.nrows(), ROWS).collect();
    let fine = |range: &Range<usize>| {
        // Without a way out of the loop, which then takes many numbers at once.
        rows(codes, range.clone()).iter().fold(true, |all, v| all & v.is_finite())
    };
    if blocks.par_iter().all(fine) {
        return Ok(());
    }
    match codes.indexed_iter().find(|(_, v)| !v.is_finite()) {
        None => Ok(()),
        Some(((row, column), value)) => {
            Err(AnalysisError::NotFinite { operation, row, column, value: value.as_f64() })
        }
    }
}

/// [`finite`] for a list of numbers, reported as a column.
pub(crate) fn finite_values(operation: &'static str, values: &[f64]) -> Result<(), AnalysisError> {
    match values.iter().position(|v| !v.is_finite()) {
        None => Ok(()),
        Some(row) => {
            Err(AnalysisError::NotFinite { operation, row, column: 0, value: values[row] })
        }
    }
}

/// A row-major copy in double precision, checked to be finite.
pub(crate) fn to_f64<T: Real>(
    operation: &'static str,
    codes: ArrayView2<'_, T>,
) -> Result<Array2<f64>, AnalysisError> {
    finite(operation, codes)?;
    Ok(widen(codes))
}

/// A row-major copy in double precision.
pub(crate) fn widen<T: Real>(codes: ArrayView2<'_, T>) -> Array2<f64> {
    let mut wide = Array2::zeros(codes.dim());
    wide.zip_mut_with(&codes, |w, v| *w = v.as_f64());
    wide
}

/// Fails unless `got == expected`.
pub(crate) fn same(
    operation: &'static str,
    what: &str,
    expected: usize,
    got: usize,
) -> Result<(), AnalysisError> {
    if expected == got {
        return Ok(());
    }
    Err(AnalysisError::Shape {
        operation,
        expected: format!("{expected} {what}"),
        got: format!("{got}"),
    })
}

/// Fails unless `got >= needed`.
pub(crate) fn at_least(
    operation: &'static str,
    what: &'static str,
    needed: usize,
    got: usize,
) -> Result<(), AnalysisError> {
    if got >= needed {
        return Ok(());
    }
    Err(AnalysisError::TooFew { operation, what, needed, got })
}
