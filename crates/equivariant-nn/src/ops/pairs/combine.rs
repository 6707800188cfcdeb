//! From pairs and nodes to pairs.

use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor, WithDType};
use rayon::prelude::*;

use super::super::element::{
    Element, dispatch, entries, half_on_cpu, has_kernel, widened, with_entries,
};
use super::{check_mask, diagonal, of_existing, pair_dims};

/// `y_ij = m_i m_j (p_ij + q_ji + r_i + k_j + δ_ij d_i)` for each channel.
///
/// # Shapes
/// `pairs`: (B, n, n, 2·C), `p` then `q`, or nothing for zeros; `nodes`: (B, n, 3·C), `r`, `k` and
/// `d`; `mask`: (B, n). Result (B, n, n, C). The mask gets no gradient.
///
/// # Errors
/// If the shapes do not fit.
pub fn pair_combine(pairs: Option<&Tensor>, nodes: &Tensor, mask: &Tensor) -> Result<Tensor> {
    let (b, n, c3) = nodes.dims3()?;
    check_mask("pair_combine", mask.dims(), b, n)?;
    if c3 == 0 || c3 % 3 != 0 {
        candle_core::bail!("pair_combine: nodes (B, n, 3·C) expected, got {:?}", nodes.dims());
    }
    let c = c3 / 3;
    if let Some(pairs) = pairs
        && pair_dims("pair_combine", pairs.dims())? != (b, n, 2 * c)
    {
        let got = pairs.dims();
        candle_core::bail!("pair_combine: pairs ({b}, {n}, {n}, {}) expected, got {got:?}", 2 * c);
    }
    if has_kernel(nodes) {
        return match pairs {
            Some(pairs) => nodes.apply_op3(pairs, mask, Combine { pairs: true }),
            // The mask stands in for the operand that is not read.
            None => nodes.apply_op3(mask, mask, Combine { pairs: false }),
        };
    }
    if half_on_cpu(nodes) {
        let pairs = pairs.map(widened).transpose()?;
        let y = pair_combine(pairs.as_ref(), &widened(nodes)?, &widened(mask)?)?;
        return y.to_dtype(nodes.dtype());
    }
    let rows = nodes.narrow(2, 0, c)?.unsqueeze(2)?;
    let columns = nodes.narrow(2, c, c)?.unsqueeze(1)?;
    let on_diagonal =
        nodes.narrow(2, 2 * c, c)?.unsqueeze(2)?.broadcast_mul(&diagonal(n, nodes)?)?;
    let mut y = rows.broadcast_add(&columns)?.add(&on_diagonal)?;
    if let Some(pairs) = pairs {
        let transposed = pairs.narrow(3, c, c)?.transpose(1, 2)?;
        y = ((y + pairs.narrow(3, 0, c)?)? + transposed)?;
    }
    of_existing(&y, mask)
}

#[derive(Debug)]
struct Combine {
    pairs: bool,
}

impl CustomOp3 for Combine {
    fn name(&self) -> &'static str {
        "equivariant-nn pair_combine"
    }

    fn cpu_fwd(
        &self,
        nodes: &CpuStorage,
        ln: &Layout,
        pairs: &CpuStorage,
        lp: &Layout,
        mask: &CpuStorage,
        lm: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (b, n, c) = (ln.dims()[0], ln.dims()[1], ln.dims()[2] / 3);
        dispatch!(nodes.dtype(), "pair_combine", T => {
            let (nodes, mask) = (entries(nodes, ln)?, entries(mask, lm)?);
            let y = match self.pairs {
                true => forward::<T>(Some(&entries(pairs, lp)?), &nodes, &mask, n, c),
                false => forward::<T>(None, &nodes, &mask, n, c),
            };
            Ok((T::to_cpu_storage_owned(y), Shape::from((b, n, n, c))))
        })
    }

    fn bwd(
        &self,
        nodes: &Tensor,
        pairs: &Tensor,
        mask: &Tensor,
        y: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let (_, n, c) = pair_dims("pair_combine", y.dims())?;
        dispatch!(nodes.dtype(), "pair_combine", T => {
            with_entries::<T, 2, _>([mask, dy], |[mask, dy]| {
                let dnodes = to_nodes(mask, dy, n, c);
                let dnodes = Tensor::from_vec(dnodes, nodes.shape(), nodes.device())?;
                let dpairs = match self.pairs {
                    true => {
                        let dpairs = to_pairs(mask, dy, n, c);
                        Some(Tensor::from_vec(dpairs, pairs.shape(), nodes.device())?)
                    }
                    false => None,
                };
                Ok((Some(dnodes), dpairs, None))
            })
        })
    }
}

