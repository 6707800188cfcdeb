//! The network is equivariant, and its training can be interrupted, resumed and repeated.

use std::collections::BTreeMap;
use std::path::Path;

use equivariant_nn::NnError;
use equivariant_nn::checkpoint::Checkpoints;
use groups::action::image::{self, Interpolation};
use groups::{Cyclic, Dihedral, PlanarGroup};
use images::cnn::{Architecture, SteerableCnn};
use images::dataset::Digits;
use images::training::{Outcome, StepReport, TrainingConfig, TrainingError, train};
use ndarray::Array3;

fn small() -> Architecture {
    Architecture { fields: vec![3, 4], kernels: vec![5, 3], dropout: 0.2, ..Default::default() }
}

fn config(epochs: usize) -> TrainingConfig {
    TrainingConfig { epochs, batch: 32, ..TrainingConfig::default() }
}

/// Runs to the end, or stops in the middle of an epoch.
fn until(stop: Option<usize>) -> impl FnMut(&StepReport) -> bool {
    move |report| {
        let [loss, accuracy] = ["loss", "accuracy"].map(|name| report.means.get(name).unwrap());
        assert!(loss.is_finite() && (0.0..=1.0).contains(&accuracy));
        stop.is_none_or(|epoch| report.epoch < epoch || report.step == 0)
    }
}

fn digits() -> Digits {
    Digits::generated(3, 0, 160).unwrap()
}

fn fresh(seed: u64) -> SteerableCnn<Cyclic> {
    SteerableCnn::new(Cyclic::new(4).unwrap(), small(), seed, candle_core::Device::Cpu).unwrap()
}

fn weights<G: PlanarGroup>(network: &SteerableCnn<G>) -> BTreeMap<String, Vec<u32>> {
    let bits = |v: &candle_core::Var| {
        let values: Vec<f32> = v.flatten_all().unwrap().to_vec1().unwrap();
        values.iter().map(|v| v.to_bits()).collect()
    };
    network.parameters().all().iter().map(|(name, v)| (name.clone(), bits(v))).collect()
}

fn run(
    dir: Option<&Path>,
    resume: bool,
    epochs: usize,
    stop_in: Option<usize>,
) -> (SteerableCnn<Cyclic>, Outcome) {
    let network = fresh(7);
    let checkpoints = dir.map(|dir| Checkpoints { dir: dir.to_owned(), resume });
    let outcome =
        train(&network, &digits(), &config(epochs), 7, checkpoints.as_ref(), &mut until(stop_in))
            .unwrap();
    (network, outcome)
}

#[test]
fn a_resumed_training_ends_bit_for_bit_where_an_uninterrupted_one_does() {
    let (straight, outcome) = run(None, false, 3, None);
    let Outcome::Finished(history) = outcome else { panic!("{outcome:?}") };
    let dir = tempfile::tempdir().unwrap();
    let (_, stopped) = run(Some(dir.path()), false, 3, Some(1));
    assert_eq!(stopped, Outcome::Interrupted { epochs: 1 });
    let (resumed, finished) = run(Some(dir.path()), true, 3, None);
    assert_eq!(finished, Outcome::Finished(history.clone()));
    assert_eq!(weights(&resumed), weights(&straight));
    // Resuming what is finished trains nothing and gives the same again.
    let (again, finished) = run(Some(dir.path()), true, 3, None);
    assert_eq!(finished, Outcome::Finished(history));
    assert_eq!(weights(&again), weights(&straight));
}

#[test]
fn a_damaged_checkpoint_falls_back_to_the_one_before() {
    let (straight, _) = run(None, false, 3, None);
    let dir = tempfile::tempdir().unwrap();
    run(Some(dir.path()), false, 3, Some(2));
    let newest = dir.path().join("epoch-0002.weights.safetensors");
    let mut bytes = std::fs::read(&newest).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&newest, bytes).unwrap();
    let (resumed, _) = run(Some(dir.path()), true, 3, None);
    assert_eq!(weights(&resumed), weights(&straight));
}

