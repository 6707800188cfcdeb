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
    + bytemuck::Pod
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

    /// Integers as wide as the scalar.
    type Ordinal: bytemuck::Pod + Ord + Debug + Send + Sync;

    /// An integer that is ordered as `total_cmp` orders the scalars: `−0` comes before `+0`.
    ///
    /// ```
    /// use groups::Real;
    /// assert!((-0.0f32).ordinal() < 0.0f32.ordinal());
    /// assert!((-2.0f64).ordinal() < (-1.0f64).ordinal());
    /// assert_eq!(f32::from_ordinal(1.5f32.ordinal()), 1.5);
    /// ```
    fn ordinal(self) -> Self::Ordinal;

    /// The scalar of an [`ordinal`](Self::ordinal), to the bit.
    fn from_ordinal(ordinal: Self::Ordinal) -> Self;
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

    type Ordinal = i32;

    #[inline]
    fn ordinal(self) -> i32 {
        let bits = self.to_bits() as i32;
        // Negative numbers: the larger the magnitude, the smaller.
        bits ^ ((bits >> 31) & i32::MAX)
    }

    #[inline]
    fn from_ordinal(ordinal: i32) -> Self {
        // The sign stays, so that the same does it back.
        Self::from_bits((ordinal ^ ((ordinal >> 31) & i32::MAX)) as u32)
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

    type Ordinal = i64;

    #[inline]
    fn ordinal(self) -> i64 {
        let bits = self.to_bits() as i64;
        // Negative numbers: the larger the magnitude, the smaller.
        bits ^ ((bits >> 63) & i64::MAX)
    }

    #[inline]
    fn from_ordinal(ordinal: i64) -> Self {
        // The sign stays, so that the same does it back.
        Self::from_bits((ordinal ^ ((ordinal >> 63) & i64::MAX)) as u64)
    }
}
