//! Equivariance of every layer: exact on the grid, bounded off it.

use crate::common::{blobs, noise, noise32};
use candle_core::{DType, Device, Tensor};
use equivariant_nn::check::{CheckConfig, check_equivariance, check_intertwining, worst};
use equivariant_nn::layers::{
    Activation, AntialiasedPool, BatchNormConfig, ConvConfig, EquivariantLinear, FieldBatchNorm,
    FieldDropout, FieldLayerNorm, FieldRmsNorm, Gated, GroupConv, GroupPool, InvariantPool,
    LayerNormConfig, LiftingConv, NormActivation, Pointwise, Pooling, RegularLinear, SpatialPool,
    Window,
};
use equivariant_nn::ops::NormScope;
use equivariant_nn::{FieldType, Layer, Mode, NnError, Parameters, Sequential};
use groups::compact::{O3, SO2, SO3};
use groups::{
    Cyclic, Dihedral, FiniteGroup, Group, Irrep, IrrepTheory, Irreps, IrrepsTo, MatrixGroup,
    PermutationGroup, PlanarGroup, Representation, TableGroup,
};

const TRAIN: Mode = Mode::Train { seed: 0, step: 0 };

fn parameters(seed: u64) -> Parameters {
    Parameters::new(seed, DType::F32, Device::Cpu)
}

fn error<G: PlanarGroup>(group: &G, layer: &dyn Layer, x: &Tensor, mode: Mode) -> f64 {
    let (input, output) = (layer.input(), layer.output());
    let f = |x: &Tensor| layer.forward(x, mode);
    worst(&check_equivariance(group, input, output, x, CheckConfig::default(), f).unwrap())
}

/// Every layer on white noise, the worst case, for a group whose elements fit the grid.
fn check_all_layers<G: PlanarGroup>(group: &G) {
    let parameters = parameters(3);
    let vb = parameters.builder();
    let ty = FieldType::regular(group, 3);
    let image = FieldType::trivial(group, 2);
    let conv = |kernel| ConvConfig { bias: true, ..ConvConfig::new(kernel) };
    let norm = BatchNormConfig { relu: true, ..Default::default() };
    let sample = LayerNormConfig::default();
    let field = LayerNormConfig { scope: NormScope::Field, relu: true, ..sample };
    let layers: Vec<Box<dyn Layer>> = vec![
        Box::new(LiftingConv::new(group, 2, 3, &conv(5), vb.pp("lift5")).unwrap()),
        Box::new(LiftingConv::new(group, 2, 2, &conv(4), vb.pp("lift4")).unwrap()),
        Box::new(GroupConv::new(group, 3, 2, &conv(3), vb.pp("conv3")).unwrap()),
        Box::new(GroupConv::new(group, 3, 2, &conv(1), vb.pp("conv1")).unwrap()),
        Box::new(FieldBatchNorm::new(ty.clone(), norm, vb.pp("bn")).unwrap()),
        Box::new(FieldBatchNorm::new(image, norm, vb.pp("bn_image")).unwrap()),
        Box::new(FieldLayerNorm::new(ty.clone(), sample, vb.pp("ln")).unwrap()),
        Box::new(FieldLayerNorm::new(ty.clone(), field, vb.pp("in")).unwrap()),
        Box::new(Pointwise::new(ty.clone(), Activation::Relu).unwrap()),
        Box::new(Pointwise::new(ty.clone(), Activation::Elu).unwrap()),
        Box::new(Pointwise::new(ty.clone(), Activation::Gelu).unwrap()),
        Box::new(Pointwise::new(ty.clone(), Activation::Silu).unwrap()),
        Box::new(Pointwise::new(ty.clone(), Activation::Tanh).unwrap()),
        Box::new(AntialiasedPool::new(ty.clone(), Window::Binomial).unwrap()),
        Box::new(AntialiasedPool::new(ty.clone(), Window::Gaussian { sigma: 0.66 }).unwrap()),
        Box::new(GroupPool::new(ty.clone(), Pooling::Max).unwrap()),
        Box::new(GroupPool::new(ty.clone(), Pooling::Mean).unwrap()),
        Box::new(SpatialPool::mean(ty.clone()).unwrap()),
        Box::new(SpatialPool::disc_mean(ty.clone()).unwrap()),
        Box::new(FieldDropout::new("drop", ty.clone(), 0.4).unwrap()),
        Box::new(FieldDropout::new("drop0", ty.clone().at_point(), 0.4).unwrap()),
        Box::new(RegularLinear::new(group, 3, 5, true, vb.pp("linear")).unwrap()),
        Box::new(GroupPool::new(ty.clone().at_point(), Pooling::Max).unwrap()),
        Box::new(FieldLayerNorm::new(ty.at_point(), sample, vb.pp("ln0")).unwrap()),
    ];
    // Biases and scales away from their start, or they would hide a mistake.
    for (i, (name, var)) in parameters.all().into_iter().enumerate() {
        if !name.ends_with("weight") || var.rank() == 1 {
            let positive = (noise32(i as u64, var.dims()) * 0.5).unwrap();
            var.set(&(positive + 1.0).unwrap()).unwrap();
        }
    }
    for layer in &layers {
        for (h, w) in [(8, 8), (9, 9)] {
            let channels = layer.input().channels();
            let point = layer.input().domain() == equivariant_nn::Domain::Point;
            let shape = if point { vec![4, channels] } else { vec![4, channels, h, w] };
            let x = noise32(7, &shape);
            for mode in [TRAIN, Mode::Eval] {
                let e = error(group, layer.as_ref(), &x, mode);
                assert!(e < 1e-5, "{} on {shape:?}, {mode:?}: {e}", layer.name());
            }
        }
    }
}

