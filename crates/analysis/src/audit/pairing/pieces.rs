//! Codes cut into the pieces that are judged by themselves.

use groups::{Block, BlockKind};
use ndarray::{Array2, ArrayView1, Axis};
use serde::Serialize;

/// A kind of block fits where `‖w − ρ(g)z‖` is at most this share of `‖w − z‖`; a single block may be
/// off by twice as much.
pub(super) const FITS: f64 = 0.25;

/// Less than this share of the distance of two codes is no motion, if nothing tells how exact codes
/// are.
pub(super) const STILL: f64 = 1e-3;

/// More than this share is motion, however inexact codes are.
pub(super) const MOTION: f64 = 0.1;

/// Blocks smaller than this share of the largest are rounding errors of single precision.
const SMALLEST: f64 = 1e-6;

/// What a kind of block says of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Says {
    /// It moves as the action says.
    Fits,
    /// It does not move, and need not: it would fit another action as well.
    Nothing,
    /// It is too small beside other blocks to be more than rounding.
    TooSmall,
    /// It moves otherwise.
    Against,
    /// It moves by the opposite sign: the block has another parity, or a sign too much.
    OppositeSign,
}

/// How the blocks of one kind move.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// The kind, as the representation names it.
    pub name: String,
    /// How many blocks are of it.
    pub blocks: usize,
    /// RMS of `‖w − z‖` beside the RMS distance of two codes, in these blocks.
    pub moved: f64,
    /// RMS of `‖w − ρ(g)z‖` beside the same.
    pub off: f64,
    /// What follows.
    pub says: Says,
}

/// Where the pieces of a representation lie: blocks, and of node features each feature.
pub(super) struct Pieces {
    /// The piece of each coordinate.
    of: Vec<usize>,
    /// The kind of each piece.
    kind: Vec<usize>,
    /// The names of kinds.
    names: Vec<String>,
}

impl Pieces {
    pub(super) fn new(blocks: &[Block]) -> Self {
        let mut pieces = Self { of: vec![], kind: vec![], names: vec![] };
        for block in blocks {
            let known = pieces.names.iter().position(|name| *name == block.name);
            let kind = known.unwrap_or_else(|| {
                pieces.names.push(block.name.clone());
                pieces.names.len() - 1
            });
            let first = pieces.kind.len();
            let count = match block.kind {
                BlockKind::NodeFeatures { features, .. } => features,
                _ => 1,
            };
            pieces.of.extend((0..block.dim).map(|j| first + j % count));
            pieces.kind.resize(first + count, kind);
        }
        pieces
    }

    /// The RMS over rows of the length of each piece of `a − sign·b`.
    fn rms(&self, a: &Array2<f64>, b: &Array2<f64>, sign: f64) -> Vec<f64> {
        let mut squares = vec![0.0; self.kind.len()];
        for (a, b) in a.rows().into_iter().zip(b.rows()) {
            for ((a, b), piece) in a.iter().zip(b).zip(&self.of) {
                let difference = a - sign * b;
                squares[*piece] += difference * difference;
            }
        }
        squares.into_iter().map(|s| (s / a.nrows() as f64).sqrt()).collect()
    }

    /// The RMS distance of two rows, by piece; where all are alike their size.
    fn scales(&self, codes: &Array2<f64>) -> Vec<f64> {
        let n = codes.nrows() as f64;
        let mean = codes.sum_axis(Axis(0)) / n;
        let around = |centre: ArrayView1<'_, f64>| {
            self.rms(codes, &Array2::from_shape_fn(codes.dim(), |(_, j)| centre[j]), 1.0)
        };
        let sizes = around(mean.mapv(|_| 0.0).view());
        let spreads = around(mean.view());
        let of = |(size, spread): (&f64, &f64)| match *spread > SMALLEST * size {
            true => spread * (2.0 * n / (n - 1.0)).sqrt(),
            false => *size,
        };
        sizes.iter().zip(&spreads).map(of).collect()
    }
}

/// How far the pieces of codes moved, each in its own scale.
pub(super) struct Motion<'a> {
    pieces: &'a Pieces,
    w: &'a Array2<f64>,
    scales: Vec<f64>,
    /// Whether a piece is more than rounding.
    counts: Vec<bool>,
    moved: Vec<f64>,
}

impl<'a> Motion<'a> {
    pub(super) fn new(pieces: &'a Pieces, z: &Array2<f64>, w: &'a Array2<f64>) -> Self {
        let scales: Vec<f64> =
            pieces.scales(z).iter().zip(&pieces.scales(w)).map(|(a, b)| a.max(*b)).collect();
        let largest = scales.iter().copied().fold(0.0, f64::max);
        let counts: Vec<bool> = scales.iter().map(|s| *s > SMALLEST * largest).collect();
        let moved = own(pieces.rms(w, z, 1.0), &scales);
        Self { pieces, w, scales, counts, moved }
    }

