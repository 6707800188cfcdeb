//! Pairs of codes that a projection may confuse.

use groups::{BlockKind, Element, Group, Space};
use ndarray::{Array1, Array2, ArrayView1};
use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};

/// A code and another one.
pub(super) type Pair = [Vec<f64>; 2];

/// Draws of each kind.
const DRAWS: usize = 3;

/// Distances from a symmetric code, beside the size of codes.
pub(super) const DECADES: [f64; 3] = [1e-2, 1e-3, 1e-4];

/// Standard normal numbers.
pub(super) fn normal<R: Rng + ?Sized>(dim: usize, rng: &mut R) -> Vec<f64> {
    (0..dim).map(|_| StandardNormal.sample(rng)).collect()
}

/// Random codes, each with impostors that are as random as the code itself: of equal length, scaled, with signs
/// changed, entries reversed or permuted within a block or a column, blocks exchanged, and parts moved while
/// others stay.
pub(super) fn impostors<R: Rng + ?Sized>(representation: &Space, rng: &mut R) -> Vec<Pair> {
    let dim = representation.dim();
    let blocks = representation.blocks();
    let mut pairs = Vec::new();
    for _ in 0..DRAWS {
        let z = normal(dim, rng);
        let length = norm(&z);
        let mut push = |w: Vec<f64>| pairs.push([z.clone(), w]);
        let other = normal(dim, rng);
        let factor = length / norm(&other);
        push(other.iter().map(|v| v * factor).collect());
        push(z.iter().map(|v| 1.5 * v).collect());
        push(z.iter().map(|v| -v).collect());
        push(z.iter().rev().copied().collect());
        let moved = representation.act(&representation.group().sample(rng), &z);
        // Half of the coordinates moved, whatever the blocks.
        push([&moved[..dim / 2], &z[dim / 2..]].concat());
        for block in &blocks {
            let range = block.offset..block.offset + block.dim;
            let mut with = |change: &mut dyn FnMut(&mut [f64])| {
                let mut w = z.clone();
                change(&mut w[range.clone()]);
                push(w);
            };
            with(&mut |part| part.copy_from_slice(&moved[range.clone()]));
            with(&mut |part| part.iter_mut().for_each(|v| *v = -*v));
            with(&mut |part| part.reverse());
            with(&mut |part| part[1..].reverse());
            with(&mut |part| shuffle(part, rng));
            with(&mut |part| {
                let (i, j) = (rng.random_range(0..part.len()), rng.random_range(0..part.len()));
                part.swap(i, j);
            });
            if let BlockKind::NodeFeatures { features, .. } = block.kind {
                let column = rng.random_range(0..features);
                with(&mut |part| {
                    let mut values: Vec<f64> =
                        part.iter().skip(column).step_by(features).copied().collect();
                    shuffle(&mut values, rng);
                    part.iter_mut()
                        .skip(column)
                        .step_by(features)
                        .zip(values)
                        .for_each(|(p, v)| *p = v);
                });
            }
        }
        // Blocks of one size exchanged.
        for (i, a) in blocks.iter().enumerate() {
            if let Some(b) = blocks[i + 1..].iter().find(|b| b.dim == a.dim) {
                let mut w = z.clone();
                (0..a.dim).for_each(|k| w.swap(a.offset + k, b.offset + k));
                push(w);
            }
        }
    }
    pairs
}

/// Codes of one length with few entries that are not zero, and with all of them equal or in steps.
pub(super) fn peaks<R: Rng + ?Sized>(dim: usize, rng: &mut R) -> Vec<Pair> {
    let unit = |v: Vec<f64>| {
        let factor = (dim as f64).sqrt() / norm(&v);
        v.into_iter().map(|v| v * factor).collect::<Vec<f64>>()
    };
    let steps = unit((1..=dim).map(|i| i as f64).collect());
    let mut codes = vec![steps, unit(vec![1.0; dim])];
    for _ in 0..DRAWS {
        let i = rng.random_range(0..dim);
        codes.push(unit((0..dim).map(|j| f64::from(i == j)).collect()));
        let k = rng.random_range(0..dim);
        codes.push(unit((0..dim).map(|j| f64::from(i == j) - 0.5 * f64::from(k == j)).collect()));
    }
    let all = codes.iter().enumerate();
    all.flat_map(|(i, z)| codes[..i].iter().map(|w| [z.clone(), w.clone()])).collect()
}

/// Pairs close to a code that an element leaves alone, in directions that it does not, by decades: each time
/// the same directions, nearer.
pub(super) fn near_symmetric<R: Rng + ?Sized>(
    representation: &Space,
    elements: &[Element],
    rng: &mut R,
) -> Vec<[Pair; DECADES.len()]> {
    let dim = representation.dim();
    let mut all = Vec::new();
    for g in elements {
        let operator = representation.operator(g);
        let mean = |code: Vec<f64>| {
            let (mut sum, mut next, mut count) = (Array1::from(code.clone()), code.clone(), 1.0);
            loop {
                next = operator.apply(&next);
                if next.iter().zip(&code).all(|(a, b)| (a - b).abs() < 1e-9) || count > 100.0 {
                    return (sum / count).to_vec();
                }
                sum += &ArrayView1::from(&next);
                count += 1.0;
            }
        };
        let tip = mean(normal(dim, rng));
        let mut away = || {
            let code = normal(dim, rng);
            let fixed = mean(code.clone());
            code.iter().zip(&fixed).map(|(v, f)| v - f).collect::<Vec<f64>>()
        };
        let [v, w] = [away(), away()];
        // An element that moves nothing.
        if norm(&v) < 1e-6 {
            continue;
        }
        let at = |v: &[f64], step: f64| tip.iter().zip(v).map(|(t, v)| t + step * v).collect();
        all.push(DECADES.map(|step| [at(&v, step), at(&w, step)]));
    }
    all
}

pub(super) fn norm(v: &[f64]) -> f64 {
    v.iter().map(|v| v * v).sum::<f64>().sqrt()
}

/// One code a row.
pub(super) fn rows(codes: &[&[f64]]) -> Array2<f64> {
    Array2::from_shape_fn((codes.len(), codes.first().map_or(0, |c| c.len())), |(i, j)| codes[i][j])
}

fn shuffle<R: Rng + ?Sized>(values: &mut [f64], rng: &mut R) {
    for i in (1..values.len()).rev() {
        values.swap(i, rng.random_range(0..=i));
    }
}
