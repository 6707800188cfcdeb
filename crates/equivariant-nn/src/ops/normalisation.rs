//! Normalisations with a scale and a shift, as operations that candle can differentiate.

use std::fmt::Debug;

use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor, WithDType};

use super::element::{Element, dispatch, entries, with_entries};

/// What differs between normalisations.
pub(super) trait Kernel: Debug + Send + Sync + 'static {
    const NAME: &'static str;

    /// `y` for `x` of the given dimensions.
    fn forward<T: Element>(
        &self,
        x: &[T],
        gamma: &[T],
        beta: &[T],
        dims: &[usize],
    ) -> Result<Vec<T>>;

    /// The gradients in `x`, `gamma` and `beta`.
    fn backward<T: Element>(
        &self,
        x: &[T],
        gamma: &[T],
        beta: &[T],
        dy: &[T],
        dims: &[usize],
    ) -> Result<(Vec<T>, Vec<T>, Vec<T>)>;
}

/// Of `x`, `gamma` and `beta`.
#[derive(Debug)]
pub(super) struct Normalisation<K>(pub(super) K);

impl<K: Kernel> CustomOp3 for Normalisation<K> {
    fn name(&self) -> &'static str {
        K::NAME
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        lx: &Layout,
        gamma: &CpuStorage,
        lg: &Layout,
        beta: &CpuStorage,
        lb: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        dispatch!(x.dtype(), K::NAME, T => {
            let (x, gamma, beta) = (entries(x, lx)?, entries(gamma, lg)?, entries(beta, lb)?);
            let y = self.0.forward::<T>(&x, &gamma, &beta, lx.dims())?;
            Ok((T::to_cpu_storage_owned(y), lx.shape().clone()))
        })
    }

    fn bwd(
        &self,
        x: &Tensor,
        gamma: &Tensor,
        beta: &Tensor,
        _: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        dispatch!(x.dtype(), K::NAME, T => {
            with_entries::<T, 4, _>([x, gamma, beta, dy], |[xs, gs, bs, dys]| {
                let (dx, dgamma, dbeta) = self.0.backward(xs, gs, bs, dys, x.dims())?;
                Ok((
                    Some(Tensor::from_vec(dx, x.shape(), x.device())?),
                    Some(Tensor::from_vec(dgamma, gamma.shape(), x.device())?),
                    Some(Tensor::from_vec(dbeta, beta.shape(), x.device())?),
                ))
            })
        })
    }
}
