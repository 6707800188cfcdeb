//! What runs where there is no kernel of ours, against the kernels: half precision, accelerators.

use std::sync::Arc;

use crate::common::{assert_close, noise, pair_block_of};
use candle_core::{DType, Tensor};
use equivariant_nn::ops::{
    BandMatrix, Conv2dConfig, Expansion, FilterSupport, NormConfig, NormScope, batch_norm_act,
    channel_norm, conv2d, expand, field_moments, group_max, layer_norm, pair_combine, pair_means,
    pair_product, separable_resample,
};

type Operation = Box<dyn Fn(&[Tensor]) -> Tensor>;

/// An operation and what it is asked of.
struct Case {
    name: &'static str,
    inputs: Vec<Tensor>,
    f: Operation,
}

fn case(
    name: &'static str,
    inputs: &[Tensor],
    f: impl Fn(&[Tensor]) -> candle_core::Result<Tensor> + 'static,
) -> Case {
    let f = move |t: &[Tensor]| f(t).unwrap_or_else(|e| panic!("{name}: {e}"));
    Case { name, inputs: inputs.to_vec(), f: Box::new(f) }
}

/// Every operation of [`equivariant_nn::ops`].
fn cases() -> Vec<Case> {
    let maps = noise(1, &[3, 8, 6, 6]);
    let support = Some(Arc::new(FilterSupport::disc(3, 1.0)));
    let padded = Conv2dConfig { padding: 1, support, ..Default::default() };
    let strided = Conv2dConfig { stride: 2, ..Default::default() };
    let norm = NormConfig { order: 4, epsilon: 1e-3, relu: true };
    let affine = [maps.clone(), noise(2, &[2]), noise(3, &[2])];
    let band = Arc::new(BandMatrix::from_fn(3, 6, |r, c| if c / 2 == r { 0.5 } else { 0.0 }));
    let elements = vec![(vec![0, 1], vec![1.0, 2.0, 3.0]), (vec![1, 0], vec![0.5, -1.0, 0.25])];
    let expansion = Arc::new(Expansion::new(2, 1, 3, elements).unwrap());

    let (pairs, other) = (noise(6, &[2, 5, 5, 4]), noise(7, &[2, 5, 5, 4]));
    let absent = |t: &Tensor| -> candle_core::Result<Tensor> {
        let mask = [[1f32, 1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 0.0, 0.0]];
        Tensor::new(&mask, t.device())?.to_dtype(t.dtype())
    };
    let batch_norm = |through: bool| {
        move |t: &[Tensor]| {
            let moments = field_moments(&t[0], 4)?;
            batch_norm_act(&t[0], &t[1], &t[2], &moments, through, norm)
        }
    };
    let layer = |scope| move |t: &[Tensor]| layer_norm(&t[0], &t[1], &t[2], scope, norm);
    let block = [
        pairs.clone(),
        noise(12, &[4]),
        noise(13, &[4]),
        noise(8, &[15, 4, 8]),
        noise(9, &[2, 8]),
        noise(14, &[6]),
        noise(15, &[6]),
        noise(10, &[6, 4]),
    ];
    vec![
        case("conv2d", &[maps.clone(), noise(2, &[4, 8, 3, 3]), noise(3, &[4])], move |t| {
            conv2d(&t[0], &t[1], Some(&t[2]), &padded)
        }),
        case("strided conv2d", &[noise(4, &[3, 8, 7, 9]), noise(2, &[4, 8, 3, 3])], move |t| {
            conv2d(&t[0], &t[1], None, &strided)
        }),
        case("batch_norm_act", &affine, batch_norm(true)),
        case("batch_norm_act with constant moments", &affine, batch_norm(false)),
        case("layer_norm over samples", &affine, layer(NormScope::Sample)),
        case("layer_norm over fields", &affine, layer(NormScope::Field)),
        case("separable_resample", std::slice::from_ref(&maps), move |t| {
            separable_resample(&t[0], &band, &band)
        }),
        case("group_max", std::slice::from_ref(&maps), |t| group_max(&t[0], 4)),
        case("expand", &[noise(5, &[4, 2, 1])], move |t| expand(&t[0], &expansion)),
        case("channel_norm", &[pairs.clone(), noise(2, &[4]), noise(3, &[4])], |t| {
            channel_norm(&t[0], &t[1], &t[2], true)
        }),
        case("pair_means", std::slice::from_ref(&pairs), move |t| {
            pair_means(&t[0], &absent(&t[0])?)
        }),
        case("pair_product", &[pairs.clone(), other], |t| pair_product(&t[0], &t[1])),
        case("pair_combine", &[noise(8, &[2, 5, 5, 4]), noise(9, &[2, 5, 6])], move |t| {
            pair_combine(Some(&t[0]), &t[1], &absent(&t[0])?)
        }),
        case("pair_combine of nodes", &[noise(9, &[2, 5, 6])], move |t| {
            pair_combine(None, &t[0], &absent(&t[0])?)
        }),
        case("pair_block", &block, move |t| pair_block_of(t, &absent(&t[0])?)),
    ]
}

