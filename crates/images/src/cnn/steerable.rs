//! A rotation-equivariant convolutional network for digits.

use std::collections::BTreeMap;

use candle_core::{DType, Device, Tensor};
use candle_nn::{Linear, Module};
use equivariant_nn::checkpoint::Identity;
use equivariant_nn::filter::BasisConfig;
use equivariant_nn::layers::{
    AntialiasedPool, BatchNormConfig, ConvConfig, FieldBatchNorm, FieldDropout, GroupConv,
    GroupPool, LiftingConv, Pooling, SpatialPool, Window,
};
use equivariant_nn::plain::PlainNetwork;
use equivariant_nn::{FieldType, Layer, Mode, Parameters, Sequential};
use groups::{Cyclic, Dihedral, Group, PlanarGroup, Representation};
use ndarray::{Array2, ArrayView2, ArrayView3};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::batches;
use crate::digits::CLASSES;
use crate::training::{Batch, BatchLoss, Trainable, TrainingError};

/// The sizes of a [`SteerableCnn`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Architecture {
    /// Regular fields after each convolution; the last is the number of fields of the code.
    pub fields: Vec<usize>,
    /// Side of the filters of each convolution.
    pub kernels: Vec<usize>,
    /// Angular frequencies of the filters for each pixel of radius: see
    /// [`BasisConfig::frequencies_per_radius`].
    pub frequencies_per_radius: f64,
    /// Probability with which a field of the code is dropped in training.
    pub dropout: f64,
}

impl Default for Architecture {
    /// 8, 12 and 16 fields; filters of side 7, 5 and 5.
    fn default() -> Self {
        Self {
            fields: vec![8, 12, 16],
            kernels: vec![7, 5, 5],
            frequencies_per_radius: BasisConfig::default().frequencies_per_radius,
            dropout: 0.0,
        }
    }
}

/// An equivariant encoder `E: images → R^{F×N}` and an invariant classifier behind it.
///
/// A lifting convolution and group convolutions over a finite subgroup of `O(2)`, each with batch
/// normalisation and a rectifier, anti-aliased pooling by two between them, and the mean over the
/// disc at the end: the code. The group acts on it by the regular representation in each of the
/// `F` fields, `E(g·x) = ρ(g)E(x)`, exactly for quarter turns and flips (to rounding) and
/// approximately for finer rotations. The classifier takes the maximum of each field, then one
/// linear map (Cohen & Welling 2016; Weiler & Cesa 2019).
///
/// # Example
/// ```
/// use groups::Cyclic;
/// use images::cnn::{Architecture, SteerableCnn};
/// use ndarray::Array3;
///
/// let architecture = Architecture { fields: vec![2, 3], kernels: vec![5, 3], ..Default::default() };
/// let network = SteerableCnn::new(Cyclic::new(4)?, architecture, 0, candle_core::Device::Cpu)?;
/// let codes = network.encode(Array3::zeros((2, 28, 28)).view())?;
/// assert_eq!(codes.dim(), (2, 3 * 4));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SteerableCnn<G: PlanarGroup> {
    group: G,
    architecture: Architecture,
    parameters: Parameters,
    encoder: Sequential,
    dropout: FieldDropout,
    pool: GroupPool,
    head: Linear,
    device: Device,
}

