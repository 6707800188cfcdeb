//! Clouds, and that codes turn with them.

use candle_core::Device;
use equivariant_nn::action::act_on_codes;
use equivariant_nn::checkpoint::Checkpoints;
use equivariant_nn::training::{Outcome, StepReport};
use groups::compact::SO3;
use groups::{FiniteGroup, Group};
use nalgebra::Matrix3;
use ndarray::{Array2, Axis};
use shapes::*;

/// `max |E(gx) − ρ(g)E(x)| / max |E(x)|`.
fn error<N: CloudNetwork>(
    network: &N,
    clouds: &Clouds,
    g: &<N::Group as Group>::Element,
    matrix: &Matrix3<f64>,
) -> f32 {
    let codes = network.encode(clouds.points.view()).unwrap();
    let moved = network.encode(clouds.turned(matrix).points.view()).unwrap();
    let tensor = |a: &Array2<f32>| {
        candle_core::Tensor::from_vec(a.iter().copied().collect(), a.dim(), &Device::Cpu).unwrap()
    };
    let expected = act_on_codes(network.representation(), g, &tensor(&codes)).unwrap();
    let difference = (tensor(&moved) - expected).unwrap().abs().unwrap().max_all().unwrap();
    let size = codes.iter().fold(0f32, |a, v| a.max(v.abs()));
    assert!(size > 1e-3);
    difference.to_scalar::<f32>().unwrap() / size
}

#[test]
fn codes_turn_with_the_clouds() {
    let clouds = Clouds::generate(20, 24, 3);
    let network = SolidNetwork::new(&SolidArchitecture::default(), 1).unwrap();
    let group = network.representation().group().clone();
    for g in group.elements() {
        let matrix = Matrix3::from_iterator(group.group().matrix(&g).iter().copied());
        assert!(error(&network, &clouds, &g, &matrix) < 1e-4, "{g}");
    }
    let network = RotationNetwork::new(&RotationArchitecture::default(), 1).unwrap();
    let mut rng = equivariant_nn::init::stream(5, "rotations");
    for _ in 0..20 {
        let g = SO3.sample(&mut rng);
        let matrix = g.to_rotation_matrix().into_inner();
        assert!(error(&network, &clouds, &g, &matrix) < 1e-4, "{g}");
    }
}

#[test]
fn logits_do_not_depend_on_the_pose() {
    let clouds = Clouds::generate(40, 24, 3);
    let network = SolidNetwork::new(&SolidArchitecture::default(), 1).unwrap();
    let said = |clouds: &Clouds| {
        network.classify(network.encode(clouds.points.view()).unwrap().view()).unwrap()
    };
    assert_eq!(said(&clouds), said(&clouds.posed(&Pose::CubeRotations, 9)));
}

#[test]
fn clouds_are_normalised_and_seeded() {
    let clouds = Clouds::generate(30, 50, 7);
    assert_eq!(clouds.len(), 30);
    for cloud in clouds.points.outer_iter() {
        let centroid = cloud.mean_axis(Axis(0)).unwrap();
        assert!(centroid.iter().all(|v| v.abs() < 1e-6));
        let square: f32 = cloud.iter().map(|v| v * v).sum::<f32>() / 50.0;
        assert!((square - 1.0).abs() < 1e-5);
    }
    assert_eq!(clouds, Clouds::generate(30, 50, 7));
    assert_ne!(clouds, Clouds::generate(30, 50, 8));
    // More clouds leave those before them alone.
    let more = Clouds::generate(40, 50, 7);
    assert_eq!(more.first(30), clouds);
    // Turning keeps distances.
    for pose in [Pose::CubeRotations, Pose::Rotations] {
        let posed = clouds.posed(&pose, 1);
        assert_ne!(posed, clouds);
        for (a, b) in clouds.points.outer_iter().zip(posed.points.outer_iter()) {
            let length = |c: ndarray::ArrayView2<'_, f32>| {
                let d = &c.row(0) - &c.row(1);
                d.dot(&d)
            };
            assert!((length(a) - length(b)).abs() < 1e-5);
        }
    }
}

fn stop_after(mut steps: usize) -> impl FnMut(&StepReport) -> bool {
    move |_| {
        steps = steps.saturating_sub(1);
        steps > 0
    }
}

/// A training that was stopped and went on ends with the same weights.
#[test]
fn training_resumes_bit_for_bit() {
    let clouds = Clouds::generate(60, 16, 0);
    let architecture = RotationArchitecture { degree: 2, ..RotationArchitecture::default() };
    let config = TrainingConfig { epochs: 3, batch: 20, ..TrainingConfig::default() };
    let new = || RotationNetwork::new(&architecture, 4).unwrap();
    let codes = |n: &RotationNetwork| n.encode(clouds.points.view()).unwrap();
    let whole = new();
    let done = train(&whole, &clouds, &config, 4, None, &mut stop_after(100)).unwrap();
    let Outcome::Finished(history) = done else { panic!("not finished") };
    assert!(history[2].get("loss") < history[0].get("loss"));

    let dir = tempfile::tempdir().unwrap();
    let checkpoints = Checkpoints { dir: dir.path().to_owned(), resume: true };
    let stopped = train(&new(), &clouds, &config, 4, Some(&checkpoints), &mut stop_after(5));
    assert_eq!(stopped.unwrap(), Outcome::Interrupted { epochs: 1 });
    let resumed = new();
    let done = train(&resumed, &clouds, &config, 4, Some(&checkpoints), &mut stop_after(100));
    assert_eq!(done.unwrap(), Outcome::Finished(history));
    assert_eq!(codes(&resumed), codes(&whole));
    // Another setting is refused.
    let other = TrainingConfig { epochs: 4, ..config };
    assert!(train(&new(), &clouds, &other, 4, Some(&checkpoints), &mut stop_after(9)).is_err());
    let none = Clouds::generate(0, 16, 0);
    assert!(matches!(
        train(&new(), &none, &other, 4, None, &mut stop_after(9)),
        Err(ShapesError::NoClouds)
    ));
}
