//! A whole residual block over pairs in one operation.

use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp3, D, Layout, Result, Shape, Tensor, WithDType};
use groups::linalg::matmul;
use rayon::prelude::*;

use super::super::channel_norm::{channel_norm, normalize, normalize_gradient};
use super::super::element::{
    Element, dispatch, entries, half_on_cpu, has_kernel, sized, sum_parts, view, view_mut, widened,
    with_entries,
};
use super::product::{Part, add_product};
use super::{check_mask, combine, means, pair_combine, pair_dims, pair_means, pair_product};

/// Samples that one task handles. Fixed, so that results do not depend on the number of threads.
const SAMPLES_PER_TASK: usize = 4;

/// Weights of [`pair_block`].
#[derive(Clone, Debug)]
pub struct PairBlockWeights<'a> {
    /// Of the first normalisation, (C).
    pub before: [&'a Tensor; 2],
    /// Of the fifteen linear maps, (15, C, C + 2·P), in the order of
    /// [`crate::permutation::PermutationLinear`].
    pub maps: &'a Tensor,
    /// Biases of all pairs and of the diagonal, (2, C + 2·P).
    pub bias: &'a Tensor,
    /// Of the second normalisation, (C + P).
    pub after: [&'a Tensor; 2],
    /// To the output, (C + P, C).
    pub out: &'a Tensor,
}

/// `x + relu norm([u, v·w]) out` with `[u, v, w]` the channels of the fifteen linear maps of
/// `relu norm(x)`, and `v·w` their `P` products of matrices.
///
/// The same as [`channel_norm`], [`pair_means`], [`pair_combine`] and [`pair_product`] one after
/// the other, in one pass over a few samples at a time: what lies between stays in the cache. The
/// backward pass computes it again instead of keeping it.
///
/// # Shapes
/// `x`: (B, n, n, C), `mask`: (B, n); result as `x`.
///
/// # Errors
/// If the shapes do not fit.
pub fn pair_block(x: &Tensor, mask: &Tensor, weights: &PairBlockWeights<'_>) -> Result<Tensor> {
    let (b, n, c) = pair_dims("pair_block", x.dims())?;
    check_mask("pair_block", mask.dims(), b, n)?;
    let (inner, out) = weights.out.dims2()?;
    let products = inner.checked_sub(c).filter(|&p| p <= c && out == c);
    let Some(products) = products else {
        candle_core::bail!("pair_block: out (C + P, C) expected for C = {c}, got ({inner}, {out})");
    };
    let sizes = Sizes { n, c, p: products };
    if weights.maps.dims() != [15, c, sizes.wide()] || weights.bias.dims() != [2, sizes.wide()] {
        candle_core::bail!(
            "pair_block: maps (15, {c}, {0}) and bias (2, {0}) expected, got {1:?} and {2:?}",
            sizes.wide(),
            weights.maps.dims(),
            weights.bias.dims()
        );
    }
    if has_kernel(x) {
        let packed = sizes.pack(weights)?;
        return x.apply_op3(&packed, mask, Block { sizes });
    }
    if half_on_cpu(x) {
        let [before_0, before_1, maps, bias, after_0, after_1, out] = [
            weights.before[0],
            weights.before[1],
            weights.maps,
            weights.bias,
            weights.after[0],
            weights.after[1],
            weights.out,
        ]
        .map(widened);
        let weights = PairBlockWeights {
            before: [&before_0?, &before_1?],
            maps: &maps?,
            bias: &bias?,
            after: [&after_0?, &after_1?],
            out: &out?,
        };
        return pair_block(&widened(x)?, &widened(mask)?, &weights)?.to_dtype(x.dtype());
    }
    let u = channel_norm(x, weights.before[0], weights.before[1], true)?;
    let (nodes, pairs, bias) = sizes.matrices(weights)?;
    let features = pair_means(&u, mask)?.reshape((b * n, 5 * c))?;
    let spread = features.matmul(&nodes)?.broadcast_add(&bias)?.reshape((b, n, ()))?;
    let mixed = u.reshape((b * n * n, c))?.matmul(&pairs)?.reshape((b, n, n, ()))?;
    let mixed = pair_combine(Some(&mixed), &spread, mask)?;
    let part = |first, count| mixed.narrow(D::Minus1, first, count)?.contiguous();
    let product = pair_product(&part(c, products)?, &part(c + products, products)?)?;
    let v = Tensor::cat(&[&part(0, c)?, &product], D::Minus1)?;
    let w = channel_norm(&v, weights.after[0], weights.after[1], true)?;
    x + w.reshape((b * n * n, inner))?.matmul(weights.out)?.reshape(x.shape())?
}

#[derive(Clone, Copy, Debug)]
struct Sizes {
    n: usize,
    c: usize,
    p: usize,
}

/// The packed weights or their gradients, one part after the other.
struct Parts<S> {
    before: S,
    nodes: S,
    pairs: S,
    bias: S,
    after: S,
    out: S,
}

impl Sizes {
    fn wide(self) -> usize {
        self.c + 2 * self.p
    }

    fn inner(self) -> usize {
        self.c + self.p
    }

    /// Lengths of the parts of the packed weights.
    fn lengths(self) -> [usize; 6] {
        let (c, w, e) = (self.c, self.wide(), self.inner());
        [2 * c, 5 * c * 3 * w, c * 2 * w, 3 * w, 2 * e, e * c]
    }

    /// The maps from the five means of nodes to rows, columns and diagonal, (5·C, 3·W); from pairs
    /// to themselves and their transposes, (C, 2·W); and the bias of nodes, (1, 3·W).
    fn matrices(self, weights: &PairBlockWeights<'_>) -> Result<(Tensor, Tensor, Tensor)> {
        let (c, w) = (self.c, self.wide());
        let maps = |first: usize, count: usize| {
            weights.maps.narrow(0, first, count)?.reshape((count * c, w))
        };
        let zeros =
            |rows: usize| Tensor::zeros((rows, w), weights.maps.dtype(), weights.maps.device());
        // Means over everything are the same in rows and columns: they go to the rows only.
        let columns = Tensor::cat(&[&maps(5, 3)?, &zeros(2 * c)?], 0)?;
        let nodes = Tensor::cat(&[&maps(0, 5)?, &columns, &maps(8, 5)?], 1)?;
        let pairs = Tensor::cat(&[&maps(13, 1)?, &maps(14, 1)?], 1)?;
        let bias = weights.bias;
        let bias = Tensor::cat(&[&bias.narrow(0, 0, 1)?, &zeros(1)?, &bias.narrow(0, 1, 1)?], 1)?;
        Ok((nodes, pairs, bias))
    }

    fn pack(self, weights: &PairBlockWeights<'_>) -> Result<Tensor> {
        let (nodes, pairs, bias) = self.matrices(weights)?;
        let [g1, b1] = weights.before;
        let [g2, b2] = weights.after;
        let parts = [g1, b1, &nodes, &pairs, &bias, g2, b2, weights.out];
        let parts = parts.map(Tensor::flatten_all).into_iter().collect::<Result<Vec<_>>>()?;
        let packed = Tensor::cat(&parts, 0)?;
        if packed.elem_count() != self.lengths().iter().sum::<usize>() {
            candle_core::bail!(
                "pair_block: norms of {} and {} channels expected",
                self.c,
                self.inner()
            );
        }
        Ok(packed)
    }

    fn parts<T>(self, mut packed: &[T]) -> Parts<&[T]> {
        let [before, nodes, pairs, bias, after, out] = self.lengths().map(|length| {
            let (part, rest) = packed.split_at(length);
            packed = rest;
            part
        });
        Parts { before, nodes, pairs, bias, after, out }
    }

    fn parts_mut<T>(self, mut packed: &mut [T]) -> Parts<&mut [T]> {
        let [before, nodes, pairs, bias, after, out] = self.lengths().map(|length| {
            let (part, rest) = std::mem::take(&mut packed).split_at_mut(length);
            packed = rest;
            part
        });
        Parts { before, nodes, pairs, bias, after, out }
    }
}

#[derive(Debug)]
struct Block {
    sizes: Sizes,
}

/// What a task computes on the way, for some samples: rows are pairs, or nodes for `features` and
/// `spread`.
struct Between<'a, T> {
    /// `relu norm(x)`, (pairs, C).
    u: &'a mut [T],
    /// Five means, (nodes, 5·C).
    features: &'a mut [T],
    /// To rows, columns and diagonal, (nodes, 3·W).
    spread: &'a mut [T],
    /// To pairs and their transposes, (pairs, 2·W).
    mixed: &'a mut [T],
    /// The fifteen maps, (pairs, W).
    maps: &'a mut [T],
    /// With products, (pairs, C + P).
    v: &'a mut [T],
    /// `relu norm(v)`, (pairs, C + P).
    w: &'a mut [T],
}

