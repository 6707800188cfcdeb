//! Nearest neighbours of your own codes, raw and projected.
#![allow(clippy::print_stdout)]

use analysis::neighbours::{SelfMatches, nearest};
use analysis::probes::knn_classify;
use groups::{Cyclic, FiniteGroup, Group, Representation};
use ndarray::{Array1, Array2};
use projections::{MaxFilter, Projection};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn main() -> anyhow::Result<()> {
    let group = Cyclic::new(8)?;
    let rep = Representation::regular(&group).copies(2);
    let mut rng = ChaCha8Rng::seed_from_u64(1);

    // Ten kinds of things; every sample is one of them, in a random pose, with noise.
    let kinds = Array2::from_shape_simple_fn((10, rep.dim()), || rng.random_range(-1.0..1.0f32));
    let mut sample = |n: usize, upright: bool| {
        let labels: Vec<usize> = (0..n).map(|i| i % 10).collect();
        let mut codes = Array2::zeros((n, rep.dim()));
        for (&label, mut row) in labels.iter().zip(codes.rows_mut()) {
            let pose = if upright { group.identity() } else { group.sample(&mut rng) };
            row.assign(&Array1::from(rep.act(&pose, &kinds.row(label).to_vec())));
            row.mapv_inplace(|v| v + rng.random_range(-0.3..0.3));
        }
        (codes, labels)
    };
    let (base, base_labels) = sample(500, true);
    let (queries, truth) = sample(500, false);

    let accuracy = |queries: &Array2<f32>, base: &Array2<f32>| -> anyhow::Result<f64> {
        let neighbours = nearest(queries.view(), base.view(), 5, SelfMatches::Keep)?;
        Ok(knn_classify(&neighbours, &base_labels, &truth, 5)?.accuracy())
    };
    println!("{} codes of {}, |G| = {}", queries.nrows(), rep, group.order());
    println!("5-NN accuracy, raw codes:        {:5.1} %", 100.0 * accuracy(&queries, &base)?);

    let projection = MaxFilter::<f32>::random(&rep, 2 * rep.dim(), 42)?;
    let (queries, base) = (projection.project(queries.view())?, projection.project(base.view())?);
    println!("5-NN accuracy, invariant codes:  {:5.1} %", 100.0 * accuracy(&queries, &base)?);
    println!("{:?}", projection.metadata());
    Ok(())
}