#[test]
fn every_layer_is_exact_for_c4() {
    check_all_layers(&Cyclic::new(4).unwrap());
}

#[test]
fn every_layer_is_exact_for_d4() {
    check_all_layers(&Dihedral::new(4).unwrap());
}

#[test]
fn every_layer_is_exact_for_c1_c2_and_d1() {
    check_all_layers(&Cyclic::new(1).unwrap());
    check_all_layers(&Cyclic::new(2).unwrap());
    check_all_layers(&Dihedral::new(1).unwrap());
}

/// Lifting, two group convolutions, two poolings, codes.
fn encoder<G: PlanarGroup>(group: &G, parameters: &Parameters) -> Result<Sequential, NnError> {
    let vb = parameters.builder();
    let norm = BatchNormConfig { relu: true, momentum: 1.0, ..Default::default() };
    let ty = |fields| FieldType::regular(group, fields);
    Sequential::new("net", LiftingConv::new(group, 1, 4, &ConvConfig::new(7), vb.pp("lift"))?)
        .then(FieldBatchNorm::new(ty(4), norm, vb.pp("norm1"))?)?
        .then(AntialiasedPool::new(ty(4), Window::Binomial)?)?
        .then(GroupConv::new(group, 4, 6, &ConvConfig::new(5), vb.pp("conv2"))?)?
        .then(FieldBatchNorm::new(ty(6), norm, vb.pp("norm2"))?)?
        .then(AntialiasedPool::new(ty(6), Window::Binomial)?)?
        .then(GroupConv::new(group, 6, 8, &ConvConfig::new(5), vb.pp("conv3"))?)?
        .then(FieldBatchNorm::new(ty(8), norm, vb.pp("norm3"))?)?
        .then(SpatialPool::mean(ty(8))?)?
        .then(RegularLinear::new(group, 8, 8, true, vb.pp("linear"))?)
}

#[test]
fn a_network_is_exact_end_to_end_on_the_grid() {
    fn check<G: PlanarGroup>(group: &G) {
        let parameters = parameters(1);
        let net = encoder(group, &parameters).unwrap();
        for side in [28, 27] {
            let x = noise32(5, &[3, 1, side, side]);
            for mode in [TRAIN, Mode::Eval] {
                let e = error(group, &net, &x, mode);
                assert!(e < 1e-5, "{} at {side}: {e}", group.name());
            }
        }
    }
    check(&Cyclic::new(4).unwrap());
    check(&Dihedral::new(4).unwrap());
}

