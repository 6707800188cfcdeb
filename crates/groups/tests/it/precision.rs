//! The quotient metric of codes that have large parts in common, or are very large or small.

use groups::compact::{Isometries, O2, O3, SO2, SO3};
use groups::linalg;
use groups::quotient::procrustes::procrustes;
use groups::quotient::{Method, QuotientMetric};
use groups::{
    Cyclic, Dihedral, FiniteGroup, Group, MatrixGroup, PermutationGroup, Representation, Symmetric,
    Wreath,
};
use nalgebra::{DMatrix, Rotation3, Unit, Vector3};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What codes have in common, besides a spread of 1.
const SIZES: [f64; 9] = [0.0, 1e-12, 1e-3, 1.0, 1e3, 1e6, 1e8, 1e10, 1e12];

fn noise(rng: &mut impl Rng, dim: usize) -> Vec<f64> {
    (0..dim).map(|_| rng.random_range(-1.0..1.0)).collect()
}

/// Large parts of each kind: what the group fixes, one coordinate, some coordinates in a row (a node, a
/// vector, half a field), a wave, any direction, and the same vector again and again.
fn common<G: Group>(rep: &Representation<G>, size: f64, rng: &mut impl Rng) -> Vec<Vec<f64>> {
    let dim = rep.dim();
    let fixed = rep.fixed_space();
    let weights = noise(rng, fixed.ncols());
    let invariant =
        (0..dim).map(|i| weights.iter().enumerate().map(|(j, w)| size * w * fixed[(i, j)]).sum());
    let mut one = vec![0.0; dim];
    one[rng.random_range(0..dim)] = size;
    let (first, count) = (rng.random_range(0..dim), rng.random_range(1..=dim));
    let row = (0..dim).map(|i| if (first..first + count).contains(&i) { size } else { 0.0 });
    let frequency = rng.random_range(1..4) as f64;
    let wave = (0..dim).map(|i| size * (frequency * i as f64 * std::f64::consts::FRAC_PI_4).cos());
    let any = noise(rng, dim).into_iter().map(|v| v * size);
    let three = noise(rng, 3);
    let repeated = (0..dim).map(|i| size * three[i % 3]);
    vec![invariant.collect(), one, row.collect(), wave.collect(), any.collect(), repeated.collect()]
}

