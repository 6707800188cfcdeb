//! Checks that several figures share.

use crate::FigureError;

/// Fails on the first NaN or infinity; `columns` values are a row.
pub(crate) fn finite(
    operation: &'static str,
    columns: usize,
    values: impl IntoIterator<Item = f64>,
) -> Result<(), FigureError> {
    match values.into_iter().enumerate().find(|(_, value)| !value.is_finite()) {
        None => Ok(()),
        Some((i, value)) => {
            let (row, column) = (i / columns, i % columns);
            Err(FigureError::NotFinite { operation, row, column, value })
        }
    }
}

/// Fails unless `got == expected`.
pub(crate) fn same(
    operation: &'static str,
    what: &'static str,
    expected: usize,
    got: usize,
) -> Result<(), FigureError> {
    if got == expected {
        return Ok(());
    }
    Err(FigureError::Shape { operation, what, expected, got })
}

/// Fails unless `got >= needed`.
pub(crate) fn at_least(
    operation: &'static str,
    what: &'static str,
    needed: usize,
    got: usize,
) -> Result<(), FigureError> {
    if got >= needed {
        return Ok(());
    }
    Err(FigureError::TooFew { operation, what, needed, got })
}

/// Fails for a class without a name.
pub(crate) fn named(
    operation: &'static str,
    classes: &[usize],
    names: usize,
) -> Result<(), FigureError> {
    match classes.iter().find(|class| **class >= names) {
        None => Ok(()),
        Some(class) => Err(FigureError::Option {
            operation,
            option: "classes",
            expected: "indices of class names",
            got: format!("{class} with {names} names"),
        }),
    }
}
