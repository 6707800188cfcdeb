//! How tiles cover samples.

use ndarray::{ArrayView2, ArrayViewMut2, ShapeBuilder};

use super::super::super::element::{Element, sized};
use super::super::super::patches::{Lines, transpose};
use super::SAMPLES_PER_TASK;
use super::transform::{Coefficients, LANES, Map, POINTS, PRODUCTS, Products, Way};

/// Tiles that a product should have to run at full speed; those of several samples are stacked up
/// to it.
const TILES_PER_PRODUCT: usize = 64;

/// How tiles cover the outputs of a convolution of stride 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    /// Outputs of a tile in each direction, `m`.
    pub(super) side: usize,
    /// Tiles down and across.
    tiles: (usize, usize),
    /// Zeros above and to the left of the source.
    margin: usize,
    /// Height and width of what is read.
    source: (usize, usize),
    /// Height and width of what is written.
    target: (usize, usize),
}

impl Grid {
    pub(super) fn new(
        kernel: usize,
        margin: usize,
        source: (usize, usize),
        target: (usize, usize),
    ) -> Self {
        let side = POINTS + 1 - kernel;
        let tiles = (target.0.div_ceil(side), target.1.div_ceil(side));
        Self { side, tiles, margin, source, target }
    }

    pub(super) fn count(&self) -> usize {
        self.tiles.0 * self.tiles.1
    }

    /// Samples that are multiplied together.
    pub(super) fn stack(&self) -> usize {
        TILES_PER_PRODUCT.div_ceil(self.count().max(1)).min(SAMPLES_PER_TASK)
    }

    /// Calls `f(place, channel, at)` for each tile and each lane of channels of a sample: the place of
    /// its first output, its first channel, and where its first product lies.
    fn each(&self, planes: Planes, sample: usize, mut f: impl FnMut((usize, usize), usize, usize)) {
        for tile in 0..self.count() {
            let (row, column) = (tile / self.tiles.1, tile % self.tiles.1);
            for channel in (0..planes.row()).step_by(LANES) {
                let at = (sample * self.count() + tile) * planes.row() + channel;
                f((row * self.side, column * self.side), channel, at);
            }
        }
    }
}

/// The 64 matrices of a transform, `(tiles, channels)` each; rows and matrices lie a little further
/// apart than need be, so that lanes are whole and matrices do not share cache sets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Planes {
    pub(super) rows: usize,
    pub(super) channels: usize,
}

impl Planes {
    pub(super) fn row(&self) -> usize {
        self.channels.next_multiple_of(LANES)
    }

    pub(super) fn plane(&self) -> usize {
        self.rows * self.row() + LANES
    }

    pub(super) fn len(&self) -> usize {
        PRODUCTS * self.plane()
    }

    pub(super) fn view<'a, T: Element>(&self, data: &'a [T], product: usize) -> ArrayView2<'a, T> {
        let shape = (self.rows, self.channels).strides((self.row(), 1));
        ArrayView2::from_shape(shape, &data[product * self.plane()..])
            .unwrap_or_else(|_| unreachable!())
    }

    pub(super) fn view_mut<'a, T: Element>(
        &self,
        data: &'a mut [T],
        product: usize,
    ) -> ArrayViewMut2<'a, T> {
        let shape = (self.rows, self.channels).strides((self.row(), 1));
        ArrayViewMut2::from_shape(shape, &mut data[product * self.plane()..])
            .unwrap_or_else(|_| unreachable!())
    }
}

/// The products of every tile of every sample: of the inputs that it reads, or of values where it writes.
pub(super) fn read<T: Element>(
    grid: &Grid,
    way: Way,
    samples: &[T],
    planes: Planes,
    last: &mut Vec<T>,
    out: &mut [T],
) {
    let arch = pulp::Arch::new();
    let (size, offset) = match way {
        Way::Interpolated => (grid.source, -(grid.margin as isize)),
        Way::Values(_) => (grid.target, 0),
    };
    for (i, sample) in samples.chunks_exact(planes.channels * size.0 * size.1).enumerate() {
        let from = Map::of(sample, size, planes, last);
        grid.each(planes, i, |(y, x), channel, at| {
            let (y, x) = (y as isize + offset, x as isize + offset);
            let (to, apart) = (&mut out[at..], planes.plane());
            arch.dispatch(Products { way, from, y, x, channel, to, apart });
        });
    }
}

/// `Aᵀ p A` of every tile, as samples.
pub(super) fn outputs<T: Element>(
    grid: &Grid,
    products: &[T],
    planes: Planes,
    last: &mut Vec<T>,
    out: &mut [T],
) {
    let ((h, w), arch) = (grid.target, pulp::Arch::new());
    let line = planes.row();
    let last = sized(last, h * w * line);
    for (i, sample) in out.chunks_exact_mut(planes.channels * h * w).enumerate() {
        grid.each(planes, i, |(y, x), channel, at| {
            arch.dispatch(Coefficients {
                n: grid.side,
                from: &products[at..],
                apart: planes.plane(),
                // Outputs of a tile that reaches beyond the target are dropped.
                rows: grid.side.min(h - y),
                columns: grid.side.min(w - x),
                to: &mut last[(y * w + x) * line + channel..],
                down: w * line,
                across: line,
            });
        });
        transpose(Lines { data: last, stride: line }, h * w, planes.channels, sample, h * w);
    }
}
