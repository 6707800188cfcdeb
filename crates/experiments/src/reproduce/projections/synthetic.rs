//! Codes with known orbits: clusters, each member moved by a random element.

use groups::{Cyclic, Dihedral, FiniteGroup, Representation, Symmetric, Wreath};
use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::settings::Settings;
use super::space::{Space, Subject};
use crate::reproduce::Run;

/// Clusters of codes; which one a code belongs to is its label.
const CLUSTERS: usize = 8;

/// Spread within a cluster, beside 1 between clusters.
const NOISE: f64 = 0.7;

/// How many spaces there are.
pub(super) const COUNT: usize = 6;

/// Judges all of them.
pub(super) fn judge(settings: &Settings, run: &Run) -> anyhow::Result<Vec<Space>> {
    let c8 = Representation::regular(&Cyclic::new(8)?);
    let d4 = Representation::regular(&Dihedral::new(4)?);
    let s9 = Symmetric::new(9)?;
    Ok(vec![
        one(&c8.copies(16), settings, run)?,
        one(&c8.copies(4), settings, run)?,
        one(&d4.copies(4), settings, run)?,
        one(&s9.natural(), settings, run)?,
        one(&s9.node_features(3), settings, run)?,
        one(&Wreath::hyperoctahedral(4)?.signed_permutations(), settings, run)?,
    ])
}

fn one<G: FiniteGroup>(
    rep: &Representation<G>,
    settings: &Settings,
    run: &Run,
) -> anyhow::Result<Space> {
    let mut rng = ChaCha8Rng::seed_from_u64(settings.judge.seed);
    let mut normal = |rows: usize| -> Array2<f64> {
        Array2::from_shape_simple_fn((rows, rep.dim()), || StandardNormal.sample(&mut rng))
    };
    let (centres, noise) = (normal(CLUSTERS), normal(settings.codes));
    // Two codes of a cluster in turn, so that odd and even rows hold all of them.
    let labels: Vec<usize> = (0..settings.codes).map(|i| i / 2 % CLUSTERS).collect();
    let codes = Array2::from_shape_fn(noise.dim(), |(i, j)| {
        centres[(labels[i], j)] + NOISE * noise[(i, j)]
    });
    let name = format!("synthetic, {}", rep.name());
    let subject =
        Subject { name: &name, representation: rep, codes: codes.view(), labels: Some(&labels) };
    subject.judge(settings, run)
}
