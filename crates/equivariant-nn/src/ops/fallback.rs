//! Operations from candle's own, against the kernels in double precision: outputs and all gradients.

use std::cell::Cell;
use std::sync::Arc;

use candle_core::{DType, Device, Result, Tensor, Var};
use rand::RngExt;

use super::conv2d::conv2d_act;
use super::*;
use crate::init::stream;

thread_local! {
    /// Whether this thread does without kernels.
    pub(super) static FORCED: Cell<bool> = const { Cell::new(false) };
}

fn noise(seed: u64, shape: &[usize]) -> Tensor {
    let mut rng = stream(seed, "noise");
    let values = (0..shape.iter().product()).map(|_| 2.0 * rng.random::<f64>() - 1.0);
    Tensor::from_iter(values, &Device::Cpu).unwrap().reshape(shape).unwrap()
}

/// The same values in another order in memory.
fn strided(t: &Tensor) -> Result<Tensor> {
    let last = t.rank().saturating_sub(1);
    match t.rank() {
        0 => Ok(t.clone()),
        1 => Tensor::stack(&[t, &t.zeros_like()?], 1)?.narrow(1, 0, 1)?.squeeze(1),
        _ => t.transpose(0, last)?.contiguous()?.transpose(0, last),
    }
}

/// The result and its gradients, without kernels or with them.
fn results(
    inputs: &[Tensor],
    view: impl Fn(&Tensor) -> Result<Tensor>,
    f: &dyn Fn(&[Tensor]) -> Result<Tensor>,
    forced: bool,
) -> Result<Vec<Option<Tensor>>> {
    FORCED.set(forced);
    let vars: Vec<Var> = inputs.iter().map(Var::from_tensor).collect::<Result<_>>()?;
    let seen: Vec<Tensor> = vars.iter().map(|v| view(v.as_tensor())).collect::<Result<_>>()?;
    let y = f(&seen)?;
    let gradients = (&y * strided(&noise(99, y.dims()))?)?.sum_all()?.backward()?;
    FORCED.set(false);
    Ok([Some(y)].into_iter().chain(vars.iter().map(|v| gradients.get(v).cloned())).collect())
}

fn values(t: &Tensor) -> Vec<f64> {
    t.detach().to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1().unwrap()
}

fn assert_agree(what: &str, inputs: &[Tensor], f: &dyn Fn(&[Tensor]) -> Result<Tensor>) {
    let kernel = results(inputs, |t| Ok(t.clone()), f, false).unwrap();
    let composed = [
        results(inputs, |t| Ok(t.clone()), f, true),
        results(inputs, strided, f, true),
        results(inputs, strided, f, false),
    ];
    for (how, composed) in ["composed", "composed, strided", "kernel, strided"].iter().zip(composed)
    {
        let composed = composed.unwrap_or_else(|e| panic!("{what}, {how}: {e}"));
        for (i, (a, b)) in composed.iter().zip(&kernel).enumerate() {
            let (Some(a), Some(b)) = (a, b) else {
                assert_eq!(a.is_some(), b.is_some(), "{what}, {how}: gradient {i}");
                continue;
            };
            assert_eq!(a.dims(), b.dims(), "{what}, {how}: result {i}");
            let (a, b) = (values(a), values(b));
            let scale = b.iter().fold(1e-3f64, |m, v| m.max(v.abs()));
            let off = a.iter().zip(&b).fold(0.0f64, |m, (a, b)| m.max((a - b).abs()));
            assert!(off <= 1e-12 * scale, "{what}, {how}: result {i} is off by {off:e}");
        }
    }
}

/// Every side, stride and padding on oblong images, with and without bias, support and rectifier.
#[test]
fn convolutions_of_oblong_images() {
    for k in 1..=4 {
        for (stride, padding) in (1..=4).flat_map(|s| (0..k).map(move |p| (s, p))) {
            for (h, w) in [(4, 5), (5, 4), (1, 6), (7, 2), (6, 9), (3, 3)] {
                if h.min(w) + 2 * padding < k {
                    continue;
                }
                let what = format!("side {k}, stride {stride}, padding {padding}, {h}×{w}");
                let config = Conv2dConfig { padding, stride, ..Default::default() };
                let (x, filters) = (noise(1, &[2, 2, h, w]), noise(2, &[3, 2, k, k]));
                assert_agree(&what, &[x.clone(), filters.clone()], &|t| {
                    conv2d(&t[0], &t[1], None, &config)
                });
                let disc = Arc::new(FilterSupport::disc(k, 0.5 * k as f64));
                let config = Conv2dConfig { support: Some(disc), ..config };
                assert_agree(&what, &[x.clone(), filters.clone(), noise(3, &[3])], &|t| {
                    conv2d_act(&t[0], &t[1], Some(&t[2]), &config, true)
                });
                let config = Conv2dConfig { needs_input_grad: false, ..config };
                assert_agree(&what, &[x, filters], &|t| conv2d(&t[0], &t[1], None, &config));
            }
        }
    }
}

