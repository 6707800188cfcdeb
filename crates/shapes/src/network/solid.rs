//! A network for the rotations of the cube.

use candle_core::{DType, Device, Tensor};
use equivariant_nn::checkpoint::Identity;
use equivariant_nn::layers::{
    Activation, EquivariantLinear, FieldRmsNorm, InvariantPool, PointBasis, PointLifting, Pointwise,
};
use equivariant_nn::{FieldType, Layer, Mode, Parameters};
use groups::{MatrixGroup, Representation, WithIrreps};
use serde::{Deserialize, Serialize};

use super::{CloudNetwork, DTYPE, Head, through};
use crate::ShapesError;

/// Anchors lie within this distance of the centroid; clouds have root mean square radius 1.
const REACH: f64 = 1.6;

/// The sizes of a [`SolidNetwork`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SolidArchitecture {
    /// Anchors of the lifting kernel.
    pub anchors: usize,
    /// Width of the bumps about them; clouds have root mean square radius 1.
    pub width: f64,
    /// Regular fields of the hidden layers.
    pub hidden: usize,
    /// Regular fields of the codes.
    pub fields: usize,
    /// Hidden units of the head.
    pub head: usize,
}

impl Default for SolidArchitecture {
    fn default() -> Self {
        Self { anchors: 48, width: 0.35, hidden: 16, fields: 8, head: 64 }
    }
}

/// A classifier whose codes are regular fields of the 24 rotations of the cube: a lifting
/// convolution at the centroid, two equivariant linear maps with rectifiers between them, and a
/// head on the largest value of each field.
///
/// The equivariance is exact: turning a cloud permutes the terms of all sums.
#[derive(Debug)]
pub struct SolidNetwork {
    architecture: SolidArchitecture,
    representation: Representation<WithIrreps<MatrixGroup>>,
    parameters: Parameters,
    lifting: PointLifting,
    layers: Vec<Box<dyn Layer>>,
    pool: InvariantPool,
    head: Head,
}

impl SolidNetwork {
    /// Draws the weights from a seed.
    ///
    /// # Errors
    /// [`ShapesError::Network`] for sizes of zero.
    pub fn new(architecture: &SolidArchitecture, seed: u64) -> Result<Self, ShapesError> {
        let SolidArchitecture { anchors, width, hidden, fields, head } = *architecture;
        let group = WithIrreps::new(MatrixGroup::octahedral()?)?;
        let irreps = group.theory().clone();
        let parameters = Parameters::new(seed, DTYPE, Device::Cpu);
        let vb = parameters.builder();
        let cube = group.group();
        let basis = PointBasis::random(&cube.defining(), anchors, REACH, width, seed)?;
        let regular = |n: usize| Representation::regular(cube).copies(n);
        let linear = |from: usize, to: usize, name: &str| {
            EquivariantLinear::new(&irreps, &regular(from), &regular(to), true, vb.pp(name))
        };
        let hidden_type = FieldType::of(&regular(hidden));
        let relu = || Pointwise::new(hidden_type.clone(), Activation::Relu);
        let layers: Vec<Box<dyn Layer>> = vec![
            Box::new(FieldRmsNorm::new(hidden_type.clone(), vb.pp("norm1"))?),
            Box::new(relu()?),
            Box::new(linear(hidden, hidden, "linear1")?),
            Box::new(FieldRmsNorm::new(hidden_type.clone(), vb.pp("norm2"))?),
            Box::new(relu()?),
            Box::new(linear(hidden, fields, "linear2")?),
        ];
        Ok(Self {
            lifting: PointLifting::new(basis, 1, hidden, vb.pp("lifting"))?,
            layers,
            pool: InvariantPool::new(FieldType::of(&regular(fields)))?,
            head: Head::new(fields, head, &vb.pp("head"))?,
            architecture: architecture.clone(),
            representation: Representation::regular(&group).copies(fields),
            parameters,
        })
    }
}

impl CloudNetwork for SolidNetwork {
    type Group = WithIrreps<MatrixGroup>;

    fn representation(&self) -> &Representation<Self::Group> {
        &self.representation
    }

    fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    fn identity(&self) -> Result<Identity, ShapesError> {
        let network = serde_json::to_string(&self.architecture)?;
        Ok(Identity::from([("cube network".to_owned(), network)]))
    }

    fn codes(&self, clouds: &Tensor, mode: Mode) -> Result<Tensor, ShapesError> {
        let (batch, points, _) = clouds.dims3()?;
        let ones = Tensor::ones((batch, points, 1), DType::F32, clouds.device())?;
        let centre = Tensor::zeros((batch, 1, 3), DType::F32, clouds.device())?;
        let lifted = self.lifting.forward(clouds, &ones, &centre)?.squeeze(1)?;
        Ok(through(&self.layers, &lifted, mode)?)
    }

    fn logits(&self, codes: &Tensor, mode: Mode) -> Result<Tensor, ShapesError> {
        self.head.forward(&self.pool.forward(codes, mode)?)
    }
}
