//! The rotation-equivariant network of images, and one of its layers.

use candle_core::{Device, Module, Tensor};
use equivariant_nn::layers::{ConvConfig, GroupConv, LiftingConv};
use equivariant_nn::ops::FilterSupport;
use equivariant_nn::{AdamW, AdamWConfig, Layer, Mode, Parameters};
use groups::Cyclic;
use images::cnn::{Architecture, SteerableCnn};
use images::training::{Batch, Trainable};

use super::{Bench, Group};
use crate::floor::Least;
use crate::session::{Measurements, Work};

/// Images a step.
const BATCH: usize = 64;
/// The order of the group.
const ORDER: usize = 8;

const TRAINING: &str = "convolution/training-step";
const INFERENCE: &str = "convolution/inference";
const FORWARD: &str = "convolution/layer-forward";
const BACKWARD: &str = "convolution/layer-backward";

pub(super) const GROUP: Group = Group {
    name: "convolution",
    script: Some("conv.py"),
    benches: &[
        Bench {
            name: TRAINING,
            what: "a training step of the C8 network of digits: forward, backward and AdamW",
        },
        Bench { name: INFERENCE, what: "codes and classes of the C8 network of digits" },
        Bench {
            name: FORWARD,
            what: "a group convolution under C8, 8 to 12 fields, filters of side 5, forward",
        },
        Bench { name: BACKWARD, what: "the same layer, gradients of input and coefficients" },
    ],
    run,
};

fn run(m: &mut Measurements<'_>) -> anyhow::Result<()> {
    if m.wants(TRAINING) || m.wants(INFERENCE) {
        network(m)?;
    }
    if m.wants(FORWARD) || m.wants(BACKWARD) {
        layer(m)?;
    }
    Ok(())
}

fn network(m: &mut Measurements<'_>) -> anyhow::Result<()> {
    let group = Cyclic::new(ORDER)?;
    let architecture = Architecture::default();
    let network = SteerableCnn::new(group, architecture.clone(), 0, Device::Cpu)?;
    let (digits, labels) = images::digits::generate(0, 0, BATCH);
    let images = network.tensor(digits.view())?;
    let labels = Tensor::from_iter(labels.into_iter().map(u32::from), &Device::Cpu)?;
    m.share("images", &images)?;
    m.share("labels", &labels)?;
    let products = flops(&architecture);
    // The first layer needs no gradient of its input.
    let (first, all) = (products[0], products.iter().sum::<f64>());
    let work = |flops| Work {
        parameters: vec![("batch", BATCH), ("order", ORDER), ("side", images::digits::SIZE)],
        amount: BATCH,
        unit: "images",
        least: Least { flops, bytes: 0.0 },
    };
    if m.wants(INFERENCE) {
        share_weights(m, &network)?;
        let logits = network.logits(&images, Mode::Eval)?.detach();
        m.share(format!("{INFERENCE}.result"), &logits)?;
        let plain = network.export()?;
        m.measure(INFERENCE, work(all), || Ok(plain.forward(&images)?))?;
    }
    if m.wants(TRAINING) {
        let mut optimizer = AdamW::new(network.parameters().trainable(), AdamWConfig::default())?;
        let batch = Batch { images, labels };
        let mut step = 0;
        m.measure(TRAINING, work(3.0 * all - first), || {
            let done = network.loss(&batch, Mode::Train { seed: 0, step })?;
            let value = done.loss.to_scalar::<f32>()?;
            optimizer.step(&done.loss.backward()?, 1e-3)?;
            step += 1;
            Ok(value)
        })?;
    }
    Ok(())
}

/// Products for each pair of channels of an image: one for each output and each tap in the disc, or
/// 64 for each tile of `9 − k` outputs across (Winograd), whichever are fewer.
fn products(side: usize, kernel: usize) -> usize {
    let taps = FilterSupport::disc(kernel, kernel as f64 / 2.0 + 0.3).len();
    let tiles = side.div_ceil(9 - kernel);
    (side * side * taps).min(64 * tiles * tiles)
}

/// Flops of the products of each convolution of a batch.
fn flops(architecture: &Architecture) -> Vec<f64> {
    let mut inputs = 1;
    let mut side = images::digits::SIZE;
    let layers = architecture.fields.iter().zip(&architecture.kernels);
    layers
        .map(|(&fields, &kernel)| {
            let flops = 2 * BATCH * products(side, kernel) * inputs * fields * ORDER;
            (inputs, side) = (fields * ORDER, side.div_ceil(2));
            flops as f64
        })
        .collect()
}

/// The network as an ordinary one: expanded filters, and normalisations of channels.
fn share_weights(m: &mut Measurements<'_>, network: &SteerableCnn<Cyclic>) -> anyhow::Result<()> {
    let Architecture { fields, kernels, .. } = network.architecture();
    let (group, parameters) = (network.group(), network.parameters());
    for (i, (&count, &kernel)) in fields.iter().zip(kernels).enumerate() {
        let (vb, config) = (parameters.builder().pp(format!("conv{i}")), ConvConfig::new(kernel));
        let filters = match i {
            0 => LiftingConv::new(group, 1, count, &config, vb)?.expand()?,
            _ => GroupConv::new(group, fields[i - 1], count, &config, vb)?.expand()?,
        };
        m.share(format!("conv{i}"), &filters.detach())?;
    }
    for name in ["head.weight", "head.bias"] {
        if let Some(var) = parameters.all().get(name) {
            m.share(name, &var.as_detached_tensor())?;
        }
    }
    Ok(())
}

fn layer(m: &mut Measurements<'_>) -> anyhow::Result<()> {
    let (inputs, outputs, kernel, side) = (8, 12, 5, 14);
    let parameters = Parameters::new(0, candle_core::DType::F32, Device::Cpu);
    let config = ConvConfig::new(kernel);
    let layer =
        GroupConv::new(&Cyclic::new(ORDER)?, inputs, outputs, &config, parameters.builder())?;
    let channels = inputs * ORDER;
    let count = BATCH * channels * side * side;
    let values = crate::draws::gaussian(1, count, 3).into_raw_vec_and_offset().0;
    let shape = (BATCH, channels, side, side);
    let x = candle_core::Var::from_vec(values, shape, &Device::Cpu)?;
    let flops = (2 * BATCH * products(side, kernel) * channels * outputs * ORDER) as f64;
    let work = |flops| Work {
        parameters: vec![
            ("batch", BATCH),
            ("order", ORDER),
            ("fields in", inputs),
            ("fields out", outputs),
            ("kernel", kernel),
            ("side", side),
        ],
        amount: BATCH,
        unit: "images",
        least: Least { flops, bytes: 0.0 },
    };
    m.share("layer.input", &x.as_detached_tensor())?;
    m.share("layer.filters", &layer.expand()?.detach())?;
    let y = layer.forward(&x, Mode::Eval)?;
    m.share(format!("{FORWARD}.result"), &y.detach())?;
    let dx = y.sqr()?.sum_all()?.backward()?.get(&x).map(Tensor::detach);
    if let Some(dx) = dx {
        m.share(format!("{BACKWARD}.result"), &dx)?;
    }
    if m.wants(FORWARD) {
        m.measure(FORWARD, work(flops), || Ok(layer.forward(&x, Mode::Eval)?))?;
    }
    if m.wants(BACKWARD) {
        m.measure_after(
            BACKWARD,
            work(2.0 * flops),
            || Ok(layer.forward(&x, Mode::Eval)?.sqr()?.sum_all()?),
            |loss| Ok(loss.backward()?),
        )?;
    }
    Ok(())
}
