//! How equivariant a stack of layers is, element by element.
#![allow(clippy::print_stdout)]

use candle_core::{DType, Device, Tensor};
use equivariant_nn::check::{CheckConfig, check_equivariance};
use equivariant_nn::layers::{
    AntialiasedPool, BatchNormConfig, ConvConfig, FieldBatchNorm, GroupConv, LiftingConv,
    SpatialPool, Window,
};
use equivariant_nn::{FieldType, Layer, Mode, Parameters, Sequential};
use groups::Cyclic;

fn main() -> anyhow::Result<()> {
    let group = Cyclic::new(8)?;
    let parameters = Parameters::new(0, DType::F32, Device::Cpu);
    let vb = parameters.builder();
    let four = FieldType::regular(&group, 4);
    let relu = BatchNormConfig { relu: true, ..BatchNormConfig::default() };
    let lifting = LiftingConv::new(&group, 1, 4, &ConvConfig::new(7), vb.pp("lift"))?;
    let encoder = Sequential::new("encoder", lifting)
        .then(FieldBatchNorm::new(four.clone(), relu, vb.pp("norm"))?)?
        .then(AntialiasedPool::new(four.clone(), Window::Binomial)?)?
        .then(GroupConv::new(&group, 4, 4, &ConvConfig::new(5), vb.pp("conv"))?)?
        .then(SpatialPool::disc_mean(four)?)?;

    // Two smooth bumps inside the disc.
    let bump = |i: usize, x0: f32, y0: f32, width: f32| {
        let (x, y) = ((i % 28) as f32 - 13.5 - x0, 13.5 - (i / 28) as f32 - y0);
        (-(x * x + y * y) / (2.0 * width * width)).exp()
    };
    let pixels = (0..28 * 28).map(|i| bump(i, 4.0, 2.0, 2.5) + bump(i, -3.0, -4.0, 2.0));
    let image = Tensor::from_iter(pixels, &Device::Cpu)?.reshape((1, 1, 28, 28))?;

    let (input, output) = (encoder.input().clone(), encoder.output().clone());
    println!("{input}  →  {output}");
    let errors =
        check_equivariance(&group, &input, &output, &image, CheckConfig::default(), |x| {
            encoder.forward(x, Mode::Eval)
        })?;
    println!("rotation by   ‖E(gx) − ρ(g)E(x)‖ / ‖E(x)‖");
    for error in errors {
        println!("{:8}°     {:.1e}", 45 * error.index, error.rms);
    }
    Ok(())
}
