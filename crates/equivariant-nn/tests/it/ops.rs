//! The kernels against naive formulas, finite differences and other numbers of threads.

use std::sync::Arc;

use crate::common::{assert_close, bits, check_gradients, noise, noise32, on_threads, values};
use candle_core::{DType, Device, Tensor, Var};
use equivariant_nn::ops::{
    BandMatrix, Conv2dConfig, Expansion, FilterSupport, NormConfig, NormScope, batch_norm_act,
    conv2d, expand, field_moments, group_max, layer_norm, separable_resample,
};

/// The definition of the cross-correlation, in double precision.
fn naive_conv2d(x: &Tensor, w: &Tensor, bias: &[f64], config: &Conv2dConfig) -> Tensor {
    let (b, ci, h, wd) = x.dims4().unwrap();
    let (co, _, k, _) = w.dims4().unwrap();
    let (xs, ws) = (values(x), values(w));
    let side = |n: usize| (n + 2 * config.padding - k) / config.stride + 1;
    let (ho, wo) = (side(h), side(wd));
    let mut y = vec![0.0; b * co * ho * wo];
    for (i, out) in y.iter_mut().enumerate() {
        let (n, o, r, c) = (i / (co * ho * wo), i / (ho * wo) % co, i / wo % ho, i % wo);
        *out = bias[o];
        for (channel, dr, dc) in
            (0..ci).flat_map(|c| (0..k).flat_map(move |r| (0..k).map(move |d| (c, r, d))))
        {
            let (rr, cc) = (r * config.stride + dr, c * config.stride + dc);
            let inside = config.support.as_ref().is_none_or(|s| s.contains(dr, dc))
                && (config.padding..h + config.padding).contains(&rr)
                && (config.padding..wd + config.padding).contains(&cc);
            if inside {
                let (rr, cc) = (rr - config.padding, cc - config.padding);
                *out += xs[((n * ci + channel) * h + rr) * wd + cc]
                    * ws[((o * ci + channel) * k + dr) * k + dc];
            }
        }
    }
    Tensor::from_vec(y, (b, co, ho, wo), &Device::Cpu).unwrap()
}

/// Batch, channels in and out, height, width, side, padding, stride, radius of the support.
type ConvCase = (usize, usize, usize, usize, usize, usize, usize, usize, Option<f64>);

const CONV_CASES: [ConvCase; 9] = [
    (1, 1, 1, 1, 1, 1, 0, 1, None),
    (2, 3, 4, 5, 7, 3, 1, 1, None),
    (11, 2, 5, 6, 4, 3, 0, 1, None),
    (9, 4, 3, 7, 7, 5, 2, 1, Some(2.5)),
    (3, 1, 6, 9, 8, 7, 3, 1, Some(3.5)),
    (17, 2, 2, 3, 3, 3, 2, 1, Some(1.0)),
    (2, 3, 2, 9, 8, 3, 1, 2, None),
    (2, 2, 3, 10, 7, 5, 2, 3, Some(2.5)),
    (1, 2, 2, 6, 6, 4, 1, 1, None),
];

fn conv_case(case: ConvCase) -> (Tensor, Tensor, Tensor, Conv2dConfig) {
    let (b, ci, co, h, w, k, padding, stride, radius) = case;
    let support = radius.map(|r| Arc::new(FilterSupport::disc(k, r)));
    let config = Conv2dConfig { padding, stride, support, ..Default::default() };
    (noise(1, &[b, ci, h, w]), noise(2, &[co, ci, k, k]), noise(3, &[co]), config)
}

#[test]
fn conv2d_is_the_definition() {
    for case in CONV_CASES {
        let (x, w, bias, config) = conv_case(case);
        let expected = naive_conv2d(&x, &w, &values(&bias), &config);
        let y = conv2d(&x, &w, Some(&bias), &config).unwrap();
        assert_close(&y, &expected, 1e-13, &format!("{case:?}"));
        let zeros = vec![0.0; w.dims()[0]];
        let y = conv2d(&x, &w, None, &config).unwrap();
        assert_close(&y, &naive_conv2d(&x, &w, &zeros, &config), 1e-13, "no bias");
        let single = |t: &Tensor| t.to_dtype(DType::F32).unwrap();
        let y = conv2d(&single(&x), &single(&w), Some(&single(&bias)), &config).unwrap();
        assert_close(&y, &expected, 2e-6, "f32");
    }
}