fn forward<T: Element>(pairs: Option<&[T]>, nodes: &[T], mask: &[T], n: usize, c: usize) -> Vec<T> {
    let mut y = vec![T::zero(); mask.len() * n * c];
    y.par_chunks_mut(n * n * c).enumerate().for_each(|(b, y)| {
        let pairs = pairs.map(|pairs| &pairs[b * n * n * 2 * c..][..n * n * 2 * c]);
        combine(pairs, &nodes[b * n * 3 * c..][..n * 3 * c], &mask[b * n..][..n], c, y);
    });
    y
}

fn to_nodes<T: Element>(mask: &[T], dy: &[T], n: usize, c: usize) -> Vec<T> {
    let mut out = vec![T::zero(); mask.len() * 3 * c];
    out.par_chunks_mut(n * 3 * c)
        .zip(dy.par_chunks(n * n * c))
        .zip(mask.par_chunks(n))
        .for_each(|((out, dy), mask)| node_gradient(dy, mask, c, out));
    out
}

fn to_pairs<T: Element>(mask: &[T], dy: &[T], n: usize, c: usize) -> Vec<T> {
    let mut out = vec![T::zero(); mask.len() * n * 2 * c];
    out.par_chunks_mut(n * n * 2 * c)
        .zip(dy.par_chunks(n * n * c))
        .zip(mask.par_chunks(n))
        .for_each(|((out, dy), mask)| pair_gradient(dy, mask, c, out));
    out
}

/// One sample. `y` is zero before.
pub(super) fn combine<T: Element>(
    pairs: Option<&[T]>,
    nodes: &[T],
    mask: &[T],
    c: usize,
    y: &mut [T],
) {
    let n = mask.len();
    let node = |i: usize, part: usize| &nodes[(i * 3 + part) * c..][..c];
    let existing = || (0..n).filter(|&i| mask[i] > T::zero());
    for i in existing() {
        for j in existing() {
            let y = &mut y[(i * n + j) * c..][..c];
            for ((y, &r), &k) in y.iter_mut().zip(node(i, 0)).zip(node(j, 1)) {
                *y = r + k;
            }
            if let Some(pairs) = pairs {
                let p = &pairs[(i * n + j) * 2 * c..][..c];
                let q = &pairs[((j * n + i) * 2 + 1) * c..][..c];
                for ((y, &p), &q) in y.iter_mut().zip(p).zip(q) {
                    *y += p + q;
                }
            }
            if i == j {
                for (y, &d) in y.iter_mut().zip(node(i, 2)) {
                    *y += d;
                }
            }
        }
    }
}

/// The gradient in the nodes of one sample. `out` is zero before.
pub(super) fn node_gradient<T: Element>(dy: &[T], mask: &[T], c: usize, out: &mut [T]) {
    let n = mask.len();
    let existing = || (0..n).filter(|&i| mask[i] > T::zero());
    for i in existing() {
        for j in existing() {
            let pair = &dy[(i * n + j) * c..][..c];
            let parts = [(i, 0), (j, 1), (i, 2)];
            for &(node, part) in &parts[..if i == j { 3 } else { 2 }] {
                let out = &mut out[(node * 3 + part) * c..][..c];
                for (out, &d) in out.iter_mut().zip(pair) {
                    *out += d;
                }
            }
        }
    }
}

/// The gradient in the pairs of one sample. `out` is zero before.
pub(super) fn pair_gradient<T: Element>(dy: &[T], mask: &[T], c: usize, out: &mut [T]) {
    let n = mask.len();
    let existing = || (0..n).filter(|&i| mask[i] > T::zero());
    for i in existing() {
        for j in existing() {
            let pair = &dy[(i * n + j) * c..][..c];
            out[(i * n + j) * 2 * c..][..c].copy_from_slice(pair);
            out[((j * n + i) * 2 + 1) * c..][..c].copy_from_slice(pair);
        }
    }
}
