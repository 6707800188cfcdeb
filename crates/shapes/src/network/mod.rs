//! Networks that classify clouds and whose codes turn with them.

mod rotation;
mod solid;

use candle_core::{DType, Device, Tensor};
use candle_nn::{Init, VarBuilder};
use equivariant_nn::checkpoint::Identity;
use equivariant_nn::{Layer, Mode, NnError, Parameters};
use groups::{Group, Representation};
use ndarray::{Array2, ArrayView2, ArrayView3, Axis};

pub use rotation::{RotationArchitecture, RotationNetwork};
pub use solid::{SolidArchitecture, SolidNetwork};

use crate::{ShapesError, Solid};

/// Clouds that go through a network at once.
const BATCH: usize = 100;

/// A classifier of clouds, `x ↦ head(encode(x))`, with `encode(g·x) = ρ(g) encode(x)` for every `g`
/// of its group and a head that is invariant.
pub trait CloudNetwork: Send + Sync {
    /// The group that its codes know.
    type Group: Group;

    /// How the group acts on codes.
    fn representation(&self) -> &Representation<Self::Group>;

    /// The weights.
    fn parameters(&self) -> &Parameters;

    /// What tells this network from others, for its checkpoints.
    ///
    /// # Errors
    /// [`ShapesError::Settings`] where settings cannot be turned into text.
    fn identity(&self) -> Result<Identity, ShapesError>;

    /// The codes (B, D) of clouds (B, P, 3).
    ///
    /// # Errors
    /// [`ShapesError::Network`] for tensors of other shapes.
    fn codes(&self, clouds: &Tensor, mode: Mode) -> Result<Tensor, ShapesError>;

    /// The logits (B, 10) of codes (B, D).
    ///
    /// # Errors
    /// [`ShapesError::Network`] for tensors of other shapes.
    fn logits(&self, codes: &Tensor, mode: Mode) -> Result<Tensor, ShapesError>;

    /// The codes of clouds (n, P, 3), batch by batch.
    ///
    /// # Errors
    /// [`ShapesError::Network`] for clouds of other dimensions.
    fn encode(&self, clouds: ArrayView3<'_, f32>) -> Result<Array2<f32>, ShapesError> {
        let mut codes = Array2::zeros((clouds.dim().0, self.representation().dim()));
        for (clouds, mut out) in
            clouds.axis_chunks_iter(Axis(0), BATCH).zip(codes.axis_chunks_iter_mut(Axis(0), BATCH))
        {
            let values = self.codes(&cloud_tensor(clouds)?, Mode::Eval)?;
            let values = values.flatten_all()?.to_vec1::<f32>()?;
            out.iter_mut().zip(values).for_each(|(out, value)| *out = value);
        }
        Ok(codes)
    }

    /// What the network says of codes: indices into [`Solid::ALL`].
    ///
    /// # Errors
    /// [`ShapesError::Network`] for codes of another dimension.
    fn classify(&self, codes: ArrayView2<'_, f32>) -> Result<Vec<usize>, ShapesError> {
        let values: Vec<f32> = codes.iter().copied().collect();
        let codes = Tensor::from_vec(values, codes.dim(), &Device::Cpu)?;
        let best = self.logits(&codes, Mode::Eval)?.argmax(1)?.to_vec1::<u32>()?;
        Ok(best.into_iter().map(|class| class as usize).collect())
    }
}

/// Clouds (n, P, 3) as a tensor.
pub(crate) fn cloud_tensor(clouds: ArrayView3<'_, f32>) -> Result<Tensor, ShapesError> {
    let values: Vec<f32> = clouds.iter().copied().collect();
    Ok(Tensor::from_vec(values, clouds.dim(), &Device::Cpu)?)
}

/// From invariants to logits: one hidden layer, as nothing turns any more.
#[derive(Debug)]
struct Head {
    hidden: candle_nn::Linear,
    out: candle_nn::Linear,
}

impl Head {
    fn new(inputs: usize, hidden: usize, vb: &VarBuilder<'_>) -> Result<Self, NnError> {
        let linear = |from: usize, to: usize, vb: VarBuilder<'_>| -> Result<_, NnError> {
            let init = Init::Randn { mean: 0.0, stdev: (2.0 / from.max(1) as f64).sqrt() };
            let weight = vb.get_with_hints((to, from), "weight", init)?;
            let bias = vb.get_with_hints(to, "bias", Init::Const(0.0))?;
            Ok(candle_nn::Linear::new(weight, Some(bias)))
        };
        Ok(Self {
            hidden: linear(inputs, hidden, vb.pp("hidden"))?,
            out: linear(hidden, Solid::ALL.len(), vb.pp("out"))?,
        })
    }

    fn forward(&self, invariants: &Tensor) -> Result<Tensor, ShapesError> {
        use candle_nn::Module;
        Ok(self.out.forward(&self.hidden.forward(invariants)?.relu()?)?)
    }
}

/// One layer after the other.
fn through(layers: &[Box<dyn Layer>], x: &Tensor, mode: Mode) -> Result<Tensor, NnError> {
    layers.iter().try_fold(x.clone(), |x, layer| layer.forward(&x, mode))
}

/// The scalar type of all weights.
const DTYPE: DType = DType::F32;
