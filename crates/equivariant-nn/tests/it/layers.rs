//! Gradients, types, noise and files of the layers.

use std::collections::{BTreeMap, HashMap};

use crate::common::{
    assert_close, bits, check_layer_gradients, noise, noise32, on_threads, values,
};
use candle_core::{DType, Device, Tensor, Var};
use candle_nn::{Init, VarBuilder};
use equivariant_nn::layers::{
    Activation, AntialiasedPool, BatchNormConfig, ConvConfig, EquivariantLinear, FieldBatchNorm,
    FieldDropout, FieldLayerNorm, FieldRmsNorm, Gated, GroupConv, GroupPool, InvariantPool,
    LayerNormConfig, LiftingConv, NormActivation, Pointwise, Pooling, RegularLinear, SpatialPool,
    Window,
};
use equivariant_nn::ops::NormScope;
use equivariant_nn::{
    AdamW, AdamWConfig, Domain, FieldType, Layer, Mode, NnError, Parameters, Schedule, Sequential,
};
use groups::{Cyclic, Dihedral, Group, Irreps, Representation};

const TRAIN: Mode = Mode::Train { seed: 3, step: 5 };

#[test]
fn gradients_of_every_layer() {
    let group = Dihedral::new(3).unwrap();
    let ty = FieldType::regular(&group, 2);
    let conv = |k| ConvConfig { bias: true, ..ConvConfig::new(k) };
    let strided = ConvConfig { stride: 2, ..conv(3) };
    let norm = |relu| BatchNormConfig { relu, ..Default::default() };
    let sample = LayerNormConfig::default();
    type Build<'a> = Box<dyn Fn(VarBuilder<'static>) -> Result<Box<dyn Layer>, NnError> + 'a>;
    fn boxed<L: Layer + 'static>(layer: Result<L, NnError>) -> Result<Box<dyn Layer>, NnError> {
        Ok(Box::new(layer?))
    }
    let pointwise =
        |a| Box::new(move |_| boxed(Pointwise::new(FieldType::regular(&Cyclic::new(2)?, 2), a)));
    let irreps = Irreps::of(&group).unwrap();
    let plane = irreps.real()[2].representation().copies(2);
    let regular = Representation::regular(&group);
    let rho = Representation::direct_sum(&[plane, regular]).unwrap();
    let mixed = FieldType::of(&rho);
    let builders: Vec<Build<'_>> = vec![
        Box::new(|vb| boxed(EquivariantLinear::new(&irreps, &rho, &rho, true, vb))),
        Box::new(|vb| boxed(NormActivation::new(mixed.clone(), Activation::Silu, vb))),
        Box::new(|_| boxed(Gated::new(&rho, Activation::Tanh))),
        Box::new(|vb| boxed(FieldRmsNorm::new(mixed.clone(), vb))),
        Box::new(|_| boxed(InvariantPool::new(mixed.clone()))),
        Box::new(|_| boxed(FieldDropout::new("mixed", mixed.clone(), 0.5))),
        Box::new(|vb| boxed(LiftingConv::new(&group, 2, 2, &conv(5), vb))),
        Box::new(|vb| boxed(GroupConv::new(&group, 2, 2, &conv(3), vb))),
        Box::new(|vb| boxed(GroupConv::new(&group, 2, 1, &strided, vb))),
        Box::new(|vb| boxed(FieldBatchNorm::new(ty.clone(), norm(false), vb))),
        Box::new(|vb| boxed(FieldBatchNorm::new(ty.clone(), norm(true), vb))),
        Box::new(|vb| boxed(FieldLayerNorm::new(ty.clone(), LayerNormConfig::default(), vb))),
        Box::new(|_| boxed(AntialiasedPool::new(ty.clone(), Window::Binomial))),
        Box::new(|_| boxed(AntialiasedPool::new(ty.clone(), Window::Gaussian { sigma: 0.7 }))),
        Box::new(|_| boxed(GroupPool::new(ty.clone(), Pooling::Max))),
        Box::new(|_| boxed(GroupPool::new(ty.clone().at_point(), Pooling::Mean))),
        Box::new(|_| boxed(SpatialPool::mean(ty.clone()))),
        Box::new(|_| boxed(SpatialPool::disc_mean(ty.clone()))),
        Box::new(|_| boxed(FieldDropout::new("drop", ty.clone(), 0.5))),
        Box::new(|vb| boxed(RegularLinear::new(&group, 2, 3, true, vb))),
        pointwise(Activation::Relu),
        pointwise(Activation::Elu),
        pointwise(Activation::Gelu),
        pointwise(Activation::Silu),
        pointwise(Activation::Tanh),
        Box::new(|vb| {
            let config = LayerNormConfig { scope: NormScope::Field, relu: true, ..sample };
            boxed(FieldLayerNorm::new(ty.clone(), config, vb))
        }),
    ];
    for (i, build) in builders.iter().enumerate() {
        let parameters = Parameters::new(i as u64, DType::F64, Device::Cpu);
        let layer = build(parameters.builder()).unwrap();
        let channels = layer.input().channels();
        let shape = match layer.input().domain() {
            Domain::Plane => vec![3, channels, 7, 6],
            Domain::Point => vec![3, channels],
        };
        let modes =
            if layer.name().contains("Batch") { vec![TRAIN, Mode::Eval] } else { vec![TRAIN] };
        for mode in modes {
            check_layer_gradients(layer.as_ref(), &parameters, &noise(11, &shape), mode);
        }
    }
}