/// Enough channels and positions that tiles are used, and outputs that no whole number of them covers.
#[test]
fn conv2d_by_tiles_is_the_definition() {
    for case in [
        (3, 16, 18, 9, 10, 5, 2, 1, Some(2.5)),
        (2, 17, 16, 14, 13, 3, 1, 1, None),
        (1, 16, 16, 15, 15, 7, 6, 1, None),
    ] {
        let (x, w, bias, config) = conv_case(case);
        let expected = naive_conv2d(&x, &w, &values(&bias), &config);
        let y = conv2d(&x, &w, Some(&bias), &config).unwrap();
        assert_close(&y, &expected, 1e-12, &format!("{case:?}"));
        let single = |t: &Tensor| t.to_dtype(DType::F32).unwrap();
        let y = conv2d(&single(&x), &single(&w), Some(&single(&bias)), &config).unwrap();
        assert_close(&y, &expected, 3e-5, "f32");
    }
}

#[test]
fn conv2d_takes_strided_tensors() {
    let (x, w, _, config) = conv_case(CONV_CASES[1]);
    let strided = x.transpose(2, 3).unwrap();
    let y = conv2d(&strided, &w, None, &config).unwrap();
    let expected = conv2d(&strided.contiguous().unwrap(), &w, None, &config).unwrap();
    assert_eq!(bits(&y), bits(&expected));
}

#[test]
fn conv2d_gradients() {
    for case in CONV_CASES {
        let (x, w, bias, config) = conv_case(case);
        let f = |t: &[Tensor]| conv2d(&t[0], &t[1], Some(&t[2]), &config).unwrap();
        check_gradients(&[x.clone(), w.clone(), bias], f, &format!("{case:?}"));
        // The path without input gradient gives the same filter gradient.
        let gradient = |needs_input_grad| {
            let (x, w) = (Var::from_tensor(&x).unwrap(), Var::from_tensor(&w).unwrap());
            let config = Conv2dConfig { needs_input_grad, ..config.clone() };
            let y = conv2d(&x, &w, None, &config).unwrap();
            let g = y.sqr().unwrap().sum_all().unwrap().backward().unwrap();
            assert_eq!(g.get(&x).is_some(), needs_input_grad);
            g.get(&w).unwrap().clone()
        };
        assert_close(&gradient(false), &gradient(true), 1e-12, &format!("{case:?}"));
    }
}

#[test]
fn conv2d_refuses_what_does_not_fit() {
    let (x, w, _, config) = conv_case(CONV_CASES[1]);
    let bad = |c: Conv2dConfig| conv2d(&x, &w, None, &c).is_err();
    assert!(bad(Conv2dConfig { stride: 0, ..config.clone() }));
    assert!(bad(Conv2dConfig { padding: 3, ..config.clone() }));
    let support = Some(Arc::new(FilterSupport::full(5)));
    assert!(bad(Conv2dConfig { support, ..config.clone() }));
    assert!(conv2d(&x, &noise(0, &[4, 2, 3, 3]), None, &config).is_err());
    assert!(conv2d(&x, &w, Some(&noise(0, &[5])), &config).is_err());
    assert!(conv2d(&noise(0, &[1, 3, 1, 0]), &w, None, &config).is_err());
}

#[test]
fn empty_batches_pass() {
    let x = Var::from_tensor(&noise(0, &[0, 3, 5, 5])).unwrap();
    let w = Var::from_tensor(&noise(0, &[4, 3, 3, 3])).unwrap();
    let y = conv2d(&x, &w, None, &Conv2dConfig::default()).unwrap();
    assert_eq!(y.dims(), [0, 4, 3, 3]);
    assert!(y.sum_all().unwrap().backward().is_ok());
}

const NORM: NormConfig = NormConfig { order: 4, epsilon: 1e-3, relu: false };

#[test]
fn moments_are_those_of_each_field() {
    for shape in [&[3, 8, 5, 6][..], &[7, 8], &[1, 4, 1, 1], &[2, 4, 40, 40]] {
        let x = (noise(5, shape) + 1000.0).unwrap();
        let moments = field_moments(&x, 4).unwrap();
        let (b, fields) = (shape[0], shape[1] / 4);
        let grouped = x.reshape((b, fields, ())).unwrap().transpose(0, 1).unwrap();
        let grouped = grouped.contiguous().unwrap().reshape((fields, ())).unwrap();
        for (f, row) in grouped.to_vec2::<f64>().unwrap().iter().enumerate() {
            let mean = row.iter().sum::<f64>() / row.len() as f64;
            let var = row.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / row.len() as f64;
            assert!((moments.mean[f] - mean).abs() < 1e-10);
            assert!((moments.var[f] - var).abs() < 1e-10, "{} {var}", moments.var[f]);
            assert_eq!(moments.count, row.len());
        }
        let single = field_moments(&x.to_dtype(DType::F32).unwrap(), 4).unwrap();
        for f in 0..fields {
            assert!((single.var[f] - moments.var[f]).abs() < 1e-3);
        }
    }
}

