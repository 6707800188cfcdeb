//! The network for the 24 rotations of the cube.

use groups::{FiniteGroup, HasIrreps, MatrixGroup, Representation};
use nalgebra::Matrix3;
use ndarray::{Array2, Axis};
use projections::{
    Canonicalize, CoOrbit, Coupling, GroupMax, GroupMean, GroupNorm, MaxFilter, PowerSpectrum,
    Projection, RandomLinear, Reynolds,
};
use shapes::{CloudNetwork, Pose, SolidNetwork};

use super::measure::{Codes, Network, all};
use super::settings::{Data, Settings};
use super::training::Place;
use crate::reproduce::comparison::named;
use crate::reproduce::output;
use terminal::Progress;

/// Trains and measures it.
pub(super) fn run(
    data: &Data,
    settings: &Settings,
    seed: u64,
    at: &Place,
    progress: &Progress,
) -> anyhow::Result<(Network, Codes)> {
    progress.stage(&format!("seed {seed}: training for the rotations of the cube"))?;
    let network = SolidNetwork::new(&settings.cube, seed)?;
    at.train("cube", &network, &data.train, &settings.training, seed, progress)?;
    progress.stage(&format!("seed {seed}: comparing projections, rotations of the cube"))?;
    let rep = network.representation();
    let matrices = matrices(rep.group().group());
    let codes = Codes::encode(&network, data, Pose::CubeRotations, &matrices, settings, seed)?;
    output::write_codes(
        &at.dir.join("cube").join("latents.safetensors"),
        &[("upright", &codes.upright), ("rotated", &codes.rotated), ("test", &codes.test)],
        &[("labels", &codes.labels), ("test_labels", &codes.test_labels)],
        &[
            ("group", "octahedral".to_owned()),
            ("representation", rep.name()),
            ("data", "clouds of ten solids".to_owned()),
            ("seed", seed.to_string()),
        ],
    )?;
    let catalogue = named(catalogue(rep, &codes.upright, seed)?);
    Ok((all(&network, rep, &codes, &catalogue, settings, seed, progress)?, codes))
}

/// The matrices of a group of rotations of space, in the order of its elements.
pub(super) fn matrices(group: &MatrixGroup) -> Vec<Matrix3<f64>> {
    let matrix = |g| Matrix3::from_iterator(group.matrix(&g).iter().copied());
    group.elements().map(matrix).collect()
}

/// Every projection for regular fields of a group that is not abelian.
fn catalogue<G: HasIrreps>(
    rep: &Representation<G>,
    upright: &Array2<f32>,
    seed: u64,
) -> anyhow::Result<Vec<Box<dyn Projection<f32>>>> {
    let argmax = Canonicalize::by_argmax(rep)?;
    // One step of align-and-average from the argmax pose.
    let aligned: Array2<f32> = argmax.project(upright.view())?;
    let template: Vec<f32> =
        aligned.mean_axis(Axis(0)).map(|mean| mean.to_vec()).unwrap_or_default();
    let templates = (2 * rep.dim()).div_ceil(rep.group().order());
    Ok(vec![
        Box::new(Reynolds::<f32>::new(rep)),
        Box::new(RandomLinear::<f32>::random(rep, 2 * rep.dim(), seed)?),
        Box::new(GroupMean::new(rep)?),
        Box::new(GroupMax::new(rep)?),
        Box::new(GroupNorm::new(rep)?),
        Box::new(PowerSpectrum::<f32>::new(rep, Coupling::PerField)?),
        Box::new(PowerSpectrum::<f32>::new(rep, Coupling::BetweenFields)?),
        Box::new(MaxFilter::<f32>::random(rep, 2 * rep.dim(), seed)?),
        Box::new(CoOrbit::<f32>::random(rep, templates, seed)?),
        Box::new(argmax),
        Box::new(Canonicalize::to_template(rep, &template)?),
    ])
}
