//! Convolution by the values of polynomials, tile by tile: Toom–Cook's multiplication, which
//! Winograd showed to be minimal.
//!
//! One-dimensional first. With filters of `k` taps and tiles of `m` outputs, `m + k = 9`, each tile
//! reads eight inputs. For eight points `p_i` (one of them at infinity) there are matrices such that
//!
//! `Σ_j Σ_t y_j g_t d_{j+t} = Σ_i (A y)_i (G g)_i (Bᵀ d)_i`:
//!
//! `A` evaluates the polynomial with coefficients `y` at the points, `G` does so for `g` and divides
//! by `N_i(p_i)`, and row `i` of `Bᵀ` holds the coefficients of `N_i(x) = Π_{j≠i} (x − p_j)`. Read as a
//! form in `y` this is a convolution, in `g` the gradient of the filter. In two dimensions all three
//! act on rows and columns, and 64 products take the place of `m²k²`: 400 for `k = 5`, 324 for
//! `k = 3`. Summed over channels, each of the 64 is a dense product of matrices.
//!
//! The points `0, ±1, ±2, ±1/2, ∞` keep rounding small: the test below holds it to `3·10⁻⁵` of the
//! largest output in `f32`.
//!
//! Sources: Lavin & Gray, *Fast Algorithms for Convolutional Neural Networks*, CVPR 2016; for the points
//! Barabasz et al., *Error analysis and improving the accuracy of Winograd convolution*, ACM TOMS 2020.

mod filters;
mod tiles;
mod transform;

use groups::linalg::matmul;
use rayon::prelude::*;

use self::filters::Filters;
use self::tiles::{Grid, Planes, outputs, read};
use self::transform::{PRODUCTS, Way};
use super::super::element::{Element, Scratch, sized, sum_parts};
use super::kernel::{Conv2d, Sizes};

/// With fewer channels the transforms cost more than the products save.
const FEWEST_CHANNELS: usize = 16;
/// Samples whose filter gradients are summed by one task. Fixed, so that sums do not depend on the
/// number of threads.
const SAMPLES_PER_TASK: usize = 16;

/// Whether tiles save enough of the products of `conv` to be worth their transforms.
pub(super) fn pays(conv: &Conv2d, s: &Sizes) -> bool {
    let (k, positions) = (conv.support.side(), s.target.0 * s.target.1);
    if conv.stride != 1 || !(3..=7).contains(&k) || s.c_in.min(s.c_out) < FEWEST_CHANNELS {
        return false;
    }
    let grid = Grid::new(k, conv.padding, s.source, s.target);
    2 * grid.count() * PRODUCTS <= positions * conv.support.len()
}

/// `y`, without bias. What is left to do to outputs is done to those of some samples at a time.
pub(super) fn forward<T: Element>(
    conv: &Conv2d,
    x: &[T],
    w: &[T],
    s: &Sizes,
    finish: impl Fn(&mut [T]) + Sync,
) -> Vec<T> {
    let k = conv.support.side();
    let grid = Grid::new(k, conv.padding, s.source, s.target);
    let filters = Filters { outer: s.c_in, inner: s.c_out, k };
    let place = |i, o, tap| (o * s.c_in + i) * k * k + tap;
    let transformed = filters.evaluate(w, &conv.support, place);
    let (size_in, size_out) = s.samples();
    let mut y = vec![T::zero(); s.batch * size_out];
    if y.is_empty() {
        return y;
    }
    let stack = grid.stack();
    y.par_chunks_mut(stack * size_out).zip(x.par_chunks(stack * size_in)).for_each(|(y, x)| {
        T::with_scratch(|scratch| {
            let Scratch { padded, patches, dense, .. } = scratch;
            let rows = x.len() / size_in * grid.count();
            let (inputs, written) =
                (Planes { rows, channels: s.c_in }, Planes { rows, channels: s.c_out });
            let patches = sized(patches, inputs.len());
            let dense = sized(dense, written.len());
            read(&grid, Way::Interpolated, x, inputs, padded, patches);
            for product in 0..PRODUCTS {
                let (a, b) = (inputs.view(patches, product), filters.view(&transformed, product));
                matmul(T::one(), a, b, T::zero(), written.view_mut(dense, product));
            }
            outputs(&grid, dense, written, padded, y);
            finish(y);
        });
    });
    y
}

