//! Dense products: a safe front to the `gemm` crate, the same kernels that candle uses; the
//! singular value decomposition; and lengths.
//!
//! Both products give bit-identical results for any number of threads: each block of the output
//! has a fixed shape and is computed by one thread.

mod norm;
pub(crate) mod orthogonal;
pub(crate) mod orthogonal_fit;
mod svd;

use ndarray::{ArrayView2, ArrayViewMut2, Axis};
use rayon::prelude::*;

pub use norm::{distance, norm};
pub use svd::{Svd, svd};

use crate::Real;

/// Rows of the output that one task of [`par_matmul`] computes.
const ROWS_PER_TASK: usize = 256;

/// `c ← alpha·a·b + beta·c`, on the calling thread. Any strides.
///
/// With `beta = 0` the previous contents of `c` are ignored, NaN included.
///
/// # Panics
/// If the shapes are not `(m, k)`, `(k, n)` and `(m, n)`.
///
/// # Example
/// ```
/// use groups::linalg::matmul;
/// use ndarray::{array, Array2};
/// let (a, b) = (array![[1.0, 2.0], [3.0, 4.0]], array![[1.0], [1.0]]);
/// let mut c = Array2::zeros((2, 1));
/// matmul(1.0, a.view(), b.view(), 0.0, c.view_mut());
/// assert_eq!(c, array![[3.0], [7.0]]);
/// ```
pub fn matmul<T: Real>(
    alpha: T,
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    beta: T,
    mut c: ArrayViewMut2<'_, T>,
) {
    let (m, k) = a.dim();
    let n = b.ncols();
    assert_eq!(b.nrows(), k, "matmul: a is {m}×{k}, b has {} rows", b.nrows());
    assert_eq!(c.dim(), (m, n), "matmul: c must be {m}×{n}");
    if m == 0 || n == 0 {
        return;
    }
    if k == 0 {
        c.mapv_inplace(|v| if beta == T::zero() { T::zero() } else { beta * v });
        return;
    }
    let (a_strides, b_strides) = (a.strides(), b.strides());
    let c_strides = [c.strides()[0], c.strides()[1]];
    // SAFETY: the views guarantee that every (row, column) offset below stays inside memory that
    // they borrow, `c` exclusively; shapes were checked above, and `gemm` touches exactly the
    // m×k, k×n and m×n entries that the strides describe. `T` is `f32` or `f64` (`Real` is
    // implemented for no other type), both of which `gemm` supports. With
    // `read_dst = false` the destination is not read.
    #[allow(unsafe_code)]
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            c.as_mut_ptr(),
            c_strides[1],
            c_strides[0],
            beta != T::zero(),
            a.as_ptr(),
            a_strides[1],
            a_strides[0],
            b.as_ptr(),
            b_strides[1],
            b_strides[0],
            beta,
            alpha,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

/// [`matmul`] spread over rayon's threads in blocks of rows.
///
/// # Panics
/// As [`matmul`].
pub fn par_matmul<T: Real>(
    alpha: T,
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    beta: T,
    mut c: ArrayViewMut2<'_, T>,
) {
    assert_eq!(a.nrows(), c.nrows(), "par_matmul: rows of a and c differ");
    c.axis_chunks_iter_mut(Axis(0), ROWS_PER_TASK)
        .into_par_iter()
        .zip(a.axis_chunks_iter(Axis(0), ROWS_PER_TASK).into_par_iter())
        .for_each(|(c, a)| matmul(alpha, a, b, beta, c));
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, s};

    use super::*;

    fn numbers(rows: usize, cols: usize, seed: f64) -> Array2<f64> {
        Array2::from_shape_fn((rows, cols), |(i, j)| ((i * 31 + j * 17) as f64 + seed).sin())
    }

    #[test]
    fn agrees_with_ndarray_for_any_strides() {
        for (m, k, n) in [(1, 1, 1), (3, 5, 2), (300, 17, 33), (520, 64, 9)] {
            let (a, b) = (numbers(m, k, 0.1), numbers(n, k, 0.7));
            let expected = a.dot(&b.t()) * 2.0;
            let mut c = Array2::from_elem((m, n), f64::NAN);
            matmul(2.0, a.view(), b.t(), 0.0, c.view_mut());
            assert!((&c - &expected).iter().all(|d| d.abs() < 1e-12));
            par_matmul(1.0, a.view(), b.t(), 1.0, c.view_mut());
            assert!((&c - &(&expected * 1.5)).iter().all(|d| d.abs() < 1e-12));
            let mut wide = Array2::zeros((m, 2 * n));
            matmul(2.0, a.view(), b.t(), 0.0, wide.slice_mut(s![.., ..;2]));
            assert!((&wide.slice(s![.., ..;2]) - &expected).iter().all(|d| d.abs() < 1e-12));
        }
    }

    #[test]
    fn empty_inner_dimension_scales_the_output() {
        let mut c = Array2::from_elem((2, 2), 3.0f32);
        matmul(1.0, Array2::zeros((2, 0)).view(), Array2::zeros((0, 2)).view(), 2.0, c.view_mut());
        assert_eq!(c, Array2::from_elem((2, 2), 6.0));
    }
}
