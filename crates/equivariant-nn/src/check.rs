//! Measuring how equivariant a map is.

use candle_core::{DType, Tensor};
use groups::action::image::Interpolation;
use groups::{Group, PlanarGroup, Representation};

use crate::action::{act, act_on_codes};
use crate::basis_cache::same_group;
use crate::{Domain, FieldType, NnError};

/// How [`check_equivariance`] compares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CheckConfig {
    /// How images and feature maps are turned by elements that do not fit the grid.
    pub interpolation: Interpolation,
    /// If set, feature maps are compared only at pixels at least this far inside of the inscribed
    /// disc: what is outside of the disc leaves the image when it turns.
    pub disc_margin: Option<f64>,
}

impl Default for CheckConfig {
    fn default() -> Self {
        Self { interpolation: Interpolation::Bicubic, disc_margin: None }
    }
}

/// The equivariance error of one group element.
#[derive(Clone, Debug, PartialEq)]
pub struct ElementError<E> {
    /// The element `g`.
    pub element: E,
    /// Its number.
    pub index: usize,
    /// `max |f(g·x) − g·f(x)| / max |f(x)|`.
    pub max: f64,
    /// `‖f(g·x) − g·f(x)‖ / ‖f(x)‖`.
    pub rms: f64,
}

/// `‖f(g·x) − g·f(x)‖` relative to `‖f(x)‖`, for each element `g` of the group.
///
/// `input` and `output` say how the group acts on both sides: images are trivial fields on the
/// plane, codes are regular fields at a point, invariants are trivial fields at a point.
///
/// For `C_4` and `D_4` the error of the layers of this crate is rounding (below `1e-5`). For finer
/// groups it also contains the interpolation that turns `x`; use smooth inputs, and
/// [`CheckConfig::disc_margin`] for feature maps.
///
/// # Errors
/// What `f` returns; [`NnError::Input`] if its result is not of the type `output`;
/// [`NnError::Parameter`] if `f(x)` is zero or not finite, as no relative error exists then.
///
/// # Example
/// ```
/// use candle_core::{Device, Tensor};
/// use equivariant_nn::FieldType;
/// use equivariant_nn::check::{CheckConfig, check_equivariance, worst};
/// use groups::Cyclic;
/// let group = Cyclic::new(4)?;
/// let image = FieldType::trivial(&group, 1);
/// let x = Tensor::arange(0f32, 49.0, &Device::Cpu)?.reshape((1, 1, 7, 7))?;
/// let errors = check_equivariance(
///     &group, &image, &image, &x, CheckConfig::default(), |x| Ok(x.sqr()?),
/// )?;
/// assert!(worst(&errors) < 1e-6);
/// // A shift is not equivariant, and the check says so.
/// let shift = |x: &Tensor| Ok(x.roll(1, 3)?);
/// let errors = check_equivariance(&group, &image, &image, &x, CheckConfig::default(), shift)?;
/// assert!(worst(&errors) > 0.01);
/// # Ok::<(), equivariant_nn::NnError>(())
/// ```
pub fn check_equivariance<G: PlanarGroup>(
    group: &G,
    input: &FieldType,
    output: &FieldType,
    x: &Tensor,
    config: CheckConfig,
    mut f: impl FnMut(&Tensor) -> Result<Tensor, NnError>,
) -> Result<Vec<ElementError<G::Element>>, NnError> {
    let y = f(x)?;
    output.check("check_equivariance", &y)?;
    let mask = disc(output, &y, config.disc_margin);
    let size = finite_size(&y, &mask)?;
    group
        .elements()
        .enumerate()
        .map(|(index, element)| {
            let moved_first = f(&act(group, &element, input, x, config.interpolation)?)?;
            let moved_after = act(group, &element, output, &y, config.interpolation)?;
            output.check("check_equivariance", &moved_first)?;
            difference(element, index, &moved_first, &moved_after, &mask, size)
        })
        .collect()
}