/// Ones (1, 1, 4, 5), side 2, stride 2: every value of the first four columns is in one window.
#[test]
fn a_convolution_in_half_precision_has_a_gradient() {
    for dtype in [DType::F16, DType::BF16] {
        let x = Var::ones((1, 1, 4, 5), dtype, &Device::Cpu).unwrap();
        let w = Var::ones((1, 1, 2, 2), dtype, &Device::Cpu).unwrap();
        let config = Conv2dConfig { stride: 2, ..Default::default() };
        let y = conv2d(&x, &w, None, &config).unwrap();
        let gradients = y.sum_all().unwrap().backward().unwrap();
        assert_eq!(values(gradients.get(&x).unwrap()), [1.0, 1.0, 1.0, 1.0, 0.0].repeat(4));
        assert_eq!(values(gradients.get(&w).unwrap()), [4.0; 4]);
    }
}

#[test]
fn normalisations() {
    for shape in [&[3, 8, 3, 5][..], &[1, 4, 1, 7], &[5, 8], &[2, 4, 6]] {
        let fields = shape[1] / 4;
        let inputs = [noise(1, shape), noise(2, &[fields]), noise(3, &[fields])];
        for (relu, through) in [(false, false), (true, false), (false, true), (true, true)] {
            let config = NormConfig { order: 4, epsilon: 1e-3, relu };
            let what = format!("{shape:?}, relu {relu}, through {through}");
            assert_agree(&format!("batch_norm_act of {what}"), &inputs, &|t| {
                let moments = field_moments(&t[0], 4)?;
                batch_norm_act(&t[0], &t[1], &t[2], &moments, through, config)
            });
            let scope = if through { NormScope::Sample } else { NormScope::Field };
            assert_agree(&format!("layer_norm of {what}"), &inputs, &|t| {
                layer_norm(&t[0], &t[1], &t[2], scope, config)
            });
            let last = shape[shape.len() - 1];
            let inputs = [inputs[0].clone(), noise(2, &[last]), noise(3, &[last])];
            assert_agree(&format!("channel_norm of {what}"), &inputs, &|t| {
                channel_norm(&t[0], &t[1], &t[2], relu)
            });
        }
    }
}

#[test]
fn maxima_resampling_and_expansions() {
    for shape in [&[3, 8, 3, 5][..], &[1, 4, 7, 2], &[5, 8]] {
        for order in [1, 2, 4] {
            let what = format!("group_max of {shape:?} by {order}");
            assert_agree(&what, &[noise(1, shape)], &|t| group_max(&t[0], order));
            // Half of the values are tied at zero.
            let tied = noise(1, shape).relu().unwrap();
            assert_agree(&what, &[tied], &|t| group_max(&t[0], order));
        }
    }
    for (h, w, rows, columns) in [(4, 7, 2, 3), (5, 2, 5, 1), (1, 6, 3, 4)] {
        let band = |rows, columns| {
            let near = move |r: usize, c: usize| r * columns / rows <= c && c <= r + 2;
            let entry = move |r, c| if near(r, c) { 0.5 + (r + 2 * c) as f64 } else { 0.0 };
            Arc::new(BandMatrix::from_fn(rows, columns, entry))
        };
        let (r, c) = (band(rows, h), band(columns, w));
        assert_agree("separable_resample", &[noise(1, &[2, 3, h, w])], &|t| {
            separable_resample(&t[0], &r, &c)
        });
    }
    let elements = vec![
        (vec![1, 2, 0], noise(4, &[10]).to_vec1().unwrap()),
        (vec![2, 0, 1], noise(5, &[10]).to_vec1().unwrap()),
    ];
    let expansion = Arc::new(Expansion::new(3, 2, 5, elements).unwrap());
    assert_agree("expand", &[noise(6, &[4, 3, 2])], &|t| expand(&t[0], &expansion));
}

