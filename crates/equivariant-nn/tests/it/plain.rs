//! Exported networks.

use candle_core::{DType, Device, Module, Tensor};
use candle_nn::{Conv2d, Conv2dConfig};
use equivariant_nn::layers::{
    Activation, AntialiasedPool, BatchNormConfig, ConvConfig, FieldBatchNorm, FieldDropout,
    FieldLayerNorm, GroupConv, GroupPool, LayerNormConfig, LiftingConv, Pointwise, Pooling,
    SpatialPool, Window,
};
use equivariant_nn::plain::{PlainNetwork, PlainStep};
use equivariant_nn::{FieldType, Layer, Mode, NnError, Parameters, Sequential};
use groups::{Cyclic, PlanarGroup};

use crate::common::{bits, noise, values};

/// Biases, a stride, both rectifiers, normalisations whose running moments have moved.
fn network<G: PlanarGroup>(group: &G, dtype: DType) -> Sequential {
    let vb = Parameters::new(3, dtype, Device::Cpu).builder();
    let ty = |fields| FieldType::regular(group, fields);
    let biased = |k| ConvConfig { bias: true, ..ConvConfig::new(k) };
    let strided = ConvConfig { stride: 2, ..biased(3) };
    let relu = BatchNormConfig { relu: true, ..Default::default() };
    let lift = LiftingConv::new(group, 2, 4, &biased(5), vb.pp("lift")).unwrap();
    let network = Sequential::new("net", lift)
        .then(FieldBatchNorm::new(ty(4), relu, vb.pp("norm0")).unwrap())
        .unwrap()
        .then(AntialiasedPool::new(ty(4), Window::Binomial).unwrap())
        .unwrap()
        .then(GroupConv::new(group, 4, 6, &ConvConfig::new(5), vb.pp("conv1")).unwrap())
        .unwrap()
        .then(FieldBatchNorm::new(ty(6), BatchNormConfig::default(), vb.pp("norm1")).unwrap())
        .unwrap()
        .then(Pointwise::new(ty(6), Activation::Silu).unwrap())
        .unwrap()
        .then(FieldDropout::new("dropout", ty(6), 0.5).unwrap())
        .unwrap()
        .then(GroupConv::new(group, 6, 3, &strided, vb.pp("conv2")).unwrap())
        .unwrap()
        .then(SpatialPool::disc_mean(ty(3)).unwrap())
        .unwrap()
        .then(GroupPool::new(ty(3).at_point(), Pooling::Max).unwrap())
        .unwrap();
    for step in 0..3 {
        let x = noise(step, &[4, 2, 15, 15]).to_dtype(dtype).unwrap();
        let x = (x * 3.0).unwrap();
        network.forward(&x, Mode::Train { seed: 1, step }).unwrap();
    }
    network
}

/// The largest difference as a share of the largest value.
fn apart(a: &Tensor, b: &Tensor) -> f64 {
    let (a, b) = (values(a), values(b));
    let scale = b.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    a.iter().zip(&b).fold(0.0f64, |m, (a, b)| m.max((a - b).abs())) / scale
}

#[test]
fn an_exported_network_has_the_same_outputs() {
    for (dtype, tolerance) in [(DType::F32, 1e-6), (DType::F64, 1e-13)] {
        let network = network(&Cyclic::new(8).unwrap(), dtype);
        let plain = network.export().unwrap();
        let x = noise(9, &[5, 2, 15, 15]).to_dtype(dtype).unwrap();
        let expected = network.forward(&x, Mode::Eval).unwrap();
        let off = apart(&plain.forward(&x).unwrap(), &expected);
        assert!(off < tolerance, "{dtype:?}: {off:e}");
    }
}

/// Normalisations are gone: three convolutions, two rectifiers, three poolings.
#[test]
fn normalisations_are_folded() {
    let plain = network(&Cyclic::new(4).unwrap(), DType::F32).export().unwrap();
    let (padding, stride) = (2, 1);
    let expected = [
        PlainStep::Conv { padding, stride },
        PlainStep::Pointwise(Activation::Relu),
        PlainStep::Halve(Window::Binomial),
        PlainStep::Conv { padding, stride },
        PlainStep::Pointwise(Activation::Silu),
        PlainStep::Conv { padding: 1, stride: 2 },
        PlainStep::SpatialMean { disc: true },
        PlainStep::ChannelPool { order: 4, pooling: Pooling::Max },
    ];
    assert!(plain.steps().eq(&expected));
    let names: Vec<String> = plain.tensors().into_keys().collect();
    assert_eq!(names, ["0.bias", "0.weight", "3.bias", "3.weight", "5.bias", "5.weight"]);
}

