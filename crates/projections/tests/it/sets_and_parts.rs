//! Embeddings of sets, frames, lifts, and projections made of projections.

use groups::quotient::QuotientMetric;
use groups::{Cyclic, Dihedral, FiniteGroup, Group, Representation, Symmetric};
use ndarray::{Array1, Array2, ArrayView1, Axis, concatenate};
use projections::*;
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

fn codes(n: usize, dim: usize, seed: u64) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    Array2::from_shape_simple_fn((n, dim), || StandardNormal.sample(&mut rng))
}

fn norm(v: ArrayView1<'_, f64>) -> f64 {
    v.dot(&v).sqrt()
}

fn moved<G: Group>(rep: &Representation<G>, g: &G::Element, z: &Array2<f64>) -> Array2<f64> {
    let mut out = z.clone();
    for (z, mut out) in z.rows().into_iter().zip(out.rows_mut()) {
        out.assign(&Array1::from(rep.act(g, &z.to_vec())));
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn fourier_slices_of_sets(n in 1usize..8, d in 1usize..4, seed: u64) {
        let group = Symmetric::new(n).unwrap();
        let rep = group.node_features(d);
        let metric = QuotientMetric::new(&rep).unwrap();
        let p = FourierSliced::random(n, d, 2 * n * d + 1, seed).unwrap();
        let z = codes(5, n * d, seed);
        let s = p.project(z.view()).unwrap();
        let g = group.sample(&mut ChaCha8Rng::seed_from_u64(seed));
        let turned = p.project(moved(&rep, &g, &z).view()).unwrap();
        prop_assert!((&turned - &s).iter().all(|e| e.abs() < 1e-11 * p.beta().max(1.0)));
        for i in 0..5 {
            prop_assert_eq!(p.embed_set(&z.row(i).to_vec()).unwrap(), s.row(i).to_vec());
            for j in 0..i {
                let distance = metric.distance(&z.row(i).to_vec(), &z.row(j).to_vec());
                let image = norm((&s.row(i) - &s.row(j)).view());
                prop_assert!(image <= p.beta() * distance * (1.0 + 1e-10));
                prop_assert!(image > 1e-6 * distance);
            }
        }
        // A set and its double are the same measure.
        let once = z.row(0).to_vec();
        let twice = [once.clone(), once.clone()].concat();
        for (a, b) in p.embed_set(&twice).unwrap().iter().zip(s.row(0)) {
            prop_assert!((a - b).abs() < 1e-9 * p.beta().max(1.0));
        }
    }

    /// Weights along the rank of sorted keys: invariant, Lipschitz, and separating with `n` knots.
    #[test]
    fn sort_pools_of_sets(n in 1usize..7, d in 1usize..4, knots in 1usize..8, seed: u64) {
        let group = Symmetric::new(n).unwrap();
        let rep = group.node_features(d);
        let metric = QuotientMetric::new(&rep).unwrap();
        let p = SortPool::random(n, d, 2 * n * d, knots, seed).unwrap();
        let separates = Projection::<f64>::metadata(&p).guarantee == Guarantee::BiLipschitz;
        prop_assert_eq!(separates, knots >= n);
        let mut z = codes(5, n * d, seed);
        // One column of the first set shuffled: an impostor.
        for i in 0..n {
            z[(4, i * d)] = z[(0, (i + 1) % n * d)];
            (1..d).for_each(|j| z[(4, i * d + j)] = z[(0, i * d + j)]);
        }
        let s = p.project(z.view()).unwrap();
        let g = group.sample(&mut ChaCha8Rng::seed_from_u64(seed));
        let turned = p.project(moved(&rep, &g, &z).view()).unwrap();
        prop_assert!((&turned - &s).iter().all(|e| e.abs() < 1e-12 * (1.0 + p.beta())));
        for i in 0..5 {
            prop_assert_eq!(p.embed_set(&z.row(i).to_vec()).unwrap(), s.row(i).to_vec());
            for j in 0..i {
                let distance = metric.distance(&z.row(i).to_vec(), &z.row(j).to_vec());
                let image = norm((&s.row(i) - &s.row(j)).view());
                prop_assert!(image <= p.beta() * distance + 1e-12);
                prop_assert!(!separates || image > 1e-4 * distance - 1e-12);
            }
        }
    }

    /// Invariant, a partition of unity, sorting for d = 1.
    #[test]
    fn weighted_frames(n in 1usize..6, d in 1usize..4, seed: u64) {
        let group = Symmetric::new(n).unwrap();
        let rep = group.node_features(d);
        let frame = WeightedFrame::random(n, d, seed).unwrap();
        let z = codes(4, n * d, seed);
        let s = frame.project(z.view()).unwrap();
        let g = group.sample(&mut ChaCha8Rng::seed_from_u64(seed));
        let turned = frame.project(moved(&rep, &g, &z).view()).unwrap();
        prop_assert!((&turned - &s).iter().all(|e| e.abs() < 1e-12));
        for i in 0..4 {
            let parts = frame.frame(&z.row(i).to_vec()).unwrap();
            prop_assert_eq!(parts.len(), (d - 1) * n * (n - 1) / 2 + 1);
            prop_assert!((parts.iter().map(|(w, _)| w).sum::<f64>() - 1.0).abs() < 1e-12);
            let mut mean = vec![0.0; n * d];
            for (w, sigma) in &parts {
                let posed = rep.act(sigma, &z.row(i).to_vec());
                mean.iter_mut().zip(posed).for_each(|(m, v)| *m += w * v);
            }
            prop_assert!(mean.iter().zip(s.row(i)).all(|(a, b)| (a - b).abs() < 1e-12));
        }
        if d == 1 {
            let up = WeightedFrame::with_directions(n, ndarray::array![[2.0]].view()).unwrap();
            let sorted = Sort::new(n).unwrap().project(z.view()).unwrap();
            prop_assert_eq!(up.project(z.view()).unwrap(), sorted);
        }
    }

    /// Moving the input moves the lift; projected, it stays. The mean of the lift is the average.
    #[test]
    fn lifts_of_any_encoder(n in 1usize..6, k in 1usize..4, seed: u64) {
        let group = Dihedral::new(n).unwrap();
        let inputs = Representation::regular(&group);
        let weights = codes(group.order(), k, !seed);
        let encode = |x: &Array2<f64>| x.dot(&weights).mapv(f64::tanh);
        let lift = OrbitLift::new(&group, k).unwrap();
        let lifted = |x: &Array2<f64>| {
            lift.lift(|g| encode(&moved(&inputs, &group.inverse(g), x))).unwrap()
        };
        let x = codes(3, group.order(), seed);
        let h = group.sample(&mut ChaCha8Rng::seed_from_u64(seed));
        let (z, zh) = (lifted(&x), lifted(&moved(&inputs, &h, &x)));
        let expected = moved(lift.representation(), &h, &z);
        prop_assert!((&zh - &expected).iter().all(|e| e.abs() < 1e-12));
        let p = MaxFilter::random(lift.representation(), 5, seed).unwrap();
        let (a, b) = (p.project(z.view()).unwrap(), p.project(zh.view()).unwrap());
        prop_assert!((a - b).iter().all(|e| e.abs() < 1e-11));
        let mean = GroupMean::new(lift.representation()).unwrap().project(z.view()).unwrap();
        let average = lift.average(|g| encode(&moved(&inputs, &group.inverse(g), &x))).unwrap();
        prop_assert!((mean - average).iter().all(|e| e.abs() < 1e-12));
    }

    /// A product of groups acts on fields side by side; the squared distances add up.
    #[test]
    fn products_of_projections(n in 1usize..7, fields in 1usize..4, seed: u64) {
        let z = codes(2, n * fields, seed);
        let p = PerField::of_product(Sort::new(n).unwrap(), fields).unwrap();
        let s = p.project(z.view()).unwrap();
        let metric = QuotientMetric::new(&Symmetric::new(n).unwrap().natural()).unwrap();
        let mut squared = 0.0;
        for f in 0..fields {
            let field = |i: usize| z.row(i).to_vec()[f * n..][..n].to_vec();
            squared += metric.distance(&field(0), &field(1)).powi(2);
        }
        prop_assert!((norm((&s.row(0) - &s.row(1)).view()) - squared.sqrt()).abs() < 1e-12);
        prop_assert_eq!(Projection::<f64>::metadata(&p).guarantee, Guarantee::Isometric);
        let diagonal = PerField::new(Sort::new(n).unwrap(), fields).unwrap();
        let lossy = Projection::<f64>::metadata(&diagonal).guarantee == Guarantee::Lossy;
        prop_assert_eq!(lossy, fields > 1);
    }

    /// Signed permutations in two steps: first the signs, then the order. S_n permutes the moduli,
    /// so the composition is the isometric cross-section of type B.
    #[test]
    fn compositions(n in 1usize..7, seed: u64) {
        let z = codes(4, n, seed);
        let moduli = PerField::of_product(SpectralSection::norm(1).unwrap(), n).unwrap();
        let both = Then::of_tower::<f64>(moduli, Sort::new(n).unwrap()).unwrap();
        let folded = WeylChamber::new(&ReflectionGroup::B(n)).unwrap().project(z.view()).unwrap();
        let composed = both.project(z.view()).unwrap();
        prop_assert!((composed - folded).iter().all(|e| e.abs() < 1e-12));
        let metadata = Projection::<f64>::metadata(&both);
        prop_assert_eq!(metadata.guarantee, Guarantee::Isometric);
        prop_assert_eq!(metadata.lipschitz.distortion(), Some(1.0));
        let unfit = Projection::<f64>::then(both, Sort::new(n + 1).unwrap());
        prop_assert!(unfit.is_err());
    }
}

/// In the mean over directions and frequencies, `‖Δs‖²` is the squared sliced Wasserstein distance;
/// on the line that is the mean square of differences of sorted values.
#[test]
fn fourier_slices_average_to_the_wasserstein_distance() {
    let n = 5;
    let z = codes(2, n, 8);
    let s = FourierSliced::random(n, 1, 20_000, 1).unwrap().project(z.view()).unwrap();
    let sorted = Sort::new(n).unwrap().project(z.view()).unwrap();
    let squared = |s: &Array2<f64>| norm((&s.row(0) - &s.row(1)).view()).powi(2);
    let ratio = squared(&s) / (squared(&sorted) / n as f64);
    assert!((ratio - 1.0).abs() < 0.05, "{ratio}");
}

/// Where two rows change places in lexicographic order, the weighted frame does not jump.
#[test]
fn weighted_frames_are_continuous_where_sorting_jumps() {
    let (eps, n, d) = (1e-6, 4, 2);
    let mut below = codes(1, n * d, 3);
    below[(0, 2)] = below[(0, 0)] - eps;
    let mut above = below.clone();
    above[(0, 2)] = below[(0, 0)] + eps;
    let both = concatenate![Axis(0), below, above];
    let gap = |p: &dyn Projection<f64>| {
        let s = p.project(both.view()).unwrap();
        norm((&s.row(0) - &s.row(1)).view())
    };
    assert!(gap(&LexSort::new(n, d).unwrap()) > 0.5);
    // Also along the frame's own directions: here the first feature is one of them.
    let mut directions = codes(8, d, 5);
    directions.row_mut(0).assign(&ndarray::array![1.0, 0.0]);
    let frame = WeightedFrame::with_directions(n, directions.view()).unwrap();
    assert!(gap(&frame) < 1e-4, "{}", gap(&frame));
    // Along that direction alone it is lexicographic sorting, and jumps.
    let single = WeightedFrame::with_directions(n, ndarray::array![[1.0, 0.0]].view()).unwrap();
    assert!(gap(&single) > 0.5);
}

#[test]
fn unfit_arguments_are_refused() {
    assert!(FourierSliced::random(0, 1, 1, 0).is_err());
    assert!(FourierSliced::random(2, 2, 3, 0).unwrap().embed_set::<f64>(&[]).is_err());
    assert!(FourierSliced::random(2, 2, 3, 0).unwrap().embed_set(&[1.0; 3]).is_err());
    assert!(WeightedFrame::with_directions(2, Array2::zeros((1, 2)).view()).is_err());
    let lift = OrbitLift::new(&Cyclic::new(2).unwrap(), 3).unwrap();
    let wrong = lift.lift(|g| Array2::<f64>::zeros((1 + g, 3))).unwrap_err();
    assert!(matches!(wrong, ProjectionError::Encodings { expected: 1, got: 2 }), "{wrong}");
    assert!(lift.average(|g| Array2::<f64>::zeros((1 + g, 3))).is_err());
    let wrong = lift.lift(|_| Array2::<f32>::zeros((1, 2))).unwrap_err();
    assert!(matches!(wrong, ProjectionError::Dimension { expected: 3, got: 2, .. }), "{wrong}");
}

/// FSPool itself, whose keys are the columns: no weights tell apart what column sorting merges.
#[test]
fn sort_pools_of_columns_collide() {
    let z = ndarray::array![[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 1.0, 0.0]];
    let identity = Array2::<f64>::eye(2);
    for seed in 0..5 {
        let p = SortPool::with_knots(2, identity.view(), codes(2, 3, seed).view()).unwrap();
        let s = p.project(z.view()).unwrap();
        assert_eq!(s.row(0), s.row(1));
        let p = SortPool::random(2, 2, 8, 2, seed).unwrap();
        let s = p.project(z.view()).unwrap();
        assert!(norm((&s.row(0) - &s.row(1)).view()) > 1e-2);
    }
    assert!(SortPool::random(0, 2, 8, 2, 1).is_err());
    assert!(SortPool::with_knots(2, identity.view(), codes(3, 3, 1).view()).is_err());
    assert!(SortPool::random(2, 2, 8, 2, 1).unwrap().embed_set(&[1.0, 2.0, 3.0]).is_err());
}
