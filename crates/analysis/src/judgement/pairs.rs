//! Pairs of codes, easy and hard, with their exact quotient distances.

use std::f64::consts::TAU;

use groups::quotient::QuotientMetric;
use groups::{BlockKind, FiniteGroup, Representation};
use ndarray::{Array2, ArrayView1, ArrayView2, Axis};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

use super::{Cone, Family, Floor};

/// How far apart close pairs are, as a part of the size of the codes.
pub(super) const CLOSE: f64 = 1e-3;

/// Points on the circle of a cone.
const CIRCLE: usize = 96;

/// Powers of an element over which is averaged to find what it leaves alone.
const LONGEST_CYCLE: usize = 1000;

/// Pairs `(z, w)`, row by row, and `d([z],[w])`.
#[derive(Debug, Clone)]
pub(super) struct Pairs {
    pub(super) family: Family,
    pub(super) z: Array2<f64>,
    pub(super) w: Array2<f64>,
    pub(super) d: Vec<f64>,
}

impl Pairs {
    pub(super) fn measured<G: FiniteGroup>(
        family: Family,
        z: Array2<f64>,
        w: Array2<f64>,
        metric: &QuotientMetric<G>,
    ) -> Self {
        let d = distances(metric, z.view(), w.view());
        Self { family, z, w, d }
    }
}

/// The quotient distance of each row of `z` to the same row of `w`, in parallel.
pub(super) fn distances<G: FiniteGroup>(
    metric: &QuotientMetric<G>,
    z: ArrayView2<'_, f64>,
    w: ArrayView2<'_, f64>,
) -> Vec<f64> {
    (0..z.nrows())
        .into_par_iter()
        .map(|i| metric.distance(&z.row(i).to_vec(), &w.row(i).to_vec()))
        .collect()
}

/// The root mean square of the norms of codes.
pub(super) fn size(codes: ArrayView2<'_, f64>) -> f64 {
    let squares: f64 = codes.iter().map(|v| v * v).sum();
    (squares / codes.nrows().max(1) as f64).sqrt()
}

/// A generator for one purpose.
pub(super) fn generator(seed: u64, purpose: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(purpose);
    rng
}

/// A random direction of length 1.
pub(super) fn direction(dim: usize, rng: &mut ChaCha8Rng) -> Vec<f64> {
    loop {
        let v: Vec<f64> = (0..dim).map(|_| StandardNormal.sample(rng)).collect();
        let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt();
        if norm > 1e-9 {
            return v.into_iter().map(|x| x / norm).collect();
        }
    }
}

/// Draws pairs of all families that the representation has.
pub(super) struct Draw<'a, G: FiniteGroup> {
    pub(super) representation: &'a Representation<G>,
    pub(super) metric: &'a QuotientMetric<G>,
    pub(super) codes: ArrayView2<'a, f64>,
    pub(super) floor: &'a Floor,
    pub(super) count: usize,
    pub(super) seed: u64,
}

