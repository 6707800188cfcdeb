//! Choosing among values without differentiating the choice.
//!
//! Indices are found on detached values and the values gathered by them, so the gradient of a chosen
//! value goes to one element, the first of equals.

use candle_core::{D, Tensor};
use groups::Real;

use super::codes::host;

/// The largest along the last axis, which disappears; of equals the first.
pub(super) fn largest(values: &Tensor) -> candle_core::Result<Tensor> {
    let first = |row: &[f64]| {
        let best = |best: usize, (i, v): (usize, &f64)| if *v > row[best] { i } else { best };
        vec![row.iter().enumerate().fold(0, best) as u32]
    };
    gather(values, 1, first)?.squeeze(D::Minus1)
}

/// In ascending order along the last axis; equals stay in their order.
pub(super) fn ascending(values: &Tensor) -> candle_core::Result<Tensor> {
    gather(values, values.dim(D::Minus1)?, |row| {
        let mut order: Vec<u32> = (0..row.len() as u32).collect();
        order.sort_by_key(|&i| row[i as usize].ordinal());
        order
    })
}

/// The `count` elements along the last axis that `choose` names for each row.
fn gather(
    values: &Tensor,
    count: usize,
    choose: impl Fn(&[f64]) -> Vec<u32>,
) -> candle_core::Result<Tensor> {
    let width = values.dim(D::Minus1)?.max(1);
    let chosen: Vec<u32> = host(values)?.chunks_exact(width).flat_map(choose).collect();
    let mut shape = values.dims().to_vec();
    if let Some(last) = shape.last_mut() {
        *last = count;
    }
    values.contiguous()?.gather(&Tensor::from_vec(chosen, shape, values.device())?, D::Minus1)
}
