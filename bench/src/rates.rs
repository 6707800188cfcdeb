//! What the machine can do: dense products and copies.

use groups::linalg::{matmul, par_matmul};
use ndarray::Array2;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::clock::Protocol;

/// Side of the matrices of the product.
const SIDE: usize = 1024;
/// Numbers that are copied, 256 MiB: far more than caches hold.
const COPIED: usize = 1 << 26;

/// Rates in `f32`, by one thread and by all.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rates {
    /// Flops a second of a product of matrices of side 1,024, by the kernels that the crates use.
    pub(crate) gemm_one: f64,
    /// The same by all threads.
    pub(crate) gemm_all: f64,
    /// Bytes a second, read and written both counted.
    pub(crate) copy_one: f64,
    /// The same by all threads.
    pub(crate) copy_all: f64,
}

impl Rates {
    /// Measures them, in some seconds.
    pub(crate) fn measure() -> anyhow::Result<Self> {
        let protocol = Protocol { warm_up: 2, samples: 7, seconds: 0.7, patience: 20.0 };
        let a = Array2::from_shape_fn((SIDE, SIDE), |(i, j)| ((i * 31 + j) as f32 * 0.1).sin());
        let mut c = Array2::<f32>::zeros((SIDE, SIDE));
        let flops = 2.0 * (SIDE as f64).powi(3);
        let one = protocol.time(|| {
            matmul(1.0, a.view(), a.view(), 0.0, c.view_mut());
            Ok(c[[0, 0]])
        })?;
        // A few blocks a thread, each with a copy of the same product, so that all have work.
        let threads = rayon::current_num_threads();
        let tall = Array2::from_shape_fn((threads * SIDE, SIDE), |(i, j)| ((i + j) as f32).sin());
        let mut out = Array2::<f32>::zeros((threads * SIDE, SIDE));
        let all = protocol.time(|| {
            par_matmul(1.0, tall.view(), a.view(), 0.0, out.view_mut());
            Ok(out[[0, 0]])
        })?;
        let source = vec![1f32; COPIED];
        let mut target = vec![0f32; COPIED];
        let bytes = 2.0 * size_of_val(&source[..]) as f64;
        let copy = protocol.time(|| {
            target.copy_from_slice(&source);
            Ok(target[0])
        })?;
        let part = COPIED.div_ceil(threads);
        let copies = protocol.time(|| {
            target
                .par_chunks_mut(part)
                .zip(source.par_chunks(part))
                .for_each(|(to, from)| to.copy_from_slice(from));
            Ok(target[0])
        })?;
        Ok(Self {
            gemm_one: flops / one.median,
            gemm_all: threads as f64 * flops / all.median,
            copy_one: bytes / copy.median,
            copy_all: bytes / copies.median,
        })
    }
}