#[test]
fn wrong_inputs_and_types_are_named() {
    let group = Cyclic::new(4).unwrap();
    let parameters = Parameters::new(0, DType::F32, Device::Cpu);
    let vb = parameters.builder();
    let conv = GroupConv::new(&group, 2, 3, &ConvConfig::new(3), vb.pp("body.1")).unwrap();
    let error = conv.forward(&noise32(0, &[1, 7, 5, 5]), Mode::Eval).unwrap_err();
    assert_eq!(
        error.to_string(),
        "body.1 (GroupConv): expected 2 regular fields of C4 on the plane: (B, 8, H, W), \
         got a tensor of shape [1, 7, 5, 5]"
    );
    let codes = FieldType::regular(&group, 3).at_point();
    let error = SpatialPool::mean(codes.clone()).unwrap_err();
    assert!(matches!(error, NnError::Type { .. }), "{error}");
    assert!(GroupPool::new(codes.to_trivial(), Pooling::Max).is_err());
    let chain = Sequential::new("net", conv);
    let pool = GroupPool::new(FieldType::regular(&group, 2), Pooling::Max).unwrap();
    let error = chain.then(pool).unwrap_err();
    assert!(matches!(error, NnError::Type { .. }), "{error}");
    for config in [
        ConvConfig { stride: 0, ..ConvConfig::new(3) },
        ConvConfig { padding: Some(3), ..ConvConfig::new(3) },
        ConvConfig::new(0),
    ] {
        assert!(GroupConv::new(&group, 1, 1, &config, vb.pp("bad")).is_err(), "{config:?}");
    }
    assert!(FieldDropout::new("d", codes.clone(), 1.0).is_err());
    // What is right for moved channels only is refused for turned ones.
    let irreps = Irreps::of(&group).unwrap();
    let mut planes = irreps.real().iter().filter(|psi| psi.representation().dim() == 2);
    let turned = planes.next().unwrap().representation().copies(2);
    let ty = FieldType::of(&turned);
    let error = Pointwise::new(ty.clone(), Activation::Relu).unwrap_err();
    assert!(error.to_string().contains("whose channels are only moved"), "{error}");
    assert!(FieldLayerNorm::new(ty.clone(), LayerNormConfig::default(), vb.pp("bad")).is_err());
    assert!(FieldBatchNorm::new(ty.clone(), BatchNormConfig::default(), vb.pp("bad")).is_err());
    assert!(GroupPool::new(ty, Pooling::Max).is_err());
    assert!(InvariantPool::new(FieldType::regular(&group, 2)).is_err());
    let other = Irreps::of(&Cyclic::new(5).unwrap()).unwrap();
    let error = EquivariantLinear::new(&other, &turned, &turned, true, vb.pp("bad")).unwrap_err();
    assert!(matches!(error, NnError::Group(_)), "{error}");
    let bad = BatchNormConfig { momentum: 2.0, ..Default::default() };
    assert!(FieldBatchNorm::new(codes, bad, vb.pp("bad")).is_err());
}

