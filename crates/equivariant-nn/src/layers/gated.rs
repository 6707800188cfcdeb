//! Fields that are opened and closed by invariants.

use candle_core::Tensor;
use groups::{FiniteGroup, Group, Representation};

use super::pointwise::Activation;
use crate::plain::{PlainNetwork, PlainStep};
use crate::{FieldType, Layer, Mode, NnError};

/// Each field that the group turns times `σ(s)`, where `s` is a trivial field of its own and
/// `σ(s) = 1/(1 + e⁻ˢ)`; fields whose channels are only moved get an activation channel by channel
/// (Weiler et al. 2018, *3D Steerable CNNs*, section 4.4).
///
/// The layer takes [`gates`](Self::gates)`(ρ)`: the representation `ρ`, then the trivial fields. An
/// [`EquivariantLinear`](super::EquivariantLinear) to that is put before it.
///
/// # Shapes
/// (B, dim ρ + gates) to (B, dim ρ). No parameters.
///
/// # Example
/// ```
/// use candle_core::{DType, Device, Tensor};
/// use equivariant_nn::layers::{Activation, EquivariantLinear, Gated};
/// use equivariant_nn::{Layer, Mode, Parameters, Sequential};
/// use groups::{IrrepsTo, Representation, compact::SO3};
///
/// let theory = IrrepsTo::new(SO3, 2);
/// let parts = [SO3.irrep(0)?, SO3.irrep(1)?, SO3.irrep(2)?];
/// let parts: Vec<_> = parts.iter().map(|psi| psi.representation().copies(4)).collect();
/// let rho = Representation::direct_sum(&parts)?;
/// let parameters = Parameters::new(0, DType::F32, Device::Cpu);
/// let vb = parameters.builder();
/// let linear =
///     EquivariantLinear::compact(&theory, &SO3.vectors(), &Gated::gates(&rho)?, true, vb)?;
/// let layer = Sequential::new("block", linear).then(Gated::compact(&rho, Activation::Silu)?)?;
/// let x = Tensor::new(&[[1f32, 2.0, 3.0]], &Device::Cpu)?;
/// assert_eq!(layer.forward(&x, Mode::Eval)?.dims(), [1, 4 * (1 + 3 + 5)]);
/// # Ok::<(), equivariant_nn::NnError>(())
/// ```
#[derive(Debug)]
pub struct Gated {
    name: String,
    input: FieldType,
    output: FieldType,
    activation: Activation,
}

impl Gated {
    /// For codes of a finite group's representation.
    ///
    /// # Errors
    /// [`NnError::Group`] for the representation on the zero space.
    pub fn new<G: FiniteGroup>(
        rho: &Representation<G>,
        activation: Activation,
    ) -> Result<Self, NnError> {
        let input = FieldType::of(&Self::gates(rho)?);
        Ok(Self::between(input, FieldType::of(rho), activation))
    }

    /// For codes of a representation of a group of any size.
    ///
    /// # Errors
    /// [`NnError::Group`] for the representation on the zero space.
    pub fn compact<G: Group>(
        rho: &Representation<G>,
        activation: Activation,
    ) -> Result<Self, NnError> {
        let input = FieldType::of_compact(&Self::gates(rho)?);
        Ok(Self::between(input, FieldType::of_compact(rho), activation))
    }

    fn between(input: FieldType, output: FieldType, activation: Activation) -> Self {
        Self { name: format!("Gated({activation:?})"), input, output, activation }
    }

    /// `ρ` and one trivial field for each of its fields that the group turns.
    ///
    /// # Errors
    /// [`NnError::Group`] for the representation on the zero space.
    pub fn gates<G: Group>(rho: &Representation<G>) -> Result<Representation<G>, NnError> {
        let gates = FieldType::of_compact(rho).turning_fields();
        if gates == 0 {
            return Ok(rho.clone());
        }
        let gates = Representation::trivial(rho.group()).copies(gates);
        Ok(Representation::direct_sum(&[rho.clone(), gates])?)
    }
}

impl Layer for Gated {
    super::types!(input, output);

    fn forward(&self, x: &Tensor, _: Mode) -> Result<Tensor, NnError> {
        self.input.check(&self.name, x)?;
        let mut gate = self.output.channels();
        let mut parts = Vec::new();
        for (block, channels) in self.output.ranges() {
            let part = x.narrow(1, channels.start, channels.len())?;
            if block.permutes() {
                parts.push(self.activation.apply(&part)?);
                continue;
            }
            let fields = part.reshape((part.dim(0)?, block.copies, block.dim))?;
            let open = candle_nn::ops::sigmoid(&x.narrow(1, gate, block.copies)?)?.unsqueeze(2)?;
            gate += block.copies;
            parts.push(fields.broadcast_mul(&open)?.reshape(part.shape())?);
        }
        Ok(Tensor::cat(&parts, 1)?)
    }

    fn export(&self) -> Result<PlainNetwork, NnError> {
        if self.output.permutes() {
            return PlainNetwork::new().then(PlainStep::Pointwise(self.activation));
        }
        Err(NnError::NoPlainForm { layer: self.name.clone() })
    }
}
