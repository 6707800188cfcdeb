//! The action of the group on batches of features.

use candle_core::{DType, Device, Tensor};
use groups::action::image::{Interpolation, transform};
use groups::{Group, PlanarGroup, Representation};
use ndarray::{Array3, Axis};
use rayon::prelude::*;

use crate::{Domain, FieldKind, FieldType, NnError};

/// `g·φ` for a batch of features, `(g·φ)_f(x, h) = φ_f(g⁻¹x, g⁻¹h)`.
///
/// Pixels are moved about the centre of the image with zeros outside: exactly for multiples of a
/// quarter turn and flips, by interpolation otherwise. On the plane the result is in `f32`
/// precision.
///
/// # Errors
/// [`NnError::Input`] if the tensor is not of the type; [`NnError::Type`] if the type belongs to
/// another group.
///
/// # Example
/// ```
/// use candle_core::{Device, Tensor};
/// use equivariant_nn::{FieldType, action::act};
/// use groups::{Cyclic, action::image::Interpolation};
/// let group = Cyclic::new(4)?;
/// let codes = FieldType::regular(&group, 1).at_point();
/// let x = Tensor::new(&[[0f32, 1.0, 2.0, 3.0]], &Device::Cpu)?;
/// let y = act(&group, &1, &codes, &x, Interpolation::Bilinear)?;
/// assert_eq!(y.to_vec2::<f32>()?, [[3.0, 0.0, 1.0, 2.0]]);
/// # Ok::<(), equivariant_nn::NnError>(())
/// ```
pub fn act<G: PlanarGroup>(
    group: &G,
    g: &G::Element,
    ty: &FieldType,
    x: &Tensor,
    interpolation: Interpolation,
) -> Result<Tensor, NnError> {
    let expected = format!("a type over {}", group.name());
    ty.require("act", &expected, ty.belongs_to(group))?;
    ty.check("act", x)?;
    let moved = match ty.domain() {
        Domain::Point => x.clone(),
        Domain::Plane => move_pixels(group, g, x, interpolation)?,
    };
    match ty.kind() {
        FieldKind::Trivial => return Ok(moved),
        FieldKind::Regular => {}
        FieldKind::Blocks => ty.require("act", "trivial or regular fields", false)?,
    }
    let inverse = group.inverse(g);
    let sources = (0..ty.channels()).map(|channel| {
        let (field, i) = (channel / ty.order(), channel % ty.order());
        let from = group.index(&group.compose(&inverse, &group.element(i)));
        (field * ty.order() + from) as u32
    });
    let sources = Tensor::from_iter(sources, x.device())?;
    Ok(moved.contiguous()?.index_select(&sources, 1)?)
}

/// `ρ(g)z` for a batch of codes (B, dim), for any group and representation.
///
/// # Errors
/// [`NnError::Shape`] unless the codes have the representation's dimension.
///
/// # Example
/// ```
/// use candle_core::{Device, Tensor};
/// use equivariant_nn::action::act_on_codes;
/// use groups::Symmetric;
/// let rho = Symmetric::new(3)?.natural();
/// let swap = groups::Permutation::from_cycles(3, &[&[0, 1]])?;
/// let z = Tensor::new(&[[1f32, 2.0, 3.0]], &Device::Cpu)?;
/// let moved = act_on_codes(&rho, &swap, &z)?;
/// assert_eq!(moved.to_vec2::<f32>()?, [[2.0, 1.0, 3.0]]);
/// # Ok::<(), equivariant_nn::NnError>(())
/// ```
pub fn act_on_codes<G: Group>(
    rho: &Representation<G>,
    g: &G::Element,
    z: &Tensor,
) -> Result<Tensor, NnError> {
    let dim = rho.dim();
    if z.rank() != 2 || z.dims()[1] != dim {
        return Err(NnError::Shape {
            layer: format!("act_on_codes of {rho}"),
            expected: vec![z.dims().first().copied().unwrap_or(1), dim],
            got: z.dims().to_vec(),
        });
    }
    let operator = rho.operator(g);
    if let Some(sources) = operator.sources() {
        let sources = Tensor::from_iter(sources.into_iter().map(|s| s as u32), z.device())?;
        return Ok(z.contiguous()?.index_select(&sources, 1)?);
    }
    // The matrix is stored by columns: what is read row by row is the transpose.
    let transposed = operator.matrix().as_slice().to_vec();
    let transposed = Tensor::from_vec(transposed, (dim, dim), z.device())?.to_dtype(z.dtype())?;
    Ok(z.contiguous()?.matmul(&transposed)?)
}

fn move_pixels<G: PlanarGroup>(
    group: &G,
    g: &G::Element,
    x: &Tensor,
    interpolation: Interpolation,
) -> Result<Tensor, NnError> {
    let (b, c, h, w) = x.dims4()?;
    let pixels = x.detach().to_device(&Device::Cpu)?.to_dtype(DType::F32)?.flatten_all()?;
    let pixels = Array3::from_shape_vec((b * c, h, w), pixels.to_vec1::<f32>()?)
        .map_err(candle_core::Error::wrap)?;
    let matrix = group.planar_matrix(g);
    let mut moved = Array3::zeros(pixels.dim());
    let images = moved.axis_iter_mut(Axis(0)).into_par_iter().zip(pixels.axis_iter(Axis(0)));
    images.for_each(|(mut out, image)| out.assign(&transform(image, &matrix, interpolation)));
    Ok(Tensor::from_vec(moved.into_raw_vec_and_offset().0, x.shape(), &Device::Cpu)?
        .to_device(x.device())?
        .to_dtype(x.dtype())?)
}
