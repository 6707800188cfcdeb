//! The ordinary networks: their sizes, their gradients, their training, and that they have no
//! symmetry.

use std::cell::RefCell;
use std::f64::consts::FRAC_PI_2;
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use equivariant_nn::checkpoint::{Checkpoints, Identity};
use equivariant_nn::{Mode, NnError, Parameters};
use groups::Cyclic;
use groups::action::image::Interpolation;
use images::cnn::{
    Architecture, AutoencoderArchitecture, ConvAutoencoder, PlainArchitecture, PlainCnn,
    SteerableCnn,
};
use images::dataset::Digits;
use images::rotate::rotate_by;
use images::training::{
    Augmentation, Batch, BatchLoss, Outcome, StepReport, Trainable, TrainingConfig, TrainingError,
    train,
};
use ndarray::{Array2, ArrayView2, Axis};

const TRAIN: Mode = Mode::Train { seed: 3, step: 5 };

fn plain(seed: u64) -> PlainCnn {
    let architecture =
        PlainArchitecture { channels: vec![4, 20], kernels: vec![5, 3], dropout: 0.2 };
    PlainCnn::new(architecture, seed, Device::Cpu).unwrap()
}

fn autoencoder(seed: u64) -> ConvAutoencoder {
    let architecture = AutoencoderArchitecture {
        channels: vec![4, 3],
        kernels: vec![5, 3],
        code: 20,
        ..Default::default()
    };
    ConvAutoencoder::new(architecture, seed, Device::Cpu).unwrap()
}

fn steerable() -> SteerableCnn<Cyclic> {
    SteerableCnn::new(Cyclic::new(8).unwrap(), Architecture::default(), 0, Device::Cpu).unwrap()
}

fn batch(count: usize) -> Batch {
    let digits = Digits::generated(5, 0, count).unwrap();
    let labels = digits.labels.iter().map(|&label| u32::from(label));
    Batch {
        images: plain(0).tensor(digits.images.view()).unwrap(),
        labels: Tensor::from_iter(labels, &Device::Cpu).unwrap(),
    }
}

/// Runs to the end, or stops in the middle of an epoch.
fn until(stop: Option<usize>) -> impl FnMut(&StepReport) -> bool {
    move |report| stop.is_none_or(|epoch| report.epoch < epoch || report.step == 0)
}

fn config(epochs: usize) -> TrainingConfig {
    TrainingConfig { epochs, batch: 32, ..TrainingConfig::default() }
}

fn weights(network: &dyn Trainable) -> Vec<(String, Vec<u32>)> {
    let bits = |v: &candle_core::Var| {
        let values: Vec<f32> = v.flatten_all().unwrap().to_vec1().unwrap();
        values.iter().map(|v| v.to_bits()).collect()
    };
    network.parameters().all().iter().map(|(name, v)| (name.clone(), bits(v))).collect()
}

#[test]
fn the_default_networks_are_of_one_size() {
    let steerable = steerable();
    let plain = PlainCnn::new(PlainArchitecture::default(), 0, Device::Cpu).unwrap();
    let autoencoder =
        ConvAutoencoder::new(AutoencoderArchitecture::default(), 0, Device::Cpu).unwrap();
    let images = Digits::generated(0, 0, 2).unwrap().images;
    assert_eq!(steerable.encode(images.view()).unwrap().dim(), (2, 128));
    assert_eq!(plain.encode(images.view()).unwrap().dim(), (2, 128));
    assert_eq!(autoencoder.encode(images.view()).unwrap().dim(), (2, 128));

    let part = |parameters: &Parameters, prefix: &str| -> usize {
        let named = parameters.trainable().into_iter().filter(|(name, _)| name.starts_with(prefix));
        named.map(|(_, var)| var.elem_count()).sum()
    };
    assert_eq!(steerable.parameters().count(), 21_138);
    assert_eq!(plain.parameters().count(), 20_706);
    assert_eq!(part(autoencoder.parameters(), "encoder."), 22_842);
    assert_eq!(part(autoencoder.parameters(), "decoder."), 22_856);
}

