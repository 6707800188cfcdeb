//! From pairs to nodes.

use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp2, D, Layout, Result, Shape, Tensor, WithDType};
use rayon::prelude::*;

use super::super::element::{
    Element, dispatch, entries, half_on_cpu, has_kernel, widened, with_entries,
};
use super::{check_mask, diagonal, of_existing, pair_dims};

/// The five equivariant linear maps from pairs to nodes, side by side.
///
/// With `m` the mask (1 where a node exists, else 0) and `N = Σ_i m_i`, for each channel
///
/// `x_ii`, `Σ_j m_j x_ij / N`, `Σ_j m_j x_ji / N`, `Σ_j m_j x_jj / N`, `Σ_jk m_j m_k x_jk / N²`,
///
/// and zero for nodes that do not exist. What stands at missing nodes is not read.
///
/// # Shapes
/// `x`: (B, n, n, C), `mask`: (B, n); result (B, n, 5·C). The mask gets no gradient.
///
/// # Errors
/// If the shapes do not fit.
pub fn pair_means(x: &Tensor, mask: &Tensor) -> Result<Tensor> {
    let (b, n, c) = pair_dims("pair_means", x.dims())?;
    check_mask("pair_means", mask.dims(), b, n)?;
    if has_kernel(x) {
        return x.apply_op2(mask, PairMeans);
    }
    if half_on_cpu(x) {
        return pair_means(&widened(x)?, &widened(mask)?)?.to_dtype(x.dtype());
    }
    let (dtype, mask) = (x.dtype(), &widened(&mask.detach())?);
    let count = mask.sum_keepdim(1)?.maximum(1.0)?.unsqueeze(2)?;
    let x = of_existing(&widened(x)?, mask)?;
    let diagonals = x.broadcast_mul(&diagonal(n, &x)?)?.sum(2)?;
    let rows = x.sum(2)?.broadcast_div(&count)?;
    let columns = x.sum(1)?.broadcast_div(&count)?;
    let present = mask.unsqueeze(2)?;
    let spread = |t: &Tensor| t.sum_keepdim(1)?.broadcast_div(&count)?.broadcast_mul(&present);
    Tensor::cat(&[&diagonals, &rows, &columns, &spread(&diagonals)?, &spread(&rows)?], D::Minus1)?
        .reshape((b, n, 5 * c))?
        .to_dtype(dtype)
}

#[derive(Debug)]
struct PairMeans;

impl CustomOp2 for PairMeans {
    fn name(&self) -> &'static str {
        "equivariant-nn pair_means"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        lx: &Layout,
        mask: &CpuStorage,
        lm: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (b, n, c) = pair_dims("pair_means", lx.dims())?;
        dispatch!(x.dtype(), "pair_means", T => {
            let y = forward::<T>(&entries(x, lx)?, &entries(mask, lm)?, n, c);
            Ok((T::to_cpu_storage_owned(y), Shape::from((b, n, 5 * c))))
        })
    }

    fn bwd(
        &self,
        x: &Tensor,
        mask: &Tensor,
        _: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let (_, n, c) = pair_dims("pair_means", x.dims())?;
        dispatch!(x.dtype(), "pair_means", T => {
            with_entries::<T, 2, _>([mask, dy], |[mask, dy]| {
                let dx = backward(mask, dy, n, c);
                Ok((Some(Tensor::from_vec(dx, x.shape(), x.device())?), None))
            })
        })
    }
}

fn count<T: Element>(mask: &[T]) -> T {
    let count = mask.iter().filter(|&&m| m > T::zero()).count();
    T::of(count.max(1) as f64)
}

fn add<T: Element>(to: &mut [T], from: &[T], scale: T) {
    for (to, &from) in to.iter_mut().zip(from) {
        *to += from * scale;
    }
}

fn forward<T: Element>(x: &[T], mask: &[T], n: usize, c: usize) -> Vec<T> {
    let mut y = vec![T::zero(); mask.len() * 5 * c];
    y.par_chunks_mut(n * 5 * c)
        .zip(x.par_chunks(n * n * c))
        .zip(mask.par_chunks(n))
        .for_each(|((y, x), mask)| means(x, mask, c, y));
    y
}

fn backward<T: Element>(mask: &[T], dy: &[T], n: usize, c: usize) -> Vec<T> {
    let mut dx = vec![T::zero(); mask.len() * n * c];
    dx.par_chunks_mut(n * n * c)
        .zip(dy.par_chunks(n * 5 * c))
        .zip(mask.par_chunks(n))
        .for_each(|((dx, dy), mask)| add_gradient(dy, mask, c, dx));
    dx
}

/// The means of one sample. `y` is zero before.
pub(super) fn means<T: Element>(x: &[T], mask: &[T], c: usize, y: &mut [T]) {
    let n = mask.len();
    let share = T::one() / count(mask);
    let mut totals = vec![T::zero(); 2 * c];
    let existing = || (0..n).filter(|&i| mask[i] > T::zero());
    for i in existing() {
        y[i * 5 * c..][..c].copy_from_slice(&x[(i * n + i) * c..][..c]);
        for j in existing() {
            let pair = &x[(i * n + j) * c..][..c];
            add(&mut y[(i * 5 + 1) * c..][..c], pair, share);
            add(&mut y[(j * 5 + 2) * c..][..c], pair, share);
        }
        let (diagonal, row) = y[i * 5 * c..][..2 * c].split_at(c);
        add(&mut totals[..c], diagonal, share);
        add(&mut totals[c..], row, share);
    }
    for i in existing() {
        y[(i * 5 + 3) * c..][..2 * c].copy_from_slice(&totals);
    }
}

/// Adds the gradient of one sample to `dx`.
pub(super) fn add_gradient<T: Element>(dy: &[T], mask: &[T], c: usize, dx: &mut [T]) {
    let n = mask.len();
    let share = T::one() / count(mask);
    let existing = || (0..n).filter(|&i| mask[i] > T::zero());
    let mut totals = vec![T::zero(); 2 * c];
    for i in existing() {
        add(&mut totals, &dy[(i * 5 + 3) * c..][..2 * c], share);
    }
    totals[c..].iter_mut().for_each(|t| *t *= share);
    for i in existing() {
        for j in existing() {
            let pair = &mut dx[(i * n + j) * c..][..c];
            let (row, column) = (&dy[(i * 5 + 1) * c..][..c], &dy[(j * 5 + 2) * c..][..c]);
            for (((d, &r), &k), &t) in pair.iter_mut().zip(row).zip(column).zip(&totals[c..]) {
                *d += (r + k) * share + t;
            }
        }
        let diagonal = &mut dx[(i * n + i) * c..][..c];
        add(diagonal, &dy[i * 5 * c..][..c], T::one());
        add(diagonal, &totals[..c], T::one());
    }
}
