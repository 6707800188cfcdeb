//! Latent codes of the digits, upright and rotated.

use groups::PlanarGroup;
use images::cnn::SteerableCnn;
use images::dataset::{Digits, Split};
use images::rotate::{Purpose, Rotator};
use ndarray::{Array2, Array3, ArrayView3};

use super::settings::Settings;
use crate::reproduce::comparison::LabelledCodes;

/// Codes `(n, F·N)` with their classes.
#[derive(Debug)]
pub(crate) struct Latents {
    /// Codes of the labelled digits, upright.
    pub(crate) upright: Array2<f32>,
    /// Codes of the same digits, each turned by a random angle.
    pub(crate) rotated: Array2<f32>,
    /// Classes of the labelled digits.
    pub(crate) labels: Vec<usize>,
    /// Codes of the test digits, each turned by a random angle.
    pub(crate) test: Array2<f32>,
    /// Classes of the test digits.
    pub(crate) test_labels: Vec<usize>,
    /// What the network's own head says of the test digits.
    pub(crate) predicted: Vec<usize>,
    /// The labelled digits themselves, upright.
    pub(crate) reference: Digits,
}

impl Latents {
    /// Encodes everything that the measurements need.
    pub(crate) fn encode<G: PlanarGroup>(
        network: &SteerableCnn<G>,
        split: &Split,
        settings: &Settings,
        seed: u64,
    ) -> anyhow::Result<Self> {
        let rotator = Rotator::new(seed);
        let count = settings.reference.min(split.train.len());
        let reference = split.train.choose(count, images::dataset::Choice::Stratified, seed)?;
        let (turned, _) = rotator.rotate(reference.images.view(), Purpose::Reference, 0)?;
        let (test_images, _) = rotate_test(split, seed)?;
        let test = network.encode(test_images.view())?;
        Ok(Self {
            upright: network.encode(reference.images.view())?,
            rotated: network.encode(turned.view())?,
            labels: classes(&reference),
            predicted: network.classify(test.view())?,
            test,
            test_labels: classes(&split.test),
            reference,
        })
    }
}

impl Latents {
    /// What projections are compared on.
    pub(crate) fn labelled(&self) -> LabelledCodes<'_> {
        LabelledCodes {
            upright: self.upright.view(),
            rotated: self.rotated.view(),
            labels: &self.labels,
            test: self.test.view(),
            test_labels: &self.test_labels,
        }
    }
}

/// The test digits, each at its random angle.
pub(crate) fn rotate_test(split: &Split, seed: u64) -> anyhow::Result<(Array3<f32>, Vec<f64>)> {
    Ok(Rotator::new(seed).rotate(split.test.images.view(), Purpose::TestSet, 0)?)
}

/// Codes of images turned by every element of the group, in the order of the elements. Bicubic,
/// which is closer to a true rotation than what the network was trained on.
pub(crate) fn encode_turned<G: PlanarGroup>(
    network: &SteerableCnn<G>,
    upright: ArrayView3<'_, f32>,
) -> anyhow::Result<Vec<Array2<f32>>> {
    let group = network.group();
    group
        .elements()
        .map(|g| {
            let mut turned = upright.to_owned();
            for mut image in turned.outer_iter_mut() {
                let bicubic = groups::action::image::Interpolation::Bicubic;
                let moved = groups::action::image::act(group, &g, image.view(), bicubic);
                image.assign(&moved);
            }
            Ok(network.encode(turned.view())?)
        })
        .collect()
}

/// Classes as numbers.
pub(crate) fn classes(digits: &Digits) -> Vec<usize> {
    digits.labels.iter().map(|&label| usize::from(label)).collect()
}