    /// A factor for each coordinate that brings all pieces to one scale.
    pub(super) fn weights(&self) -> Vec<f64> {
        let weight = |piece: &usize| match self.counts[*piece] {
            true => 1.0 / self.scales[*piece],
            false => 0.0,
        };
        self.pieces.of.iter().map(weight).collect()
    }

    /// How much an image `ρ(g)z` is off, each piece in its own scale.
    pub(super) fn off(&self, image: &Array2<f64>, sign: f64) -> Vec<f64> {
        own(self.pieces.rms(self.w, image, sign), &self.scales)
    }

    /// What is taken for no motion: as much as what moves rightly is off, within bounds.
    fn still(&self, off: &[f64]) -> f64 {
        let pairs = off.iter().zip(&self.moved).zip(&self.counts);
        let mut noise: Vec<f64> = pairs
            .filter(|((off, moved), counts)| {
                **counts && **moved > MOTION && **off <= FITS * **moved
            })
            .map(|((off, _), _)| *off)
            .collect();
        noise.sort_by(f64::total_cmp);
        let median = noise.get(noise.len() / 2).copied().unwrap_or(0.0);
        (3.0 * median).clamp(STILL, MOTION)
    }

    /// `(‖w − ρ(g)z‖ / ‖w − z‖)` of each kind: of its blocks together, each in its own scale, or half
    /// that of its worst one.
    fn by_kind(&self, off: &[f64], still: f64) -> Vec<f64> {
        let mut sums = vec![(0.0, 0.0, 0.0f64); self.pieces.names.len()];
        for (piece, kind) in self.pieces.kind.iter().enumerate().filter(|(i, _)| self.counts[*i]) {
            let (off, moved) = (off[piece], self.moved[piece].max(still / FITS));
            let (above, below, worst) = &mut sums[*kind];
            *above += off * off;
            *below += moved * moved;
            *worst = worst.max(off / moved);
        }
        let ratio = |(above, below, worst): (f64, f64, f64)| match below {
            0.0 => 0.0,
            _ => (above / below).sqrt().max(0.5 * worst),
        };
        sums.into_iter().map(ratio).collect()
    }

    /// That of the worst kind.
    pub(super) fn residual(&self, image: &Array2<f64>) -> f64 {
        let off = self.off(image, 1.0);
        self.by_kind(&off, self.still(&off)).into_iter().fold(0.0, f64::max)
    }

    /// What each kind says of an image.
    pub(super) fn parts(&self, image: &Array2<f64>) -> Vec<Part> {
        let off = self.off(image, 1.0);
        let still = self.still(&off);
        let opposite = self.by_kind(&self.off(image, -1.0), still);
        let fits = self.by_kind(&off, still);
        let part = |(kind, name): (usize, &String)| {
            let of_kind = |values: &[f64]| {
                let own: Vec<f64> = (0..values.len())
                    .filter(|i| self.pieces.kind[*i] == kind && self.counts[*i])
                    .map(|i| values[i] * values[i])
                    .collect();
                (own.iter().sum::<f64>() / own.len().max(1) as f64).sqrt()
            };
            let counted = |i: &usize| self.pieces.kind[*i] == kind && self.counts[*i];
            let (moved, off) = (of_kind(&self.moved), of_kind(&off));
            let says = match (0..self.counts.len()).any(|i| counted(&i)) {
                false => Says::TooSmall,
                true if fits[kind] > FITS && opposite[kind] <= FITS && moved > MOTION => {
                    Says::OppositeSign
                }
                true if fits[kind] > FITS => Says::Against,
                true if off <= FITS * moved && moved > 10.0 * f64::EPSILON => Says::Fits,
                true => Says::Nothing,
            };
            let blocks = self.pieces.kind.iter().filter(|k| **k == kind).count();
            Part { name: name.clone(), blocks, moved, off, says }
        };
        self.pieces.names.iter().enumerate().map(part).collect()
    }

    /// Whether what moves is what the image leaves where it is, and no more than inexact codes would:
    /// noise, or another action.
    pub(super) fn may_be_noise(&self, z: &Array2<f64>, image: &Array2<f64>) -> bool {
        let off = self.off(image, 1.0);
        let predicted = own(self.pieces.rms(z, image, 1.0), &self.scales);
        (0..off.len())
            .filter(|i| self.counts[*i])
            .all(|i| predicted[i] <= STILL && off[i] <= MOTION)
    }
}

fn own(lengths: Vec<f64>, scales: &[f64]) -> Vec<f64> {
    let share = |(length, scale): (f64, &f64)| if length > 0.0 { length / scale } else { 0.0 };
    lengths.into_iter().zip(scales).map(share).collect()
}