/// Types are what the group does, not what they are called.
#[test]
fn types_tell_representations_apart() {
    let group = Cyclic::new(5).unwrap();
    let turn = |frequency: f64| {
        Representation::from_matrices(&group, "plane".into(), 2, move |k| {
            let (sin, cos) = (std::f64::consts::TAU * frequency * *k as f64 / 5.0).sin_cos();
            nalgebra::DMatrix::from_row_slice(2, 2, &[cos, -sin, sin, cos])
        })
    };
    assert_eq!(FieldType::of(&turn(1.0).copies(3)), FieldType::of(&turn(1.0).copies(3)));
    assert_ne!(FieldType::of(&turn(1.0)), FieldType::of(&turn(2.0)));
    let regular = Representation::regular(&group).copies(4);
    assert_eq!(FieldType::of(&regular), FieldType::regular(&group, 4).at_point());
    let trivial = Representation::trivial(&group).copies(2);
    assert_eq!(FieldType::of(&trivial), FieldType::trivial(&group, 2).at_point());
    // However a sum is written, equal neighbours are one block.
    let sum = Representation::direct_sum(&[turn(1.0), turn(1.0).copies(2)]).unwrap();
    assert_eq!(FieldType::of(&sum), FieldType::of(&turn(1.0).copies(3)));
    assert_eq!(
        FieldType::of(&sum).to_string(),
        format!("3 × plane of {} at a point: (B, 6)", group.name())
    );
}

#[test]
fn weights_depend_on_seed_and_name_only() {
    let draw = |seed, names: &[&str]| -> HashMap<String, Vec<f64>> {
        let parameters = Parameters::new(seed, DType::F32, Device::Cpu);
        let init = Init::Randn { mean: 0.0, stdev: 1.0 };
        for name in names {
            parameters.builder().get_with_hints(5, name, init).unwrap();
        }
        parameters.all().into_iter().map(|(n, v)| (n, values(&v))).collect()
    };
    assert_eq!(draw(1, &["a", "b"]), draw(1, &["b", "a"]));
    assert_ne!(draw(1, &["a"])["a"], draw(2, &["a"])["a"]);
    let one = draw(1, &["a", "b"]);
    assert_ne!(one["a"], one["b"]);
}

#[test]
fn he_initialisation_keeps_the_variance() {
    let group = Cyclic::new(8).unwrap();
    let parameters = Parameters::new(4, DType::F32, Device::Cpu);
    let config = ConvConfig { gain: 1.0, ..ConvConfig::new(5) };
    let conv = GroupConv::new(&group, 6, 12, &config, parameters.builder()).unwrap();
    let x = noise32(1, &[4, 48, 20, 20]);
    let y = conv.forward(&x, Mode::Eval).unwrap();
    let inner = y.narrow(2, 4, 12).unwrap().narrow(3, 4, 12).unwrap();
    let power = |t: &Tensor| {
        let v = values(t);
        v.iter().map(|v| v * v).sum::<f64>() / v.len() as f64
    };
    let ratio = power(&inner) / power(&x);
    assert!((0.7..1.4).contains(&ratio), "{ratio}");
}

#[test]
fn batch_norm_follows_its_batches() {
    let group = Cyclic::new(4).unwrap();
    let parameters = Parameters::new(0, DType::F64, Device::Cpu);
    let ty = FieldType::regular(&group, 2);
    let config = BatchNormConfig { momentum: 0.25, ..Default::default() };
    let layer = FieldBatchNorm::new(ty, config, parameters.builder()).unwrap();
    let x = ((noise(1, &[6, 8, 5, 5]) * 3.0).unwrap() + 2.0).unwrap();
    for _ in 0..120 {
        layer.forward(&x, TRAIN).unwrap();
    }
    // The running moments have converged to those of the batch, but for n/(n − 1).
    let train = layer.forward(&x, TRAIN).unwrap();
    assert_close(&layer.forward(&x, Mode::Eval).unwrap(), &train, 2e-3, "converged");
    let names: Vec<String> = parameters.trainable().into_iter().map(|(n, _)| n).collect();
    assert_eq!(names, ["bias", "weight"]);
    assert!(parameters.all().contains_key("running_var"));
}

#[test]
fn dropout_drops_whole_fields_at_its_rate() {
    let group = Cyclic::new(4).unwrap();
    let layer = FieldDropout::new("d", FieldType::regular(&group, 25), 0.3).unwrap();
    let x = Tensor::ones((200, 100, 2, 2), DType::F32, &Device::Cpu).unwrap();
    let y = layer.forward(&x, TRAIN).unwrap();
    let kept = (1.0f32 / 0.7) as f64;
    let mut dropped = 0;
    for field in values(&y).chunks(16) {
        assert!(field.iter().all(|&v| v == field[0]));
        assert!(field[0] == 0.0 || (field[0] - kept).abs() < 1e-6);
        dropped += usize::from(field[0] == 0.0);
    }
    // 5000 draws: five standard deviations are 0.032.
    assert!((dropped as f64 / 5000.0 - 0.3).abs() < 0.033, "{dropped}");
    assert_eq!(bits(&y), bits(&layer.forward(&x, TRAIN).unwrap()));
    let other = layer.forward(&x, Mode::Train { seed: 3, step: 6 }).unwrap();
    assert_ne!(bits(&y), bits(&other));
    assert_eq!(bits(&x), bits(&layer.forward(&x, Mode::Eval).unwrap()));
}