impl<'a, T> Between<'a, T> {
    fn split(sizes: Sizes, nodes: usize, mut buffer: &'a mut [T]) -> Self {
        let pairs = nodes * sizes.n;
        let [u, features, spread, mixed, maps, v, w] =
            Self::lengths(sizes, nodes, pairs).map(|length| {
                let (part, rest) = std::mem::take(&mut buffer).split_at_mut(length);
                buffer = rest;
                part
            });
        Self { u, features, spread, mixed, maps, v, w }
    }

    fn lengths(sizes: Sizes, nodes: usize, pairs: usize) -> [usize; 7] {
        let (c, w, e) = (sizes.c, sizes.wide(), sizes.inner());
        [pairs * c, nodes * 5 * c, nodes * 3 * w, pairs * 2 * w, pairs * w, pairs * e, pairs * e]
    }

    fn len(sizes: Sizes, nodes: usize) -> usize {
        Self::lengths(sizes, nodes, nodes * sizes.n).iter().sum()
    }
}

impl CustomOp3 for Block {
    fn name(&self) -> &'static str {
        "equivariant-nn pair_block"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        lx: &Layout,
        packed: &CpuStorage,
        lp: &Layout,
        mask: &CpuStorage,
        lm: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        dispatch!(x.dtype(), "pair_block", T => {
            let (x, packed, mask) = (entries(x, lx)?, entries(packed, lp)?, entries(mask, lm)?);
            let y = self.forward::<T>(&x, &packed, &mask);
            Ok((T::to_cpu_storage_owned(y), lx.shape().clone()))
        })
    }

    fn bwd(
        &self,
        x: &Tensor,
        packed: &Tensor,
        mask: &Tensor,
        _: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        dispatch!(x.dtype(), "pair_block", T => {
            with_entries::<T, 4, _>([x, packed, mask, dy], |[xs, ps, ms, ds]| {
                let (dx, dpacked) = self.backward(xs, ps, ms, ds);
                Ok((
                    Some(Tensor::from_vec(dx, x.shape(), x.device())?),
                    Some(Tensor::from_vec(dpacked, packed.shape(), x.device())?),
                    None,
                ))
            })
        })
    }
}