/// `‖f(ρ(g)x) − σ(g)f(x)‖` relative to `‖f(x)‖`, for the given elements `g` of any group: all of a
/// finite one (`group.elements()`), random ones of a group that is too large for that.
///
/// # Errors
/// What `f` returns; [`NnError::Shape`] where `x` is no batch of codes of `rho` (B, dim), or `f(x)`
/// none of `sigma`; [`NnError::Group`] for representations of different groups;
/// [`NnError::Parameter`] if `f(x)` is zero or not finite.
///
/// # Example
/// ```
/// use candle_core::{Device, Tensor};
/// use equivariant_nn::check::{check_intertwining, worst};
/// use groups::{Group, compact::SO3};
/// let vectors = SO3.vectors();
/// let x = Tensor::new(&[[1f64, 2.0, 3.0]], &Device::Cpu)?;
/// let mut rng = equivariant_nn::init::stream(0, "rotations");
/// let rotations: Vec<_> = (0..5).map(|_| SO3.sample(&mut rng)).collect();
/// let double = |x: &Tensor| Ok((x * 2.0)?);
/// let errors = check_intertwining(&vectors, &vectors, &x, rotations.clone(), double)?;
/// assert!(worst(&errors) < 1e-15);
/// // A rectifier of single coordinates does not commute with rotations.
/// let relu = |x: &Tensor| Ok(x.relu()?);
/// assert!(worst(&check_intertwining(&vectors, &vectors, &x, rotations, relu)?) > 0.1);
/// # Ok::<(), equivariant_nn::NnError>(())
/// ```
pub fn check_intertwining<G: Group>(
    rho: &Representation<G>,
    sigma: &Representation<G>,
    x: &Tensor,
    elements: impl IntoIterator<Item = G::Element>,
    mut f: impl FnMut(&Tensor) -> Result<Tensor, NnError>,
) -> Result<Vec<ElementError<G::Element>>, NnError> {
    same_group(rho.group(), sigma.group())?;
    let y = f(x)?;
    let size = finite_size(&y, &[true])?;
    elements
        .into_iter()
        .enumerate()
        .map(|(index, element)| {
            let moved_first = f(&act_on_codes(rho, &element, x)?)?;
            let moved_after = act_on_codes(sigma, &element, &y)?;
            difference(element, index, &moved_first, &moved_after, &[true], size)
        })
        .collect()
}

/// Maximum norm and Euclidean norm of `f(x)`, which errors are relative to.
fn finite_size(y: &Tensor, mask: &[bool]) -> Result<(f64, f64), NnError> {
    let (max, norm) = sizes(&flat(y)?, mask);
    if !(norm > 0.0 && norm.is_finite()) {
        let what = "check_equivariance";
        return Err(NnError::parameter(what, "the norm of f(x)", "finite and positive", norm));
    }
    Ok((max, norm))
}

fn difference<E>(
    element: E,
    index: usize,
    moved_first: &Tensor,
    moved_after: &Tensor,
    mask: &[bool],
    (size_max, size_norm): (f64, f64),
) -> Result<ElementError<E>, NnError> {
    let differences: Vec<f64> =
        flat(moved_first)?.iter().zip(flat(moved_after)?).map(|(a, b)| a - b).collect();
    let (max, norm) = sizes(&differences, mask);
    Ok(ElementError { element, index, max: max / size_max, rms: norm / size_norm })
}

/// The largest `rms` over all elements. NaN if one of them is.
pub fn worst<E>(errors: &[ElementError<E>]) -> f64 {
    errors.iter().map(|e| e.rms).fold(0.0, |a, b| if b > a || b.is_nan() { b } else { a })
}

fn flat(t: &Tensor) -> Result<Vec<f64>, NnError> {
    Ok(t.detach().to_dtype(DType::F64)?.flatten_all()?.to_vec1::<f64>()?)
}

/// Which pixels of a plane count; a single one for features at a point.
fn disc(ty: &FieldType, y: &Tensor, margin: Option<f64>) -> Vec<bool> {
    let (h, w) = match (ty.domain(), y.dims()) {
        (Domain::Plane, &[_, _, h, w]) => (h, w),
        _ => return vec![true],
    };
    let (ch, cw) = ((h as f64 - 1.0) / 2.0, (w as f64 - 1.0) / 2.0);
    let inside = |i: usize| match margin {
        None => true,
        Some(margin) => {
            let r = ((i / w) as f64 - ch).hypot((i % w) as f64 - cw);
            r <= h.min(w) as f64 / 2.0 - margin
        }
    };
    (0..h * w).map(inside).collect()
}

/// Maximum norm and Euclidean norm.
fn sizes(values: &[f64], mask: &[bool]) -> (f64, f64) {
    let counted = || values.iter().zip(mask.iter().cycle()).filter(|(_, m)| **m).map(|(v, _)| *v);
    let max = counted().fold(0.0f64, |a, v| if v.abs() > a || v.is_nan() { v.abs() } else { a });
    (max, counted().map(|v| v * v).sum::<f64>().sqrt())
}