/// Along the gradient `g` of each parameter the loss rises at the rate `‖g‖`.
#[test]
fn gradients_are_those_of_differences() {
    let batch = batch(16);
    let networks: [&dyn Trainable; 2] = [&plain(1), &autoencoder(1)];
    for network in networks {
        let loss = || network.loss(&batch, TRAIN).unwrap().loss;
        let value = || f64::from(loss().to_scalar::<f32>().unwrap());
        let gradients = loss().backward().unwrap();
        for (name, var) in network.parameters().trainable() {
            let gradient = gradients.get(&var).unwrap();
            let square = gradient.sqr().unwrap().sum_all().unwrap().to_scalar::<f32>().unwrap();
            let norm = f64::from(square).sqrt();
            assert!(norm > 1e-4, "{name}: {norm:e}");
            let start = var.as_detached_tensor().copy().unwrap();
            let step = 5e-3;
            let at = |t: f64| {
                var.set(&(&start + (gradient * (t / norm)).unwrap()).unwrap()).unwrap();
                value()
            };
            let rate = (at(step) - at(-step)) / (2.0 * step);
            var.set(&start).unwrap();
            assert!((rate - norm).abs() < 0.02 * norm + 2e-4, "{name}: {rate} for {norm}");
        }
    }
}

#[test]
fn codes_depend_on_the_seed_and_not_on_the_number_of_threads() {
    let images = Digits::generated(2, 0, 300).unwrap().images;
    let codes = |seed, threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            (
                plain(seed).encode(images.view()).unwrap(),
                autoencoder(seed).encode(images.view()).unwrap(),
            )
        })
    };
    let (first, second) = codes(4, 1);
    assert_eq!((first.dim(), second.dim()), ((300, 20), (300, 20)));
    assert_eq!(codes(4, 3), (first.clone(), second.clone()));
    let (other_first, other_second) = codes(5, 1);
    assert!(other_first != first && other_second != second);
}

/// The largest entry of `a − b` over that of `a`.
fn difference(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>) -> f32 {
    let largest = |values: Array2<f32>| values.iter().fold(0.0f32, |m, v| m.max(v.abs()));
    largest(&a - &b) / largest(a.to_owned())
}

/// Without training, ordinary codes and logits change with the pose; the steerable network's
/// logits do not.
#[test]
fn only_the_steerable_network_is_invariant_from_the_start() {
    let images = Digits::generated(1, 0, 20).unwrap().images;
    let turned = rotate_by(images.view(), &[FRAC_PI_2; 20], Interpolation::Bilinear).unwrap();

    let steerable = steerable();
    let logits = |images| {
        let x = steerable.tensor(images).unwrap();
        let logits = steerable.logits(&x, Mode::Eval).unwrap();
        Array2::from_shape_vec((20, 10), logits.flatten_all().unwrap().to_vec1().unwrap()).unwrap()
    };
    let moved = difference(logits(images.view()).view(), logits(turned.view()).view());
    assert!(moved < 1e-5, "{moved:e}");

    let plain = PlainCnn::new(PlainArchitecture::default(), 0, Device::Cpu).unwrap();
    let autoencoder =
        ConvAutoencoder::new(AutoencoderArchitecture::default(), 0, Device::Cpu).unwrap();
    for (a, b) in [
        (plain.encode(images.view()).unwrap(), plain.encode(turned.view()).unwrap()),
        (autoencoder.encode(images.view()).unwrap(), autoencoder.encode(turned.view()).unwrap()),
    ] {
        let moved = difference(a.view(), b.view());
        assert!(moved > 0.05, "{moved:e}");
    }
}

fn resumed_is_uninterrupted(fresh: &(dyn Fn() -> Box<dyn Trainable> + Sync), classifies: bool) {
    let digits = Digits::generated(3, 0, 160).unwrap();
    let run = |dir: Option<&Path>, resume, stop_in| {
        let network = fresh();
        let checkpoints = dir.map(|dir| Checkpoints { dir: dir.to_owned(), resume });
        let mut observer = until(stop_in);
        let checkpoints = checkpoints.as_ref();
        let outcome = train(&*network, &digits, &config(3), 7, checkpoints, &mut observer).unwrap();
        (weights(&*network), outcome)
    };
    let (straight, outcome) = run(None, false, None);
    let Outcome::Finished(history) = &outcome else { panic!("{outcome:?}") };
    assert!(history.iter().all(|epoch| epoch.get("accuracy").is_some() == classifies));
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(run(Some(dir.path()), false, Some(1)).1, Outcome::Interrupted { epochs: 1 });
    assert_eq!(run(Some(dir.path()), true, None), (straight.clone(), outcome.clone()));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let alone = pool.install(|| {
        let network = fresh();
        train(&*network, &digits, &config(3), 7, None, &mut until(None)).unwrap();
        weights(&*network)
    });
    assert_eq!(alone, straight);
}