impl Block {
    /// Entries of `x` and of the mask that one task handles.
    fn chunks(&self) -> (usize, usize) {
        let Sizes { n, c, .. } = self.sizes;
        (SAMPLES_PER_TASK * n * n * c, SAMPLES_PER_TASK * n)
    }

    fn forward<T: Element>(&self, x: &[T], packed: &[T], mask: &[T]) -> Vec<T> {
        let weights = self.sizes.parts(packed);
        let (c, e) = (self.sizes.c, self.sizes.inner());
        let (entries, nodes) = self.chunks();
        let mut y = vec![T::zero(); x.len()];
        y.par_chunks_mut(entries).zip(x.par_chunks(entries)).zip(mask.par_chunks(nodes)).for_each(
            |((y, x), mask)| {
                T::with_scratch(|scratch| {
                    let length = Between::<T>::len(self.sizes, mask.len());
                    let buffer = &mut sized(&mut scratch.dense, length)[..length];
                    let between = self.between(x, &weights, mask, buffer);
                    let rows = y.len() / c;
                    y.copy_from_slice(x);
                    let (w, out) = (view(between.w, rows, e), view(weights.out, e, c));
                    matmul(T::one(), w, out, T::one(), view_mut(y, rows, c));
                });
            },
        );
        y
    }

