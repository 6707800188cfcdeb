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
        (side(self.windows.0, self.source.0), side(self.windows.1, self.source.1))
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
            let source = Lines { data: &sample[y * w..], stride: h * w };
            transpose(source, c, w, &mut padded[start..], d * c);
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

/// The rows of a matrix, at a distance of `stride` from each other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lines<'a, T> {
    pub(crate) data: &'a [T],
    pub(crate) stride: usize,
}

/// `(rows, columns)` to `(columns, rows)`, the latter with lines at a distance of `stride`.
pub(crate) fn transpose<T: Element>(
    from: Lines<'_, T>,
    rows: usize,
    columns: usize,
    to: &mut [T],
    stride: usize,
) {
    // Several lines at once: reads go along the lines, writes fill half a cache line.
    const LINES: usize = 8;
    if rows == 0 || columns == 0 {
        return;
    }
    let whole = rows - rows % LINES;
    for r in (0..whole).step_by(LINES) {
        let lines: [&[T]; LINES] =
            std::array::from_fn(|i| &from.data[(r + i) * from.stride..][..columns]);
        for (c, out) in to[r..].chunks_mut(stride).take(columns).enumerate() {
            let out = &mut out[..LINES];
            for i in 0..LINES {
                out[i] = lines[i][c];
            }
        }
    }
    for r in whole..rows {
        let line = &from.data[r * from.stride..][..columns];
        for (&v, out) in line.iter().zip(to[r..].iter_mut().step_by(stride)) {
            *out = v;
        }
    }
}