#[test]
fn an_invariant_head_is_invariant() {
    let group = Dihedral::new(4).unwrap();
    let parameters = parameters(2);
    let net = encoder(&group, &parameters).unwrap();
    let codes = FieldType::regular(&group, 8).at_point();
    let net = net.then(GroupPool::new(codes, Pooling::Max).unwrap()).unwrap();
    assert!(error(&group, &net, &noise32(5, &[2, 1, 28, 28]), Mode::Eval) < 1e-5);
}

/// The median over draws of the weights of the worst element's error, on smooth images.
fn measure<G: PlanarGroup>(
    group: &G,
    build: impl Fn(&G, &Parameters) -> Result<Sequential, NnError>,
) -> f64 {
    let mut errors: Vec<f64> = (0..5)
        .map(|seed| {
            let parameters = parameters(seed);
            let net = build(group, &parameters).unwrap();
            let x = blobs(seed, 2, 1, 28);
            // Running moments that fit, as after training.
            net.forward(&x, TRAIN).unwrap();
            error(group, &net, &x, Mode::Eval)
        })
        .collect();
    errors.sort_by(f64::total_cmp);
    errors[errors.len() / 2]
}

fn lifting<const K: usize, G: PlanarGroup>(g: &G, p: &Parameters) -> Result<Sequential, NnError> {
    let vb = p.builder().pp("lift");
    Ok(Sequential::new("lift", LiftingConv::new(g, 1, 4, &ConvConfig::new(K), vb)?))
}

fn two_layers<G: PlanarGroup>(group: &G, p: &Parameters) -> Result<Sequential, NnError> {
    let relu = Pointwise::new(FieldType::regular(group, 4), Activation::Relu)?;
    let vb = p.builder().pp("conv");
    let conv = GroupConv::new(group, 4, 4, &ConvConfig::new(5), vb)?;
    lifting::<7, G>(group, p)?.then(relu)?.then(conv)
}

/// The bounds that the documentation of `filter` states. Run with `--nocapture` for the numbers.
#[test]
#[allow(clippy::print_stdout)]
fn finer_groups_stay_within_their_bounds() {
    fn check<G: PlanarGroup>(group: &G) {
        for (what, measured, bound) in [
            ("lifting, k = 5", measure(group, lifting::<5, G>), 0.015),
            ("lifting, k = 7", measure(group, lifting::<7, G>), 0.03),
            ("lifting, rectifier, group convolution", measure(group, two_layers::<G>), 0.06),
            ("codes of the whole network", measure(group, encoder::<G>), 0.15),
        ] {
            println!("| {} | {what} | {measured:.4} |", group.name());
            assert!(measured < bound, "{}, {what}: {measured}", group.name());
        }
    }
    check(&Cyclic::new(8).unwrap());
    check(&Cyclic::new(16).unwrap());
    check(&Dihedral::new(8).unwrap());
}

/// Codes of a mixed representation through every layer for codes, in f64 and under the given
/// elements.
fn check_codes<G: Group>(
    theory: &impl IrrepTheory<G>,
    input: &Representation<G>,
    hidden: &Representation<G>,
    elements: &[G::Element],
    build: impl Fn(&Parameters, &Representation<G>) -> Vec<Box<dyn Layer>>,
) {
    let parameters = Parameters::new(5, DType::F64, Device::Cpu);
    let invariants = Representation::trivial(theory.group());
    for layer in build(&parameters, hidden) {
        let is = |kind: &str| layer.name().contains(kind);
        let from = match () {
            () if is("EquivariantLinear") => input.clone(),
            () if is("Gated") => Gated::gates(hidden).unwrap(),
            () => hidden.clone(),
        };
        let to = match is("InvariantPool") {
            true => invariants.copies(layer.output().channels()),
            false => hidden.clone(),
        };
        let x = noise(3, &[4, from.dim()]);
        let f = |x: &Tensor| layer.forward(x, TRAIN);
        let errors = check_intertwining(&from, &to, &x, elements.iter().cloned(), f).unwrap();
        let worst = worst(&errors);
        assert!(worst < 1e-11, "{}: {worst:e}", layer.name());
    }
}

