//! Group axioms, homomorphism property, orthogonality of characters and metric axioms, over random
//! elements of every family.

use groups::laws::{check_group, check_numbering, check_quotient_metric, check_representation};
use groups::quotient::{Method, QuotientMetric};
use groups::{Cyclic, Dihedral, FiniteGroup, HasIrreps, Irrep, Product, Representation, Symmetric};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const TOLERANCE: f64 = 1e-12;

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

fn codes(dim: usize, count: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut rng = rng(seed);
    (0..count).map(|_| (0..dim).map(|_| rng.random_range(-1.0..1.0)).collect()).collect()
}

fn check_family<G: FiniteGroup>(group: &G, seed: u64) {
    check_group(group, 50, &mut rng(seed)).unwrap();
    check_numbering(group).unwrap();
    let regular = Representation::regular(group);
    check_representation(&regular, 5, 0.0, &mut rng(seed)).unwrap();
    // Burnside: the regular representation holds the trivial one once.
    assert_eq!(regular.fixed_dim(), 1);
    let trivial = Representation::trivial(group);
    assert!((regular.character_product(&trivial).unwrap() - 1.0).abs() < TOLERANCE);
}

/// `⟨χ_ψ, χ_φ⟩ = 0` for different irreps and `dim Hom_G(ψ, ψ)` for equal ones; each occurs in the
/// regular representation `dim ψ / dim Hom_G(ψ, ψ)` times, and their dimensions add up to `|G|`.
fn check_irreps<G: FiniteGroup>(group: &G, irreps: &[Irrep<G>]) {
    let regular = Representation::regular(group);
    let mut dim = 0;
    for (i, psi) in irreps.iter().enumerate() {
        check_representation(psi.representation(), 20, TOLERANCE, &mut rng(i as u64)).unwrap();
        for (j, phi) in irreps.iter().enumerate() {
            let product = psi.representation().character_product(phi.representation()).unwrap();
            let expected = if i == j { psi.kind().endomorphism_dim() as f64 } else { 0.0 };
            assert!((product - expected).abs() < 1e-10, "⟨χ_{i}, χ_{j}⟩ = {product}");
        }
        let multiplicity = regular.multiplicity(psi).unwrap();
        assert_eq!(multiplicity * psi.kind().endomorphism_dim(), psi.representation().dim());
        dim += multiplicity * psi.representation().dim();
    }
    assert_eq!(dim, group.order());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn cyclic_groups(n in 1usize..40, seed: u64) {
        let group = Cyclic::new(n).unwrap();
        check_family(&group, seed);
        check_irreps(&group, &group.irreps());
    }

    #[test]
    fn dihedral_groups(n in 1usize..24, seed: u64) {
        let group = Dihedral::new(n).unwrap();
        check_family(&group, seed);
        check_irreps(&group, &group.irreps());
    }

    #[test]
    fn products(n in 1usize..6, m in 1usize..5, k in 1usize..4, seed: u64) {
        let inner = Product::new(Cyclic::new(n).unwrap(), Dihedral::new(m).unwrap());
        check_family(&Product::new(inner, Symmetric::new(k).unwrap()), seed);
    }

    #[test]
    fn node_features(n in 1usize..8, d in 1usize..4, seed: u64) {
        let group = Symmetric::new(n).unwrap();
        let rep = group.node_features(d);
        check_representation(&rep, 20, 0.0, &mut rng(seed)).unwrap();
        // One mean a feature.
        prop_assert_eq!(rep.fixed_dim(), d);
        check_representation(&group.sign(), 20, 0.0, &mut rng(seed)).unwrap();
    }

    #[test]
    fn metrics_of_cyclic_fields(n in 1usize..12, fields in 1usize..5, seed: u64) {
        let rep = Representation::regular(&Cyclic::new(n).unwrap()).copies(fields);
        let metric = QuotientMetric::new(&rep).unwrap();
        prop_assert_eq!(metric.method(), Method::CrossCorrelation);
        check_quotient_metric(&metric, &codes(rep.dim(), 4, seed), 1e-10, &mut rng(seed)).unwrap();
        agrees_with_search(&metric, seed);
    }

    #[test]
    fn metrics_of_sets(n in 1usize..6, d in 1usize..4, seed: u64) {
        let rep = Symmetric::new(n).unwrap().node_features(d);
        let metric = QuotientMetric::new(&rep).unwrap();
        prop_assert_eq!(metric.method(), if d == 1 { Method::Sorting } else { Method::Assignment });
        check_quotient_metric(&metric, &codes(rep.dim(), 4, seed), 1e-10, &mut rng(seed)).unwrap();
        agrees_with_search(&metric, seed);
    }

    #[test]
    fn metrics_of_sums_and_irreps(n in 1usize..8, seed: u64) {
        let group = Dihedral::new(n).unwrap();
        let mut summands: Vec<_> =
            group.irreps().iter().map(|i| i.representation().clone()).collect();
        summands.push(Representation::regular(&group));
        let rep = Representation::direct_sum(&summands).unwrap();
        let metric = QuotientMetric::new(&rep).unwrap();
        prop_assert_eq!(metric.method(), Method::Search);
        check_quotient_metric(&metric, &codes(rep.dim(), 3, seed), 1e-10, &mut rng(seed)).unwrap();
    }

    /// The fixed space is fixed, orthonormal, and as large as the mean character says.
    #[test]
    fn fixed_spaces(n in 1usize..9, fields in 1usize..4, seed: u64) {
        let group = Dihedral::new(n).unwrap();
        let mut summands = vec![Representation::regular(&group).copies(fields)];
        summands.extend(group.irreps().iter().map(|i| i.representation().clone()));
        let rep = Representation::direct_sum(&summands).unwrap();
        let basis = rep.fixed_space();
        let gram = basis.transpose() * &basis;
        prop_assert!((gram.clone() - nalgebra::DMatrix::identity(gram.nrows(), gram.ncols())).amax() < 1e-12);
        let g = groups::Group::sample(&group, &mut rng(seed));
        prop_assert!((rep.matrix(&g) * &basis - &basis).amax() < 1e-9);
        let mean = rep.character_product(&Representation::trivial(&group)).unwrap();
        prop_assert_eq!(basis.ncols(), mean.round() as usize);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// A Fréchet mean is the mean of the codes in their best poses, no worse than the code it
    /// started from, and exact where the quotient is a convex cone.
    #[test]
    fn frechet_means(n in 1usize..9, fields in 1usize..4, seed: u64) {
        let rep = Representation::regular(&Cyclic::new(n).unwrap()).copies(fields);
        let metric = QuotientMetric::new(&rep).unwrap();
        let all = codes(rep.dim(), 12, seed);
        let matrix = ndarray::Array2::from_shape_fn((12, rep.dim()), |(i, j)| all[i][j]);
        let found = metric.frechet_mean(matrix.view(), 4, &mut rng(seed)).unwrap();
        let variance = |t: &[f64]| -> f64 {
            all.iter().map(|z| metric.distance(t, z).powi(2)).sum::<f64>() / 12.0
        };
        prop_assert!((variance(&found.mean) - found.variance).abs() < 1e-12);
        // Every start is one of the codes, and no round makes it worse.
        prop_assert!(all.iter().any(|z| variance(z) >= found.variance - 1e-12));
        prop_assert_eq!(found.candidates.len(), 4);
        prop_assert!(found.candidates.iter().all(|v| *v >= found.variance));
        let mut mean = vec![0.0; rep.dim()];
        for z in &all {
            let aligned = rep.act(&metric.align(&found.mean, z).element, z);
            mean.iter_mut().zip(aligned).for_each(|(sum, v)| *sum += v / 12.0);
        }
        prop_assert!(metric.distance(&mean, &found.mean) < 1e-7);

        let natural = Symmetric::new(n).unwrap().natural();
        let metric = QuotientMetric::new(&natural).unwrap();
        let mut sorted = codes(n, 12, seed);
        let matrix = ndarray::Array2::from_shape_fn((12, n), |(i, j)| sorted[i][j]);
        let found = metric.frechet_mean(matrix.view(), 1, &mut rng(seed)).unwrap();
        sorted.iter_mut().for_each(|z| z.sort_by(f64::total_cmp));
        let mean: Vec<f64> =
            (0..n).map(|j| sorted.iter().map(|z| z[j]).sum::<f64>() / 12.0).collect();
        prop_assert!(metric.distance(&mean, &found.mean) < 1e-12);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Point sets of any rank: a rotated copy is at distance 0, the map is orthogonal, and no
    /// signed exchange of axes does better.
    #[test]
    fn procrustes_of_any_rank(n in 1usize..7, d in 1usize..5, rank in 1usize..5, seed: u64) {
        use groups::quotient::procrustes::procrustes;
        use nalgebra::DMatrix;
        let mut rng = rng(seed);
        let mut random =
            |m: usize, n: usize| DMatrix::from_fn(m, n, |_, _| rng.random_range(-1.0..1.0));
        let span = random(rank, d);
        let (x, y) = (random(n, rank) * &span, random(n, rank) * &span);
        let q = random(d, d).qr().q();
        let flat = |m: &DMatrix<f64>| m.transpose().as_slice().to_vec();
        let itself = procrustes(&flat(&x), &flat(&(&x * &q)), d).unwrap();
        prop_assert!(itself.distance < 1e-12, "{}", itself.distance);
        let best = procrustes(&flat(&x), &flat(&y), d).unwrap();
        let gram = &best.matrix * best.matrix.transpose();
        prop_assert!((gram - DMatrix::identity(d, d)).amax() < 1e-12);
        let turned = procrustes(&flat(&x), &flat(&(&y * &q)), d).unwrap();
        prop_assert!((turned.distance - best.distance).abs() < 1e-10);
        for r in [DMatrix::identity(d, d), -DMatrix::identity(d, d), q] {
            prop_assert!(best.distance <= (&x - &y * r.transpose()).norm() + 1e-10);
        }
    }
}

#[test]
fn frechet_means_refuse_unfit_codes() {
    let metric = QuotientMetric::new(&Symmetric::new(2).unwrap().natural()).unwrap();
    let mean = |codes: ndarray::Array2<f64>, starts| {
        metric.frechet_mean(codes.view(), starts, &mut rng(0)).unwrap_err().to_string()
    };
    assert!(mean(ndarray::Array2::zeros((3, 3)), 1).contains("dimension 2, got 3"));
    assert!(mean(ndarray::Array2::zeros((0, 2)), 1).contains("at least one"));
    assert!(mean(ndarray::Array2::zeros((3, 2)), 0).contains("at least one"));
    assert!(mean(ndarray::Array2::from_elem((3, 2), f64::NAN), 1).contains("NaN"));
}

fn agrees_with_search<G: FiniteGroup>(metric: &QuotientMetric<G>, seed: u64) {
    let reference = QuotientMetric::by_search(metric.representation()).unwrap();
    let codes = codes(metric.representation().dim(), 6, seed ^ 1);
    for z in &codes {
        for w in &codes {
            let (fast, exact) = (metric.distance(z, w), reference.distance(z, w));
            assert!((fast - exact).abs() < 1e-10, "{fast} against {exact}");
            let (filter, tried) = (metric.max_filter(z, w), reference.max_filter(z, w));
            assert!((filter - tried).abs() < 1e-10, "{filter} against {tried}");
            let narrow = |v: &[f64]| v.iter().map(|x| *x as f32).collect::<Vec<_>>();
            assert!((metric.distance(&narrow(z), &narrow(w)) - exact).abs() < 1e-5);
        }
    }
}

#[test]
fn quotient_by_reflections_is_the_polygon() {
    let group = Dihedral::new(8).unwrap();
    let rep = Representation::quotient(&group, &[groups::DihedralElement::reflection(0)]).unwrap();
    assert_eq!(rep.dim(), 8);
    check_representation(&rep, 50, 0.0, &mut rng(0)).unwrap();
    assert_eq!(rep.fixed_dim(), 1);
}

#[test]
fn orbits_and_stabilizers_multiply_to_the_order() {
    let group = Dihedral::new(6).unwrap();
    let rep = Representation::quotient(&group, &[groups::DihedralElement::reflection(0)]).unwrap();
    for z in [
        [0.0; 6],
        [1.0, 0.0, 1.0, 0.0, 1.0, 0.0],
        [1.0, 2.0, 3.0, 4.0, 3.0, 2.0],
        [0.1, 0.9, 0.3, 0.5, 0.2, 0.8],
    ] {
        let orbit = groups::orbit::orbit(&rep, &z, 1e-12);
        let stabilizer = groups::orbit::stabilizer(&rep, &z, 1e-12);
        assert_eq!(orbit.len() * stabilizer.len(), group.order());
    }
}

#[test]
fn a_wrong_representation_is_named() {
    let c4 = Cyclic::new(4).unwrap();
    // Not a homomorphism: every element but the identity swaps.
    let wrong = Representation::permutation(&c4, "wrong".into(), 2, |k: &usize| {
        groups::Permutation::new(if *k == 0 { vec![0, 1] } else { vec![1, 0] }).unwrap()
    });
    let violation = check_representation(&wrong, 50, 1e-12, &mut rng(1)).unwrap_err();
    assert_eq!(violation.law, "ρ(ab) = ρ(a)ρ(b)");
}

#[test]
fn errors_say_what_to_do() {
    assert_eq!(
        Cyclic::new(0).unwrap_err().to_string(),
        "cyclic group: the order must be at least 1, got 0"
    );
    assert_eq!(
        groups::Permutation::new(vec![0, 2, 2]).unwrap_err().to_string(),
        "not a permutation of 0..3: position 2 maps to 2, which is taken already"
    );
    let regular = Representation::regular(&Symmetric::new(9).unwrap());
    let error = QuotientMetric::new(&regular).unwrap_err().to_string();
    assert!(error.contains("362880") && error.contains("limit 50000"), "{error}");
}
