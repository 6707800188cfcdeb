//! The projections that are compared.

use groups::{HasIrreps, PlanarGroup, Representation};
use ndarray::{Array2, Axis};
use projections::{
    Canonicalize, Coupling, GroupMax, GroupMean, GroupNorm, MaxFilter, PowerSpectrum, Projection,
    RandomLinear, Reynolds,
};

use super::latents::Latents;

/// Every projection that applies to regular fields, in the order of the tables.
pub(super) fn catalogue<G: PlanarGroup + HasIrreps>(
    rep: &Representation<G>,
    latents: &Latents,
    seed: u64,
) -> anyhow::Result<Vec<Box<dyn Projection<f32>>>> {
    let argmax = Canonicalize::by_argmax(rep)?;
    // One step of align-and-average from the argmax pose.
    let aligned: Array2<f32> = argmax.project(latents.upright.view())?;
    let template: Vec<f32> =
        aligned.mean_axis(Axis(0)).map(|mean| mean.to_vec()).unwrap_or_default();
    Ok(vec![
        Box::new(Reynolds::<f32>::new(rep)),
        Box::new(RandomLinear::<f32>::random(rep, 2 * rep.dim(), seed)?),
        Box::new(GroupMean::new(rep)?),
        Box::new(GroupMax::new(rep)?),
        Box::new(GroupNorm::new(rep)?),
        Box::new(PowerSpectrum::<f32>::new(rep, Coupling::PerField)?),
        Box::new(PowerSpectrum::<f32>::new(rep, Coupling::BetweenFields)?),
        Box::new(MaxFilter::<f32>::random(rep, 2 * rep.dim(), seed)?),
        Box::new(argmax),
        Box::new(Canonicalize::to_template(rep, &template)?),
    ])
}
