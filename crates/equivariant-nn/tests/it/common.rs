//! Generators and the finite-difference check that all tests share.

use candle_core::{DType, Device, Tensor, Var};
use equivariant_nn::init::stream;
use equivariant_nn::ops::{PairBlockWeights, pair_block};
use equivariant_nn::{Layer, Mode};
use rand::RngExt;

/// Independent uniform numbers in (−1, 1).
pub(crate) fn noise(seed: u64, shape: &[usize]) -> Tensor {
    let mut rng = stream(seed, "noise");
    let n = shape.iter().product();
    let values: Vec<f64> = (0..n).map(|_| 2.0 * rng.random::<f64>() - 1.0).collect();
    Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
}

/// The same in single precision.
pub(crate) fn noise32(seed: u64, shape: &[usize]) -> Tensor {
    noise(seed, shape).to_dtype(DType::F32).unwrap()
}

/// Smooth images: a few Gaussian bumps well inside of the inscribed disc.
pub(crate) fn blobs(seed: u64, batch: usize, channels: usize, side: usize) -> Tensor {
    let mut rng = stream(seed, "blobs");
    let centre = (side as f64 - 1.0) / 2.0;
    let mut values = Vec::new();
    for _ in 0..batch * channels {
        let bumps: Vec<[f64; 4]> = (0..6)
            .map(|_| {
                let angle = std::f64::consts::TAU * rng.random::<f64>();
                let r = 0.28 * side as f64 * rng.random::<f64>().sqrt();
                let width = side as f64 * (0.07 + 0.04 * rng.random::<f64>());
                let height = 0.5 + rng.random::<f64>();
                [centre + r * angle.cos(), centre + r * angle.sin(), width, height]
            })
            .collect();
        for i in 0..side * side {
            let (y, x) = ((i / side) as f64, (i % side) as f64);
            values.push(
                bumps
                    .iter()
                    .map(|[cx, cy, w, h]| {
                        let d = (x - cx).powi(2) + (y - cy).powi(2);
                        (h * (-d / (2.0 * w * w)).exp()) as f32
                    })
                    .sum::<f32>(),
            );
        }
    }
    Tensor::from_vec(values, (batch, channels, side, side), &Device::Cpu).unwrap()
}

pub(crate) fn values(t: &Tensor) -> Vec<f64> {
    t.detach().to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1().unwrap()
}

/// The bits of a tensor, to compare exactly.
pub(crate) fn bits(t: &Tensor) -> Vec<u64> {
    values(t).into_iter().map(f64::to_bits).collect()
}

pub(crate) fn assert_close(a: &Tensor, b: &Tensor, tolerance: f64, what: &str) {
    assert_eq!(a.dims(), b.dims(), "{what}: shapes");
    let (a, b) = (values(a), values(b));
    let scale = b.iter().fold(1e-300f64, |m, v| m.max(v.abs()));
    for (i, (x, y)) in a.iter().zip(&b).enumerate() {
        assert!((x - y).abs() <= tolerance * scale, "{what}: entry {i}: {x} against {y}");
    }
}

/// [`pair_block`] of its input and its weights, one after the other.
pub(crate) fn pair_block_of(t: &[Tensor], mask: &Tensor) -> candle_core::Result<Tensor> {
    let weights = PairBlockWeights {
        before: [&t[1], &t[2]],
        maps: &t[3],
        bias: &t[4],
        after: [&t[5], &t[6]],
        out: &t[7],
    };
    pair_block(&t[0], mask, &weights)
}

/// Runs `f` on a rayon pool of a given size.
pub(crate) fn on_threads<R: Send>(threads: usize, f: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(f)
}

/// Compares the gradients of `Σ weights·f(inputs)` with central differences at up to 40 entries
/// of each input. All in double precision; returns the largest relative error.
pub(crate) fn check_gradients(
    inputs: &[Tensor],
    f: impl Fn(&[Tensor]) -> Tensor,
    what: &str,
) -> f64 {
    let vars: Vec<Var> = inputs.iter().map(|t| Var::from_tensor(t).unwrap()).collect();
    let tensors: Vec<Tensor> = vars.iter().map(|v| v.as_tensor().clone()).collect();
    let y = f(&tensors);
    let weights = noise(99, y.dims());
    let loss = |y: &Tensor| (y * &weights).unwrap().sum_all().unwrap();
    let gradients = loss(&y).backward().unwrap();
    let step = 1e-5;
    let mut worst: f64 = 0.0;
    for (which, var) in vars.iter().enumerate() {
        let gradient = gradients.get(var).unwrap_or_else(|| panic!("{what}: input {which}"));
        let gradient = values(gradient);
        let scale = gradient.iter().fold(1e-8f64, |m, v| m.max(v.abs()));
        let original = values(var);
        let stride = (original.len() / 40).max(1);
        for i in (0..original.len()).step_by(stride) {
            let at = |delta: f64| {
                let mut moved = original.clone();
                moved[i] += delta;
                let moved = Tensor::from_vec(moved, var.shape(), &Device::Cpu).unwrap();
                let mut tensors: Vec<Tensor> = inputs.to_vec();
                tensors[which] = moved;
                loss(&f(&tensors)).to_scalar::<f64>().unwrap()
            };
            let numeric = (at(step) - at(-step)) / (2.0 * step);
            let error = (gradient[i] - numeric).abs() / scale;
            assert!(
                error < 1e-6,
                "{what}: input {which}, entry {i}: {} against {numeric}",
                gradient[i]
            );
            worst = worst.max(error);
        }
    }
    worst
}

/// Finite differences of a layer in its input and all its parameters.
pub(crate) fn check_layer_gradients(
    layer: &dyn Layer,
    parameters: &equivariant_nn::Parameters,
    x: &Tensor,
    mode: Mode,
) {
    let x = Var::from_tensor(x).unwrap();
    let y = layer.forward(&x, mode).unwrap();
    let weights = noise(98, y.dims());
    let value = || {
        let y = layer.forward(&x, mode).unwrap();
        (y * &weights).unwrap().sum_all().unwrap()
    };
    let gradients = value().backward().unwrap();
    let mut vars = parameters.trainable();
    vars.push(("input".to_owned(), x.clone()));
    for (name, var) in vars {
        let gradient = values(gradients.get(&var).unwrap_or_else(|| panic!("{name}")));
        let scale = gradient.iter().fold(1e-8f64, |m, v| m.max(v.abs()));
        let original = values(&var);
        let set = |v: Vec<f64>| {
            var.set(&Tensor::from_vec(v, var.shape(), &Device::Cpu).unwrap()).unwrap();
        };
        for i in (0..original.len()).step_by((original.len() / 20).max(1)) {
            let at = |delta: f64| {
                let mut moved = original.clone();
                moved[i] += delta;
                set(moved);
                value().to_scalar::<f64>().unwrap()
            };
            let numeric = (at(1e-5) - at(-1e-5)) / 2e-5;
            set(original.clone());
            assert!(
                (gradient[i] - numeric).abs() < 1e-6 * scale,
                "{}: {name}[{i}]: {} against {numeric}",
                layer.name(),
                gradient[i]
            );
        }
    }
}
