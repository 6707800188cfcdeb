//! Cross-sections: the group element is chosen on detached codes and then acts on the graph.

use candle_core::{DType, Tensor};
use groups::{FiniteGroup, Operator, Real};
use ndarray::Array2;

use super::codes::{Codes, constant};
use super::{Differentiable, DifferentiableError};
use crate::{Canonicalize, CrossSection, LexSort, WeylChamber};

/// Row `i` of the result holds, at column `j`, entry `sources[i][j]` of row `i`.
fn gather(codes: &Tensor, sources: Vec<Vec<usize>>) -> candle_core::Result<Tensor> {
    let indices: Vec<u32> = sources.into_iter().flatten().map(|i| i as u32).collect();
    codes.gather(&Tensor::from_vec(indices, codes.shape(), codes.device())?, 1)
}

/// Row `i` of the result is `matrices[i]` times row `i`.
fn multiply(codes: &Tensor, matrices: &[Array2<f64>]) -> candle_core::Result<Tensor> {
    let dim = codes.dim(1)?;
    let mut stacked = Array2::<f64>::zeros((matrices.len() * dim, dim));
    for (mut rows, matrix) in stacked.exact_chunks_mut((dim, dim)).into_iter().zip(matrices) {
        rows.assign(matrix);
    }
    let stacked = constant(stacked.view(), codes)?.reshape((matrices.len(), dim, dim))?;
    stacked.matmul(&codes.unsqueeze(2)?)?.squeeze(2)
}

impl Differentiable for LexSort {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let Codes { tensor, values } = Codes::of::<f64, _>(self, codes)?;
        let (_, places) = self.project_with_elements(values.view())?;
        let d = self.features;
        let sources = places.iter().map(|sigma| {
            let rows: Vec<usize> = sigma.inverse().into();
            rows.iter().flat_map(|row| row * d..(row + 1) * d).collect()
        });
        Ok(gather(&tensor, sources.collect())?)
    }
}

/// Of finite groups: there the best pose stays the same nearby, while that of rotations turns with the code.
impl<G: FiniteGroup> Differentiable for Canonicalize<G> {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let codes = Codes::of::<f64, _>(self, codes)?;
        // In the type of the codes, as the batch form does.
        match codes.tensor.dtype() {
            DType::F32 => align::<G, f32>(self, &codes),
            _ => align::<G, f64>(self, &codes),
        }
    }
}

fn align<G: FiniteGroup, T: Real>(
    section: &Canonicalize<G>,
    codes: &Codes,
) -> Result<Tensor, DifferentiableError> {
    let (_, elements) = section.project_with_elements(codes.values.mapv(T::of).view())?;
    let operators: Vec<Operator> =
        elements.iter().map(|g| section.metric.representation().operator(g)).collect();
    let sources: Option<Vec<_>> = operators.iter().map(Operator::sources).collect();
    Ok(match sources {
        Some(sources) => gather(&codes.tensor, sources)?,
        None => {
            let dense = |operator: &Operator| {
                let m = operator.matrix();
                Array2::from_shape_fn(m.shape(), |(i, j)| m[(i, j)])
            };
            multiply(&codes.tensor, &operators.iter().map(dense).collect::<Vec<_>>())?
        }
    })
}

impl Differentiable for WeylChamber {
    fn forward(&self, codes: &Tensor) -> Result<Tensor, DifferentiableError> {
        let Codes { tensor, values } = Codes::of::<f64, _>(self, codes)?;
        let (_, words) = self.project_with_elements(values.view())?;
        let matrices: Vec<Array2<f64>> =
            words.iter().map(|word| self.matrix(word)).collect::<Result<_, _>>()?;
        Ok(multiply(&tensor, &matrices)?)
    }
}
