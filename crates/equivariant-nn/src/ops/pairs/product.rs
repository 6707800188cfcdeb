//! Products of matrices, channel by channel.

use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor, WithDType};
use rayon::prelude::*;

use super::super::element::{
    Element, dispatch, entries, half_on_cpu, has_kernel, widened, with_entries,
};
use super::pair_dims;

/// `y_ik = Σ_j a_ij b_jk` for each channel: (B, n, n, C) twice to (B, n, n, C).
///
/// Equivariant under permutations of the nodes, `(PaPᵀ)(PbPᵀ) = P(ab)Pᵀ`. Missing nodes take no
/// part where `a` and `b` are zero at them.
///
/// # Errors
/// If the shapes do not fit.
pub fn pair_product(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    let dims = pair_dims("pair_product", a.dims())?;
    if a.dims() != b.dims() {
        candle_core::bail!("pair_product: shapes {:?} and {:?} differ", a.dims(), b.dims());
    }
    if has_kernel(a) {
        return a.apply_op2(b, Product { nodes: dims.1, channels: dims.2 });
    }
    if half_on_cpu(a) {
        return pair_product(&widened(a)?, &widened(b)?)?.to_dtype(a.dtype());
    }
    let first = |t: &Tensor| t.permute((0, 3, 1, 2))?.contiguous();
    first(a)?.matmul(&first(b)?)?.permute((0, 2, 3, 1))?.contiguous()
}

#[derive(Debug)]
struct Product {
    nodes: usize,
    channels: usize,
}

impl CustomOp2 for Product {
    fn name(&self) -> &'static str {
        "equivariant-nn pair_product"
    }

    fn cpu_fwd(
        &self,
        a: &CpuStorage,
        la: &Layout,
        b: &CpuStorage,
        lb: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        dispatch!(a.dtype(), "pair_product", T => {
            let (a, b) = (entries(a, la)?, entries(b, lb)?);
            let y = self.sum::<T>(&a, &b, |i, j, k| [(i, j), (j, k)]);
            Ok((T::to_cpu_storage_owned(y), la.shape().clone()))
        })
    }

    fn bwd(
        &self,
        a: &Tensor,
        b: &Tensor,
        _: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        dispatch!(a.dtype(), "pair_product", T => {
            with_entries::<T, 3, _>([a, b, dy], |[xs, ys, ds]| {
                // da = dy bᵀ and db = aᵀ dy.
                let da = self.sum(ds, ys, |i, k, j| [(i, k), (j, k)]);
                let db = self.sum(xs, ds, |j, i, k| [(i, j), (i, k)]);
                Ok((
                    Some(Tensor::from_vec(da, a.shape(), a.device())?),
                    Some(Tensor::from_vec(db, b.shape(), b.device())?),
                ))
            })
        })
    }
}

impl Product {
    /// `y[r,c] = Σ_s a[first] b[second]` with `[first, second] = at(r, s, c)`.
    fn sum<T: Element>(
        &self,
        a: &[T],
        b: &[T],
        at: impl Fn(usize, usize, usize) -> [(usize, usize); 2] + Sync,
    ) -> Vec<T> {
        let (n, c) = (self.nodes, self.channels);
        let sample = n * n * c;
        let mut y = vec![T::zero(); a.len()];
        y.par_chunks_mut(sample).zip(a.par_chunks(sample)).zip(b.par_chunks(sample)).for_each(
            |((y, a), b)| {
                let all = |data| Part { data, width: c, first: 0 };
                add_product(n, c, all(a), all(b), y, (c, 0), &at);
            },
        );
        y
    }
}

/// Some channels of the pairs of one sample.
#[derive(Clone, Copy)]
pub(super) struct Part<'a, T> {
    /// All channels of all pairs.
    pub(super) data: &'a [T],
    /// How many channels there are.
    pub(super) width: usize,
    /// The first of those meant.
    pub(super) first: usize,
}

impl<T> Part<'_, T> {
    fn channels(&self, pair: usize, count: usize) -> &[T] {
        &self.data[pair * self.width + self.first..][..count]
    }
}

/// Adds `Σ_s a[first] b[second]` with `[first, second] = at(r, s, c)` to pairs `(r, c)` of one
/// sample, in `channels` channels of `y`, which has `width` channels, from `first` on.
pub(super) fn add_product<T: Element>(
    n: usize,
    channels: usize,
    a: Part<'_, T>,
    b: Part<'_, T>,
    y: &mut [T],
    (width, first): (usize, usize),
    at: impl Fn(usize, usize, usize) -> [(usize, usize); 2],
) {
    for row in 0..n {
        for s in 0..n {
            for column in 0..n {
                let [left, right] = at(row, s, column).map(|(i, j)| i * n + j);
                let y = &mut y[(row * n + column) * width + first..][..channels];
                let (a, b) = (a.channels(left, channels), b.channels(right, channels));
                for ((y, &a), &b) in y.iter_mut().zip(a).zip(b) {
                    *y += a * b;
                }
            }
        }
    }
}