fn sum(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

fn largest(code: &[f64]) -> f64 {
    code.iter().fold(0.0, |m, v| m.max(v.abs()))
}

fn largest_single(code: &[f32]) -> f32 {
    code.iter().fold(0.0, |m, v| m.max(v.abs()))
}

fn single(code: &[f64]) -> Vec<f32> {
    code.iter().map(|v| *v as f32).collect()
}

/// Codes on one orbit have no distance, however large what they have in common: none at all where coordinates
/// move, else that of the digits that they hold. No distance is above the straight one.
fn orbits_have_no_size<G: Group>(metric: &QuotientMetric<G>, seed: u64) {
    let rep = metric.representation();
    let moves = rep.is_permutation();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let root = (rep.dim() as f64).sqrt();
    for size in SIZES {
        for (kind, common) in common(rep, size, &mut rng).into_iter().enumerate() {
            let z = sum(&common, &noise(&mut rng, rep.dim()));
            let w = sum(&common, &noise(&mut rng, rep.dim()));
            let g = rep.group().sample(&mut rng);
            let said = || format!("{}, {size:e}, {kind}", rep.name());
            let moved = rep.act(&g, &z);
            let d = metric.distance(&z, &moved);
            let digits = if moves { 0.0 } else { 40.0 * root * f64::EPSILON * (1.0 + largest(&z)) };
            assert!(d <= digits, "{}: {d:e} above {digits:e}", said());
            let (d, straight) = (metric.distance(&z, &w), linalg::distance(&z, &w));
            assert!(d <= straight, "{}: {d:e} above {straight:e}", said());
            // The same orbit, whatever its pose.
            let other = metric.distance(&w, &moved);
            let digits = 1e-12 * d + digits.max(1e-14 * largest(&z) * root);
            assert!((d - other).abs() <= digits, "{}: {d:e} or {other:e}", said());
            let z = single(&z);
            let moved = rep.act(&g, &z);
            let d = metric.distance(&z, &moved);
            let digits = if moves {
                0.0
            } else {
                2.0 * root * f64::from(f32::EPSILON) * f64::from(largest_single(&z))
            };
            assert!(d <= digits, "{}, f32: {d:e} above {digits:e}", said());
        }
    }
}

/// The metric is the least distance by subtraction over all elements.
fn is_exhaustive<G: FiniteGroup>(metric: &QuotientMetric<G>, seed: u64) {
    let rep = metric.representation();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let operators: Vec<_> = rep.group().elements().map(|g| rep.operator(&g)).collect();
    for size in SIZES {
        for near in [1.0, 1e-6] {
            for (kind, common) in common(rep, size, &mut rng).into_iter().enumerate() {
                let z = sum(&common, &noise(&mut rng, rep.dim()));
                let apart: Vec<f64> = noise(&mut rng, rep.dim()).iter().map(|v| v * near).collect();
                let w = rep.act(&rep.group().sample(&mut rng), &sum(&z, &apart));
                let all = operators.iter().map(|g| linalg::distance(&z, &g.apply(&w)));
                let least = all.fold(f64::INFINITY, f64::min);
                let d = metric.distance(&z, &w);
                let rounding = if rep.is_permutation() { 0.0 } else { 1e-14 * largest(&z) };
                assert!(
                    (d - least).abs() <= 1e-13 * least + rounding,
                    "{}, {size:e}, {near:e}, {kind}: {d:e} against {least:e}",
                    rep.name()
                );
            }
        }
    }
}

/// Codes times a power of two, from the smallest to the largest, and one of them much smaller.
fn sizes_do_not_matter<G: Group>(metric: &QuotientMetric<G>, seed: u64) {
    let rep = metric.representation();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (z, w) = (noise(&mut rng, rep.dim()), noise(&mut rng, rep.dim()));
    let (d, filter) = (metric.distance(&z, &w), metric.max_filter(&z, &w));
    let times = |code: &[f64], power: i32| -> Vec<f64> {
        code.iter().map(|v| v * f64::from(power).exp2()).collect()
    };
    for power in [-900, -700, -560, -500, 500, 530, 700, 1000] {
        let got = metric.distance(&times(&z, power), &times(&w, power)) * f64::from(-power).exp2();
        assert!((got - d).abs() <= 1e-12 * d, "{}, 2^{power}: {got} against {d}", rep.name());
        let got = metric.max_filter(&times(&z, power), &times(&w, -power));
        assert!((got - filter).abs() <= 1e-12 * (1.0 + filter.abs()), "{}, 2^{power}", rep.name());
        let moved = rep.act(&metric.align(&z, &times(&w, power)).element, &w);
        assert!((linalg::distance(&z, &moved) - d).abs() <= 1e-7, "{}, 2^{power}", rep.name());
    }
    for power in [-120, -100, 100, 120] {
        let narrow = |code: &[f64]| single(&times(code, power));
        let got = metric.distance(&narrow(&z), &narrow(&w)) * f64::from(-power).exp2();
        assert!((got - d).abs() <= 1e-5, "{}, f32, 2^{power}: {got} against {d}", rep.name());
    }
    // Subnormal numbers have fewer digits.
    let least = [-1070, -1060, -1040].map(|power| {
        let (z, w) = (times(&z, power), times(&w, power));
        metric.distance(&z, &w) * 1000f64.exp2() * f64::from(-power - 1000).exp2()
    });
    for (least, off) in least.into_iter().zip([1.0, 1e-2, 1e-8]) {
        assert!((least - d).abs() <= off, "{}: {least} against {d}", rep.name());
    }
}

fn check<G: FiniteGroup>(metric: QuotientMetric<G>, method: Method, seed: u64) {
    assert_eq!(metric.method(), method);
    orbits_have_no_size(&metric, seed);
    sizes_do_not_matter(&metric, seed);
    if metric.representation().group().order() <= 720 {
        is_exhaustive(&metric, seed);
    }
}

fn plus_invariants<G: Group>(rep: &Representation<G>) -> Representation<G> {
    let trivial = Representation::trivial(rep.group());
    Representation::direct_sum(&[trivial.copies(2), rep.clone(), trivial]).unwrap()
}

#[test]
fn fields_of_cyclic_groups() {
    for (n, fields) in [(1, 3), (2, 1), (8, 3), (13, 2), (64, 1), (360, 2)] {
        let rep = Representation::regular(&Cyclic::new(n).unwrap()).copies(fields);
        check(QuotientMetric::new(&rep).unwrap(), Method::CrossCorrelation, n as u64);
    }
}

#[test]
fn sets_of_nodes() {
    for (n, d) in [(2, 1), (3, 2), (5, 3), (6, 1), (9, 8), (24, 2)] {
        let rep = Symmetric::new(n).unwrap().node_features(d);
        let method = if d == 1 { Method::Sorting } else { Method::Assignment };
        check(QuotientMetric::new(&rep).unwrap(), method, n as u64);
    }
    let rep = plus_invariants(&Symmetric::new(4).unwrap().node_features(2));
    check(QuotientMetric::new(&rep).unwrap(), Method::Assignment, 4);
}

#[test]
fn searched_groups() {
    let d6 = Representation::regular(&Dihedral::new(6).unwrap()).copies(2);
    check(QuotientMetric::new(&d6).unwrap(), Method::Search, 1);
    let solid = plus_invariants(&MatrixGroup::octahedral().unwrap().defining().copies(3));
    check(QuotientMetric::by_search(&solid).unwrap(), Method::Search, 2);
    let signed = Wreath::hyperoctahedral(3).unwrap().signed_permutations().copies(2);
    check(QuotientMetric::by_search(&signed).unwrap(), Method::Search, 3);
    // A line in space that is fixed, along no axis.
    let axis = Unit::new_normalize(Vector3::new(1.0, 2.0, -2.0));
    let turn = move |k: &usize| {
        let angle = std::f64::consts::TAU * *k as f64 / 5.0;
        let turn = Rotation3::from_axis_angle(&axis, angle);
        DMatrix::from_fn(3, 3, |i, j| turn[(i, j)])
    };
    let cone = Representation::from_matrices(&Cyclic::new(5).unwrap(), "cone".into(), 3, turn);
    check(QuotientMetric::new(&cone.copies(3)).unwrap(), Method::Search, 4);
}

#[test]
fn large_groups_that_move_coordinates() {
    let a6 = PermutationGroup::alternating(6).unwrap().node_features(2);
    check(QuotientMetric::by_branch_and_bound(&a6).unwrap(), Method::BranchAndBound, 1);
    let c12 = plus_invariants(&Representation::regular(&Cyclic::new(12).unwrap()).copies(2));
    check(QuotientMetric::by_branch_and_bound(&c12).unwrap(), Method::BranchAndBound, 2);
    let s5 = Representation::direct_sum(&[
        Symmetric::new(5).unwrap().node_features(2),
        Symmetric::new(5).unwrap().natural(),
    ]);
    check(QuotientMetric::by_branch_and_bound(&s5.unwrap()).unwrap(), Method::BranchAndBound, 3);
}

/// The axioms above, and that no element near the best one or far from it does better.
fn check_isometries<G: Isometries>(rep: &Representation<G>, seed: u64) {
    let metric = QuotientMetric::new(rep).unwrap();
    orbits_have_no_size(&metric, seed);
    sizes_do_not_matter(&metric, seed);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    for size in [0.0, 1.0, 1e3, 1e5] {
        for near in [1.0, 1e-3] {
            for (kind, common) in common(rep, size, &mut rng).into_iter().enumerate() {
                let z = sum(&common, &noise(&mut rng, rep.dim()));
                let apart: Vec<f64> = noise(&mut rng, rep.dim()).iter().map(|v| v * near).collect();
                let w = rep.act(&rep.group().sample(&mut rng), &sum(&z, &apart));
                let best = metric.align(&z, &w);
                let digits = 40.0 * f64::EPSILON * (1.0 + largest(&z)) * (rep.dim() as f64).sqrt();
                let straight = linalg::norm(apart.iter().copied());
                assert!(best.distance <= straight + digits, "{}, {size:e}, {kind}", rep.name());
                for _ in 0..100 {
                    let other = distance_by(rep, &rep.group().sample(&mut rng), &z, &w);
                    assert!(best.distance <= other + digits, "{}, {size:e}, {kind}", rep.name());
                }
            }
        }
    }
}

fn distance_by<G: Group>(rep: &Representation<G>, g: &G::Element, z: &[f64], w: &[f64]) -> f64 {
    linalg::distance(z, &rep.act(g, w))
}

#[test]
fn isometries_of_the_plane() {
    let k = |k| SO2.irrep(k).representation().clone();
    let sum = |reps: &[_]| Representation::direct_sum(reps).unwrap();
    check_isometries(&SO2.natural().copies(4), 1);
    check_isometries(&k(3).copies(2), 2);
    check_isometries(
        &sum(&[k(1).copies(3), k(2), Representation::trivial(&SO2), k(4).copies(2)]),
        3,
    );
    check_isometries(&sum(&[k(6), k(9)]), 4);
    let k = |k| O2.irrep(k).unwrap().representation().clone();
    check_isometries(&O2.natural().copies(5), 5);
    let signs = O2.determinant().representation().clone();
    check_isometries(&Representation::direct_sum(&[signs, k(1), k(2).copies(2), k(5)]).unwrap(), 6);
}

#[test]
fn isometries_of_space() {
    let l = |l, odd| O3.irrep(l, odd).unwrap().representation().clone();
    check_isometries(&SO3.natural().copies(4), 7);
    check_isometries(&plus_invariants(&SO3.natural().copies(2)), 8);
    check_isometries(&O3.natural().copies(4), 9);
    let mixed = [l(1, true).copies(2), l(1, false).copies(2), l(0, true), l(0, false).copies(2)];
    check_isometries(&Representation::direct_sum(&mixed).unwrap(), 10);
}

/// Points of any dimension about a common large one, turned or mirrored.
#[test]
fn procrustes_of_points_far_from_the_origin() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    for size in SIZES {
        for d in 1..5 {
            let orthogonal = DMatrix::from_fn(d, d, |_, _| rng.random_range(-1.0..1.0)).qr().q();
            let centre: Vec<f64> = noise(&mut rng, d).iter().map(|v| v * size).collect();
            let n = 3 + d;
            let x = DMatrix::from_fn(n, d, |_, j| centre[j] + rng.random_range(-1.0..1.0));
            let y = &x * orthogonal.transpose();
            let rows = |m: &DMatrix<f64>| -> Vec<f64> { m.transpose().as_slice().to_vec() };
            let got = procrustes(&rows(&x), &rows(&y), d).unwrap();
            let digits = 1e-14 * (1.0 + size);
            assert!(got.distance <= digits, "{d}, {size:e}: {:e}", got.distance);
            let unit = &got.matrix * got.matrix.transpose() - DMatrix::identity(d, d);
            assert!(unit.amax() < 1e-13, "{d}, {size:e}");
            for factor in [1e-300, 1e-170, 1e160, 1e290] {
                let got = procrustes(&rows(&(&x * factor)), &rows(&(&y * factor)), d).unwrap();
                assert!(got.distance <= digits * factor, "{d}, {size:e}, {factor:e}");
            }
        }
    }
}