/// Steps and tensors are enough: candle's own convolution and a few of its operations give the same.
#[test]
fn candle_alone_computes_the_same() {
    for (dtype, tolerance) in [(DType::F32, 1e-6), (DType::F64, 1e-13)] {
        let network = network(&Cyclic::new(8).unwrap(), dtype);
        let plain = network.export().unwrap();
        let tensors = plain.tensors();
        let x = noise(9, &[5, 2, 15, 15]).to_dtype(dtype).unwrap();
        let mut y = x.clone();
        for (i, step) in plain.steps().enumerate() {
            let tensor = |name: &str| tensors[&format!("{i}.{name}")].clone();
            let (_, _, h, w) = y.dims4().unwrap_or((0, 0, 1, 1));
            y = match step {
                &PlainStep::Conv { padding, stride } => {
                    let config = Conv2dConfig { padding, stride, ..Default::default() };
                    Conv2d::new(tensor("weight"), Some(tensor("bias")), config).forward(&y).unwrap()
                }
                PlainStep::Pointwise(Activation::Relu) => y.relu().unwrap(),
                PlainStep::Pointwise(Activation::Silu) => y.silu().unwrap(),
                PlainStep::Halve(Window::Binomial) => {
                    let rows = halving(h, dtype);
                    y.broadcast_matmul(&halving(w, dtype).t().unwrap())
                        .and_then(|y| rows.broadcast_matmul(&y))
                        .unwrap()
                }
                PlainStep::SpatialMean { disc: true } => {
                    let centre = (h as f64 - 1.0) / 2.0;
                    let inside = (0..h * w).map(|i| {
                        let d = ((i / w) as f64 - centre).hypot((i % w) as f64 - centre);
                        f64::from(u8::from(d <= h as f64 / 2.0))
                    });
                    let mask = Tensor::from_iter(inside, &Device::Cpu).unwrap();
                    let count = mask.sum_all().unwrap().to_scalar::<f64>().unwrap();
                    let mask = (mask / count).unwrap().to_dtype(dtype).unwrap();
                    y.flatten_from(2).unwrap().broadcast_mul(&mask).unwrap().sum(2).unwrap()
                }
                PlainStep::ChannelPool { order, pooling: Pooling::Max } => {
                    let dims = y.dims2().unwrap();
                    y.reshape((dims.0, dims.1 / order, *order)).unwrap().max(2).unwrap()
                }
                other => panic!("{other:?}"),
            };
        }
        let off = apart(&y, &network.forward(&x, Mode::Eval).unwrap());
        assert!(off < tolerance, "{dtype:?}: {off:e}");
    }
}

/// `[1, 4, 6, 4, 1]/16` at every second of an odd number of pixels, weights inside scaled to sum 1.
fn halving(n: usize, dtype: DType) -> Tensor {
    assert!(n % 2 == 1);
    let mut rows = Vec::new();
    for row in 0..n.div_ceil(2) {
        let weight = |column: usize| match column.abs_diff(2 * row) {
            0 => 6.0,
            1 => 4.0,
            2 => 1.0,
            _ => 0.0,
        };
        let sum: f64 = (0..n).map(weight).sum();
        rows.extend((0..n).map(|column| weight(column) / sum));
    }
    let shape = (n.div_ceil(2), n);
    Tensor::from_vec(rows, shape, &Device::Cpu).unwrap().to_dtype(dtype).unwrap()
}

#[test]
fn files_hold_the_whole_network() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("network.safetensors");
    let plain = network(&Cyclic::new(4).unwrap(), DType::F32).export().unwrap();
    plain.save(&path).unwrap();
    let again = PlainNetwork::load(&path, &Device::Cpu).unwrap();
    assert!(plain.steps().eq(again.steps()));
    let x = noise(9, &[2, 2, 15, 15]).to_dtype(DType::F32).unwrap();
    assert_eq!(bits(&plain.forward(&x).unwrap()), bits(&again.forward(&x).unwrap()));
    // As another program finds them: a list in the one JSON text of the metadata.
    let mut bytes = std::fs::read(&path).unwrap();
    let (_, header) = safetensors::SafeTensors::read_metadata(&bytes).unwrap();
    let text = &header.metadata().as_ref().unwrap()["equivariant-nn"];
    let json: serde_json::Value = serde_json::from_str(text).unwrap();
    let steps = json["metadata"]["steps"].as_array().unwrap();
    assert_eq!(steps.len(), plain.steps().count());
    assert_eq!(steps[0]["step"], "conv");
    // Files from before, with the list as a text, are read as well.
    let text = serde_json::to_string(steps).unwrap();
    let metadata = [("steps".to_owned(), text)].into();
    let old = folder.path().join("old.safetensors");
    equivariant_nn::checkpoint::save(&old, &plain.tensors(), &metadata).unwrap();
    assert!(PlainNetwork::load(&old, &Device::Cpu).unwrap().steps().eq(plain.steps()));

    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let error = PlainNetwork::load(&path, &Device::Cpu).unwrap_err();
    assert!(matches!(error, NnError::Damaged { .. }), "{error}");
    equivariant_nn::checkpoint::save(&path, &plain.tensors(), &Default::default()).unwrap();
    let error = PlainNetwork::load(&path, &Device::Cpu).unwrap_err().to_string();
    assert!(error.contains("not an exported network"), "{error}");
}