#[test]
fn batch_norm_is_the_definition_and_has_its_gradients() {
    for (shape, relu) in [(&[3, 8, 5, 4][..], false), (&[3, 8, 5, 4], true), (&[6, 8], true)] {
        let config = NormConfig { relu, ..NORM };
        let (x, gamma, beta) = (noise(1, shape), noise(2, &[2]), noise(3, &[2]));
        let moments = field_moments(&x, 4).unwrap();
        let y = values(&batch_norm_act(&x, &gamma, &beta, &moments, true, config).unwrap());
        let (xs, g, b) = (values(&x), values(&gamma), values(&beta));
        let plane: usize = shape[2..].iter().product();
        for (i, y) in y.iter().enumerate() {
            let f = i / plane % 8 / 4;
            let v = (xs[i] - moments.mean[f]) / (moments.var[f] + 1e-3).sqrt() * g[f] + b[f];
            let v = if relu { v.max(0.0) } else { v };
            assert!((y - v).abs() < 1e-12);
        }
        let inputs = [x, gamma, beta];
        let own = |t: &[Tensor]| {
            let moments = field_moments(&t[0], 4).unwrap();
            batch_norm_act(&t[0], &t[1], &t[2], &moments, true, config).unwrap()
        };
        check_gradients(&inputs, own, "batch moments");
        let constant =
            |t: &[Tensor]| batch_norm_act(&t[0], &t[1], &t[2], &moments, false, config).unwrap();
        check_gradients(&inputs, constant, "constant moments");
    }
}

#[test]
fn layer_norm_has_unit_moments_and_its_gradients() {
    for scope in [NormScope::Sample, NormScope::Field] {
        for (shape, relu) in [(&[3, 8, 5, 4][..], false), (&[3, 8, 5, 4], true), (&[6, 8], false)] {
            let config = NormConfig { relu, ..NORM };
            let inputs = [noise(1, shape), noise(2, &[2]), noise(3, &[2])];
            let f = |t: &[Tensor]| layer_norm(&t[0], &t[1], &t[2], scope, config).unwrap();
            check_gradients(&inputs, f, &format!("{scope:?}"));
            let (ones, zeros) = (noise(0, &[2]).ones_like(), noise(0, &[2]).zeros_like());
            let plain = NormConfig { epsilon: 0.0, ..NORM };
            let y = layer_norm(&inputs[0], &ones.unwrap(), &zeros.unwrap(), scope, plain).unwrap();
            let parts = if scope == NormScope::Sample { 1 } else { 2 };
            for row in y.reshape((shape[0] * parts, ())).unwrap().to_vec2::<f64>().unwrap() {
                let n = row.len() as f64;
                assert!((row.iter().sum::<f64>() / n).abs() < 1e-12);
                assert!((row.iter().map(|v| v * v).sum::<f64>() / n - 1.0).abs() < 1e-12);
            }
        }
    }
}

#[test]
fn resampling_is_two_matrix_products() {
    let rows = Arc::new(BandMatrix::from_fn(3, 5, |r, c| {
        if c.abs_diff(2 * r) < 2 { (r + 2 * c + 1) as f64 } else { 0.0 }
    }));
    let columns = Arc::new(BandMatrix::from_fn(4, 6, |r, c| {
        if c.abs_diff(r + 1) < 2 { 1.0 / (r + c + 1) as f64 } else { 0.0 }
    }));
    let x = noise(1, &[3, 2, 5, 6]);
    let y = values(&separable_resample(&x, &rows, &columns).unwrap());
    let xs = values(&x);
    for (i, y) in y.iter().enumerate() {
        let (plane, r, c) = (i / 12, i / 4 % 3, i % 4);
        let mut sum = 0.0;
        for a in 0..5 {
            for b in 0..6 {
                sum += rows.get(r, a) * columns.get(c, b) * xs[plane * 30 + a * 6 + b];
            }
        }
        assert!((y - sum).abs() < 1e-12);
    }
    let f = |t: &[Tensor]| separable_resample(&t[0], &rows, &columns).unwrap();
    check_gradients(&[x], f, "separable_resample");
    assert!(separable_resample(&noise(1, &[1, 1, 6, 5]), &rows, &columns).is_err());
}

