//! Linear centred kernel alignment (Kornblith et al. 2019).

use groups::Real;
use ndarray::{Array2, ArrayView2};

use crate::moments::{centred, column_means, cross_products};
use crate::{AnalysisError, checks};

/// `‖YᵀX‖² / (‖XᵀX‖·‖YᵀY‖)` with centred columns and Frobenius norms.
///
/// Between 0 (unrelated) and 1 (equal up to rotation and scale). Rows of `a` and `b` belong to the
/// same samples; their dimensions may differ. `O(n·p·q)`.
///
/// # Errors
/// - [`AnalysisError::Shape`] if the numbers of rows differ;
/// - [`AnalysisError::TooFew`] for fewer than 2 rows;
/// - [`AnalysisError::NotFinite`] for NaN or infinities;
/// - [`AnalysisError::Option`] if one of the two is constant.
pub fn linear_cka<T: Real, U: Real>(
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, U>,
) -> Result<f64, AnalysisError> {
    const OPERATION: &str = "linear_cka";
    checks::same(OPERATION, "rows in the second array", a.nrows(), b.nrows())?;
    checks::at_least(OPERATION, "rows", 2, a.nrows())?;
    let (a, b) = (checks::to_f64(OPERATION, a)?, checks::to_f64(OPERATION, b)?);
    let a = centred(a.view(), column_means(a.view()).view());
    let b = centred(b.view(), column_means(b.view()).view());
    let squared = |m: Array2<f64>| m.iter().map(|v| v * v).sum::<f64>();
    let cross = squared(cross_products(a.view(), b.view()));
    let own =
        squared(cross_products(a.view(), a.view())) * squared(cross_products(b.view(), b.view()));
    if own == 0.0 {
        return Err(AnalysisError::Option {
            operation: OPERATION,
            option: "codes",
            expected: "not all equal",
            got: "a constant".to_owned(),
        });
    }
    Ok(cross / own.sqrt())
}