/// Layers that finite and infinite groups share.
fn any_layers(parameters: &Parameters, ty: &FieldType) -> Vec<Box<dyn Layer>> {
    let vb = parameters.builder();
    vec![
        Box::new(NormActivation::new(ty.clone(), Activation::Relu, vb.pp("norm")).unwrap()),
        Box::new(FieldRmsNorm::new(ty.clone(), vb.pp("rms")).unwrap()),
        Box::new(InvariantPool::new(ty.clone()).unwrap()),
    ]
}

fn sum_of<G: Group>(irreps: &[Irrep<G>], copies: usize) -> Representation<G> {
    let parts: Vec<_> = irreps.iter().map(|psi| psi.representation().copies(copies)).collect();
    Representation::direct_sum(&parts).unwrap()
}

/// Irreps of real, complex and quaternionic type, permutations and matrices.
#[test]
fn layers_between_any_representations_of_finite_groups() {
    fn check<G: FiniteGroup>(group: &G, more: &Representation<G>) {
        let irreps = Irreps::of(group).unwrap();
        let all = sum_of(irreps.real(), 2);
        let input =
            Representation::direct_sum(&[more.clone(), Representation::regular(group)]).unwrap();
        let hidden = Representation::direct_sum(&[all, more.copies(2)]).unwrap();
        let elements: Vec<_> = group.elements().collect();
        check_codes(&irreps, &input, &hidden, &elements, |parameters, hidden| {
            let vb = parameters.builder();
            let linear = EquivariantLinear::new(&irreps, &input, hidden, true, vb.pp("linear"));
            let mut layers = any_layers(parameters, &FieldType::of(hidden));
            layers.push(Box::new(linear.unwrap()));
            layers.push(Box::new(Gated::new(hidden, Activation::Gelu).unwrap()));
            layers
        });
    }
    let alternating = PermutationGroup::alternating(4).unwrap();
    check(&alternating, &alternating.natural());
    let octahedral = MatrixGroup::full_octahedral().unwrap();
    check(&octahedral, &octahedral.defining());
    let quaternions = TableGroup::quaternion();
    check(&quaternions, &Representation::trivial(&quaternions));
    let c7 = Cyclic::new(7).unwrap();
    check(&c7, &Representation::trivial(&c7).copies(3));
}

#[test]
fn layers_between_any_representations_of_compact_groups() {
    fn check<G: groups::compact::CompactGroup>(group: G, more: &Representation<G>) {
        let theory = IrrepsTo::new(group.clone(), 3);
        let input = Representation::direct_sum(&[
            more.copies(2),
            more.tensor(more).unwrap(),
            Representation::trivial(&group),
        ])
        .unwrap();
        let hidden = sum_of(theory.irreps(), 2);
        let mut rng = equivariant_nn::init::stream(1, "elements");
        let elements: Vec<_> = (0..20).map(|_| group.sample(&mut rng)).collect();
        check_codes(&theory, &input, &hidden, &elements, |parameters, hidden| {
            let vb = parameters.builder();
            let linear = EquivariantLinear::compact(&theory, &input, hidden, true, vb.pp("linear"));
            let mut layers = any_layers(parameters, &FieldType::of_compact(hidden));
            layers.push(Box::new(linear.unwrap()));
            layers.push(Box::new(Gated::compact(hidden, Activation::Silu).unwrap()));
            layers
        });
    }
    check(SO3, &SO3.vectors());
    check(O3, &O3.vectors());
    check(SO2, IrrepsTo::new(SO2, 1).irreps()[1].representation());
}
