//! A group of your own in a few lines: the quaternion group Q8.
#![allow(clippy::print_stdout)]

use groups::laws::{check_group, check_numbering, check_representation};
use groups::quotient::QuotientMetric;
use groups::{FiniteGroup, Group, Representation};
use projections::{MaxFilter, Projection};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// `Q8 = {±1, ±i, ±j, ±k}`. Element `2u + s` is `(−1)^s` times the unit `u` of `1, i, j, k`.
#[derive(Debug, Clone, PartialEq)]
struct Quaternions;

impl Group for Quaternions {
    type Element = usize;

    fn name(&self) -> String {
        "Q8".into()
    }

    fn identity(&self) -> usize {
        0
    }

    fn compose(&self, a: &usize, b: &usize) -> usize {
        // Products of units: ij = k, jk = i, ki = j, and squares are −1.
        const UNIT: [[usize; 4]; 4] = [[0, 1, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1], [3, 2, 1, 0]];
        const SIGN: [[usize; 4]; 4] = [[0, 0, 0, 0], [0, 1, 0, 1], [0, 1, 1, 0], [0, 0, 1, 1]];
        let (u, v) = (a / 2, b / 2);
        2 * UNIT[u][v] + (a + b + SIGN[u][v]) % 2
    }

    fn inverse(&self, a: &usize) -> usize {
        if *a < 2 { *a } else { a ^ 1 }
    }

    fn generators(&self) -> Vec<usize> {
        vec![2, 4] // i and j
    }

    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> usize {
        rng.random_range(0..8)
    }
}

impl FiniteGroup for Quaternions {
    fn order(&self) -> usize {
        8
    }

    fn element(&self, index: usize) -> usize {
        index
    }

    fn index(&self, element: &usize) -> usize {
        *element
    }
}

fn main() -> anyhow::Result<()> {
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    check_group(&Quaternions, 200, &mut rng)?;
    check_numbering(&Quaternions)?;
    let rep = Representation::regular(&Quaternions).copies(3);
    check_representation(&rep, 50, 0.0, &mut rng)?;
    println!("Q8 is a group of order {}, and {rep} a representation of it", Quaternions.order());

    let z: Vec<f64> = (0..rep.dim()).map(|_| rng.random_range(-1.0..1.0)).collect();
    let w = rep.act(&5, &z);
    println!("d([z],[w]) = {:.1e}", QuotientMetric::new(&rep)?.distance(&z, &w));

    let filter = MaxFilter::<f64>::random(&rep, 4, 0)?;
    let codes = ndarray::Array2::from_shape_vec((2, rep.dim()), [z, w].concat())?;
    println!("max filters of both:\n{:.6}", filter.project(codes.view())?);
    Ok(())
}