#[test]
fn layers_without_a_plain_form_say_so() {
    let ty = FieldType::regular(&Cyclic::new(4).unwrap(), 2);
    let vb = Parameters::new(0, DType::F32, Device::Cpu).builder();
    let layer = FieldLayerNorm::new(ty, LayerNormConfig::default(), vb.pp("norm")).unwrap();
    let error = layer.export().unwrap_err().to_string();
    assert!(error.contains("norm (FieldLayerNorm)"), "{error}");
    let error = PlainNetwork::new().then(PlainStep::Affine).unwrap_err().to_string();
    assert!(error.contains("without weights"), "{error}");
}

/// Five hundred units of rounding of the largest output, times the largest mean in units of its deviation.
#[test]
fn the_stated_bound_holds_for_many_networks() {
    for (dtype, unit) in [(DType::F32, f64::from(f32::EPSILON)), (DType::F64, f64::EPSILON)] {
        let mut worst = 0.0f64;
        for seed in 0..24 {
            let (off, condition) = random_network(seed, dtype);
            worst = worst.max(off / condition / unit);
        }
        assert!(worst < 500.0, "{dtype:?}: {worst} units of rounding");
    }
}

/// How far outputs are apart, and how large means are against deviations in its normalisations.
fn random_network(seed: u64, dtype: DType) -> (f64, f64) {
    use equivariant_nn::layers::{EquivariantLinear, Gated, InvariantPool, RegularLinear};
    use groups::{FiniteGroup, HasIrreps, Irreps, Representation};

    let mut rng = equivariant_nn::init::stream(seed, "network");
    let mut draw = |most: usize| rand::RngExt::random_range(&mut rng, 1..=most);
    let group = Cyclic::new(draw(8)).unwrap();
    let parameters = Parameters::new(seed, dtype, Device::Cpu);
    let vb = parameters.builder();
    let ty = |fields| FieldType::regular(&group, fields);
    let relu = BatchNormConfig { relu: true, ..Default::default() };
    let (depth, side) = (draw(4), 8 + draw(8));
    let mut fields = draw(6);
    let config = ConvConfig { bias: true, ..ConvConfig::new(3) };
    let mut network = Sequential::new(
        "net",
        LiftingConv::new(&group, 2, fields, &config, vb.pp("lift")).unwrap(),
    );
    for layer in 0..depth {
        let next = draw(6);
        let vb = vb.pp(format!("{layer}"));
        network = network
            .then(FieldBatchNorm::new(ty(fields), relu, vb.pp("norm")).unwrap())
            .unwrap()
            .then(GroupConv::new(&group, fields, next, &config, vb.pp("conv")).unwrap())
            .unwrap();
        fields = next;
    }
    let rho = Representation::regular(&group);
    let irreps = Irreps::of(&group).unwrap();
    let network = network
        .then(FieldBatchNorm::new(ty(fields), BatchNormConfig::default(), vb.pp("last")).unwrap())
        .unwrap()
        .then(SpatialPool::mean(ty(fields)).unwrap())
        .unwrap()
        .then(
            RegularLinear::new(&group, fields, 5, seed.is_multiple_of(2), vb.pp("regular"))
                .unwrap(),
        )
        .unwrap()
        .then(Gated::new(&rho.copies(5), Activation::Silu).unwrap())
        .unwrap()
        .then(
            EquivariantLinear::new(&irreps, &rho.copies(5), &rho.copies(3), true, vb.pp("all"))
                .unwrap(),
        )
        .unwrap()
        .then(InvariantPool::new(FieldType::of(&rho.copies(3))).unwrap())
        .unwrap();
    assert_eq!(group.irreps().len(), group.order() / 2 + 1);
    // Every third network sees images with a large common part.
    let offset = if seed.is_multiple_of(3) { 30.0 } else { 0.0 };
    let images = |seed| {
        let x = (noise(seed, &[4, 2, side, side + 1]) + offset).unwrap();
        x.to_dtype(dtype).unwrap()
    };
    for step in 0..20 {
        network.forward(&images(step), Mode::Train { seed, step }).unwrap();
    }
    let mut condition = 1.0f64;
    let all = parameters.all();
    for (name, mean) in all.iter().filter(|(name, _)| name.ends_with("running_mean")) {
        let var = values(all[&name.replace("mean", "var")].as_tensor());
        for (m, v) in values(mean.as_tensor()).iter().zip(var) {
            condition = condition.max(m.abs() / (v + 1e-5).sqrt());
        }
    }
    let x = images(99);
    let expected = network.forward(&x, Mode::Eval).unwrap();
    (apart(&network.export().unwrap().forward(&x).unwrap(), &expected), condition)
}
