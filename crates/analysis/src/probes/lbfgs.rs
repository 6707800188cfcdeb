//! Limited-memory BFGS for smooth convex functions (Nocedal & Wright, *Numerical Optimization*,
//! algorithms 7.4 and 7.5), with a line search for the weak Wolfe conditions by bisection.

use std::collections::VecDeque;

/// Pairs of steps and gradient changes remembered.
const MEMORY: usize = 10;
/// Sufficient decrease.
const ARMIJO: f64 = 1e-4;
/// Curvature.
const WOLFE: f64 = 0.9;
/// Trial steps before a search gives up.
const TRIALS: usize = 40;

/// Where a minimisation ended.
#[derive(Debug)]
pub(super) struct Minimum {
    pub(super) x: Vec<f64>,
    pub(super) iterations: usize,
    pub(super) converged: bool,
}

/// Minimises `f`, which returns its value and gradient, until `max |∂f| ≤ tolerance`.
///
/// Also ends, converged, where rounding allows no further decrease. `None` if `f` is not finite at
/// `start`.
pub(super) fn minimise(
    f: impl Fn(&[f64]) -> (f64, Vec<f64>),
    start: Vec<f64>,
    tolerance: f64,
    max_iterations: usize,
) -> Option<Minimum> {
    let mut x = start;
    let (mut value, mut gradient) = f(&x);
    if !value.is_finite() {
        return None;
    }
    let mut memory: VecDeque<(Vec<f64>, Vec<f64>)> = VecDeque::with_capacity(MEMORY);
    for iterations in 0..max_iterations {
        let size = gradient.iter().fold(0.0, |m: f64, g| m.max(g.abs()));
        if size <= tolerance {
            return Some(Minimum { x, iterations, converged: true });
        }
        let mut direction = descent(&gradient, &memory);
        if dot(&direction, &gradient) >= 0.0 {
            memory.clear();
            direction = gradient.iter().map(|g| -g).collect();
        }
        let first = if memory.is_empty() { (1.0 / norm(&gradient)).min(1.0) } else { 1.0 };
        let Some((next, next_value, next_gradient)) =
            search(&f, &x, value, &gradient, &direction, first)
        else {
            // No decrease along a descent direction: rounding has been reached.
            let small = size <= 1e3 * tolerance.max(f64::EPSILON * value.abs());
            return Some(Minimum { x, iterations, converged: small });
        };
        let step: Vec<f64> = next.iter().zip(&x).map(|(a, b)| a - b).collect();
        let change: Vec<f64> = next_gradient.iter().zip(&gradient).map(|(a, b)| a - b).collect();
        if dot(&step, &change) > f64::EPSILON * dot(&change, &change) {
            if memory.len() == MEMORY {
                memory.pop_front();
            }
            memory.push_back((step, change));
        }
        (x, value, gradient) = (next, next_value, next_gradient);
    }
    Some(Minimum { x, iterations: max_iterations, converged: false })
}

/// `−H·gradient` by the two-loop recursion.
fn descent(gradient: &[f64], memory: &VecDeque<(Vec<f64>, Vec<f64>)>) -> Vec<f64> {
    let mut q: Vec<f64> = gradient.iter().map(|g| -g).collect();
    let mut alphas = Vec::with_capacity(memory.len());
    for (s, y) in memory.iter().rev() {
        let alpha = dot(s, &q) / dot(s, y);
        add(&mut q, -alpha, y);
        alphas.push(alpha);
    }
    if let Some((s, y)) = memory.back() {
        let scale = dot(s, y) / dot(y, y);
        q.iter_mut().for_each(|v| *v *= scale);
    }
    for ((s, y), alpha) in memory.iter().zip(alphas.into_iter().rev()) {
        let beta = dot(y, &q) / dot(s, y);
        add(&mut q, alpha - beta, s);
    }
    q
}

type Point = (Vec<f64>, f64, Vec<f64>);

fn search(
    f: &impl Fn(&[f64]) -> (f64, Vec<f64>),
    x: &[f64],
    value: f64,
    gradient: &[f64],
    direction: &[f64],
    first: f64,
) -> Option<Point> {
    let slope = dot(gradient, direction);
    let (mut low, mut high, mut t) = (0.0, f64::INFINITY, first);
    let mut best: Option<Point> = None;
    for _ in 0..TRIALS {
        let trial: Vec<f64> = x.iter().zip(direction).map(|(x, d)| x + t * d).collect();
        let (trial_value, trial_gradient) = f(&trial);
        let decreases = trial_value <= value + ARMIJO * t * slope && trial_value < value;
        if !decreases {
            high = t;
        } else if dot(&trial_gradient, direction) < WOLFE * slope {
            low = t;
            best = Some((trial, trial_value, trial_gradient));
        } else {
            return Some((trial, trial_value, trial_gradient));
        }
        t = if high.is_finite() { 0.5 * (low + high) } else { 2.0 * t };
    }
    best
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

fn add(to: &mut [f64], factor: f64, v: &[f64]) {
    to.iter_mut().zip(v).for_each(|(t, v)| *t += factor * v);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_minimum_of_a_badly_scaled_quadratic() {
        let f = |x: &[f64]| {
            let scales = [1.0, 1e2, 1e4, 1e-2];
            let value = x.iter().zip(scales).map(|(x, s)| 0.5 * s * (x - 1.0).powi(2)).sum();
            (value, x.iter().zip(scales).map(|(x, s)| s * (x - 1.0)).collect())
        };
        let minimum = minimise(f, vec![0.0, 5.0, -3.0, 20.0], 1e-10, 500).unwrap();
        assert!(minimum.converged, "{minimum:?}");
        assert!(minimum.x.iter().all(|x| (x - 1.0).abs() < 1e-6), "{minimum:?}");
    }
}