/// What was wrong once.
#[test]
fn large_common_parts() {
    // A code, and the same with its entries exchanged.
    let swap = QuotientMetric::new(&Representation::regular(&Cyclic::new(2).unwrap())).unwrap();
    let (z, w) = ([100000001.0, 100000000.0], [100000000.0, 100000001.0]);
    assert_eq!(swap.distance(&z, &w), 0.0);
    assert_eq!(swap.distance(&z, &[100000003.0, 100000000.0]), 2.0);
    let sets = QuotientMetric::new(&Symmetric::new(3).unwrap().node_features(2)).unwrap();
    let z = [3e6, 0.3, 3e6, 1.1, 3e6, -0.7];
    assert_eq!(sets.distance(&z, &[3e6, 1.1, 3e6, -0.7, 3e6, 0.3]), 0.0);
    // A part that only one of them has is all that is between them, and hides no pose.
    let rep = plus_invariants(&Symmetric::new(3).unwrap().node_features(2));
    let metric = QuotientMetric::new(&rep).unwrap();
    let z = [1e9, 0.0, 0.1, 0.3, 0.2, 1.1, 0.5, -0.7, 0.0];
    let w = [0.0, 0.0, 0.2, 1.1, 0.5, -0.7, 0.1, 0.3, 0.0];
    let alignment = metric.align(&z, &w);
    assert_eq!((alignment.distance, &rep.act(&alignment.element, &w)[2..8]), (1e9, &z[2..8]));
}

