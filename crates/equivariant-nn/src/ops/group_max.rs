//! The maximum over the group axis of each field.

use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor, WithDType};
use rayon::prelude::*;

use super::batch_norm::feature_dims;
use super::element::{Element, dispatch, entries, half_on_cpu, has_kernel, widened, with_entries};

/// `y_f = max_h x(f, h)`: (B, F·N, …) to (B, F, …).
///
/// At a tie the gradient is split evenly between the tied values. That is the subgradient which
/// commutes with the group; candle's own `max` gives the whole gradient to each of them. A NaN
/// among the values gives NaN.
///
/// # Errors
/// If the channels are not a multiple of `order`.
pub fn group_max(x: &Tensor, order: usize) -> Result<Tensor> {
    let (batch, channels, _) = feature_dims("group_max", x.dims(), order)?;
    if has_kernel(x) {
        return x.apply_op1(GroupMax { order });
    }
    if half_on_cpu(x) {
        return group_max(&widened(x)?, order)?.to_dtype(x.dtype());
    }
    let space = &x.dims()[2..];
    let split = [&[batch, channels / order, order], space].concat();
    let x = x.reshape(split)?;
    let top = x.max_keepdim(2)?.detach();
    // Written so that NaN is no loser, and that infinite losers are not multiplied by zero.
    let loses = x.detach().broadcast_lt(&top)?;
    let wins = loses.eq(0.0)?.to_dtype(x.dtype())?;
    let share = wins.broadcast_div(&wins.sum_keepdim(2)?)?;
    loses.where_cond(&x.zeros_like()?, &(x * share)?)?.sum(2)
}

#[derive(Debug)]
struct GroupMax {
    order: usize,
}

impl CustomOp1 for GroupMax {
    fn name(&self) -> &'static str {
        "equivariant-nn group_max"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (_, channels, plane) = feature_dims("group_max", layout.dims(), self.order)?;
        let mut dims = layout.dims().to_vec();
        dims[1] = channels / self.order;
        dispatch!(x.dtype(), "group_max", T => {
            let y = maxima::<T>(&entries(x, layout)?, self.order, plane);
            Ok((T::to_cpu_storage_owned(y), Shape::from(dims)))
        })
    }

    fn bwd(&self, x: &Tensor, y: &Tensor, dy: &Tensor) -> Result<Option<Tensor>> {
        let (_, _, plane) = feature_dims("group_max", x.dims(), self.order)?;
        dispatch!(x.dtype(), "group_max", T => {
            with_entries::<T, 3, _>([x, y, dy], |[xs, ys, dys]| {
                let dx = shares(xs, ys, dys, self.order, plane);
                Ok(Some(Tensor::from_vec(dx, x.shape(), x.device())?))
            })
        })
    }
}

fn maxima<T: Element>(x: &[T], order: usize, plane: usize) -> Vec<T> {
    let mut y = vec![T::zero(); x.len() / order];
    let plane = plane.max(1);
    y.par_chunks_mut(plane).zip(x.par_chunks(order * plane)).for_each(|(y, field)| {
        y.copy_from_slice(&field[..plane]);
        for values in field.chunks_exact(plane).skip(1) {
            for (y, &v) in y.iter_mut().zip(values) {
                if v > *y || v.is_nan() {
                    *y = v;
                }
            }
        }
    });
    y
}

fn shares<T: Element>(x: &[T], y: &[T], dy: &[T], order: usize, plane: usize) -> Vec<T> {
    let mut dx = vec![T::zero(); x.len()];
    let plane = plane.max(1);
    dx.par_chunks_mut(order * plane).enumerate().for_each(|(i, dx)| {
        let x = &x[i * order * plane..][..order * plane];
        for p in 0..plane {
            let (top, gradient) = (y[i * plane + p], dy[i * plane + p]);
            let tied = (0..order).filter(|h| x[h * plane + p] == top).count();
            let share = gradient / T::of(tied.max(1) as f64);
            for h in 0..order {
                if x[h * plane + p] == top {
                    dx[h * plane + p] = share;
                }
            }
        }
    });
    dx
}
