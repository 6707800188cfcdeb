//! The scalar types that codes are made of.

use std::fmt::{Debug, Display};
use std::iter::Sum;

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// `f32` or `f64`: what every numeric routine of the workspace is generic over.
///
/// Sealed: the kernels of [`linalg`](crate::linalg) rely on there being no other implementor.
pub trait Real:
    sealed::Sealed
    + num_traits::Float
    + num_traits::NumAssign
    + rustfft::FftNum
    + ndarray::LinalgScalar
    + ndarray::ScalarOperand
    + Sum
    + Default
    + Debug
    + Display
    + Send
    + Sync
    + 'static
{
    /// Rounds an `f64` to this type.
    fn of(value: f64) -> Self;

    /// Widens to `f64`.
    fn as_f64(self) -> f64;
}

impl Real for f32 {
    #[inline]
    fn of(value: f64) -> Self {
        value as f32
    }

    #[inline]
    fn as_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Real for f64 {
    #[inline]
    fn of(value: f64) -> Self {
        value
    }

    #[inline]
    fn as_f64(self) -> f64 {
        self
    }
}