#[test]
fn in_half_precision() {
    for Case { name, inputs, f } in cases() {
        let half: Vec<Tensor> = inputs.iter().map(|t| t.to_dtype(DType::F16).unwrap()).collect();
        let exact: Vec<Tensor> = half.iter().map(|t| t.to_dtype(DType::F64).unwrap()).collect();
        let y = f(&half);
        assert_eq!(y.dtype(), DType::F16, "{name}");
        assert_close(&y, &f(&exact), 2e-2, name);
    }
}

/// Only where the crate is built for one, with `--features cuda` or `metal`; there must be one.
#[cfg(any(feature = "cuda", feature = "metal"))]
mod on_an_accelerator {
    use super::*;
    use candle_core::{Device, Var};
    use equivariant_nn::check::{CheckConfig, check_equivariance, worst};
    use equivariant_nn::layers::{
        AntialiasedPool, BatchNormConfig, ConvConfig, FieldBatchNorm, GroupConv, LiftingConv,
        SpatialPool, Window,
    };
    use equivariant_nn::{FieldType, Layer, Mode, Parameters, Sequential};
    use groups::Dihedral;

    fn accelerator() -> Device {
        let device =
            if cfg!(feature = "cuda") { Device::new_cuda(0) } else { Device::new_metal(0) };
        device.unwrap_or_else(|e| panic!("these tests need the device of the feature: {e}"))
    }

    /// The result of `f` and the gradients of `Σ weights·f(inputs)`, brought back.
    fn run(inputs: &[Tensor], f: &Operation, device: &Device) -> Vec<Tensor> {
        let on = |t: &Tensor| t.to_device(device).unwrap().to_dtype(DType::F32).unwrap();
        let vars: Vec<Var> = inputs.iter().map(|t| Var::from_tensor(&on(t)).unwrap()).collect();
        let tensors: Vec<Tensor> = vars.iter().map(|v| v.as_tensor().clone()).collect();
        let y = f(&tensors);
        assert!(y.device().same_device(device));
        let loss = (&y * on(&noise(99, y.dims()))).unwrap().sum_all().unwrap();
        let gradients = loss.backward().unwrap();
        std::iter::once(&y)
            .chain(vars.iter().map(|v| gradients.get(v).unwrap()))
            .map(|t| t.to_device(&Device::Cpu).unwrap())
            .collect()
    }

    #[test]
    fn operations_and_their_gradients_are_those_of_the_kernels() {
        let device = accelerator();
        for Case { name, inputs, f } in cases() {
            let (here, there) = (run(&inputs, &f, &Device::Cpu), run(&inputs, &f, &device));
            for (i, (here, there)) in here.iter().zip(&there).enumerate() {
                assert_close(there, here, 2e-5, &format!("{name}, result or gradient {i}"));
            }
        }
    }

    #[test]
    fn a_network_is_equivariant_and_the_same_as_on_the_cpu() {
        let group = Dihedral::new(4).unwrap();
        let network = |device: &Device| {
            let parameters = Parameters::new(7, DType::F32, device.clone());
            let vb = parameters.builder();
            let ty = |fields| FieldType::regular(&group, fields);
            let relu = BatchNormConfig { relu: true, ..Default::default() };
            let lift = LiftingConv::new(&group, 1, 4, &ConvConfig::new(5), vb.pp("lift")).unwrap();
            Sequential::new("encoder", lift)
                .then(FieldBatchNorm::new(ty(4), relu, vb.pp("norm")).unwrap())
                .unwrap()
                .then(AntialiasedPool::new(ty(4), Window::Binomial).unwrap())
                .unwrap()
                .then(GroupConv::new(&group, 4, 6, &ConvConfig::new(3), vb.pp("conv")).unwrap())
                .unwrap()
                .then(SpatialPool::mean(ty(6)).unwrap())
                .unwrap()
        };
        let device = accelerator();
        let (here, there) = (network(&Device::Cpu), network(&device));
        let images = noise(1, &[2, 1, 12, 12]).to_dtype(DType::F32).unwrap();
        let moved = images.to_device(&device).unwrap();
        for mode in [Mode::Train { seed: 0, step: 0 }, Mode::Eval] {
            let codes = there.forward(&moved, mode).unwrap();
            let expected = here.forward(&images, mode).unwrap();
            assert_close(&codes.to_device(&Device::Cpu).unwrap(), &expected, 1e-4, "codes");
        }
        let errors = check_equivariance(
            &group,
            there.input(),
            there.output(),
            &moved,
            CheckConfig::default(),
            |x| there.forward(x, Mode::Eval),
        );
        assert!(worst(&errors.unwrap()) < 1e-5);
    }
}
