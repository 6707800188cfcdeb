//! How the kernels reach the numbers inside candle tensors.

use std::borrow::Cow;
use std::cell::RefCell;

use candle_core::{CpuStorage, DType, Layout, Result, Storage, Tensor, WithDType};
use groups::Real;
use ndarray::{ArrayView2, ArrayViewMut2};

/// Buffers that a thread keeps between calls, so that the hot loops allocate nothing.
#[derive(Default)]
pub(crate) struct Scratch<T> {
    /// A sample with its channels last, inside a margin of zeros.
    pub(crate) padded: Vec<T>,
    /// One row per output position, one column per (tap, channel); or the windows of tiles, transformed.
    pub(crate) patches: Vec<T>,
    /// A sample with its channels last, without margin; or the products of tiles.
    pub(crate) dense: Vec<T>,
    /// Values of the second factor of a filter gradient at the points of tiles.
    pub(crate) evaluated: Vec<T>,
}

/// `f32` or `f64`, as both candle and `groups` know them.
pub(crate) trait Element: Real + WithDType {
    /// Runs `f` with this thread's buffers.
    fn with_scratch<R>(f: impl FnOnce(&mut Scratch<Self>) -> R) -> R;
}

macro_rules! element {
    ($t:ty, $cell:ident) => {
        thread_local! {
            static $cell: RefCell<Scratch<$t>> = RefCell::default();
        }
        impl Element for $t {
            fn with_scratch<R>(f: impl FnOnce(&mut Scratch<Self>) -> R) -> R {
                $cell.with(|cell| match cell.try_borrow_mut() {
                    Ok(mut scratch) => f(&mut scratch),
                    // Re-entered on the same thread: correct, only without the reuse.
                    Err(_) => f(&mut Scratch::default()),
                })
            }
        }
    };
}
element!(f32, SCRATCH_F32);
element!(f64, SCRATCH_F64);

/// The first `len` entries of `buffer`, grown if need be; their contents are arbitrary.
pub(crate) fn sized<T: Real>(buffer: &mut Vec<T>, len: usize) -> &mut [T] {
    if buffer.len() < len {
        buffer.resize(len, T::zero());
    }
    &mut buffer[..len]
}

/// The entries of a tensor in row-major order, copied only if the layout demands it.
pub(crate) fn entries<'a, T: Element>(
    storage: &'a CpuStorage,
    layout: &Layout,
) -> Result<Cow<'a, [T]>> {
    let data = T::cpu_storage_as_slice(storage)?;
    Ok(match layout.contiguous_offsets() {
        Some((start, end)) => Cow::Borrowed(&data[start..end]),
        None => Cow::Owned(gathered(data, layout)),
    })
}

/// The entries of a strided layout, in row-major order.
fn gathered<T: Copy>(data: &[T], layout: &Layout) -> Vec<T> {
    let mut offsets = vec![layout.start_offset()];
    for (&dim, &stride) in layout.dims().iter().zip(layout.stride()) {
        offsets = offsets.iter().flat_map(|&o| (0..dim).map(move |i| o + i * stride)).collect();
    }
    offsets.into_iter().map(|o| data[o]).collect()
}

/// Runs `f` on the entries of each tensor, which must all lie on the CPU.
pub(crate) fn with_entries<T: Element, const N: usize, R>(
    tensors: [&Tensor; N],
    f: impl FnOnce([&[T]; N]) -> Result<R>,
) -> Result<R> {
    let guards = tensors.map(Tensor::storage_and_layout);
    let mut slices: [Cow<'_, [T]>; N] = std::array::from_fn(|_| Cow::Borrowed(&[][..]));
    for (slice, (storage, layout)) in slices.iter_mut().zip(&guards) {
        match &**storage {
            Storage::Cpu(storage) => *slice = entries(storage, layout)?,
            _ => candle_core::bail!("a CPU kernel was given a tensor of another device"),
        }
    }
    f(std::array::from_fn(|i| slices[i].as_ref()))
}

/// The entries as a matrix; there must be as many as it has.
pub(crate) fn view<T: Real>(data: &[T], rows: usize, columns: usize) -> ArrayView2<'_, T> {
    ArrayView2::from_shape((rows, columns), data).unwrap_or_else(|_| unreachable!())
}

/// The same, to write to.
pub(crate) fn view_mut<T: Real>(
    data: &mut [T],
    rows: usize,
    columns: usize,
) -> ArrayViewMut2<'_, T> {
    ArrayViewMut2::from_shape((rows, columns), data).unwrap_or_else(|_| unreachable!())
}

/// Whether the kernels of this module apply: on the CPU, in single or double precision.
pub(crate) fn has_kernel(x: &Tensor) -> bool {
    #[cfg(test)]
    if super::fallback::FORCED.get() {
        return false;
    }
    x.device().is_cpu() && matches!(x.dtype(), DType::F32 | DType::F64)
}

/// Whether a tensor is of half precision on the CPU, where single precision serves better: there are
/// kernels for it, and candle has no products of `bf16` there.
pub(crate) fn half_on_cpu(x: &Tensor) -> bool {
    #[cfg(test)]
    if super::fallback::FORCED.get() {
        return false;
    }
    x.device().is_cpu() && matches!(x.dtype(), DType::F16 | DType::BF16)
}

/// Half precision as single: in half, sums of many values overflow, and squares of values above 256.
pub(crate) fn widened(x: &Tensor) -> Result<Tensor> {
    match x.dtype() {
        DType::F16 | DType::BF16 => x.to_dtype(DType::F32),
        _ => Ok(x.clone()),
    }
}

/// Evaluates `$body` with `$t` bound to the scalar type that `$dtype` names.
macro_rules! dispatch {
    ($dtype:expr, $op:expr, $t:ident => $body:expr) => {
        match $dtype {
            candle_core::DType::F32 => {
                type $t = f32;
                $body
            }
            candle_core::DType::F64 => {
                type $t = f64;
                $body
            }
            other => candle_core::bail!("{}: f32 or f64 expected, got {other:?}", $op),
        }
    };
}
pub(crate) use dispatch;

/// Sum with sixteen accumulators, which the compiler turns into vector code.
pub(crate) fn sum_by<T: Real>(a: &[T], b: &[T], mut f: impl FnMut(T, T) -> T) -> T {
    const LANES: usize = 16;
    let mut lanes = [T::zero(); LANES];
    let (chunks_a, chunks_b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let (rest_a, rest_b) = (chunks_a.remainder(), chunks_b.remainder());
    for (a, b) in chunks_a.zip(chunks_b) {
        for l in 0..LANES {
            lanes[l] += f(a[l], b[l]);
        }
    }
    let mut total = T::zero();
    for lane in lanes {
        total += lane;
    }
    for (&a, &b) in rest_a.iter().zip(rest_b) {
        total += f(a, b);
    }
    total
}

/// `a[i] ← Σ_j parts[j][i]`, added in the order of `j`.
pub(crate) fn sum_parts<T: Real>(parts: &[Vec<T>], len: usize) -> Vec<T> {
    use rayon::prelude::*;
    const BLOCK: usize = 8192;
    let mut total = vec![T::zero(); len];
    total.par_chunks_mut(BLOCK).enumerate().for_each(|(i, block)| {
        for part in parts {
            for (t, &p) in block.iter_mut().zip(&part[i * BLOCK..]) {
                *t += p;
            }
        }
    });
    total
}