/// Neighbours of sets, one feature of which is large and constant, as SciPy finds them.
#[test]
fn neighbours_beside_a_large_constant() {
    let data: serde_json::Value =
        serde_json::from_str(include_str!("../data/offset_neighbours.json")).unwrap();
    let metric = QuotientMetric::new(&Symmetric::new(9).unwrap().node_features(2)).unwrap();
    for (name, offset) in [("1e4", 1e4f32), ("1e6", 1e6)] {
        let code = |row: &serde_json::Value| -> Vec<f32> {
            let values = row.as_array().unwrap().iter();
            values.flat_map(|v| [offset, v.as_f64().unwrap() as f32]).collect()
        };
        let codes: Vec<Vec<f32>> = data["columns"].as_array().unwrap().iter().map(code).collect();
        let mut found: Vec<(f64, usize)> =
            (1..codes.len()).map(|i| (metric.distance(&codes[0], &codes[i]), i)).collect();
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (place, (distance, row)) in found.iter().take(5).enumerate() {
            assert_eq!(data[name]["rows"][place], *row, "{name}");
            let expected = data[name]["distances"][place].as_f64().unwrap();
            assert!((distance - expected).abs() < 1e-14, "{name}: {distance} and {expected}");
        }
    }
}

/// The mean of the sets {0, 2} and {0, 4} is {0, 3}, whatever the unit, and so beside a large number.
#[test]
fn means_of_any_size() {
    let metric = QuotientMetric::new(&Symmetric::new(2).unwrap().natural()).unwrap();
    for (unit, offset) in
        [(1.0, 0.0), (1.0, 1e9), (1e-300, 0.0), (1e-160, 0.0), (1e160, 0.0), (1e300, 0.0)]
    {
        let codes = ndarray::array![[0.0, 2.0], [4.0, 0.0]].mapv(|v: f64| v * unit + offset);
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let mean = metric.frechet_mean(codes.view(), 2, &mut rng).unwrap();
        let off = metric.distance(&mean.mean, &[offset, 3.0 * unit + offset]);
        assert!(off <= 1e-15 * unit, "{unit:e}, {offset:e}: {off:e}");
        assert!((mean.variance - unit * unit).abs() <= 1e-14 * unit * unit || unit > 1e159);
    }
}
