//! From the free coefficients of an equivariant linear map to its plain matrix or filters.

use std::sync::Arc;

use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor, WithDType};
use groups::linalg::matmul;
use rayon::prelude::*;

use super::element::{
    Element, dispatch, entries, half_on_cpu, has_kernel, view, view_mut, widened, with_entries,
};

/// The fixed linear map from coefficients to weights:
/// `w[o, g, r, ·] = Σ_b c[o, source_g(r), b] · basis_g[b, ·]`.
///
/// `o` runs over output fields, `g` over the group, `r` over input channels. All equivariant
/// linear maps into regular fields have this form: for each group element the inputs are permuted
/// and the basis is transformed.
#[derive(Clone, Debug, PartialEq)]
pub struct Expansion {
    inputs: usize,
    functions: usize,
    taps: usize,
    elements: Vec<(Vec<usize>, Vec<f64>)>,
}

impl Expansion {
    /// One pair `(source_g, basis_g)` for each group element: `source_g` has the `inputs` indices
    /// to read from, `basis_g` is a row-major `functions × taps` matrix.
    ///
    /// # Errors
    /// If a length does not fit or `source_g` is not a permutation.
    pub fn new(
        inputs: usize,
        functions: usize,
        taps: usize,
        elements: Vec<(Vec<usize>, Vec<f64>)>,
    ) -> Result<Self> {
        for (sources, basis) in &elements {
            let mut seen = vec![false; inputs];
            for &s in sources {
                if let Some(seen) = seen.get_mut(s) {
                    *seen = true;
                }
            }
            if sources.len() != inputs || seen.contains(&false) || basis.len() != functions * taps {
                candle_core::bail!(
                    "expand: a permutation of {inputs} and {functions}×{taps} values expected, \
                     got {} and {}",
                    sources.len(),
                    basis.len()
                );
            }
        }
        Ok(Self { inputs, functions, taps, elements })
    }

    fn order(&self) -> usize {
        self.elements.len()
    }

    fn bases<T: Element>(&self) -> Vec<Vec<T>> {
        self.elements.iter().map(|(_, basis)| basis.iter().map(|&v| T::of(v)).collect()).collect()
    }

    fn forward<T: Element>(&self, c: &[T]) -> Vec<T> {
        let (m, n, t) = (self.inputs, self.functions, self.taps);
        let (size_in, size_out) = (m * n, self.order() * m * t);
        if size_in * size_out == 0 {
            return Vec::new();
        }
        let bases = self.bases::<T>();
        let mut w = vec![T::zero(); c.len() / size_in * size_out];
        w.par_chunks_mut(size_out).zip(c.par_chunks(size_in)).for_each(|(w, c)| {
            let mut gathered = vec![T::zero(); size_in];
            for ((w, (sources, _)), basis) in
                w.chunks_exact_mut(m * t).zip(&self.elements).zip(&bases)
            {
                for (line, &s) in gathered.chunks_exact_mut(n).zip(sources) {
                    line.copy_from_slice(&c[s * n..][..n]);
                }
                matmul(
                    T::one(),
                    view(&gathered, m, n),
                    view(basis, n, t),
                    T::zero(),
                    view_mut(w, m, t),
                );
            }
        });
        w
    }

    fn backward<T: Element>(&self, dw: &[T]) -> Vec<T> {
        let (m, n, t) = (self.inputs, self.functions, self.taps);
        let (size_in, size_out) = (m * n, self.order() * m * t);
        if size_in * size_out == 0 {
            return Vec::new();
        }
        let bases = self.bases::<T>();
        let mut dc = vec![T::zero(); dw.len() / size_out * size_in];
        dc.par_chunks_mut(size_in).zip(dw.par_chunks(size_out)).for_each(|(dc, dw)| {
            let mut gathered = vec![T::zero(); size_in];
            for ((dw, (sources, _)), basis) in
                dw.chunks_exact(m * t).zip(&self.elements).zip(&bases)
            {
                let basis = view(basis, n, t).reversed_axes();
                matmul(T::one(), view(dw, m, t), basis, T::zero(), view_mut(&mut gathered, m, n));
                for (line, &s) in gathered.chunks_exact(n).zip(sources) {
                    for (sum, &v) in dc[s * n..][..n].iter_mut().zip(line) {
                        *sum += v;
                    }
                }
            }
        });
        dc
    }
}

/// Applies an [`Expansion`].
///
/// # Shapes
/// `coefficients`: (O, inputs, functions); result: (O·N, inputs, taps).
///
/// # Errors
/// If the shapes do not fit.
pub fn expand(coefficients: &Tensor, expansion: &Arc<Expansion>) -> Result<Tensor> {
    let (fields, inputs, functions) = coefficients.dims3()?;
    if (inputs, functions) != (expansion.inputs, expansion.functions) {
        candle_core::bail!(
            "expand: coefficients (fields, {}, {}) expected, got {:?}",
            expansion.inputs,
            expansion.functions,
            coefficients.dims()
        );
    }
    if has_kernel(coefficients) {
        return coefficients.apply_op1(Expand(expansion.clone()));
    }
    if half_on_cpu(coefficients) {
        return expand(&widened(coefficients)?, expansion)?.to_dtype(coefficients.dtype());
    }
    let (device, coefficients) = (coefficients.device(), coefficients.contiguous()?);
    let parts = expansion
        .elements
        .iter()
        .map(|(sources, basis)| {
            let index: Vec<u32> = sources.iter().map(|&s| s as u32).collect();
            let index = Tensor::from_vec(index, inputs, device)?;
            let basis = Tensor::from_vec(basis.clone(), (functions, expansion.taps), device)?
                .to_dtype(coefficients.dtype())?;
            let gathered = coefficients.index_select(&index, 1)?;
            gathered.reshape((fields * inputs, functions))?.matmul(&basis)?.reshape((
                fields,
                1,
                inputs,
                expansion.taps,
            ))
        })
        .collect::<Result<Vec<_>>>()?;
    Tensor::cat(&parts, 1)?.reshape((fields * expansion.order(), inputs, expansion.taps))
}

#[derive(Debug)]
struct Expand(Arc<Expansion>);

impl CustomOp1 for Expand {
    fn name(&self) -> &'static str {
        "equivariant-nn expand"
    }

    fn cpu_fwd(&self, c: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (fields, inputs, _) = layout.shape().dims3()?;
        let shape = Shape::from((fields * self.0.order(), inputs, self.0.taps));
        dispatch!(c.dtype(), "expand", T => {
            let w = self.0.forward::<T>(&entries(c, layout)?);
            Ok((T::to_cpu_storage_owned(w), shape))
        })
    }

    fn bwd(&self, c: &Tensor, _: &Tensor, dw: &Tensor) -> Result<Option<Tensor>> {
        dispatch!(c.dtype(), "expand", T => {
            with_entries::<T, 1, _>([dw], |[dw]| {
                Ok(Some(Tensor::from_vec(self.0.backward(dw), c.shape(), c.device())?))
            })
        })
    }
}
