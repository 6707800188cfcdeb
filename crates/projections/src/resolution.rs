//! What is left of a proof of separation in floating point.

use std::f64::consts::{PI, TAU};

use groups::quotient::QuotientMetric;
use groups::{FiniteGroup, Real, Representation};
use ndarray::{Array2, ArrayView1};

use crate::random::gaussian;
use crate::{Guarantee, Projection};

/// Images that differ by less than this many units of rounding, relative to their size, count as equal.
const ROUNDING: f64 = 1e2;

/// The largest group for which near-symmetric codes are tried.
const LARGEST_ORDER: usize = 64;

/// The largest space in which a random pair gets the same linear invariants.
const LARGEST_DIM: usize = 256;

/// Random codes.
const CODES: usize = 16;

/// Elements about whose fixed codes pairs are made.
const ELEMENTS: usize = 6;

/// How far apart pairs are at least, beside the size of the codes.
const APART: f64 = 0.05;

/// The least distance of two images, beside their size, over pairs of orbits that are apart.
///
/// Smooth invariants separate by products of many factors, of which little is left where the factors are
/// small: where codes are close to one that an element of order `r` leaves alone, all invariants of degrees
/// below `r` may agree. So proofs of separation for them say nothing about numbers, and a test decides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Resolution {
    /// Over random pairs of one length, with the same linear invariants where these are known.
    generic: f64,
    /// Over pairs near symmetric codes, at a twentieth of the codes' size.
    symmetric: f64,
}

impl Resolution {
    /// Nothing is known yet.
    pub(crate) const UNTRIED: Self = Self { generic: 0.0, symmetric: 0.0 };

    /// Tried on standard normal codes, and about those that some of the given elements leave alone.
    pub(crate) fn of<G: FiniteGroup, T: Real>(
        representation: &Representation<G>,
        elements: &[G::Element],
        projection: &(impl Projection<T> + ?Sized),
    ) -> Self {
        let pairs = random_pairs(representation);
        let Ok(metric) = QuotientMetric::new(representation) else {
            return Self { generic: least(projection, &pairs), symmetric: 0.0 };
        };
        let size = (representation.dim() as f64).sqrt();
        let apart = |mut pairs: Vec<[Vec<f64>; 2]>, share: f64| {
            pairs.retain(|[z, w]| metric.distance(z, w) > share * size);
            least(projection, &pairs)
        };
        // Codes of one length and one invariant part are one orbit where the rest is a line.
        let generic = apart(pairs.clone(), APART);
        if elements.is_empty() {
            return Self { generic, symmetric: 0.0 };
        }
        // Impostors that all invariants of even degree merge, but for linear ones in between.
        let mirrored = pairs.iter().map(|[z, _]| [z.clone(), z.iter().map(|v| -v).collect()]);
        let generic = generic.min(apart(mirrored.collect(), APART));
        // Steps of elements of large order are short.
        let symmetric = elements.iter().enumerate().map(|(i, h)| {
            let share = APART.min(half_step(powers(representation.group(), h)) / 2.0) / 2.0;
            apart(symmetric_pairs(representation, h, i), share)
        });
        Self { generic, symmetric: symmetric.fold(generic, f64::min) }
    }

    /// As [`of`](Self::of), about elements of the largest orders; none of groups of more than 64.
    pub(crate) fn of_any<G: FiniteGroup, T: Real>(
        representation: &Representation<G>,
        projection: &(impl Projection<T> + ?Sized),
    ) -> Self {
        let group = representation.group();
        let mut elements: Vec<G::Element> = Vec::new();
        if group.order() <= LARGEST_ORDER {
            elements = group.elements().collect();
            elements.sort_by_key(|g| std::cmp::Reverse(powers(group, g)));
            elements.truncate(ELEMENTS);
        }
        Self::of(representation, &elements, projection)
    }

    /// What is left for numbers of type `T` of a proof that orbits are separated.
    pub(crate) fn guarantee<T: Real>(self) -> Guarantee {
        let rounding = ROUNDING * T::epsilon().as_f64();
        match (self.symmetric > rounding, self.generic > rounding) {
            (true, _) => Guarantee::Separating,
            (false, true) => Guarantee::Generic,
            (false, false) => Guarantee::Lossy,
        }
    }
}

/// The order of an element.
fn powers<G: FiniteGroup>(group: &G, g: &G::Element) -> usize {
    let (mut power, mut count) = (g.clone(), 1);
    while power != group.identity() {
        power = group.compose(&power, g);
        count += 1;
    }
    count
}