impl<G: PlanarGroup> SteerableCnn<G> {
    /// A network with random weights drawn from `seed`.
    ///
    /// # Errors
    /// [`TrainingError::Architecture`] where fields and kernels do not fit each other;
    /// [`TrainingError::Network`] where a layer refuses its parameters.
    pub fn new(
        group: G,
        architecture: Architecture,
        seed: u64,
        device: Device,
    ) -> Result<Self, TrainingError> {
        let Architecture { fields, kernels, .. } = &architecture;
        if fields.is_empty() || fields.len() != kernels.len() || fields.contains(&0) {
            return Err(TrainingError::Architecture {
                expected: "as many kernels as fields, at least one of each, all fields positive",
                found: format!("fields {fields:?}, kernels {kernels:?}"),
            });
        }
        if let Some(even) = kernels.iter().find(|kernel| kernel.is_multiple_of(2)) {
            return Err(TrainingError::Architecture {
                expected: "kernels of odd side, which keep the size of the image",
                found: format!("a kernel of side {even}"),
            });
        }
        let parameters = Parameters::new(seed, DType::F32, device.clone());
        let vb = parameters.builder();
        let norm = BatchNormConfig { relu: true, ..BatchNormConfig::default() };
        let conv = |kernel| ConvConfig {
            basis: BasisConfig {
                frequencies_per_radius: architecture.frequencies_per_radius,
                ..BasisConfig::default()
            },
            ..ConvConfig::new(kernel)
        };
        let lifting = LiftingConv::new(&group, 1, fields[0], &conv(kernels[0]), vb.pp("conv0"))?;
        let ty = FieldType::regular(&group, fields[0]);
        let mut encoder = Sequential::new("encoder", lifting).then(FieldBatchNorm::new(
            ty,
            norm,
            vb.pp("norm0"),
        )?)?;
        for i in 1..fields.len() {
            let before = FieldType::regular(&group, fields[i - 1]);
            let after = FieldType::regular(&group, fields[i]);
            let path = vb.pp(format!("conv{i}"));
            encoder = encoder
                .then(AntialiasedPool::new(before, Window::Binomial)?)?
                .then(GroupConv::new(&group, fields[i - 1], fields[i], &conv(kernels[i]), path)?)?
                .then(FieldBatchNorm::new(after, norm, vb.pp(format!("norm{i}")))?)?;
        }
        let last = fields[fields.len() - 1];
        let code = FieldType::regular(&group, last).at_point();
        let encoder = encoder.then(SpatialPool::disc_mean(FieldType::regular(&group, last))?)?;
        let dropout = FieldDropout::new("dropout", code.clone(), architecture.dropout)?;
        let pool = GroupPool::new(code, Pooling::Max)?;
        let head = candle_nn::linear(last, CLASSES, vb.pp("head"))?;
        Ok(Self { group, architecture, parameters, encoder, dropout, pool, head, device })
    }

    /// The group.
    pub fn group(&self) -> &G {
        &self.group
    }

    /// The sizes.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// The weights and running statistics.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The equivariant part, images `(B, 1, H, W)` to codes `(B, F·N)`.
    pub fn encoder(&self) -> &Sequential {
        &self.encoder
    }

    /// Where the weights are.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// How the group acts on codes: `F` fields of the regular representation.
    pub fn representation(&self) -> Representation<G> {
        Representation::regular(&self.group).copies(self.encoder.output().fields())
    }

    /// Logits `(B, 10)` of images `(B, 1, H, W)`.
    ///
    /// # Errors
    /// [`TrainingError::Network`] for a tensor of another shape.
    pub fn logits(&self, images: &Tensor, mode: Mode) -> Result<Tensor, TrainingError> {
        let codes = self.encoder.forward(images, mode)?;
        self.read_out(&codes, mode)
    }

    fn read_out(&self, codes: &Tensor, mode: Mode) -> Result<Tensor, TrainingError> {
        let kept = self.dropout.forward(codes, mode)?;
        Ok(self.head.forward(&self.pool.forward(&kept, mode)?)?)
    }