/// Gradients of input and filters.
pub(super) fn backward<T: Element>(
    conv: &Conv2d,
    x: &[T],
    w: &[T],
    dy: &[T],
    s: &Sizes,
) -> (Vec<T>, Vec<T>) {
    let k = conv.support.side();
    // The input gradient is a convolution of the output gradient with filters that are turned, and
    // that convolution's filter gradient, turned back, the one that is wanted.
    let grid = Grid::new(k, k - 1 - conv.padding, s.target, s.source);
    let filters = Filters { outer: s.c_out, inner: s.c_in, k };
    let place = |o, i, tap| (o * s.c_in + i) * k * k + (k * k - 1 - tap);
    let support = conv.support.flipped();
    let transformed = filters.evaluate(w, &support, place);
    let (size_in, size_out) = s.samples();
    let mut dx = vec![T::zero(); s.batch * size_in];
    let stack = grid.stack();
    let task = SAMPLES_PER_TASK / stack * stack;
    let parts: Vec<Vec<T>> = dx
        .par_chunks_mut(task * size_in)
        .zip(x.par_chunks(task * size_in))
        .zip(dy.par_chunks(task * size_out))
        .map(|((dx, x), dy)| {
            let mut part = vec![T::zero(); filters.planes().len()];
            T::with_scratch(|scratch| {
                let Scratch { padded, patches, dense, evaluated } = scratch;
                let stacks = dx
                    .chunks_mut(stack * size_in)
                    .zip(x.chunks(stack * size_in))
                    .zip(dy.chunks(stack * size_out));
                for (group, ((dx, x), dy)) in stacks.enumerate() {
                    let rows = x.len() / size_in * grid.count();
                    let inputs = Planes { rows, channels: s.c_out };
                    let written = Planes { rows, channels: s.c_in };
                    let patches = sized(patches, inputs.len());
                    let dense = sized(dense, written.len());
                    let evaluated = sized(evaluated, written.len());
                    read(&grid, Way::Interpolated, dy, inputs, padded, patches);
                    read(&grid, Way::Values(grid.side), x, written, padded, evaluated);
                    let beta = if group == 0 { T::zero() } else { T::one() };
                    for product in 0..PRODUCTS {
                        let a = inputs.view(patches, product);
                        let b = filters.view(&transformed, product);
                        matmul(T::one(), a, b, T::zero(), written.view_mut(dense, product));
                        let b = written.view(evaluated, product);
                        let sums = filters.planes().view_mut(&mut part, product);
                        matmul(T::one(), a.reversed_axes(), b, beta, sums);
                    }
                    outputs(&grid, dense, written, padded, dx);
                }
            });
            part
        })
        .collect();
    let total = sum_parts(&parts, filters.planes().len());
    let mut dw = vec![T::zero(); w.len()];
    dw.par_chunks_mut(s.c_in * k * k).enumerate().for_each(|(o, dw)| {
        filters.collect(&total, o, &support, |i, tap, v| dw[i * k * k + (k * k - 1 - tap)] = v);
    });
    (dx, dw)
}

#[cfg(test)]
mod tests {
    use super::super::super::FilterSupport;
    use super::*;

    fn wave(seed: usize, len: usize) -> Vec<f64> {
        (0..len)
            .map(|i| ((i + seed * 7919) * 2_654_435_761 % 100_003) as f64 / 50_001.0 - 1.0)
            .collect()
    }

    fn largest(a: &[f64], b: &[f64]) -> f64 {
        let scale = b.iter().fold(0.0f64, |m, v| m.max(v.abs()));
        a.iter().zip(b).fold(0.0f64, |m, (a, b)| m.max((a - b).abs())) / scale
    }

    /// Tiles give what windows give: forward, both gradients, in both precisions.
    #[test]
    fn tiles_are_windows() {
        let narrow = |v: &[f64]| v.iter().map(|v| *v as f32).collect::<Vec<_>>();
        let wide = |v: &[f32]| v.iter().map(|v| f64::from(*v)).collect::<Vec<_>>();
        let mut tried = 0;
        for k in 3..=7 {
            for (side, padding, disc) in [(14, k / 2, true), (13, k - 1, false), (9, 0, true)] {
                for (batch, c_in, c_out) in [(3, 64, 40), (19, 17, 24)] {
                    let support = match disc {
                        true => FilterSupport::disc(k, k as f64 / 2.0),
                        false => FilterSupport::full(k),
                    };
                    let conv =
                        Conv2d { padding, stride: 1, needs_input_grad: true, relu: false, support };
                    let s =
                        conv.sizes(&[batch, c_in, side, side + 1], &[c_out, c_in, k, k]).unwrap();
                    let x = wave(1, batch * c_in * side * (side + 1));
                    let w = wave(2, c_out * c_in * k * k);
                    let dy = wave(3, batch * c_out * s.target.0 * s.target.1);
                    let (y, (dx, dw)) =
                        (conv.direct(&x, &w, &s, |_| ()), conv.direct_backward(&x, &w, &dy, &s));
                    let dx = dx.unwrap();
                    let (fy, (fdx, fdw)) =
                        (forward(&conv, &x, &w, &s, |_| ()), backward(&conv, &x, &w, &dy, &s));
                    let (x, w, dy) = (narrow(&x), narrow(&w), narrow(&dy));
                    let (sy, (sdx, sdw)) =
                        (forward(&conv, &x, &w, &s, |_| ()), backward(&conv, &x, &w, &dy, &s));
                    for (fast, single, plain) in [(fy, sy, y), (fdx, sdx, dx), (fdw, sdw, dw)] {
                        assert!(largest(&fast, &plain) < 1e-13, "{conv:?} {s:?}");
                        let off = largest(&wide(&single), &plain);
                        assert!(off < 3e-5, "{conv:?} {s:?}: {off}");
                    }
                    tried += 1;
                }
            }
        }
        assert_eq!(tried, 30);
    }
}
