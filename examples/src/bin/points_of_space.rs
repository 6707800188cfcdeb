//! Points of space up to rotation and reflection: the distance of orbits, and invariants that keep it.
//! `cargo run -p examples --bin points_of_space`
#![allow(clippy::print_stdout)]

use groups::Group;
use groups::compact::{Isometries, O3};
use groups::quotient::QuotientMetric;
use ndarray::Array2;
use projections::{IsotypicGram, Projection};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn main() -> anyhow::Result<()> {
    // Three vectors each, as `3x1o` of e3nn would be up to the order of axes.
    let rep = O3.natural().copies(3);
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let z: Vec<f64> = (0..rep.dim()).map(|_| rng.random_range(-1.0..1.0)).collect();
    let turned = rep.act(&O3.sample(&mut rng), &z);
    let other: Vec<f64> = z.iter().map(|v| v + rng.random_range(-0.3..0.3)).collect();

    // Which rotation takes one to the other, and how far they are apart after it.
    let metric = QuotientMetric::new(&rep)?;
    for (name, w) in [("turned", &turned), ("another", &other)] {
        let best = metric.align(&z, w);
        println!("{name}: {:.4} apart, by {}", best.distance, O3.write_element(&best.element));
    }

    // Invariants that stretch no distance by more than √2, and shrink none.
    let codes = Array2::from_shape_vec((3, rep.dim()), [z, turned, other].concat())?;
    let s = IsotypicGram::new(&rep)?.project(codes.view())?;
    for (i, name) in [(1, "turned"), (2, "another")] {
        let gap = &s.row(0) - &s.row(i);
        println!("invariants of {name}: {:.4} apart", gap.dot(&gap).sqrt());
    }
    Ok(())
}