    /// Encoder and classifier as an ordinary network, images `(B, 1, H, W)` to logits `(B, 10)`,
    /// with the weights as they are now.
    ///
    /// # Errors
    /// [`TrainingError::Network`] where candle refuses an operation.
    ///
    /// # Example
    /// ```
    /// use candle_core::{Device, Module};
    /// use equivariant_nn::Mode;
    /// use groups::Cyclic;
    /// use images::cnn::{Architecture, SteerableCnn};
    ///
    /// let network = SteerableCnn::new(Cyclic::new(8)?, Architecture::default(), 0, Device::Cpu)?;
    /// let (digits, _) = images::digits::generate(0, 0, 4);
    /// let digits = network.tensor(digits.view())?;
    /// let (plain, logits) = (network.export()?, network.logits(&digits, Mode::Eval)?);
    /// let gap = (plain.forward(&digits)? - &logits)?.abs()?.max_all()?.to_scalar::<f32>()?;
    /// assert!(gap <= 1e-6 * logits.abs()?.max_all()?.to_scalar::<f32>()?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn export(&self) -> Result<PlainNetwork, TrainingError> {
        let read_out = self.encoder.export()?.chain(self.pool.export()?)?;
        let zeros = || Tensor::zeros(CLASSES, DType::F32, &self.device);
        let bias = self.head.bias().cloned().map_or_else(zeros, Ok)?;
        Ok(read_out.linear(self.head.weight(), &bias))
    }

    /// The codes `(n, F·N)` of images `(n, height, width)`, in batches.
    ///
    /// # Errors
    /// [`TrainingError::Network`] where candle refuses an operation.
    pub fn encode(&self, images: ArrayView3<'_, f32>) -> Result<Array2<f32>, TrainingError> {
        let plain = self.encoder.export()?;
        let encoder = |x: &Tensor| Ok(plain.forward(x)?);
        batches::encode(images, self.encoder.output().channels(), &self.device, encoder)
    }

    /// The classes that the network gives to codes.
    ///
    /// # Errors
    /// [`TrainingError::Network`] for codes of another dimension.
    pub fn classify(&self, codes: ArrayView2<'_, f32>) -> Result<Vec<usize>, TrainingError> {
        let codes = batches::code_tensor(codes, &self.device)?;
        batches::classes(&self.read_out(&codes, Mode::Eval)?)
    }

    /// Images `(n, height, width)` as a tensor `(n, 1, height, width)` where the weights are.
    ///
    /// # Errors
    /// [`TrainingError::Network`] where candle refuses.
    pub fn tensor(&self, images: ArrayView3<'_, f32>) -> Result<Tensor, TrainingError> {
        batches::image_tensor(images, &self.device)
    }
}

impl<G: PlanarGroup> Trainable for SteerableCnn<G> {
    fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    fn identity(&self) -> Result<Identity, TrainingError> {
        Ok(BTreeMap::from([
            ("group".to_owned(), identity_of(&self.group)),
            ("architecture".to_owned(), serde_json::to_string(&self.architecture)?),
        ]))
    }

    fn loss(&self, batch: &Batch, mode: Mode) -> Result<BatchLoss, TrainingError> {
        Ok(BatchLoss::of_logits(&self.logits(&batch.images, mode)?, &batch.labels)?)
    }
}

/// What tells a group in a checkpoint: of somebody else's, the name is not enough.
fn identity_of<G: PlanarGroup>(group: &G) -> String {
    named(group.name(), &moves(group))
}

/// How the elements move the plane, one after the other, to six decimals.
fn moves<G: PlanarGroup>(group: &G) -> Vec<[i64; 4]> {
    let matrices = group.elements().map(|g| group.planar_matrix(&g));
    matrices.map(|m| [m.m11, m.m12, m.m21, m.m22].map(|v| (v * 1e6).round() as i64)).collect()
}

/// The name, which for `C_N` and `D_N` says it all; for any other also a hash of the moves.
fn named(name: String, moved: &[[i64; 4]]) -> String {
    let order = moved.len();
    let cyclic = Cyclic::new(order).is_ok_and(|c| c.name() == name && moves(&c) == moved);
    let dihedral = Dihedral::new(order / 2).is_ok_and(|d| d.name() == name && moves(&d) == moved);
    if cyclic || dihedral {
        return name;
    }
    let bytes: Vec<u8> = moved.iter().flatten().flat_map(|v| v.to_le_bytes()).collect();
    let digest: String =
        Sha256::digest(&bytes).iter().take(8).map(|b| format!("{b:02x}")).collect();
    format!("{name}, {digest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checkpoints_tell_groups_of_one_name_apart() {
        assert_eq!(identity_of(&Cyclic::new(8).unwrap()), "C8");
        assert_eq!(identity_of(&Dihedral::new(4).unwrap()), "D4");
        let (one, zero) = (1_000_000, 0);
        let mirror = |m: [i64; 4]| named("D1".to_owned(), &[[one, zero, zero, one], m]);
        assert_eq!(mirror([one, zero, zero, -one]), "D1");
        let (upright, diagonal) = (mirror([-one, zero, zero, one]), mirror([zero, one, one, zero]));
        assert!(upright.starts_with("D1, ") && diagonal.starts_with("D1, "));
        assert_ne!(upright, diagonal);
    }
}