    /// Everything up to the last product.
    fn between<'a, T: Element>(
        &self,
        x: &[T],
        weights: &Parts<&[T]>,
        mask: &[T],
        buffer: &'a mut [T],
    ) -> Between<'a, T> {
        let Sizes { n, c, p } = self.sizes;
        let (wide, inner) = (self.sizes.wide(), self.sizes.inner());
        let (one, zero) = (T::one(), T::zero());
        let (nodes, pairs) = (mask.len(), mask.len() * n);
        let t = Between::split(self.sizes, nodes, buffer);
        let (gamma, beta) = weights.before.split_at(c);
        normalize(x, gamma, beta, true, t.u);
        t.features.fill(zero);
        t.maps.fill(zero);
        let (u, mixed) = (view(t.u, pairs, c), view_mut(t.mixed, pairs, 2 * wide));
        matmul(one, u, view(weights.pairs, c, 2 * wide), zero, mixed);
        for ((u, mask), features) in
            t.u.chunks(n * n * c).zip(mask.chunks(n)).zip(t.features.chunks_mut(n * 5 * c))
        {
            means::means(u, mask, c, features);
        }
        for row in t.spread.chunks_mut(3 * wide) {
            row.copy_from_slice(weights.bias);
        }
        let features = view(t.features, nodes, 5 * c);
        let spread = view_mut(t.spread, nodes, 3 * wide);
        matmul(one, features, view(weights.nodes, 5 * c, 3 * wide), one, spread);
        for (s, mask) in mask.chunks(n).enumerate() {
            let maps = &mut t.maps[s * n * n * wide..][..n * n * wide];
            let mixed = &t.mixed[s * n * n * 2 * wide..][..n * n * 2 * wide];
            let spread = &t.spread[s * n * 3 * wide..][..n * 3 * wide];
            combine::combine(Some(mixed), spread, mask, wide, maps);
            let v = &mut t.v[s * n * n * inner..][..n * n * inner];
            for (v, maps) in v.chunks_mut(inner).zip(maps.chunks(wide)) {
                v[..c].copy_from_slice(&maps[..c]);
                v[c..].fill(zero);
            }
            let part = |first| Part { data: &*maps, width: wide, first };
            add_product(n, p, part(c), part(c + p), v, (inner, c), |i, j, k| [(i, j), (j, k)]);
        }
        let (gamma, beta) = weights.after.split_at(inner);
        normalize(t.v, gamma, beta, true, t.w);
        t
    }

    fn backward<T: Element>(
        &self,
        x: &[T],
        packed: &[T],
        mask: &[T],
        dy: &[T],
    ) -> (Vec<T>, Vec<T>) {
        let weights = self.sizes.parts(packed);
        let (entries, nodes) = self.chunks();
        let mut dx = vec![T::zero(); x.len()];
        let parts: Vec<Vec<T>> = dx
            .par_chunks_mut(entries)
            .zip(x.par_chunks(entries))
            .zip(dy.par_chunks(entries))
            .zip(mask.par_chunks(nodes))
            .map(|(((dx, x), dy), mask)| {
                let mut gradients = vec![T::zero(); packed.len()];
                T::with_scratch(|scratch| {
                    let length = Between::<T>::len(self.sizes, mask.len());
                    let here = &mut sized(&mut scratch.dense, length)[..length];
                    let there = &mut sized(&mut scratch.patches, length)[..length];
                    let values = self.between(x, &weights, mask, here);
                    let slopes = Between::split(self.sizes, mask.len(), there);
                    let gradients = self.sizes.parts_mut(&mut gradients);
                    self.task_gradient((x, dx, dy), mask, &weights, gradients, values, slopes);
                });
                gradients
            })
            .collect();
        (dx, sum_parts(&parts, packed.len()))
    }

    fn task_gradient<T: Element>(
        &self,
        (x, dx, dy): (&[T], &mut [T], &[T]),
        mask: &[T],
        weights: &Parts<&[T]>,
        gradients: Parts<&mut [T]>,
        at: Between<'_, T>,
        d: Between<'_, T>,
    ) {
        let Sizes { n, c, p } = self.sizes;
        let (wide, inner) = (self.sizes.wide(), self.sizes.inner());
        let (one, zero) = (T::one(), T::zero());
        let (nodes, pairs) = (mask.len(), mask.len() * n);
        // Through `out`.
        let dy_rows = view(dy, pairs, c);
        let dout = view_mut(gradients.out, inner, c);
        matmul(one, view(at.w, pairs, inner).reversed_axes(), dy_rows, zero, dout);
        let out = view(weights.out, inner, c).reversed_axes();
        matmul(one, dy_rows, out, zero, view_mut(d.w, pairs, inner));
        // Through the second normalisation and the products.
        let (gamma, beta) = weights.after.split_at(inner);
        normalize_gradient(at.v, gamma, beta, true, d.w, d.v, gradients.after);
        d.spread.fill(zero);
        d.mixed.fill(zero);
        for (s, mask) in mask.chunks(n).enumerate() {
            let dv = &d.v[s * n * n * inner..][..n * n * inner];
            let maps = &at.maps[s * n * n * wide..][..n * n * wide];
            let dmaps = &mut d.maps[s * n * n * wide..][..n * n * wide];
            for (dmaps, dv) in dmaps.chunks_mut(wide).zip(dv.chunks(inner)) {
                dmaps[..c].copy_from_slice(&dv[..c]);
                dmaps[c..].fill(zero);
            }
            let part = |first| Part { data: maps, width: wide, first };
            let dv = Part { data: dv, width: inner, first: c };
            add_product(n, p, dv, part(c + p), dmaps, (wide, c), |i, k, j| [(i, k), (j, k)]);
            add_product(n, p, part(c), dv, dmaps, (wide, c + p), |j, i, k| [(i, j), (i, k)]);
            let dspread = &mut d.spread[s * n * 3 * wide..][..n * 3 * wide];
            combine::node_gradient(dmaps, mask, wide, dspread);
            let dmixed = &mut d.mixed[s * n * n * 2 * wide..][..n * n * 2 * wide];
            combine::pair_gradient(dmaps, mask, wide, dmixed);
        }
        // Through the linear maps.
        for row in d.spread.chunks(3 * wide) {
            for (sum, &d) in gradients.bias.iter_mut().zip(row) {
                *sum += d;
            }
        }
        let dspread = view(d.spread, nodes, 3 * wide);
        let dnodes = view_mut(gradients.nodes, 5 * c, 3 * wide);
        matmul(one, view(at.features, nodes, 5 * c).reversed_axes(), dspread, zero, dnodes);
        let to_nodes = view(weights.nodes, 5 * c, 3 * wide).reversed_axes();
        matmul(one, dspread, to_nodes, zero, view_mut(d.features, nodes, 5 * c));
        let dmixed = view(d.mixed, pairs, 2 * wide);
        let dpairs = view_mut(gradients.pairs, c, 2 * wide);
        matmul(one, view(at.u, pairs, c).reversed_axes(), dmixed, zero, dpairs);
        let to_pairs = view(weights.pairs, c, 2 * wide).reversed_axes();
        matmul(one, dmixed, to_pairs, zero, view_mut(d.u, pairs, c));
        for ((du, mask), features) in
            d.u.chunks_mut(n * n * c).zip(mask.chunks(n)).zip(d.features.chunks(n * 5 * c))
        {
            means::add_gradient(features, mask, c, du);
        }
        // Through the first normalisation, and past the block.
        let (gamma, beta) = weights.before.split_at(c);
        normalize_gradient(x, gamma, beta, true, d.u, dx, gradients.before);
        for (dx, &dy) in dx.iter_mut().zip(dy) {
            *dx += dy;
        }
    }
}
