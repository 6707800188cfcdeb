//! The numbers of one network.

use analysis::metrics::{invariance_error, orbit_spread};
use analysis::statistics::{Estimate, PerSample};
use groups::{FiniteGroup, Group, Representation};
use ndarray::Array2;
use serde::{Deserialize, Serialize};
use shapes::{CloudNetwork, Clouds, Pose};

use super::settings::{Data, Settings};
use crate::reproduce::comparison::{
    Effort, Gap, LabelledCodes, Named, Row, apply, changed_neighbours, compare, equivariance_error,
    interval,
};
use terminal::Progress;

/// Everything measured of one seed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Measurements {
    pub(super) seed: u64,
    pub(super) cube: Network,
    pub(super) rotations: Network,
}

/// Everything measured of one network. Accuracies and shares lie between 0 and 1.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Network {
    /// The group that its codes know.
    pub(super) group: String,
    pub(super) representation: String,
    pub(super) dim: usize,
    pub(super) parameters: usize,
    /// Accuracy of the network itself on turned test clouds.
    pub(super) accuracy: Estimate,
    /// Raw codes, the quotient metric over the finite group, and each projection.
    pub(super) table: Vec<Row>,
    /// The best projection against raw codes, 5-NN with upright neighbours.
    pub(super) gap: Gap,
    pub(super) orbit_spread: f64,
    /// `‖E(gx) − ρ(g)E(x)‖` relative to the distance between codes.
    pub(super) equivariance_error: Estimate,
    pub(super) changed_neighbours: Estimate,
    /// For each projection the mean of `‖s(E(Rx)) − s(E(x))‖` over random rotations `R`, relative to
    /// the distance between images; nothing for the group of the cube.
    pub(super) under_rotations: Vec<(String, f64)>,
}

/// Codes of one network, upright and turned.
#[derive(Debug)]
pub(super) struct Codes {
    pub(super) upright: Array2<f32>,
    pub(super) rotated: Array2<f32>,
    pub(super) labels: Vec<usize>,
    pub(super) test: Array2<f32>,
    pub(super) test_labels: Vec<usize>,
    predicted: Vec<usize>,
    /// Codes of some upright test clouds, turned by each element of a finite group.
    pub(super) turned: Vec<Array2<f32>>,
    /// The same clouds, turned by random rotations.
    freely_turned: Vec<Array2<f32>>,
}

impl Codes {
    /// Encodes everything. Test clouds, and the labelled ones once more, are turned at random by `pose`,
    /// some test clouds by the matrices of a finite group.
    pub(super) fn encode<N: CloudNetwork>(
        network: &N,
        data: &Data,
        pose: Pose,
        matrices: &[nalgebra::Matrix3<f64>],
        settings: &Settings,
        seed: u64,
    ) -> anyhow::Result<Self> {
        let encode = |clouds: &Clouds| network.encode(clouds.points.view());
        let test = encode(&data.test.posed(&pose, 2 * seed + 1))?;
        let some = data.test.first(settings.turned);
        let turned: Result<_, _> = matrices.iter().map(|m| encode(&some.turned(m))).collect();
        let tried = if pose == Pose::Rotations { settings.rotations_tried } else { 0 };
        let rotated: Result<_, _> = (0..tried as u64)
            .map(|i| encode(&some.posed(&Pose::Rotations, seed ^ (i + 1) << 32)))
            .collect();
        Ok(Self {
            upright: encode(&data.train)?,
            rotated: encode(&data.train.posed(&pose, 2 * seed))?,
            labels: data.train.labels.clone(),
            predicted: network.classify(test.view())?,
            test,
            test_labels: data.test.labels.clone(),
            turned: turned?,
            freely_turned: rotated?,
        })
    }

    fn labelled(&self) -> LabelledCodes<'_> {
        LabelledCodes {
            upright: self.upright.view(),
            rotated: self.rotated.view(),
            labels: &self.labels,
            test: self.test.view(),
            test_labels: &self.test_labels,
        }
    }
}

/// Measures a network by its codes, on which the finite group acts by `rep`.
pub(super) fn all<N: CloudNetwork, G: FiniteGroup>(
    network: &N,
    rep: &Representation<G>,
    codes: &Codes,
    catalogue: &[Named],
    settings: &Settings,
    seed: u64,
    progress: &Progress,
) -> anyhow::Result<Network> {
    let effort = Effort { k: settings.k, probe: settings.probe, pairs: settings.pairs, seed };
    let outcomes = compare(rep, codes.labelled(), &codes.turned, catalogue, effort, progress)?;
    let correct = codes.predicted.iter().zip(&codes.test_labels);
    let correct = correct.map(|(a, b)| f64::from(u8::from(a == b))).collect();
    let mut under_rotations = Vec::new();
    if let (Some(reference), false) = (codes.turned.first(), codes.freely_turned.is_empty()) {
        let names = catalogue.iter().map(|(name, p)| (name.as_str(), Some(&**p)));
        for (name, projection) in std::iter::once(("raw", None)).chain(names) {
            let reference = apply(projection, reference.view())?;
            let images: Vec<Array2<f32>> = codes
                .freely_turned
                .iter()
                .map(|codes| apply(projection, codes.view()))
                .collect::<anyhow::Result<_>>()?;
            let views: Vec<_> = images.iter().map(|image| image.view()).collect();
            under_rotations
                .push((name.to_owned(), invariance_error(reference.view(), &views)?.mean()));
        }
    }
    Ok(Network {
        group: network.representation().group().name(),
        representation: network.representation().name(),
        dim: rep.dim(),
        parameters: network.parameters().count(),
        accuracy: interval(&PerSample::new(correct), seed)?,
        gap: Gap::of(&outcomes, seed)?,
        orbit_spread: orbit_spread(codes.test.view(), rep)?.ratio(),
        equivariance_error: equivariance_error(rep, &codes.turned, seed)?,
        changed_neighbours: changed_neighbours(rep, codes.rotated.view(), seed)?,
        table: outcomes.into_iter().map(|(row, _)| row).collect(),
        under_rotations,
    })
}
