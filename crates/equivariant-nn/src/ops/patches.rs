//! Gathering the windows of a sample into a matrix ("im2row").

use super::FilterSupport;
use super::element::{Element, sized};

/// How windows lie on one sample. Channels are last inside the buffers: a row of a window is then
/// one contiguous run, which is what makes the gathering cheap.
#[derive(Clone, Debug)]
pub(crate) struct Windows {
    /// Channels of the source.
    pub(crate) channels: usize,
    /// Height and width of the source.
    pub(crate) source: (usize, usize),
    /// Zeros above and to the left of the source.
    pub(crate) margin: usize,
    /// Distance between source pixels in the padded buffer.
    pub(crate) dilation: usize,
    /// Distance between neighbouring windows.
    pub(crate) stride: usize,
    /// Number of windows down and across.
    pub(crate) windows: (usize, usize),
    /// Taps of a window.
    pub(crate) support: FilterSupport,
}

impl Windows {
    /// Number of windows, the rows of the patch matrix.
    pub(crate) fn positions(&self) -> usize {
        self.windows.0 * self.windows.1
    }

    /// Taps times channels, the columns of the patch matrix.
    pub(crate) fn depth(&self) -> usize {
        self.support.len() * self.channels
    }

    fn padded(&self) -> (usize, usize) {
        let k = self.support.side();
        let side = |windows: usize, source: usize| {
            let needed = windows.saturating_sub(1) * self.stride + k;
            needed.max(self.margin + self.dilation * source.saturating_sub(1) + 1)
        };
        (
            side(self.windows.0, self.source.0),
            side(self.windows.1, self.source.1),
        )
    }

    /// Writes the patch matrix of one sample: `patches[position, (tap, channel)]`.
    pub(crate) fn gather<T: Element>(&self, sample: &[T], padded: &mut Vec<T>, patches: &mut [T]) {
        let (c, d, s) = (self.channels, self.dilation, self.stride);
        let (h, w) = self.source;
        let (rows, columns) = self.padded();
        let padded = sized(padded, rows * columns * c);
        padded.fill(T::zero());
        for y in 0..h {
            let start = ((self.margin + d * y) * columns + self.margin) * c;
            let line = &mut padded[start..];
            for channel in 0..c {
                let source = &sample[(channel * h + y) * w..][..w];
                for (&v, out) in source.iter().zip(line[channel..].iter_mut().step_by(d * c)) {
                    *out = v;
                }
            }
        }
        let runs: Vec<(usize, usize)> = self
            .support
            .rows()
            .iter()
            .enumerate()
            .filter(|(_, r)| !r.is_empty())
            .map(|(row, r)| ((row * columns + r.start) * c, r.len() * c))
            .collect();
        let depth = self.depth();
        for (position, patch) in patches.chunks_exact_mut(depth).enumerate() {
            let (y, x) = (position / self.windows.1, position % self.windows.1);
            let origin = (y * s * columns + x * s) * c;
            let mut rest = patch;
            for &(offset, len) in &runs {
                let (head, tail) = rest.split_at_mut(len);
                head.copy_from_slice(&padded[origin + offset..][..len]);
                rest = tail;
            }
        }
    }
}

/// `(rows, columns)` to `(columns, rows)`.
pub(crate) fn transpose<T: Element>(from: &[T], rows: usize, columns: usize, to: &mut [T]) {
    const TILE: usize = 16;
    for r0 in (0..rows).step_by(TILE) {
        let r1 = (r0 + TILE).min(rows);
        for c in 0..columns {
            let line = &mut to[c * rows + r0..c * rows + r1];
            for (out, r) in line.iter_mut().zip(r0..r1) {
                *out = from[r * columns + c];
            }
        }
    }
}