#[test]
fn other_settings_are_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    run(Some(dir.path()), false, 2, Some(1));
    let checkpoints = Checkpoints { dir: dir.path().to_owned(), resume: true };
    let other = TrainingConfig { peak_rate: 1e-3, ..config(2) };
    let error = train(&fresh(7), &digits(), &other, 7, Some(&checkpoints), &mut until(None));
    match error {
        Err(TrainingError::Network(NnError::Changed { setting, then, now, .. })) => {
            assert_eq!(setting, "training");
            assert!(then.contains("0.01") && now.contains("0.001"), "{then} {now}");
        }
        other => panic!("{other:?}"),
    }
    let error = train(&fresh(8), &digits(), &config(2), 8, Some(&checkpoints), &mut until(None));
    assert!(matches!(error, Err(TrainingError::Network(NnError::Changed { .. }))));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let result = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let (network, _) = run(None, false, 1, None);
            (weights(&network), network.encode(digits().images.view()).unwrap())
        })
    };
    assert_eq!(result(1), result(3));
}

#[test]
fn a_loss_that_is_not_finite_is_an_error() {
    let network = fresh(7);
    let head = network.parameters().all()["head.bias"].clone();
    head.set(&candle_core::Tensor::full(f32::INFINITY, 10, &candle_core::Device::Cpu).unwrap())
        .unwrap();
    let error = train(&network, &digits(), &config(1), 7, None, &mut until(None));
    let Err(TrainingError::Network(error)) = error else { panic!("{error:?}") };
    let NnError::Diverged(found) = &error else { panic!("{error:?}") };
    assert_eq!((found.epoch, found.step), (0, 0));
    assert!(found.samples.len() == config(1).batch && found.checkpoint.is_none());
    assert!(error.to_string().contains("no checkpoint yet"), "{error}");
}

#[test]
fn architectures_that_do_not_fit_are_refused() {
    let build = |fields: Vec<usize>, kernels: Vec<usize>| {
        let architecture = Architecture { fields, kernels, ..Default::default() };
        SteerableCnn::new(Cyclic::new(4).unwrap(), architecture, 0, candle_core::Device::Cpu)
    };
    for (fields, kernels) in
        [(vec![], vec![]), (vec![2], vec![3, 3]), (vec![0], vec![3]), (vec![2], vec![4])]
    {
        assert!(matches!(build(fields, kernels), Err(TrainingError::Architecture { .. })));
    }
}

/// `E(g·x) = ρ(g)E(x)` for every element that maps the pixel grid to itself, and invariant logits.
fn exact_on_the_grid<G: PlanarGroup>(group: G) {
    let network =
        SteerableCnn::new(group.clone(), Architecture::default(), 1, candle_core::Device::Cpu)
            .unwrap();
    let images = Digits::generated(1, 0, 4).unwrap().images;
    let codes = network.encode(images.view()).unwrap();
    let classes = network.classify(codes.view()).unwrap();
    let rep = network.representation();
    let scale = codes.iter().fold(0.0f32, |m, v| m.max(v.abs()));
    for g in group.elements().filter(|g| group.is_exact_on_grid(g)) {
        let mut turned = Array3::zeros(images.dim());
        for (image, mut out) in images.outer_iter().zip(turned.outer_iter_mut()) {
            out.assign(&image::act(&group, &g, image, Interpolation::Bilinear));
        }
        let encoded = network.encode(turned.view()).unwrap();
        let expected = rep.act_rows(&g, codes.view()).unwrap();
        let error = (&encoded - &expected).iter().fold(0.0f32, |m, v| m.max(v.abs()));
        assert!(error <= 1e-5 * scale, "{g:?}: {error:e} of {scale}");
        assert_eq!(network.classify(encoded.view()).unwrap(), classes);
    }
}

#[test]
fn the_encoder_is_equivariant_on_the_grid() {
    exact_on_the_grid(Cyclic::new(4).unwrap());
    exact_on_the_grid(Dihedral::new(4).unwrap());
    exact_on_the_grid(Cyclic::new(8).unwrap());
}