#[test]
fn group_max_and_its_gradient() {
    for shape in [&[3, 8, 2, 3][..], &[5, 8]] {
        let x = noise(4, shape);
        let plane: usize = shape[2..].iter().product();
        let y = values(&group_max(&x, 4).unwrap());
        let xs = values(&x);
        for (i, y) in y.iter().enumerate() {
            let field = i / plane;
            let max = (0..4).map(|h| xs[(field * 4 + h) * plane + i % plane]);
            assert_eq!(*y, max.fold(f64::MIN, f64::max));
        }
        check_gradients(&[x], |t| group_max(&t[0], 4).unwrap(), "group_max");
    }
}

#[test]
fn group_max_splits_ties_and_keeps_nan() {
    let x = Var::new(&[[1f32, 3.0, 3.0, 0.0, 2.0, 2.0, 2.0, 2.0]], &Device::Cpu).unwrap();
    let y = group_max(&x, 4).unwrap();
    let g = y.sum_all().unwrap().backward().unwrap();
    assert_eq!(values(g.get(&x).unwrap()), [0.0, 0.5, 0.5, 0.0, 0.25, 0.25, 0.25, 0.25]);
    let x = Tensor::new(&[[1f32, f32::NAN, 3.0, 0.0]], &Device::Cpu).unwrap();
    assert!(values(&group_max(&x, 4).unwrap())[0].is_nan());
}

#[test]
fn expansion_is_its_formula() {
    let elements = vec![
        (vec![0, 1, 2], values(&noise(1, &[2, 4]))),
        (vec![2, 0, 1], values(&noise(2, &[2, 4]))),
    ];
    let expansion = Arc::new(Expansion::new(3, 2, 4, elements.clone()).unwrap());
    let c = noise(3, &[5, 3, 2]);
    let w = values(&expand(&c, &expansion).unwrap());
    let cs = values(&c);
    for (i, w) in w.iter().enumerate() {
        let (o, g, r, t) = (i / 24, i / 12 % 2, i / 4 % 3, i % 4);
        let (sources, basis) = &elements[g];
        let sum: f64 = (0..2).map(|b| cs[(o * 3 + sources[r]) * 2 + b] * basis[b * 4 + t]).sum();
        assert!((w - sum).abs() < 1e-13);
    }
    check_gradients(&[c], |t| expand(&t[0], &expansion).unwrap(), "expand");
    assert!(Expansion::new(3, 2, 4, vec![(vec![0, 0, 1], vec![0.0; 8])]).is_err());
    assert!(Expansion::new(3, 2, 4, vec![(vec![0, 1, 2], vec![0.0; 7])]).is_err());
}

/// Everything at once, forward and backward, on sizes that do not divide evenly.
fn everything() -> Vec<Vec<u64>> {
    let x = Var::from_tensor(&noise32(1, &[21, 8, 9, 9])).unwrap();
    let w = Var::from_tensor(&noise32(2, &[12, 8, 5, 5])).unwrap();
    let b = Var::from_tensor(&noise32(3, &[12])).unwrap();
    let affine = Var::from_tensor(&noise32(4, &[3])).unwrap();
    let support = Some(Arc::new(FilterSupport::disc(5, 2.5)));
    let config = Conv2dConfig { padding: 2, support, ..Default::default() };
    let y = conv2d(&x, &w, Some(&b), &config).unwrap();
    let moments = field_moments(&y, 4).unwrap();
    let norm = NormConfig { relu: true, ..NORM };
    let y = batch_norm_act(&y, &affine, &affine, &moments, true, norm).unwrap();
    let y = layer_norm(&y, &affine, &affine, NormScope::Sample, NORM).unwrap();
    let m = Arc::new(BandMatrix::from_fn(5, 9, |r, c| if c / 2 == r { 0.5 } else { 0.0 }));
    let y = separable_resample(&y, &m, &m).unwrap();
    let y = group_max(&y, 4).unwrap();
    let g = y.sqr().unwrap().sum_all().unwrap().backward().unwrap();
    let mut all = vec![bits(&y)];
    all.extend([&x, &w, &b, &affine].map(|v| bits(g.get(v).unwrap())));
    // As many channels as tiles ask for, and more samples than a task has.
    let x = Var::from_tensor(&noise32(5, &[37, 16, 9, 9])).unwrap();
    let w = Var::from_tensor(&noise32(6, &[20, 16, 5, 5])).unwrap();
    let y = conv2d(&x, &w, None, &config).unwrap();
    let g = y.sqr().unwrap().sum_all().unwrap().backward().unwrap();
    all.push(bits(&y));
    all.extend([&x, &w].map(|v| bits(g.get(v).unwrap())));
    all
}

#[test]
fn kernels_give_the_same_bits_on_any_number_of_threads() {
    let one = on_threads(1, everything);
    for threads in [2, 3] {
        assert_eq!(on_threads(threads, everything), one, "{threads} threads");
    }
}
