//! Whether a differentiable form has the values and the derivatives of the batch form.

use candle_core::{DType, Device, Tensor, Var};
use groups::laws::LawViolation;
use ndarray::{Array2, ArrayView2};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

use super::{Differentiable, DifferentiableError};
use crate::Projection;

/// Codes at which derivatives are tried.
const CODES: usize = 3;

/// Half the way between two codes of a central difference.
const STEP: f64 = 1e-6;

/// Checks on random codes that a form on tensors has the values of the projection, to `tolerance` of the largest, and
/// the derivatives: those of `Σ w_ij s(z)_ij` for random weights, against central differences, to `10⁶ · tolerance`
/// but no closer than 10⁻⁶.
///
/// # Errors
/// The first violation.
///
/// ```
/// use projections::{Sort, differentiable::check_gradient};
/// let sort = Sort::new(5)?;
/// check_gradient(&sort, &sort, 1e-12, &mut groups::laws::seeded())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check_gradient<R: Rng + ?Sized>(
    form: &dyn Differentiable,
    projection: &dyn Projection<f64>,
    tolerance: f64,
    rng: &mut R,
) -> Result<(), LawViolation> {
    let violation = |law, witness| {
        let structure = projection.metadata().name.to_owned();
        Err(LawViolation { structure, law, witness })
    };
    let mut normal =
        |columns| Array2::from_shape_simple_fn((CODES, columns), || StandardNormal.sample(rng));
    let (z, weights) = (normal(projection.input_dim()), normal(projection.output_dim()));
    let (values, slopes) = match gradient(form, z.view(), weights.view()) {
        Ok(found) => found,
        Err(error) => return violation("s(z) has a derivative", error.to_string()),
    };
    let images = |z: &Array2<f64>| projection.project(z.view());
    let expected = match images(&z) {
        Ok(expected) if expected.dim() == values.dim() => expected,
        Ok(expected) => return violation("shapes agree", format!("{:?}", expected.dim())),
        Err(error) => return violation("s(z) exists", error.to_string()),
    };
    let size = expected.iter().fold(1.0f64, |m, v| m.max(v.abs()));
    for ((place, found), expected) in values.indexed_iter().zip(&expected) {
        let off = (found - expected).abs() / size;
        if off.is_nan() || off > tolerance {
            return violation("both forms agree", format!("{place:?} (off by {off:e})"));
        }
    }
    let closest = (1e6 * tolerance).max(1e-6);
    for ((i, j), slope) in slopes.indexed_iter() {
        let at = |step: f64| {
            let mut moved = z.clone();
            moved[(i, j)] += step;
            images(&moved).map_or(f64::NAN, |s| (s * &weights).sum())
        };
        let expected = (at(STEP) - at(-STEP)) / (2.0 * STEP);
        let off = (slope - expected).abs() / expected.abs().max(1.0);
        if off.is_nan() || off > closest {
            let witness = format!("({i}, {j}): {slope} where {expected} was expected");
            return violation("∂s is the limit of differences", witness);
        }
    }
    Ok(())
}

/// `s(z)` and the derivative of `Σ w_ij s(z)_ij`, for codes `(n, D)` and weights `(n, k)`.
///
/// # Errors
/// As [`Differentiable::forward`].
pub fn gradient(
    form: &dyn Differentiable,
    codes: ArrayView2<'_, f64>,
    weights: ArrayView2<'_, f64>,
) -> Result<(Array2<f64>, Array2<f64>), DifferentiableError> {
    let tensor = |values: ArrayView2<'_, f64>| {
        let flat: Vec<f64> = values.iter().copied().collect();
        Tensor::from_vec(flat, values.dim(), &Device::Cpu)
    };
    let array = |tensor: &Tensor| -> Result<Array2<f64>, DifferentiableError> {
        let flat = tensor.to_dtype(DType::F64)?.flatten_all()?.to_vec1()?;
        let shape = tensor.dims2()?;
        Ok(Array2::from_shape_vec(shape, flat)
            .map_err(|e| candle_core::Error::Msg(e.to_string()))?)
    };
    let z = Var::from_tensor(&tensor(codes)?)?;
    let images = form.forward(&z)?;
    let gradients = (&images * tensor(weights)?)?.sum_all()?.backward()?;
    let slope = match gradients.get(&z) {
        Some(slope) => array(slope)?,
        // The images do not depend on the codes.
        None => Array2::zeros(codes.dim()),
    };
    Ok((array(&images)?, slope))
}
