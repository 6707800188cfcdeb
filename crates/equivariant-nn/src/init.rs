//! Seeded random numbers for weights, masks and noise.
//!
//! candle's generator on the CPU cannot be seeded (candle#2651), so nothing here uses it. Every
//! purpose has a stream of its own, named by text: adding a layer changes no other layer's
//! weights, and the order of construction does not matter.

use candle_core::{DType, Device, Result, Shape, Tensor};
use candle_nn::Init;
use candle_nn::init::NormalOrUniform;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// The generator of the stream that `purpose` names, under a seed.
///
/// # Example
/// ```
/// use equivariant_nn::init::stream;
/// use rand::Rng;
/// assert_eq!(stream(7, "conv1.weight").next_u64(), stream(7, "conv1.weight").next_u64());
/// assert_ne!(stream(7, "conv1.weight").next_u64(), stream(7, "conv2.weight").next_u64());
/// ```
pub fn stream(seed: u64, purpose: &str) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(name_hash(purpose.as_bytes()));
    rng
}

/// The 64-bit FNV-1a hash (Fowler, Noll & Vo), stable across versions and platforms.
pub(crate) fn name_hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Standard deviation of He initialisation for coefficients of basis functions of unit norm:
/// `gain / √(inputs · functions)`.
///
/// With it the pre-activations keep the variance of the inputs when the gain makes up for the
/// nonlinearity, `√2` for the rectifier (He et al. 2015; for steerable bases Weiler et al. 2018,
/// section 4.1).
pub fn he_stdev(inputs: usize, functions: usize, gain: f64) -> f64 {
    gain / ((inputs * functions).max(1) as f64).sqrt()
}

/// A tensor drawn from the stream of `(seed, name)`, as a candle initialisation asks.
///
/// # Errors
/// If candle cannot make the tensor.
pub fn draw(
    init: Init,
    shape: Shape,
    seed: u64,
    name: &str,
    dtype: DType,
    device: &Device,
) -> Result<Tensor> {
    let mut rng = stream(seed, name);
    let n = shape.elem_count();
    let mut normal = |mean: f64, stdev: f64| -> Vec<f64> {
        (0..n)
            .map(|_| {
                let z: f64 = StandardNormal.sample(&mut rng);
                mean + stdev * z
            })
            .collect()
    };
    let values = match init {
        Init::Const(value) => vec![value; n],
        Init::Randn { mean, stdev } => normal(mean, stdev),
        Init::Uniform { lo, up } => uniform(seed, name, n, lo, up),
        Init::Kaiming { dist, fan, non_linearity } => {
            let stdev = non_linearity.gain() / (fan.for_shape(&shape).max(1) as f64).sqrt();
            let bound = 3f64.sqrt() * stdev;
            match dist {
                NormalOrUniform::Normal => normal(0.0, stdev),
                NormalOrUniform::Uniform => uniform(seed, name, n, -bound, bound),
            }
        }
    };
    Tensor::from_vec(values, shape, device)?.to_dtype(dtype)
}

fn uniform(seed: u64, name: &str, n: usize, low: f64, high: f64) -> Vec<f64> {
    let mut rng = stream(seed, name);
    (0..n).map(|_| low + (high - low) * rng.random::<f64>()).collect()
}
