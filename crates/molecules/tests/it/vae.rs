//! The autoencoder: equivariance, gradients, and a training that resumes bit for bit.

use candle_core::{Device, Tensor};
use equivariant_nn::NnError;
use equivariant_nn::checkpoint::Checkpoints;
use molecules::Molecule;
use molecules::enumerate::Enumeration;
use molecules::graph::{Graph, GraphSet, Vocabulary};
use molecules::vae::{
    Autoencoder, FlatVae, GraphTensors, GraphVae, Outcome, StepReport, TrainingConfig, VaeConfig,
    VaeError, train,
};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

const NODES: usize = 5;

fn graphs() -> (Vec<Graph>, Vocabulary) {
    let molecules: Vec<Molecule> = Enumeration { heavy_atoms: 4, ..Enumeration::default() }
        .run()
        .unwrap()
        .into_iter()
        .step_by(9)
        .collect();
    let all: Vec<&Molecule> = molecules.iter().collect();
    let vocabulary = Vocabulary::of(all.iter().copied());
    (GraphSet::new(&all, &vocabulary, NODES, 1).graphs().to_vec(), vocabulary)
}

fn network(latent: usize, ties: bool) -> GraphVae {
    let config = VaeConfig {
        channels: 8,
        products: 4,
        node_channels: 8,
        encoder_blocks: 2,
        decoder_blocks: 2,
        ties,
        ..VaeConfig::small(NODES, graphs().1.kinds().len(), latent)
    };
    GraphVae::new(config, 3, &Device::Cpu).unwrap()
}

fn moved_code(code: &[f32], places: &[usize]) -> Vec<f32> {
    let d = code.len() / places.len();
    let mut out = vec![0.0; code.len()];
    for (i, &place) in places.iter().enumerate() {
        out[place * d..][..d].copy_from_slice(&code[i * d..][..d]);
    }
    out
}

fn distance(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    // NaN is furthest.
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, |m, d| if d <= m { m } else { d })
}

#[test]
fn the_encoder_is_equivariant() {
    let network = network(2, false);
    let (graphs, _) = graphs();
    let codes = network.encode(&graphs).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    for (graph, code) in graphs.iter().zip(&codes) {
        let mut places: Vec<usize> = (0..NODES).collect();
        places.shuffle(&mut rng);
        let other = network.encode(&[graph.permuted(&places).unwrap()]).unwrap();
        assert!(distance(&other[0], &moved_code(code, &places)) < 1e-5);
    }
}

/// With ties, the codes of a graph and of its permuted copy lie on one orbit.
#[test]
fn with_ties_the_encoder_keeps_orbits() {
    let network = network(1, true);
    let (graphs, _) = graphs();
    let codes = network.encode(&graphs).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let sorted = |code: &[f32]| {
        let mut code = code.to_vec();
        code.sort_by(f32::total_cmp);
        code
    };
    for (graph, code) in graphs.iter().zip(&codes) {
        let mut places: Vec<usize> = (0..NODES).collect();
        places.shuffle(&mut rng);
        let other = network.encode(&[graph.permuted(&places).unwrap()]).unwrap();
        assert!(distance(&sorted(&other[0]), &sorted(code)) < 1e-5);
    }
}

#[test]
fn the_decoder_is_equivariant() {
    for latent in [1, 3] {
        let network = network(latent, true);
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let codes: Vec<f32> = (0..NODES * latent).map(|i| (1.7 * i as f32).sin()).collect();
        let mut places: Vec<usize> = (0..NODES).collect();
        places.shuffle(&mut rng);
        let logits = |code: Vec<f32>| {
            let code = Tensor::from_vec(code, (1, NODES, latent), &Device::Cpu).unwrap();
            let logits = network.logits(&code).unwrap();
            let nodes: Vec<Vec<f32>> = logits.nodes.squeeze(0).unwrap().to_vec2().unwrap();
            let bonds: Vec<Vec<Vec<f32>>> = logits.bonds.squeeze(0).unwrap().to_vec3().unwrap();
            (nodes, bonds)
        };
        let (nodes, bonds) = logits(codes.clone());
        let (other_nodes, other_bonds) = logits(moved_code(&codes, &places));
        for i in 0..NODES {
            assert!(distance(&nodes[i], &other_nodes[places[i]]) < 1e-5);
            for j in 0..NODES {
                assert!(distance(&bonds[i][j], &other_bonds[places[i]][places[j]]) < 1e-5);
                assert!(distance(&bonds[i][j], &bonds[j][i]) < 1e-6);
            }
        }
    }
}