impl<G: FiniteGroup> Draw<'_, G> {
    pub(super) fn all(&self) -> Vec<Pairs> {
        let blocks = self.representation.blocks();
        let regular = blocks.iter().any(|b| b.kind == BlockKind::Regular);
        let mut all = vec![self.random(), self.close(), self.near_stabilizers()];
        if let Some(cone) = &self.floor.cone {
            all.push(self.cone(cone));
        }
        if regular {
            all.push(self.impostors(Family::Reversal, |z, _| self.reversed(z)));
        }
        if blocks.iter().filter(|b| b.kind != BlockKind::Trivial).count() > 1 {
            all.push(self.impostors(Family::FieldShift, |z, rng| self.shifted(z, rng)));
        }
        let wide = |kind: BlockKind| matches!(kind, BlockKind::NodeFeatures { features, .. } if features > 1);
        if blocks.iter().any(|b| wide(b.kind)) {
            all.push(self.impostors(Family::ColumnShuffle, |z, rng| self.shuffled(z, rng)));
        }
        all
    }

    /// `count` pairs, each made by `pair`.
    fn pairs(&self, family: Family, pair: impl Fn(&mut ChaCha8Rng) -> [Vec<f64>; 2]) -> Pairs {
        let mut rng = generator(self.seed, family as u64);
        let dim = self.representation.dim();
        let (mut z, mut w) = (Array2::zeros((self.count, dim)), Array2::zeros((self.count, dim)));
        for (mut z, mut w) in z.rows_mut().into_iter().zip(w.rows_mut()) {
            let [a, b] = pair(&mut rng);
            z.assign(&ArrayView1::from(&a));
            w.assign(&ArrayView1::from(&b));
        }
        Pairs::measured(family, z, w, self.metric)
    }

    fn code(&self, rng: &mut ChaCha8Rng) -> Vec<f64> {
        self.codes.row(rng.random_range(0..self.codes.nrows())).to_vec()
    }

    fn random(&self) -> Pairs {
        let n = self.codes.nrows();
        self.pairs(Family::Random, |rng| {
            let i = rng.random_range(0..n);
            let j = (i + rng.random_range(1..n)) % n;
            [self.codes.row(i).to_vec(), self.codes.row(j).to_vec()]
        })
    }

    fn close(&self) -> Pairs {
        let length = CLOSE * size(self.codes);
        self.pairs(Family::Close, |rng| {
            let z = self.code(rng);
            let w = moved(&z, &direction(z.len(), rng), length);
            [z, w]
        })
    }

    /// Both codes of a pair about one code that an element leaves alone: of generators and of random
    /// elements in turn, at small distance of each other and at some.
    fn near_stabilizers(&self) -> Pairs {
        let generators = self.representation.group().generators();
        let length = size(self.codes);
        self.pairs(Family::NearStabilizer, |rng| {
            let g = match generators.len() {
                0 => self.representation.group().identity(),
                n if rng.random_bool(0.5) => generators[rng.random_range(0..n)].clone(),
                _ => self.representation.group().sample(rng),
            };
            let fixed = self.fixed(&self.code(rng), &g);
            let radius = length * if rng.random_bool(0.5) { CLOSE } else { 0.1 };
            let [a, b] = [0, 1].map(|_| direction(fixed.len(), rng));
            [moved(&fixed, &a, radius), moved(&fixed, &b, radius)]
        })
    }

    /// The mean of a code over the powers of an element; over its first thousand where it has more.
    fn fixed(&self, code: &[f64], g: &G::Element) -> Vec<f64> {
        let group = self.representation.group();
        let operator = self.representation.operator(g);
        let (mut sum, mut next) = (code.to_vec(), code.to_vec());
        let (mut power, mut count) = (g.clone(), 1);
        while power != group.identity() && count < LONGEST_CYCLE {
            next = operator.apply(&next);
            sum.iter_mut().zip(&next).for_each(|(s, v)| *s += v);
            power = group.compose(&power, g);
            count += 1;
        }
        sum.into_iter().map(|s| s / f64::from(count as u32)).collect()
    }

    /// Neighbours and opposite points of a circle about the tip, and pairs between.
    fn cone(&self, cone: &Cone) -> Pairs {
        let scale = size(self.codes);
        let zero_tip = cone.tip.iter().all(|v| *v == 0.0);
        let radius = if zero_tip { scale } else { 1e-2 * scale };
        let turn = TAU / cone.order as f64;
        let point = |step: usize| -> Vec<f64> {
            let (sin, cos) = (turn * (step % CIRCLE) as f64 / CIRCLE as f64).sin_cos();
            let offset = |i: usize| radius * (cos * cone.plane[0][i] + sin * cone.plane[1][i]);
            (0..self.representation.dim()).map(|i| scale * cone.tip[i] + offset(i)).collect()
        };
        let steps = [1, CIRCLE / 8, CIRCLE / 4, CIRCLE / 2];
        let rows: Vec<[Vec<f64>; 2]> = (0..CIRCLE)
            .flat_map(|i| steps.map(|step| (i, step)))
            .map(|(i, step)| [point(i), point(i + step)])
            .collect();
        let dim = self.representation.dim();
        let z = Array2::from_shape_fn((rows.len(), dim), |(i, j)| rows[i][0][j]);
        let w = Array2::from_shape_fn((rows.len(), dim), |(i, j)| rows[i][1][j]);
        Pairs::measured(Family::Cone, z, w, self.metric)
    }

    fn impostors(
        &self,
        family: Family,
        impostor: impl Fn(&[f64], &mut ChaCha8Rng) -> Vec<f64>,
    ) -> Pairs {
        self.pairs(family, |rng| {
            let z = self.code(rng);
            let w = impostor(&z, rng);
            [z, w]
        })
    }

    fn reversed(&self, z: &[f64]) -> Vec<f64> {
        let group = self.representation.group();
        let mut w = z.to_vec();
        for block in self.representation.blocks() {
            if block.kind == BlockKind::Regular {
                for (i, g) in group.elements().enumerate() {
                    w[block.offset + group.index(&group.inverse(&g))] = z[block.offset + i];
                }
            }
        }
        w
    }

    /// One block of the code moved by a random element.
    fn shifted(&self, z: &[f64], rng: &mut ChaCha8Rng) -> Vec<f64> {
        let blocks = self.representation.blocks();
        let block = &blocks[rng.random_range(0..blocks.len())];
        let turned = self.representation.act(&self.representation.group().sample(rng), z);
        let mut w = z.to_vec();
        let range = block.offset..block.offset + block.dim;
        w[range.clone()].copy_from_slice(&turned[range]);
        w
    }

    /// One column of each block of node features permuted.
    fn shuffled(&self, z: &[f64], rng: &mut ChaCha8Rng) -> Vec<f64> {
        let turned = self.representation.act(&self.representation.group().sample(rng), z);
        let mut w = z.to_vec();
        for block in self.representation.blocks() {
            if let BlockKind::NodeFeatures { nodes, features } = block.kind {
                let column = rng.random_range(0..features);
                for row in 0..nodes {
                    let at = block.offset + row * features + column;
                    w[at] = turned[at];
                }
            }
        }
        w
    }
}

/// `z + length·v`.
fn moved(z: &[f64], v: &[f64], length: f64) -> Vec<f64> {
    z.iter().zip(v).map(|(z, v)| z + length * v).collect()
}

/// Codes, each moved by a random element: what two encodings of things in random poses have.
pub(super) fn posed<G: FiniteGroup>(
    representation: &Representation<G>,
    codes: ArrayView2<'_, f64>,
    seed: u64,
) -> Array2<f64> {
    let mut rng = generator(seed, u64::MAX);
    let mut posed = codes.to_owned();
    for mut row in posed.axis_iter_mut(Axis(0)) {
        let g = representation.group().sample(&mut rng);
        let moved = representation.act(&g, &row.to_vec());
        row.assign(&ArrayView1::from(&moved));
    }
    posed
}