#[test]
fn pairs_of_nodes() {
    for (n, c) in [(1, 1), (2, 3), (5, 4)] {
        let mask: Vec<f64> = (0..2 * n).map(|i| f64::from(u8::from(i % n < n - i / n))).collect();
        let mask = Tensor::from_vec(mask, (2, n), &Device::Cpu).unwrap();
        let pairs = |seed, c| noise(seed, &[2, n, n, c]);
        let nodes = noise(3, &[2, n, 3 * c]);
        let what = |name: &str| format!("{name} of {n} nodes, {c} channels");
        assert_agree(&what("pair_means"), &[pairs(1, c)], &|t| pair_means(&t[0], &mask));
        assert_agree(&what("pair_product"), &[pairs(1, c), pairs(2, c)], &|t| {
            pair_product(&t[0], &t[1])
        });
        assert_agree(&what("pair_combine"), &[pairs(1, 2 * c), nodes.clone()], &|t| {
            pair_combine(Some(&t[0]), &t[1], &mask)
        });
        assert_agree(&what("pair_combine"), &[nodes], &|t| pair_combine(None, &t[0], &mask));
        let (p, wide) = (c - c / 2, c + 2 * (c - c / 2));
        let inputs = [
            pairs(1, c),
            noise(4, &[c]),
            noise(5, &[c]),
            noise(6, &[15, c, wide]),
            noise(7, &[2, wide]),
            noise(8, &[c + p]),
            noise(9, &[c + p]),
            noise(10, &[c + p, c]),
        ];
        assert_agree(&what("pair_block"), &inputs, &|t| {
            let weights = PairBlockWeights {
                before: [&t[1], &t[2]],
                maps: &t[3],
                bias: &t[4],
                after: [&t[5], &t[6]],
                out: &t[7],
            };
            pair_block(&t[0], &mask, &weights)
        });
    }
}

/// What is infinite or no number: it wins or loses as in the kernels, and missing nodes are not read.
#[test]
fn what_is_not_finite() {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    let x =
        Tensor::new(&[[1.0, -inf], [-inf, -inf], [inf, 2.0], [inf, inf]], &Device::Cpu).unwrap();
    let y = results(&[x], |t| Ok(t.clone()), &|t| group_max(&t[0], 2), true).unwrap();
    assert_eq!(values(y[0].as_ref().unwrap()), [1.0, -inf, inf, inf]);
    let x = Tensor::new(&[[1.0, nan], [nan, 3.0]], &Device::Cpu).unwrap();
    let y = results(&[x], |t| Ok(t.clone()), &|t| group_max(&t[0], 2), true).unwrap();
    assert!(values(y[0].as_ref().unwrap()).iter().all(|v| v.is_nan()));

    let mask = Tensor::new(&[[1.0, 0.0]], &Device::Cpu).unwrap();
    let pairs = Tensor::new(&[[[[1.5], [nan]], [[inf], [nan]]]], &Device::Cpu).unwrap();
    assert_agree("pair_means", std::slice::from_ref(&pairs), &|t| pair_means(&t[0], &mask));
    let both = Tensor::cat(&[&pairs, &pairs], 3).unwrap();
    let nodes = Tensor::new(&[[[1.0, 2.0, 3.0], [nan, inf, nan]]], &Device::Cpu).unwrap();
    assert_agree("pair_combine", &[both, nodes], &|t| pair_combine(Some(&t[0]), &t[1], &mask));
}

/// Sums and squares that half precision cannot hold.
#[test]
fn moments_of_large_values_in_half_precision() {
    let x = (noise(1, &[4, 2, 100, 120]) * 300.0).unwrap();
    let x = (x + 1000.0).unwrap().to_dtype(DType::F16).unwrap();
    let exact = x.to_dtype(DType::F64).unwrap();
    let config = NormConfig { order: 2, epsilon: 1e-3, relu: false };
    let run = |x: &Tensor, gamma: &Tensor| {
        let moments = field_moments(x, 2)?;
        let beta = gamma.zeros_like()?;
        let last = Tensor::ones(120, x.dtype(), &Device::Cpu)?;
        let normal = [
            batch_norm_act(x, gamma, &beta, &moments, true, config)?,
            layer_norm(x, gamma, &beta, NormScope::Sample, config)?,
            channel_norm(x, &last, &last.zeros_like()?, false)?,
        ];
        Ok::<_, candle_core::Error>((moments, normal))
    };
    let gamma = Tensor::ones(1, DType::F64, &Device::Cpu).unwrap();
    let (double, exact) = run(&exact, &gamma).unwrap();
    for forced in [true, false] {
        FORCED.set(forced);
        let (moments, half) = run(&x, &gamma.to_dtype(DType::F16).unwrap()).unwrap();
        FORCED.set(false);
        assert!((moments.mean[0] / double.mean[0] - 1.0).abs() < 1e-4, "{moments:?}");
        assert!((moments.var[0] / double.var[0] - 1.0).abs() < 1e-4, "{moments:?}");
        for (half, exact) in half.iter().zip(&exact) {
            assert_eq!(half.dtype(), DType::F16);
            let (half, exact) = (values(half), values(exact));
            let off = half.iter().zip(&exact).fold(0.0f64, |m, (a, b)| m.max((a - b).abs()));
            assert!(off < 2e-3, "{off}");
        }
    }
}
