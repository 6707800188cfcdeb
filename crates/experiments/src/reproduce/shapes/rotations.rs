//! The network for all rotations, whose codes are sums of irreps of `SO(3)`.
//!
//! Neither the quotient metric of such codes nor max filters have a closed form. They are had by
//! sampling: the 60 rotations of the icosahedron, which no rotation is further than 45° from. What is
//! exact are the linear invariants and Gram matrices within each degree.

use groups::compact::SO3;
use groups::{GroupError, MatrixGroup, Representation};
use nalgebra::{Matrix3, Rotation3, UnitQuaternion};
use projections::{BlockNorms, IsotypicGram, MaxFilter, Projection, Reynolds};
use shapes::{CloudNetwork, Pose, RotationNetwork};

use super::cube::matrices;
use super::measure::{Codes, Network, all};
use super::settings::{Data, Settings};
use super::training::Place;
use crate::reproduce::output;
use terminal::Progress;

/// Names of projections.
pub(super) const NORMS: &str = "norms";
pub(super) const ROOT_GRAM: &str = "root-gram-within-degrees";
pub(super) const SAMPLED: &str = "max-filter-over-60-rotations";

/// Trains and measures it.
pub(super) fn run(
    data: &Data,
    settings: &Settings,
    seed: u64,
    at: &Place,
    progress: &Progress,
) -> anyhow::Result<Network> {
    progress.stage(&format!("seed {seed}: training for all rotations"))?;
    let network = RotationNetwork::new(&settings.rotations, seed)?;
    at.train("rotations", &network, &data.train, &settings.training, seed, progress)?;
    progress.stage(&format!("seed {seed}: comparing projections, all rotations"))?;
    let sample = MatrixGroup::icosahedral()?;
    let (degree, copies) = (settings.rotations.degree, settings.rotations.copies);
    let rep = restricted(&sample, degree, copies)?;
    let rotations = matrices(&sample);
    let codes = Codes::encode(&network, data, Pose::Rotations, &rotations, settings, seed)?;
    output::write_codes(
        &at.dir.join("rotations").join("latents.safetensors"),
        &[("upright", &codes.upright), ("rotated", &codes.rotated), ("test", &codes.test)],
        &[("labels", &codes.labels), ("test_labels", &codes.test_labels)],
        &[
            ("group", "so3".to_owned()),
            ("representation", network.representation().name()),
            ("data", "clouds of ten solids".to_owned()),
            ("seed", seed.to_string()),
        ],
    )?;
    let exact = network.representation();
    let filter = MaxFilter::<f32>::random(&rep, 2 * rep.dim(), seed)?;
    let named = |name: &str, projection: Box<dyn Projection<f32>>| (name.to_owned(), projection);
    let catalogue = vec![
        named("reynolds", Box::new(Reynolds::<f32>::new(exact))),
        named(NORMS, Box::new(BlockNorms::new(exact)?)),
        named(ROOT_GRAM, Box::new(IsotypicGram::new(exact)?)),
        named(SAMPLED, Box::new(filter)),
    ];
    all(&network, &rep, &codes, &catalogue, settings, seed, progress)
}

/// `⊕_l copies·ψ_l` as a representation of a finite group of rotations.
fn restricted(
    group: &MatrixGroup,
    degree: usize,
    copies: usize,
) -> Result<Representation<MatrixGroup>, GroupError> {
    let parts: Vec<_> = (0..=degree)
        .map(|l| Ok(restricted_irrep(group, l)?.copies(copies)))
        .collect::<Result<_, GroupError>>()?;
    Representation::direct_sum(&parts)
}

/// The irrep of degree `l` at the rotations of a finite group.
fn restricted_irrep(
    group: &MatrixGroup,
    l: usize,
) -> Result<Representation<MatrixGroup>, GroupError> {
    let psi = SO3.irrep(l)?.representation().clone();
    let of = group.clone();
    Ok(Representation::from_matrices(group, format!("degree {l}"), 2 * l + 1, move |g| {
        let matrix = Matrix3::from_iterator(of.matrix(g).iter().copied());
        let rotation = Rotation3::from_matrix_unchecked(matrix);
        psi.matrix(&UnitQuaternion::from_rotation_matrix(&rotation))
    }))
}
