//! From clouds of points in space to irreps of rotations.

use candle_core::{DType, Device, Tensor};
use groups::compact::{SO3, wigner::spherical_harmonics};
use groups::{GroupError, Representation};
use nalgebra::Vector3;
use rayon::prelude::*;

use crate::{FieldType, NnError};

/// Spherical moments of a cloud: `z_{l,k} = (1/P) Σ_j R_k(‖x_j‖) Y^l(x_j/‖x_j‖)`, with bumps
/// `R_k(r) = exp(−(r − r_k)²/2w²)`.
///
/// `Y^l(Rx) = D^l(R) Y^l(x)`, so `z` moves by `⊕_l K·ψ_l` when the cloud turns about the origin, for
/// every rotation. There is nothing to learn here; an
/// [`EquivariantLinear`](super::EquivariantLinear) that follows mixes the radii. The result has no
/// derivative by the points.
///
/// # Shapes
/// (B, P, 3) to (B, K·(L + 1)²): degree by degree, within a degree radius by radius.
///
/// # Example
/// ```
/// use candle_core::{Device, Tensor};
/// use equivariant_nn::check::{check_intertwining, worst};
/// use equivariant_nn::layers::HarmonicLifting;
/// use groups::{Group, compact::SO3};
/// let lift = HarmonicLifting::new(3, &[0.5, 1.0], 0.3)?;
/// let clouds = Tensor::arange(0f64, 60.0, &Device::Cpu)?.sin()?.reshape((2, 10, 3))?;
/// let quarter = nalgebra::UnitQuaternion::from_axis_angle(&nalgebra::Vector3::z_axis(), 1.0);
/// let turned = equivariant_nn::action::act_on_codes(
///     &SO3.vectors().copies(10), &quarter, &clouds.reshape((2, 30))?,
/// )?;
/// let (z, w) = (lift.forward(&clouds)?, lift.forward(&turned.reshape((2, 10, 3))?)?);
/// let expected = equivariant_nn::action::act_on_codes(lift.representation(), &quarter, &z)?;
/// assert!((w - expected)?.abs()?.max_all()?.to_scalar::<f64>()? < 1e-12);
/// # Ok::<(), equivariant_nn::NnError>(())
/// ```
#[derive(Debug)]
pub struct HarmonicLifting {
    degree: usize,
    radii: Vec<f64>,
    width: f64,
    representation: Representation<SO3>,
    output: FieldType,
}

const NAME: &str = "HarmonicLifting";

impl HarmonicLifting {
    /// Moments of degrees `0..=degree` at the given radii.
    ///
    /// # Errors
    /// [`NnError::Parameter`] where there are no radii or the width is not positive,
    /// [`NnError::Group`] above degree 50.
    pub fn new(degree: usize, radii: &[f64], width: f64) -> Result<Self, NnError> {
        if radii.is_empty() {
            return Err(NnError::parameter(NAME, "the number of radii", "at least 1", 0));
        }
        if !(width > 0.0 && width.is_finite()) {
            return Err(NnError::parameter(NAME, "the width", "positive", width));
        }
        let of_degree = |l| Ok(SO3.irrep(l)?.representation().copies(radii.len()));
        let summands: Vec<_> = (0..=degree).map(of_degree).collect::<Result<_, GroupError>>()?;
        let representation = Representation::direct_sum(&summands)?;
        let output = FieldType::of_compact(&representation);
        Ok(Self { degree, radii: radii.to_vec(), width, representation, output })
    }

    /// `⊕_l K·ψ_l`.
    pub fn representation(&self) -> &Representation<SO3> {
        &self.representation
    }

    /// The type of the result.
    pub fn output(&self) -> &FieldType {
        &self.output
    }

    /// The moments of each cloud.
    ///
    /// # Errors
    /// [`NnError::Shape`] unless the clouds are (B, P, 3).
    pub fn forward(&self, clouds: &Tensor) -> Result<Tensor, NnError> {
        let &[batch, points, 3] = clouds.dims() else {
            let dim = |i: usize| clouds.dims().get(i).copied().unwrap_or(1);
            return Err(NnError::Shape {
                layer: NAME.to_owned(),
                expected: vec![dim(0), dim(1), 3],
                got: clouds.dims().to_vec(),
            });
        };
        let values = clouds.detach().to_device(&Device::Cpu)?.to_dtype(DType::F64)?;
        let values = values.flatten_all()?.to_vec1::<f64>()?;
        let channels = self.output.channels();
        let mut out = vec![0.0; batch * channels];
        if points > 0 {
            out.par_chunks_mut(channels)
                .zip(values.par_chunks(points * 3))
                .for_each(|(out, cloud)| self.moments(cloud, out));
        }
        let out = Tensor::from_vec(out, (batch, channels), &Device::Cpu)?;
        Ok(out.to_device(clouds.device())?.to_dtype(clouds.dtype())?)
    }

    fn moments(&self, cloud: &[f64], out: &mut [f64]) {
        let share = 3.0 / cloud.len() as f64;
        for point in cloud.chunks_exact(3) {
            let v = Vector3::new(point[0], point[1], point[2]);
            let harmonics = spherical_harmonics(&v, self.degree);
            let mut offset = 0;
            for y in &harmonics {
                for &radius in &self.radii {
                    let off = (v.norm() - radius) / self.width;
                    let weight = share * (-0.5 * off * off).exp();
                    for (out, y) in out[offset..].iter_mut().zip(y.iter()) {
                        *out += weight * y;
                    }
                    offset += y.len();
                }
            }
        }
    }
}