/// The least of `‖s(z) − s(w)‖` beside the length of the longer.
fn least<T: Real>(projection: &(impl Projection<T> + ?Sized), pairs: &[[Vec<f64>; 2]]) -> f64 {
    let dim = projection.input_dim();
    let codes =
        Array2::from_shape_fn((2 * pairs.len(), dim), |(i, j)| T::of(pairs[i / 2][i % 2][j]));
    let mut images = Array2::zeros((codes.nrows(), projection.output_dim()));
    projection.project_rows(codes.view(), images.view_mut());
    let images = images.mapv(|v| v.as_f64());
    let norm = |v: ArrayView1<'_, f64>| v.dot(&v).sqrt();
    let ratio = |i: usize| {
        let (s, t) = (images.row(2 * i), images.row(2 * i + 1));
        norm((&s - &t).view()) / norm(s).max(norm(t))
    };
    // NaN counts as nothing told apart.
    (0..pairs.len()).map(ratio).fold(f64::INFINITY, |m, r| if r < m || r.is_nan() { r } else { m })
}

fn random_pairs<G: FiniteGroup>(representation: &Representation<G>) -> Vec<[Vec<f64>; 2]> {
    let dim = representation.dim();
    let codes = gaussian::<f64>(2 * CODES, dim, 0x5EED);
    let basis = match dim <= LARGEST_DIM {
        true => crate::Reynolds::<f64>::new(representation).map,
        false => Array2::zeros((0, dim)),
    };
    if basis.nrows() == dim {
        return (0..CODES).map(|i| [2 * i, 2 * i + 1].map(|i| codes.row(i).to_vec())).collect();
    }
    let size = (dim as f64).sqrt();
    let mut pairs = Vec::new();
    for i in 0..CODES {
        let [z, w] = [2 * i, 2 * i + 1].map(|i| codes.row(i));
        let fixed = basis.t().dot(&basis.dot(&z));
        let moved = |code: ArrayView1<'_, f64>| {
            let moved = &code - &basis.t().dot(&basis.dot(&code));
            let length = moved.dot(&moved).sqrt();
            moved * (size / length)
        };
        let [z, w] = [moved(z), moved(w)].map(|moved| (&fixed + &moved).to_vec());
        pairs.push([z, w]);
    }
    pairs
}

/// Half of the angle by which an element of this order turns a plane.
fn half_step(order: usize) -> f64 {
    if order == 2 { PI / 2.0 } else { PI / order as f64 }
}

/// Pairs on a circle about a code that an element `h` of order `r` leaves alone, in a plane that it turns by
/// `2π/r`, as far apart as they can be: half a step. `number` is that of the element, for other codes.
fn symmetric_pairs<G: FiniteGroup>(
    representation: &Representation<G>,
    h: &G::Element,
    number: usize,
) -> Vec<[Vec<f64>; 2]> {
    let dim = representation.dim();
    let size = (dim as f64).sqrt();
    let codes = gaussian::<f64>(3 * (number + 1), dim, 0xC0DE);
    let order = powers(representation.group(), h);
    if order == 1 {
        return Vec::new();
    }
    let mut pairs = Vec::new();
    let operator = representation.operator(h);
    // Σ_k w(k) ρ(h)^k x
    let sum = |row: usize, weight: &dyn Fn(f64) -> f64| -> Vec<f64> {
        let mut next = codes.row(3 * number + row).to_vec();
        let mut sum = vec![0.0; dim];
        for k in 0..order {
            let weight = weight(TAU * k as f64 / order as f64);
            sum.iter_mut().zip(&next).for_each(|(s, v)| *s += weight * v / order as f64);
            next = operator.apply(&next);
        }
        sum
    };
    let tip = scaled(sum(0, &|_| 1.0), size);
    let [a, b] = match order {
        2 => [sum(1, &f64::cos), sum(2, &f64::cos)],
        _ => [sum(1, &f64::cos), sum(1, &f64::sin)],
    };
    let half = half_step(order);
    let on_circle = |angle: f64| -> Vec<f64> {
        let (sin, cos) = angle.sin_cos();
        scaled(a.iter().zip(&b).map(|(a, b)| cos * a + sin * b).collect(), size)
    };
    let away = tip.iter().any(|v| *v != 0.0);
    // A little more than the distance that counts.
    let near = 2.0 * APART / (half / 2.0).sin();
    let radii = [1.0, near.min(1.0)];
    for radius in &radii[..if away { 2 } else { 1 }] {
        for angle in [0.3, 1.1] {
            pairs.push([angle, angle + half].map(|angle| {
                let circle = on_circle(angle);
                tip.iter().zip(circle).map(|(t, c)| t + radius * c).collect()
            }));
        }
    }
    pairs
}

/// The vector at the given length; what is zero but for rounding is zero.
fn scaled(vector: Vec<f64>, length: f64) -> Vec<f64> {
    let norm = vector.iter().map(|v| v * v).sum::<f64>().sqrt();
    let factor = if norm > 1e-9 * length { length / norm } else { 0.0 };
    vector.into_iter().map(|v| v * factor).collect()
}
