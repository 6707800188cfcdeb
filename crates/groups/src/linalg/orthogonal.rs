//! Matrices that are orthogonal but for the digits that were written down.

use nalgebra::DMatrix;

/// How far `MᵀM` may be from 1 where `M` was rounded to the digits of a 32-bit number.
pub(crate) const ROUNDED: f64 = 1e-5;

/// The largest entry of `MᵀM − 1`, NaN where an entry of `M` is.
pub(crate) fn off_orthogonal(m: &DMatrix<f64>) -> f64 {
    let gram = m.transpose() * m - DMatrix::identity(m.ncols(), m.ncols());
    gram.iter().fold(0.0, |most: f64, v| match most.is_nan() || v.abs() <= most {
        true => most,
        false => v.abs(),
    })
}

/// The orthogonal matrix nearest to one that is [rounded](ROUNDED): its polar factor.
pub(crate) fn nearest_orthogonal(m: &DMatrix<f64>) -> DMatrix<f64> {
    // Each step squares the error.
    polish(polish(polish(m.clone())))
}

/// One Newton step to the nearest orthogonal matrix, `M(3 − MᵀM)/2`.
pub(crate) fn polish(m: DMatrix<f64>) -> DMatrix<f64> {
    let gram = m.transpose() * &m;
    &m * (DMatrix::identity(m.ncols(), m.ncols()) * 3.0 - gram) * 0.5
}

/// Whether all entries have the digits of 32-bit numbers only: these numbers themselves, or nine decimals.
pub(crate) fn is_short(m: &DMatrix<f64>) -> bool {
    m.iter().all(|v| {
        let units = v * 1e9;
        f64::from(*v as f32) == *v || (units - units.round()).abs() < 1e-6
    })
}
