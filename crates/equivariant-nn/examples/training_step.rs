//! Times one training step of a small C8 network, and where the time goes.
//!
//! `cargo run --release -p equivariant-nn --example training_step`
#![allow(clippy::print_stdout)]

use std::time::Instant;

use candle_core::{DType, Device, Tensor};
use equivariant_nn::layers::{
    AntialiasedPool, BatchNormConfig, ConvConfig, FieldBatchNorm, GroupConv, GroupPool,
    LiftingConv, Pooling, SpatialPool, Window,
};
use equivariant_nn::{AdamW, AdamWConfig, FieldType, Layer, Mode, NnError, Parameters, Sequential};
use groups::Cyclic;

const BATCH: usize = 64;

fn network(group: &Cyclic, parameters: &Parameters) -> Result<Sequential, NnError> {
    let vb = parameters.builder();
    let norm = BatchNormConfig { relu: true, ..Default::default() };
    let ty = |fields| FieldType::regular(group, fields);
    Sequential::new("net", LiftingConv::new(group, 1, 8, &ConvConfig::new(7), vb.pp("lift"))?)
        .then(FieldBatchNorm::new(ty(8), norm, vb.pp("norm1"))?)?
        .then(AntialiasedPool::new(ty(8), Window::Binomial)?)?
        .then(GroupConv::new(group, 8, 12, &ConvConfig::new(5), vb.pp("conv2"))?)?
        .then(FieldBatchNorm::new(ty(12), norm, vb.pp("norm2"))?)?
        .then(AntialiasedPool::new(ty(12), Window::Binomial)?)?
        .then(GroupConv::new(group, 12, 16, &ConvConfig::new(5), vb.pp("conv3"))?)?
        .then(FieldBatchNorm::new(ty(16), norm, vb.pp("norm3"))?)?
        .then(SpatialPool::mean(ty(16))?)?
        .then(GroupPool::new(ty(16).at_point(), Pooling::Max)?)
}

fn main() -> Result<(), NnError> {
    let device = Device::Cpu;
    let group = Cyclic::new(8)?;
    let parameters = Parameters::new(0, DType::F32, device.clone());
    let net = network(&group, &parameters)?;
    let head = candle_nn::linear(16, 10, parameters.builder().pp("head"))?;
    let mut optimizer = AdamW::new(parameters.trainable(), AdamWConfig::default())?;
    println!("{} parameters", parameters.count());

    let pixels = (0..BATCH * 28 * 28).map(|i| ((i as f32) * 0.37).sin());
    let x = Tensor::from_iter(pixels, &device)?.reshape((BATCH, 1, 28, 28))?;
    let labels = Tensor::from_iter((0..BATCH as u32).map(|i| i % 10), &device)?;

    let rounds = 30;
    let mut best = [f64::INFINITY; 4];
    for step in 0..rounds {
        let mode = Mode::Train { seed: 0, step };
        let start = Instant::now();
        let codes = net.forward(&x, mode)?;
        let logits = candle_nn::Module::forward(&head, &codes)?;
        let loss = candle_nn::loss::cross_entropy(&logits, &labels)?;
        let forward = start.elapsed().as_secs_f64();
        let gradients = loss.backward()?;
        let backward = start.elapsed().as_secs_f64();
        optimizer.step(&gradients, 1e-3)?;
        let all = start.elapsed().as_secs_f64();
        let times = [forward, backward - forward, all - backward, all];
        for (best, time) in best.iter_mut().zip(times) {
            *best = best.min(time * 1e3);
        }
    }
    let [forward, backward, update, all] = best;
    println!(
        "best of {rounds}: {all:.1} ms a step \
         (forward {forward:.1}, backward {backward:.1}, AdamW {update:.1})"
    );

    let mut features = x;
    println!("forward, layer by layer (best of 10):");
    for layer in net.layers() {
        let mut best = f64::INFINITY;
        let mut out = features.clone();
        for step in 0..10 {
            let start = Instant::now();
            out = layer.forward(&features, Mode::Train { seed: 0, step })?;
            best = best.min(start.elapsed().as_secs_f64() * 1e3);
        }
        println!("  {:<28} {best:>7.2} ms", layer.name());
        features = out;
    }
    Ok(())
}
