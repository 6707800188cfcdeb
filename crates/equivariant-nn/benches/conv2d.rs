//! The convolution against candle's own, forward and with both gradients, on the layers of a
//! small network at batch 64.
#![allow(missing_docs)]

use std::sync::Arc;

use candle_core::{Device, Result, Tensor, Var};
use criterion::{Criterion, criterion_group, criterion_main};
use equivariant_nn::ops::{Conv2dConfig, FilterSupport, conv2d};

/// Channels in and out, size of the image, side of the filter.
const LAYERS: [(usize, usize, usize, usize); 3] =
    [(1, 64, 28, 7), (64, 96, 14, 5), (96, 128, 7, 5)];

fn layers(c: &mut Criterion) {
    for (c_in, c_out, size, k) in LAYERS {
        let tensor = |shape: [usize; 4]| {
            let n = shape.iter().product::<usize>();
            let values = (0..n).map(|i| ((i % 1000) as f32 * 0.7).sin());
            Var::from_tensor(&Tensor::from_iter(values, &Device::Cpu)?.reshape(&shape)?)
        };
        let run = || -> Result<_> {
            let x = tensor([64, c_in, size, size])?;
            // A first layer sees plain data, which wants no gradient.
            let x = if c_in == 1 { x.as_detached_tensor() } else { x.into_inner() };
            Ok((x, tensor([c_out, c_in, k, k])?))
        };
        let Ok((x, w)) = run() else { return };
        let config = |support| Conv2dConfig {
            padding: k / 2,
            needs_input_grad: c_in > 1,
            support,
            ..Default::default()
        };
        let (square, disc) =
            (config(None), config(Some(Arc::new(FilterSupport::disc(k, k as f64 / 2.0)))));
        type Conv<'a> = Box<dyn Fn() -> Result<Tensor> + 'a>;
        let ways: [(&str, Conv<'_>); 3] = [
            ("candle", Box::new(|| x.conv2d(&w, k / 2, 1, 1, 1))),
            ("ours", Box::new(|| conv2d(&x, &w, None, &square))),
            ("ours, disc", Box::new(|| conv2d(&x, &w, None, &disc))),
        ];
        let mut group = c.benchmark_group(format!("conv2d {c_in} to {c_out}, {size}x{size}, k{k}"));
        group.sample_size(10);
        for (name, conv) in &ways {
            group.bench_function(format!("{name}: forward"), |b| b.iter(conv));
            group.bench_function(format!("{name}: forward and backward"), |b| {
                b.iter(|| conv()?.sum_all()?.backward());
            });
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().measurement_time(std::time::Duration::from_secs(3));
    targets = layers
}
criterion_main!(benches);