#[test]
fn gradients_of_the_loss_are_those_of_differences() {
    let network = network(2, true);
    let (graphs, _) = graphs();
    let chosen: Vec<&Graph> = graphs.iter().take(6).collect();
    let tensors = GraphTensors::new(&chosen, network.config(), &Device::Cpu).unwrap();
    let noise: Vec<f32> = (0..6 * NODES * 2).map(|i| (2.3 * i as f32).cos()).collect();
    let noise = Tensor::from_vec(noise, (6, NODES, 2), &Device::Cpu).unwrap();
    let loss = || {
        let losses = network.losses(&tensors, &noise).unwrap();
        (losses.reconstruction + (losses.divergence * 0.1).unwrap()).unwrap()
    };
    let gradients = loss().backward().unwrap();
    let mut checked = 0;
    for (name, variable) in network.parameters().trainable() {
        let gradient = gradients.get(&variable).unwrap_or_else(|| panic!("no gradient of {name}"));
        let gradient = gradient.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        let size = gradient.iter().map(|g| g * g).sum::<f32>().sqrt();
        if size < 1e-2 {
            continue;
        }
        // Along the gradient the loss grows by its length.
        let start = variable.as_tensor().copy().unwrap();
        let step = 3e-4 / size;
        let at = |side: f32| -> f64 {
            let moved: Vec<f32> = start
                .flatten_all()
                .unwrap()
                .to_vec1::<f32>()
                .unwrap()
                .iter()
                .zip(&gradient)
                .map(|(v, g)| v + side * step * g)
                .collect();
            variable.set(&Tensor::from_vec(moved, start.shape(), &Device::Cpu).unwrap()).unwrap();
            f64::from(loss().to_scalar::<f32>().unwrap())
        };
        let slope = (at(1.0) - at(-1.0)) / (2.0 * f64::from(step));
        variable.set(&start).unwrap();
        let expected = f64::from(size * size);
        assert!((slope - expected).abs() < 0.05 * expected + 1e-2, "{name}: {slope} {expected}");
        checked += 1;
    }
    assert!(checked > 20, "{checked}");
}

#[test]
fn what_does_not_fit_is_refused() {
    let network = network(2, true);
    assert!(matches!(network.decode(&[vec![0.0; 3]]), Err(VaeError::Graphs { .. })));
    let small = Graph::new(vec![1], vec![0]).unwrap();
    assert!(matches!(network.encode(&[small]), Err(VaeError::Graphs { .. })));
    let nothing = train(&network, &[], "g", &config(), 5, None, &mut until(None));
    assert!(matches!(nothing, Err(VaeError::Graphs { .. })));
    let unknown = Graph::new(vec![99; NODES], vec![0; NODES * NODES]).unwrap();
    assert!(matches!(network.encode(&[unknown]), Err(VaeError::Graphs { .. })));
    let wrong = VaeConfig { products: 99, ..network.config().clone() };
    assert!(matches!(GraphVae::new(wrong, 0, &Device::Cpu), Err(VaeError::Config { .. })));
}

fn until(stop: Option<usize>) -> impl FnMut(&StepReport) -> bool {
    move |report| {
        assert!(report.means.get("reconstruction").unwrap().is_finite());
        stop.is_none_or(|epoch| report.epoch < epoch || report.step == 0)
    }
}

fn config() -> TrainingConfig {
    TrainingConfig { epochs: 3, batch: 16, ..TrainingConfig::default() }
}

fn weights(network: &GraphVae) -> Vec<(String, Vec<f32>)> {
    network
        .parameters()
        .trainable()
        .into_iter()
        .map(|(name, v)| (name, v.flatten_all().unwrap().to_vec1().unwrap()))
        .collect()
}

#[test]
fn training_lowers_the_loss_and_resumes_bit_for_bit() {
    let (graphs, _) = graphs();
    let straight = network(2, true);
    let outcome = train(&straight, &graphs, "g", &config(), 5, None, &mut until(None)).unwrap();
    let Outcome::Finished(history) = outcome else { panic!("{outcome:?}") };
    assert!(history[2].get("reconstruction") < history[0].get("reconstruction"), "{history:?}");

    let dir = tempfile::tempdir().unwrap();
    let first = Checkpoints { dir: dir.path().to_owned(), resume: false };
    let stopped = network(2, true);
    let outcome =
        train(&stopped, &graphs, "g", &config(), 5, Some(&first), &mut until(Some(1))).unwrap();
    assert_eq!(outcome, Outcome::Interrupted { epochs: 1 });
    let resumed = network(2, true);
    let again = Checkpoints { resume: true, ..first };
    let outcome =
        train(&resumed, &graphs, "g", &config(), 5, Some(&again), &mut until(None)).unwrap();
    assert_eq!(outcome, Outcome::Finished(history));
    assert_eq!(weights(&resumed), weights(&straight));

    let other = TrainingConfig { beta: 0.5, ..config() };
    let error = train(&network(2, true), &graphs, "g", &other, 5, Some(&again), &mut until(None));
    assert!(matches!(error, Err(VaeError::Network(NnError::Changed { .. }))), "{error:?}");
}

