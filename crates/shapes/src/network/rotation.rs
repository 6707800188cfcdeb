//! A network for all rotations.

use candle_core::{Device, Tensor};
use equivariant_nn::checkpoint::Identity;
use equivariant_nn::layers::{
    Activation, EquivariantLinear, FieldRmsNorm, Gated, HarmonicLifting, InvariantPool,
};
use equivariant_nn::{FieldType, Layer, Mode, Parameters};
use groups::compact::SO3;
use groups::{GroupError, IrrepsTo, Representation};
use serde::{Deserialize, Serialize};

use super::{CloudNetwork, DTYPE, Head, through};
use crate::ShapesError;

/// The sizes of a [`RotationNetwork`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RotationArchitecture {
    /// The highest degree of all codes.
    pub degree: usize,
    /// Radii at which moments are taken; clouds have root mean square radius 1.
    pub radii: Vec<f64>,
    /// Width of the bumps about them.
    pub width: f64,
    /// Copies of each irrep in the hidden layer.
    pub hidden: usize,
    /// Copies of each irrep in the codes.
    pub copies: usize,
    /// Hidden units of the head.
    pub head: usize,
}

impl Default for RotationArchitecture {
    fn default() -> Self {
        let radii = vec![0.2, 0.6, 1.0, 1.4, 1.8];
        Self { degree: 4, radii, width: 0.3, hidden: 16, copies: 6, head: 64 }
    }
}

/// A classifier whose codes are `⊕_l copies·ψ_l`, sums of irreps of `SO(3)`: spherical moments,
/// equivariant linear maps with gates between them, and a head on the norms.
///
/// The equivariance is exact for every rotation, whether it was seen in training or not.
#[derive(Debug)]
pub struct RotationNetwork {
    architecture: RotationArchitecture,
    representation: Representation<SO3>,
    parameters: Parameters,
    lifting: HarmonicLifting,
    layers: Vec<Box<dyn Layer>>,
    pool: InvariantPool,
    head: Head,
}

impl RotationNetwork {
    /// Draws the weights from a seed.
    ///
    /// # Errors
    /// [`ShapesError::Network`] for settings out of range, [`ShapesError::Group`] above degree 50.
    pub fn new(architecture: &RotationArchitecture, seed: u64) -> Result<Self, ShapesError> {
        let RotationArchitecture { degree, hidden, copies, head, .. } = *architecture;
        let theory = IrrepsTo::new(SO3, degree);
        let parameters = Parameters::new(seed, DTYPE, Device::Cpu);
        let vb = parameters.builder();
        let lifting = HarmonicLifting::new(degree, &architecture.radii, architecture.width)?;
        let (middle, codes) = (irreps(degree, hidden)?, irreps(degree, copies)?);
        let moments = lifting.representation();
        let gates = Gated::gates(&middle)?;
        let linear = |from: &Representation<SO3>, to: &Representation<SO3>, name: &str| {
            EquivariantLinear::compact(&theory, from, to, true, vb.pp(name))
        };
        let layers: Vec<Box<dyn Layer>> = vec![
            Box::new(FieldRmsNorm::new(lifting.output().clone(), vb.pp("norm1"))?),
            Box::new(linear(moments, &gates, "linear1")?),
            Box::new(Gated::compact(&middle, Activation::Silu)?),
            Box::new(FieldRmsNorm::new(FieldType::of_compact(&middle), vb.pp("norm2"))?),
            Box::new(linear(&middle, &codes, "linear2")?),
        ];
        Ok(Self {
            lifting,
            layers,
            pool: InvariantPool::new(FieldType::of_compact(&codes))?,
            head: Head::new(copies * (degree + 1), head, &vb.pp("head"))?,
            architecture: architecture.clone(),
            representation: codes,
            parameters,
        })
    }
}

/// `⊕_l copies·ψ_l` up to a degree.
fn irreps(degree: usize, copies: usize) -> Result<Representation<SO3>, GroupError> {
    let all: Vec<_> = (0..=degree)
        .map(|l| Ok(SO3.irrep(l)?.representation().copies(copies)))
        .collect::<Result<_, GroupError>>()?;
    Representation::direct_sum(&all)
}

impl CloudNetwork for RotationNetwork {
    type Group = SO3;

    fn representation(&self) -> &Representation<SO3> {
        &self.representation
    }

    fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    fn identity(&self) -> Result<Identity, ShapesError> {
        let network = serde_json::to_string(&self.architecture)?;
        Ok(Identity::from([("rotation network".to_owned(), network)]))
    }

    fn codes(&self, clouds: &Tensor, mode: Mode) -> Result<Tensor, ShapesError> {
        Ok(through(&self.layers, &self.lifting.forward(clouds)?, mode)?)
    }

    fn logits(&self, codes: &Tensor, mode: Mode) -> Result<Tensor, ShapesError> {
        self.head.forward(&self.pool.forward(codes, mode)?)
    }
}
