//! Banks of filters, transformed and back.

use ndarray::ArrayView2;
use rayon::prelude::*;

use super::super::super::FilterSupport;
use super::super::super::element::Element;
use super::tiles::Planes;
use super::transform::{Coefficients, LANES, Map, PRODUCTS, Products, Way, lane, scale};

/// A bank of filters as one matrix for each product: `(outer, inner)` channels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filters {
    pub(super) outer: usize,
    pub(super) inner: usize,
    pub(super) k: usize,
}

impl Filters {
    pub(super) fn planes(&self) -> Planes {
        Planes { rows: self.outer, channels: self.inner }
    }

    pub(super) fn view<'a, T: Element>(&self, data: &'a [T], product: usize) -> ArrayView2<'a, T> {
        self.planes().view(data, product)
    }

    /// `G g Gᵀ` of every filter. The weight of a tap for two channels lies at `place(outer, inner, tap)`.
    pub(super) fn evaluate<T: Element>(
        &self,
        w: &[T],
        support: &FilterSupport,
        place: impl Fn(usize, usize, usize) -> usize + Sync,
    ) -> Vec<T> {
        let (planes, k, arch) = (self.planes(), self.k, pulp::Arch::new());
        let row = planes.row();
        let lines: Vec<Vec<T>> = (0..self.outer)
            .into_par_iter()
            .map(|outer| {
                let mut line = vec![T::zero(); PRODUCTS * row];
                let mut taps = vec![T::zero(); k * k * LANES];
                for first in (0..self.inner).step_by(LANES) {
                    let count = LANES.min(self.inner - first);
                    for tap in support.taps().map(|(i, j)| i * k + j) {
                        for l in 0..count {
                            taps[tap * LANES + l] = w[place(outer, first + l, tap)];
                        }
                        taps[tap * LANES..][count..LANES].fill(T::zero());
                    }
                    let from = Map { data: &taps, size: (k, k), line: LANES };
                    let to = &mut line[first..];
                    let (way, y, x, channel, apart) = (Way::Values(k), 0, 0, 0, row);
                    arch.dispatch(Products { way, from, y, x, channel, to, apart });
                }
                line
            })
            .collect();
        let mut out = vec![T::zero(); planes.len()];
        out.par_chunks_mut(planes.plane()).enumerate().for_each(|(product, out)| {
            let scale = T::of(scale(product));
            for (out, line) in out.chunks_exact_mut(row).zip(&lines) {
                for (out, value) in out.iter_mut().zip(&line[product * row..]) {
                    *out = *value * scale;
                }
            }
        });
        out
    }

    /// `Gᵀ p G` for the filters of an outer channel, to `write(inner, tap, value)`.
    pub(super) fn collect<T: Element>(
        &self,
        products: &[T],
        outer: usize,
        support: &FilterSupport,
        mut write: impl FnMut(usize, usize, T),
    ) {
        let (planes, k, arch) = (self.planes(), self.k, pulp::Arch::new());
        let mut taps = vec![T::zero(); k * k * LANES];
        let mut scaled = [T::zero(); PRODUCTS * LANES];
        for first in (0..self.inner).step_by(LANES) {
            for (product, scaled) in scaled.chunks_exact_mut(LANES).enumerate() {
                let at = product * planes.plane() + outer * planes.row() + first;
                let scale = T::of(scale(product));
                for (to, value) in scaled.iter_mut().zip(lane(products, at)) {
                    *to = *value * scale;
                }
            }
            arch.dispatch(Coefficients {
                n: k,
                from: &scaled,
                apart: LANES,
                rows: k,
                columns: k,
                to: &mut taps,
                down: k * LANES,
                across: LANES,
            });
            for tap in support.taps().map(|(i, j)| i * k + j) {
                for (l, &v) in
                    taps[tap * LANES..].iter().enumerate().take(LANES.min(self.inner - first))
                {
                    write(first + l, tap, v);
                }
            }
        }
    }
}