#[test]
fn a_resumed_training_is_the_uninterrupted_one_for_any_number_of_threads() {
    resumed_is_uninterrupted(&|| Box::new(plain(7)), true);
    resumed_is_uninterrupted(&|| Box::new(autoencoder(7)), false);
}

#[test]
fn checkpoints_of_other_networks_and_settings_are_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let digits = Digits::generated(3, 0, 64).unwrap();
    let checkpoints = |resume| Checkpoints { dir: dir.path().to_owned(), resume };
    train(&plain(7), &digits, &config(1), 7, Some(&checkpoints(false)), &mut until(None)).unwrap();
    let refused = |network: &dyn Trainable, config: &TrainingConfig| {
        let resume = checkpoints(true);
        match train(network, &digits, config, 7, Some(&resume), &mut until(None)) {
            Err(TrainingError::Network(NnError::Changed { setting, .. })) => setting,
            other => panic!("{other:?}"),
        }
    };
    let upright = TrainingConfig { augmentation: Augmentation::None, ..config(1) };
    assert_eq!(refused(&plain(7), &upright), "training");
    assert_eq!(refused(&autoencoder(7), &config(1)), "architecture");
    assert_eq!(refused(&steerable(), &config(1)), "architecture");
}

/// Settings with the default augmentation read as they did before there was one.
#[test]
fn the_default_augmentation_is_not_written() {
    let text = serde_json::to_string(&TrainingConfig::default()).unwrap();
    assert_eq!(text, r#"{"epochs":5,"batch":64,"peak_rate":0.01,"weight_decay":0.01}"#);
    for augmentation in [Augmentation::Rotations, Augmentation::None] {
        let config = TrainingConfig { augmentation, ..TrainingConfig::default() };
        let text = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<TrainingConfig>(&text).unwrap(), config);
    }
}

/// Keeps the images that it is trained on.
struct Recorder {
    parameters: Parameters,
    seen: RefCell<Vec<Vec<f32>>>,
}

impl Trainable for Recorder {
    fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    fn identity(&self) -> Result<Identity, TrainingError> {
        Ok(Identity::new())
    }

    fn loss(&self, batch: &Batch, _: Mode) -> Result<BatchLoss, TrainingError> {
        let images = batch.images.flatten_from(1)?.to_vec2::<f32>()?;
        self.seen.borrow_mut().extend(images);
        let weight = self.parameters.all()["weight"].as_tensor().clone();
        Ok(BatchLoss::new(weight.sqr()?.sum_all()?)?)
    }
}

#[test]
fn each_epoch_shows_every_image_once_upright_or_at_new_angles() {
    let digits = Digits::generated(0, 0, 40).unwrap();
    let shown = |augmentation| {
        let parameters = Parameters::new(0, DType::F32, Device::Cpu);
        parameters.builder().get(2, "weight").unwrap();
        let recorder = Recorder { parameters, seen: RefCell::default() };
        let config = TrainingConfig { epochs: 2, batch: 8, augmentation, ..Default::default() };
        train(&recorder, &digits, &config, 1, None, &mut until(None)).unwrap();
        let seen = recorder.seen.into_inner();
        assert_eq!(seen.len(), 2 * 40);
        let sorted = |epoch: &[Vec<f32>]| {
            let mut images: Vec<Vec<u32>> =
                epoch.iter().map(|image| image.iter().map(|v| v.to_bits()).collect()).collect();
            images.sort();
            images
        };
        assert_ne!(seen[..40], seen[40..]);
        (sorted(&seen[..40]), sorted(&seen[40..]))
    };
    let mut upright: Vec<Vec<u32>> =
        digits.images.axis_iter(Axis(0)).map(|i| i.iter().map(|v| v.to_bits()).collect()).collect();
    upright.sort();
    assert_eq!(shown(Augmentation::None), (upright.clone(), upright.clone()));
    let (first, second) = shown(Augmentation::Rotations);
    assert!(first.iter().chain(&second).all(|image| upright.binary_search(image).is_err()));
    assert!(first.iter().all(|image| second.binary_search(image).is_err()));
}