/// The generated digits can be learned, also at random angles.
#[test]
fn generated_digits_can_be_learned() {
    learns(candle_core::Device::Cpu);
}

fn learns(device: candle_core::Device) {
    let architecture =
        Architecture { fields: vec![4, 8, 12], kernels: vec![5, 5, 5], ..Default::default() };
    let network = SteerableCnn::new(Cyclic::new(4).unwrap(), architecture, 0, device).unwrap();
    let digits = Digits::generated(0, 0, 4_000).unwrap();
    let config = TrainingConfig { epochs: 4, ..TrainingConfig::default() };
    train(&network, &digits, &config, 0, None, &mut until(None)).unwrap();
    let test = Digits::generated(0, images::digits::TEST_START, 1_000).unwrap();
    let classes = network.classify(network.encode(test.images.view()).unwrap().view()).unwrap();
    let correct = classes.iter().zip(&test.labels).filter(|(c, l)| **c == usize::from(**l)).count();
    assert!(correct > 940, "{correct} of 1000 upright digits");
}

/// Only where the crate is built for one, with `--features cuda` or `metal`; there must be one.
#[cfg(any(feature = "cuda", feature = "metal"))]
mod on_an_accelerator {
    use super::*;
    use candle_core::{Device, Tensor};
    use equivariant_nn::Mode;
    use images::cnn::{AutoencoderArchitecture, ConvAutoencoder, PlainArchitecture, PlainCnn};
    use images::training::{Batch, Trainable};

    fn accelerator() -> Device {
        let device =
            if cfg!(feature = "cuda") { Device::new_cuda(0) } else { Device::new_metal(0) };
        device.unwrap_or_else(|e| panic!("these tests need the device of the feature: {e}"))
    }

    /// The loss of a few digits in training, and its gradients.
    fn step(network: &impl Trainable) -> Vec<(String, Vec<f32>)> {
        let digits = Digits::generated(3, 0, 8).unwrap();
        let device = network.parameters().device();
        let pixels: Vec<f32> = digits.images.iter().copied().collect();
        let labels: Vec<u32> = digits.labels.iter().copied().map(u32::from).collect();
        let batch = Batch {
            images: Tensor::from_vec(pixels, (8, 1, 28, 28), device).unwrap(),
            labels: Tensor::from_vec(labels, 8, device).unwrap(),
        };
        let loss = network.loss(&batch, Mode::Train { seed: 1, step: 0 }).unwrap().loss;
        let gradients = loss.backward().unwrap();
        let of = |(name, variable): (String, candle_core::Var)| {
            let gradient = gradients.get(&variable).unwrap_or_else(|| panic!("{name}"));
            (name, gradient.flatten_all().unwrap().to_vec1().unwrap())
        };
        let mut all = vec![("loss".to_owned(), vec![loss.to_scalar().unwrap()])];
        all.extend(network.parameters().trainable().into_iter().map(of));
        all
    }

    fn agree<N: Trainable>(network: impl Fn(Device) -> N) {
        let (here, there) = (step(&network(Device::Cpu)), step(&network(accelerator())));
        assert_eq!(here.len(), there.len());
        for ((name, here), (same, there)) in here.iter().zip(&there) {
            assert_eq!((name, here.len()), (same, there.len()));
            let size = here.iter().fold(1e-2f32, |m, v| m.max(v.abs()));
            for (a, b) in here.iter().zip(there) {
                assert!((a - b).abs() < 2e-3 * size, "{name}: {a:e} and {b:e} of {size:e}");
            }
        }
    }

    #[test]
    fn losses_and_gradients_are_those_of_the_cpu() {
        agree(|device| SteerableCnn::new(Cyclic::new(8).unwrap(), small(), 2, device).unwrap());
        agree(|device| PlainCnn::new(PlainArchitecture::default(), 2, device).unwrap());
        agree(|device| {
            ConvAutoencoder::new(AutoencoderArchitecture::default(), 2, device).unwrap()
        });
    }

    #[test]
    fn generated_digits_can_be_learned() {
        learns(accelerator());
    }
}