/// A small classifier of images.
fn model(group: &Dihedral, vb: VarBuilder<'_>) -> Result<Sequential, NnError> {
    let ty = |fields| FieldType::regular(group, fields);
    let norm = BatchNormConfig { relu: true, ..Default::default() };
    let codes = ty(4).at_point();
    Sequential::new("net", LiftingConv::new(group, 1, 3, &ConvConfig::new(5), vb.pp("lift"))?)
        .then(FieldBatchNorm::new(ty(3), norm, vb.pp("norm"))?)?
        .then(AntialiasedPool::new(ty(3), Window::Binomial)?)?
        .then(GroupConv::new(group, 3, 4, &ConvConfig::new(3), vb.pp("conv"))?)?
        .then(FieldLayerNorm::new(ty(4), LayerNormConfig::default(), vb.pp("ln"))?)?
        .then(SpatialPool::mean(ty(4))?)?
        .then(FieldDropout::new("drop", codes.clone(), 0.2)?)?
        .then(RegularLinear::new(group, 4, 4, true, vb.pp("linear"))?)?
        .then(GroupPool::new(codes, Pooling::Max)?)
}

/// Training from step `from` to step `to`; batches are functions of the step.
fn train(
    net: &Sequential,
    optimizer: &mut AdamW,
    (from, to): (u64, u64),
) -> Result<Vec<u64>, NnError> {
    let schedule = Schedule::one_cycle(1e-2, 12)?;
    let mut losses = Vec::new();
    for step in from..to {
        let x = noise32(step, &[5, 1, 12, 12]);
        let labels = Tensor::new(&[0u32, 1, 2, 3, 0], &Device::Cpu)?;
        let logits = net.forward(&x, Mode::Train { seed: 1, step })?;
        let loss = candle_nn::loss::cross_entropy(&logits, &labels)?;
        optimizer.step(&loss.backward()?, schedule.at(step))?;
        losses.extend(bits(&loss));
    }
    Ok(losses)
}

fn fresh() -> (Parameters, Sequential, AdamW) {
    let parameters = Parameters::new(8, DType::F32, Device::Cpu);
    let net = model(&Dihedral::new(4).unwrap(), parameters.builder()).unwrap();
    let config = AdamWConfig { max_grad_norm: Some(1.0), ..Default::default() };
    let optimizer = AdamW::new(parameters.trainable(), config).unwrap();
    (parameters, net, optimizer)
}

#[test]
fn resumed_training_is_the_uninterrupted_one_bit_for_bit() {
    let folder = tempfile::tempdir().unwrap();
    let (weights, state) =
        (folder.path().join("w.safetensors"), folder.path().join("o.safetensors"));
    let (parameters, net, mut optimizer) = fresh();
    let mut losses = train(&net, &mut optimizer, (0, 5)).unwrap();
    let metadata = BTreeMap::from([("step".to_owned(), "5".to_owned())]);
    parameters.save(&weights, &metadata).unwrap();
    optimizer.save(&state, &metadata).unwrap();
    losses.extend(train(&net, &mut optimizer, (5, 10)).unwrap());

    let (resumed, net2, mut optimizer2) = fresh();
    assert_eq!(resumed.load(&weights).unwrap(), metadata);
    assert_eq!(optimizer2.load(&state).unwrap(), metadata);
    assert_eq!(optimizer2.steps(), 5);
    assert_eq!(train(&net2, &mut optimizer2, (5, 10)).unwrap(), losses[5..]);
    for (name, var) in parameters.all() {
        assert_eq!(bits(&var), bits(&resumed.all()[&name]), "{name}");
    }
    assert!(f64::from_bits(losses[9]) < f64::from_bits(losses[0]));
}

#[test]
fn training_does_not_depend_on_the_number_of_threads() {
    let run = || {
        let (_, net, mut optimizer) = fresh();
        train(&net, &mut optimizer, (0, 3)).unwrap()
    };
    let one = on_threads(1, run);
    assert_eq!(on_threads(2, run), one);
    assert_eq!(on_threads(3, run), one);
}