/// The ordinary autoencoder has as many parameters as asked for, its codes change with the order
/// of nodes by more than a permutation, and it trains on shuffled nodes.
#[test]
fn the_ordinary_autoencoder_knows_nothing_of_permutations() {
    let (graphs, _) = graphs();
    let sizes = network(2, true).config().clone();
    let hidden = FlatVae::hidden_for(&sizes, 50_000);
    let flat = FlatVae::new(sizes, hidden, 3, &Device::Cpu).unwrap();
    let count = flat.parameters().count();
    assert!((48_000..=50_000).contains(&count), "{count}");
    let code = &flat.encode(&graphs[..1]).unwrap()[0];
    let other = graphs[0].permuted(&[1, 2, 3, 4, 0]).unwrap();
    let moved = &flat.encode(&[other]).unwrap()[0];
    let sorted = |code: &[f32]| {
        let mut code = code.to_vec();
        code.sort_by(f32::total_cmp);
        code
    };
    assert!(distance(&sorted(code), &sorted(moved)) > 1e-3);
    let shuffled = TrainingConfig { shuffle_nodes: true, ..config() };
    let outcome = train(&flat, &graphs, "g", &shuffled, 5, None, &mut until(None)).unwrap();
    let Outcome::Finished(history) = outcome else { panic!("{outcome:?}") };
    assert!(history[2].get("reconstruction") < history[0].get("reconstruction"), "{history:?}");
    assert_eq!(flat.decode(&flat.encode(&graphs).unwrap()).unwrap().len(), graphs.len());
}

/// Only where the crate is built for one, with `--features cuda` or `metal`; there must be one.
#[cfg(any(feature = "cuda", feature = "metal"))]
mod on_an_accelerator {
    use super::*;

    fn accelerator() -> Device {
        let device =
            if cfg!(feature = "cuda") { Device::new_cuda(0) } else { Device::new_metal(0) };
        device.unwrap_or_else(|e| panic!("these tests need the device of the feature: {e}"))
    }

    /// The loss of a few graphs, and its gradients.
    fn step(network: &impl Autoencoder, graphs: &[Graph]) -> Vec<(String, Vec<f32>)> {
        let chosen: Vec<&Graph> = graphs.iter().take(6).collect();
        let device = network.device();
        let latent = network.config().latent;
        let tensors = GraphTensors::new(&chosen, network.config(), device).unwrap();
        let noise: Vec<f32> = (0..6 * NODES * latent).map(|i| (2.3 * i as f32).cos()).collect();
        let noise = Tensor::from_vec(noise, (6, NODES, latent), device).unwrap();
        let losses = network.losses(&tensors, &noise).unwrap();
        let loss = (losses.reconstruction + losses.divergence).unwrap();
        let gradients = loss.backward().unwrap();
        let of = |(name, variable): (String, candle_core::Var)| {
            let gradient = gradients.get(&variable).unwrap_or_else(|| panic!("{name}"));
            (name, gradient.flatten_all().unwrap().to_vec1().unwrap())
        };
        let mut all = vec![("loss".to_owned(), vec![loss.to_scalar().unwrap()])];
        all.extend(network.parameters().trainable().into_iter().map(of));
        all
    }

    fn agree(here: &[(String, Vec<f32>)], there: &[(String, Vec<f32>)]) {
        assert_eq!(here.len(), there.len());
        for ((name, here), (same, there)) in here.iter().zip(there) {
            assert_eq!(name, same);
            let size = here.iter().fold(1e-2f32, |m, v| m.max(v.abs()));
            assert!(distance(here, there) < 1e-3 * size, "{name}: {here:?} {there:?}");
        }
    }

    #[test]
    fn losses_and_gradients_are_those_of_the_cpu() {
        let (graphs, _) = graphs();
        let device = accelerator();
        let config = network(2, true).config().clone();
        let equivariant = |device| GraphVae::new(config.clone(), 3, device).unwrap();
        agree(&step(&equivariant(&Device::Cpu), &graphs), &step(&equivariant(&device), &graphs));
        let flat = |device| FlatVae::new(config.clone(), 64, 3, device).unwrap();
        agree(&step(&flat(&Device::Cpu), &graphs), &step(&flat(&device), &graphs));
    }

    #[test]
    fn training_follows_that_of_the_cpu() {
        let (graphs, _) = graphs();
        let history = |device: &Device| {
            let network = GraphVae::new(network(2, true).config().clone(), 3, device).unwrap();
            let done = train(&network, &graphs, "g", &config(), 5, None, &mut until(None)).unwrap();
            let Outcome::Finished(history) = done else { panic!("{done:?}") };
            let decoded = network.decode(&network.encode(&graphs).unwrap()).unwrap();
            assert_eq!(decoded.len(), graphs.len());
            history
        };
        for (here, there) in history(&Device::Cpu).into_iter().zip(history(&accelerator())) {
            let [a, b] = [&here, &there].map(|means| means.get("reconstruction").unwrap());
            assert!((a - b).abs() < 0.02 * a, "{here:?} {there:?}");
        }
    }
}