#[test]
fn the_plain_network_learns_and_only_augmentation_makes_it_read_turned_digits() {
    let digits = Digits::generated(0, 0, 4_000).unwrap();
    let test = Digits::generated(0, images::digits::TEST_START, 500).unwrap();
    let turned = rotate_by(test.images.view(), &[2.0; 500], Interpolation::Bilinear).unwrap();
    let accuracies = |augmentation| {
        let network = PlainCnn::new(PlainArchitecture::default(), 0, Device::Cpu).unwrap();
        let config = TrainingConfig { epochs: 4, augmentation, ..TrainingConfig::default() };
        train(&network, &digits, &config, 0, None, &mut until(None)).unwrap();
        [&test.images, &turned].map(|images| {
            let classes = network.classify(network.encode(images.view()).unwrap().view()).unwrap();
            let pairs = classes.iter().zip(&test.labels);
            pairs.filter(|(c, l)| **c == usize::from(**l)).count() as f64 / 500.0
        })
    };
    let [upright, turned] = accuracies(Augmentation::None);
    assert!(upright > 0.95 && turned < 0.6, "{upright} upright, {turned} turned");
    let [upright, turned] = accuracies(Augmentation::Rotations);
    assert!(upright > 0.8 && turned > 0.8, "{upright} upright, {turned} turned");
}

/// After training, digits that were not trained on are reconstructed better than by the mean image.
#[test]
fn the_autoencoder_learns_to_reconstruct() {
    let architecture = AutoencoderArchitecture::default();
    let network = ConvAutoencoder::new(architecture, 0, Device::Cpu).unwrap();
    let digits = Digits::generated(0, 0, 4_000).unwrap();
    let config =
        TrainingConfig { epochs: 4, augmentation: Augmentation::None, ..TrainingConfig::default() };
    let outcome = train(&network, &digits, &config, 0, None, &mut until(None)).unwrap();
    let Outcome::Finished(history) = outcome else { panic!("{outcome:?}") };
    let losses: Vec<f64> = history.iter().map(|means| means.get("loss").unwrap()).collect();
    assert!(losses.windows(2).all(|pair| pair[1] < pair[0]), "{losses:?}");

    let test = Digits::generated(0, images::digits::TEST_START, 300).unwrap().images;
    let decoded = network.decode(network.encode(test.view()).unwrap().view()).unwrap();
    let error = (&decoded - &test).mapv(|v| v * v).mean().unwrap();
    let mean = test.mean_axis(Axis(0)).unwrap();
    let variance = (&test - &mean).mapv(|v| v * v).mean().unwrap();
    assert!(error < 0.65 * variance, "{error} of {variance}, {losses:?}");
}

#[test]
fn sizes_and_images_that_do_not_fit_are_refused() {
    for (channels, kernels) in
        [(vec![], vec![]), (vec![2], vec![3, 3]), (vec![0], vec![3]), (vec![2], vec![4])]
    {
        let architecture = PlainArchitecture {
            channels: channels.clone(),
            kernels: kernels.clone(),
            ..Default::default()
        };
        let plain = PlainCnn::new(architecture, 0, Device::Cpu);
        assert!(matches!(plain, Err(TrainingError::Architecture { .. })));
        let architecture =
            AutoencoderArchitecture { channels, kernels, ..AutoencoderArchitecture::default() };
        let autoencoder = ConvAutoencoder::new(architecture, 0, Device::Cpu);
        assert!(matches!(autoencoder, Err(TrainingError::Architecture { .. })));
    }
    for (side, code) in [(0, 3), (28, 0)] {
        let architecture = AutoencoderArchitecture { side, code, ..Default::default() };
        let autoencoder = ConvAutoencoder::new(architecture, 0, Device::Cpu);
        assert!(matches!(autoencoder, Err(TrainingError::Architecture { .. })));
    }
    let error = autoencoder(0).encode(ndarray::Array3::zeros((2, 28, 27)).view());
    assert!(matches!(error, Err(TrainingError::Network(NnError::Shape { .. }))), "{error:?}");
    assert!(autoencoder(0).decode(Array2::zeros((2, 19)).view()).is_err());
    assert!(plain(0).classify(Array2::zeros((2, 19)).view()).is_err());
}