#[test]
fn saved_weights_give_identical_outputs_through_any_builder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights.safetensors");
    let group = Dihedral::new(4).unwrap();
    let (parameters, net, mut optimizer) = fresh();
    train(&net, &mut optimizer, (0, 2)).unwrap();
    parameters.save(&path, &BTreeMap::new()).unwrap();
    let x = noise32(1, &[3, 1, 12, 12]);
    let expected = bits(&net.forward(&x, Mode::Eval).unwrap());

    let bytes = std::fs::read(&path).unwrap();
    let vb =
        VarBuilder::from_buffered_safetensors(bytes.clone(), DType::F32, &Device::Cpu).unwrap();
    let plain = model(&group, vb).unwrap();
    assert_eq!(bits(&plain.forward(&x, Mode::Eval).unwrap()), expected);
    let (loaded, net, _) = fresh();
    loaded.load(&path).unwrap();
    assert_eq!(bits(&net.forward(&x, Mode::Eval).unwrap()), expected);
    // The same weights make the same bytes.
    loaded.save(&path, &BTreeMap::new()).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn unfit_checkpoints_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights.safetensors");
    let make = |entries: &[(&str, usize)]| {
        let parameters = Parameters::new(0, DType::F32, Device::Cpu);
        for &(name, n) in entries {
            parameters.builder().get_with_hints(n, name, Init::Const(0.5)).unwrap();
        }
        parameters
    };
    let ours = make(&[("a", 2), ("b", 3)]);
    let refuse = |other: &Parameters| {
        other.save(&path, &BTreeMap::new()).unwrap();
        ours.load(&path).unwrap_err()
    };
    let error = refuse(&make(&[("a", 2)]));
    assert!(matches!(&error, NnError::MissingTensor { name, .. } if name == "b"), "{error}");
    let error = refuse(&make(&[("a", 2), ("b", 3), ("c", 1)]));
    assert!(matches!(&error, NnError::UnknownTensor { name, .. } if name == "c"), "{error}");
    let error = refuse(&make(&[("a", 2), ("b", 4)]));
    assert!(error.to_string().ends_with("tensor `b`: expected F32 [3], got F32 [4]"), "{error}");

    ours.save(&path, &BTreeMap::new()).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let damaged = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        let error = ours.load(&path).unwrap_err();
        assert!(matches!(error, NnError::Damaged { .. }), "{error}");
    };
    let mut flipped = bytes.clone();
    *flipped.last_mut().unwrap() ^= 1;
    damaged(&flipped);
    damaged(&bytes[..bytes.len() - 4]);
    damaged(&bytes[..5]);
    damaged(b"");
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(ours.load(&path).unwrap_err(), NnError::Io { .. }));
    // A file of another program has no checksum and is still read.
    let plain = HashMap::from([("a", ours.all()["a"].as_tensor().clone())]);
    candle_core::safetensors::save(&plain, &path).unwrap();
    assert_eq!(equivariant_nn::checkpoint::load(&path, &Device::Cpu).unwrap().tensors.len(), 1);
}

/// Three steps on `θ = (1, −2)`, `g = θ`, by the formulas of the paper.
#[test]
fn adamw_is_its_formula() {
    let start = Tensor::new(&[[1f64, -2.0]], &Device::Cpu).unwrap();
    let var = Var::from_tensor(&start).unwrap();
    let config = AdamWConfig { weight_decay: 0.1, ..Default::default() };
    let mut optimizer = AdamW::new(vec![("w".to_owned(), var.clone())], config).unwrap();
    let mut theta = [1.0f64, -2.0];
    let (mut m, mut v) = ([0.0f64; 2], [0.0f64; 2]);
    for t in 1..=3 {
        let loss = (var.sqr().unwrap() * 0.5).unwrap().sum_all().unwrap();
        let report = optimizer.step(&loss.backward().unwrap(), 0.05).unwrap();
        let norm = theta.iter().map(|x| x * x).sum::<f64>().sqrt();
        assert!((report.grad_norm - norm).abs() < 1e-12);
        for i in 0..2 {
            let g = theta[i];
            m[i] = 0.9 * m[i] + 0.1 * g;
            v[i] = 0.999 * v[i] + 0.001 * g * g;
            let (mh, vh) = (m[i] / (1.0 - 0.9f64.powi(t)), v[i] / (1.0 - 0.999f64.powi(t)));
            theta[i] -= 0.05 * (0.1 * theta[i] + mh / (vh.sqrt() + 1e-8));
        }
        assert!(values(&var).iter().zip(theta).all(|(a, b)| (a - b).abs() < 1e-12));
    }
    let nan = (var.as_tensor() * f64::NAN).unwrap().sum_all().unwrap();
    let before = bits(&var);
    assert!(optimizer.step(&nan.backward().unwrap(), 0.05).is_err());
    assert_eq!(bits(&var), before);
    assert!(optimizer.step(&nan.backward().unwrap(), f64::NAN).is_err());
}
