//! `SO(2)`, `O(2)`, `SO(3)` and `O(3)`: axioms, homomorphisms, Haar measure and orthogonality.

use groups::compact::wigner::wigner_matrices;
use groups::compact::{CompactGroup, Isometries, O2, O3, SO2, SO3, SpaceIsometry, gauss_legendre};
use groups::laws::{check_group, check_quotient_metric, check_representation};
use groups::quotient::procrustes::procrustes;
use groups::quotient::{Method, QuotientMetric};
use groups::{Group, GroupError, Irrep, MatrixGroup, Representation};
use nalgebra::{DVector, Matrix3, Vector3};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Homomorphisms, and Schur's orthogonality of all matrix entries of irreps of real type,
/// `∫ ψ_ij φ_kl = δ/dim`; of characters for every type.
fn check_irreps<G: CompactGroup>(group: &G, degree: usize) {
    check_group(group, 50, &mut rng(0)).unwrap();
    let irreps = group.irreps_to(degree);
    let nodes = group.quadrature(2 * degree);
    assert!((nodes.iter().map(|(_, w)| w).sum::<f64>() - 1.0).abs() < 1e-13);
    let character = |psi: &Irrep<G>, g: &G::Element| psi.representation().character(g);
    let matrices: Vec<Vec<_>> = irreps
        .iter()
        .map(|psi| nodes.iter().map(|(g, _)| psi.representation().matrix(g)).collect())
        .collect();
    for (i, psi) in irreps.iter().enumerate() {
        check_representation(psi.representation(), 20, 1e-11, &mut rng(1)).unwrap();
        for (j, phi) in irreps.iter().enumerate() {
            let product = group.mean(2 * degree, |g| character(psi, g) * character(phi, g));
            let expected = if i == j { psi.kind().endomorphism_dim() as f64 } else { 0.0 };
            assert!((product - expected).abs() < 1e-11, "{psi:?}, {phi:?}: {product}");
            let mean = |k: usize, l: usize| -> f64 {
                let each = nodes.iter().zip(&matrices[i]).zip(&matrices[j]);
                each.map(|(((_, w), a), b)| w * a[k] * b[l]).sum()
            };
            if psi.kind() == groups::IrrepType::Real {
                let d = psi.representation().dim();
                for k in 0..d * d {
                    for l in 0..phi.representation().dim().pow(2) {
                        let expected = if i == j && k == l { 1.0 / d as f64 } else { 0.0 };
                        assert!((mean(k, l) - expected).abs() < 1e-11);
                    }
                }
            }
        }
    }
}

#[test]
fn irreps_are_orthogonal() {
    check_irreps(&SO2, 6);
    check_irreps(&O2, 6);
    check_irreps(&SO3, 3);
    check_irreps(&O3, 2);
}

/// Means of irreps over samples vanish as `1/√n`.
fn check_samples<G: CompactGroup>(group: &G) {
    let mut rng = rng(5);
    let n = 4_000;
    let samples: Vec<_> = (0..n).map(|_| group.sample(&mut rng)).collect();
    for psi in &group.irreps_to(3)[1..] {
        let rep = psi.representation();
        let mean = samples.iter().map(|g| rep.matrix(g)).reduce(|a, b| a + b).unwrap() / n as f64;
        // Entries have variance 1/dim; six standard deviations.
        assert!(mean.amax() < 6.0 / (n as f64).sqrt(), "{psi:?}");
    }
}

#[test]
fn samples_are_of_the_haar_measure() {
    check_samples(&SO2);
    check_samples(&O2);
    check_samples(&SO3);
    check_samples(&O3);
}

#[test]
fn gauss_legendre_is_exact() {
    for n in 1..40usize {
        for degree in [0, 1, 2 * n - 2, 2 * n - 1] {
            let sum: f64 = gauss_legendre(n).iter().map(|(x, w)| w * x.powi(degree as i32)).sum();
            let expected = if degree % 2 == 0 { 2.0 / (degree as f64 + 1.0) } else { 0.0 };
            assert!((sum - expected).abs() < 1e-13, "n = {n}, degree {degree}: {sum}");
        }
    }
}

/// Real solid harmonics of degree 2 in the order −2 … 2, up to one common factor.
fn harmonics_of_degree_2(v: &Vector3<f64>) -> DVector<f64> {
    let (x, y, z) = (v.x, v.y, v.z);
    let root = 3f64.sqrt();
    DVector::from_vec(vec![
        root * x * y,
        root * y * z,
        (2.0 * z * z - x * x - y * y) / 2.0,
        root * x * z,
        root / 2.0 * (x * x - y * y),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn wigner_matrices_rotate_spherical_harmonics(seed: u64) {
        let mut rng = rng(seed);
        let rotation = *SO3.sample(&mut rng).to_rotation_matrix().matrix();
        let d = wigner_matrices(&rotation, 2);
        let v = Vector3::from_fn(|_, _| rng.random_range(-1.0..1.0));
        let moved = rotation * v;
        let first = |v: &Vector3<f64>| DVector::from_vec(vec![v.y, v.z, v.x]);
        prop_assert!((&d[1] * first(&v) - first(&moved)).amax() < 1e-14);
        prop_assert!((&d[2] * harmonics_of_degree_2(&v) - harmonics_of_degree_2(&moved)).amax() < 1e-13);
    }

    #[test]
    fn wigner_matrices_to_degree_20(seed: u64) {
        let mut rng = rng(seed);
        let (a, b) = (SO3.sample(&mut rng), SO3.sample(&mut rng));
        let all = |g: &groups::compact::SpaceRotation| wigner_matrices(g.to_rotation_matrix().matrix(), 20);
        let (da, db, dab) = (all(&a), all(&b), all(&SO3.compose(&a, &b)));
        // χ_l = sin((l + 1/2)α) / sin(α/2), α the angle of the rotation.
        let angle = a.angle();
        for l in 0..=20 {
            prop_assert!((&da[l] * &db[l] - &dab[l]).amax() < 1e-12, "degree {}", l);
            let character = ((l as f64 + 0.5) * angle).sin() / (angle / 2.0).sin();
            prop_assert!((da[l].trace() - character).abs() < 1e-9);
        }
    }

    #[test]
    fn isometries_and_matrices(seed: u64) {
        let mut rng = rng(seed);
        let (a, b) = (O3.sample(&mut rng), O3.sample(&mut rng));
        prop_assert!((O3.compose(&a, &b).matrix() - a.matrix() * b.matrix()).amax() < 1e-14);
        let back = SpaceIsometry::from_matrix(&a.matrix()).unwrap();
        prop_assert!(O3.same(&back, &a));
        check_representation(&O3.vectors(), 5, 1e-14, &mut rng).unwrap();
    }
}

/// `l₁ ⊗ l₂ = |l₁ − l₂| ⊕ … ⊕ (l₁ + l₂)`, once each.
#[test]
fn clebsch_gordan_series_of_rotations() {
    let irreps = SO3.irreps_to(4);
    for i in 0..=2usize {
        for j in i..=2 {
            let product = irreps[i].representation().tensor(irreps[j].representation()).unwrap();
            for (k, psi) in irreps.iter().enumerate() {
                let maps = psi.representation().intertwiners(&product).unwrap();
                assert_eq!(maps.len(), usize::from(j - i <= k && k <= i + j), "{i} ⊗ {j} ∋ {k}");
                for t in &maps {
                    let g = SO3.sample(&mut rng(k as u64));
                    let off = t * psi.representation().matrix(&g) - product.matrix(&g) * t;
                    assert!(off.amax() < 1e-8);
                }
            }
        }
    }
    // The cross product: vectors ⊗ vectors holds vectors once, for rotations only.
    let vectors = SO3.vectors();
    assert_eq!(vectors.tensor(&vectors).unwrap().intertwiners(&vectors).unwrap().len(), 1);
    let vectors = O3.vectors();
    assert_eq!(vectors.tensor(&vectors).unwrap().intertwiners(&vectors).unwrap().len(), 0);
    let odd = O3.irrep(1, true).unwrap();
    assert_eq!(vectors.intertwiners(odd.representation()).unwrap().len(), 1);
}

/// Bethe's splitting: under the rotations of the icosahedron degree 2 stays irreducible, degree 3
/// becomes 3 ⊕ 4.
#[test]
fn restriction_to_the_icosahedron() {
    let icosahedral = MatrixGroup::icosahedral().unwrap();
    let irreps = groups::Irreps::of(&icosahedral).unwrap();
    let restricted = |l: usize| {
        let matrices = icosahedral.clone();
        Representation::from_matrices(
            &icosahedral,
            format!("degree {l}"),
            2 * l + 1,
            move |g: &usize| {
                let m = matrices.matrix(g);
                let rotation = Matrix3::from_fn(|i, j| m[(i, j)]);
                wigner_matrices(&rotation, l).pop().unwrap()
            },
        )
    };
    let dims = |l: usize| -> Vec<usize> {
        let m = irreps.multiplicities(&restricted(l)).unwrap();
        let occurring = irreps.real().iter().zip(m).filter(|(_, m)| *m > 0);
        occurring.map(|(psi, _)| psi.representation().dim()).collect()
    };
    assert_eq!((dims(0), dims(1), dims(2), dims(3)), (vec![1], vec![3], vec![5], vec![3, 4]));
    // The first invariant beyond the constant is of degree 6.
    let invariant = |l: usize| irreps.multiplicities(&restricted(l)).unwrap()[0];
    assert_eq!((1..=6).map(invariant).collect::<Vec<_>>(), [0, 0, 0, 0, 0, 1]);
}

/// The errors that the documentation of `wigner_matrices` states.
#[test]
fn wigner_matrices_to_degree_50() {
    let mut rng = rng(3);
    for _ in 0..20 {
        let (a, b) = (SO3.sample(&mut rng), SO3.sample(&mut rng));
        let last = |g: &groups::compact::SpaceRotation| {
            wigner_matrices(g.to_rotation_matrix().matrix(), 50).pop().unwrap()
        };
        assert!((last(&a) * last(&b) - last(&SO3.compose(&a, &b))).amax() < 1e-11);
    }
}

#[test]
fn errors_of_compact_groups() {
    assert!(matches!(SO3.irrep(51), Err(GroupError::NoSuchIrrep { .. })));
    assert!(SpaceIsometry::from_matrix(&(Matrix3::identity() * 1.1)).is_err());
    assert!(SpaceIsometry::from_matrix(&Matrix3::from_element(f64::NAN)).is_err());
}

/// The axioms of a metric on orbits, and that no element of a thousand does better.
fn check_metric<G: Isometries>(rep: &Representation<G>) {
    let metric = QuotientMetric::new(rep).unwrap();
    assert_eq!(metric.method(), Method::Rotation);
    let mut rng = rng(3);
    let mut codes: Vec<Vec<f64>> =
        (0..4).map(|_| (0..rep.dim()).map(|_| rng.random_range(-1.0..1.0)).collect()).collect();
    // Codes that elements leave alone, and mirror images.
    codes.push(vec![0.0; rep.dim()]);
    codes.push(codes[0].iter().map(|v| -v).collect());
    codes.push((0..rep.dim()).map(|i| f64::from(u8::from(i == 0))).collect());
    check_quotient_metric(&metric, &codes, 1e-7, &mut rng).unwrap();
    for z in &codes {
        for w in &codes {
            let best = metric.distance(z, w);
            for _ in 0..1000 {
                let moved = rep.act(&rep.group().sample(&mut rng), w);
                let straight: f64 = z.iter().zip(&moved).map(|(a, b)| (a - b).powi(2)).sum();
                assert!(best <= straight.sqrt() + 1e-9, "{}", rep.name());
            }
        }
    }
    // The same orbit, to rounding.
    let moved = rep.act(&rep.group().sample(&mut rng), &codes[0]);
    assert!(metric.distance(&codes[0], &moved) < 1e-13, "{}", rep.name());
    let path = metric.geodesic(&codes[0], &codes[1]);
    assert!((metric.distance(&codes[0], &path.at(0.5)) - path.length / 2.0).abs() < 1e-12);
}

#[test]
fn quotient_metrics_of_the_plane() {
    let k = |k: usize| SO2.irrep(k).representation().clone();
    let sum = |terms: &[Representation<SO2>]| Representation::direct_sum(terms).unwrap();
    check_metric(&SO2.natural());
    check_metric(&k(3).copies(2));
    check_metric(&sum(&[k(1).copies(3), k(2), Representation::trivial(&SO2), k(4).copies(2)]));
    check_metric(&sum(&[k(6), k(9)]));
    let k = |k: usize| O2.irrep(k).unwrap().representation().clone();
    check_metric(&O2.natural().copies(5));
    let signs = O2.determinant().representation().copies(2);
    check_metric(&Representation::direct_sum(&[signs, k(1), k(2).copies(2), k(5)]).unwrap());
}

#[test]
fn quotient_metrics_of_space() {
    let l = |l| SO3.irrep(l).unwrap().representation().clone();
    check_metric(&SO3.natural().copies(4));
    check_metric(&Representation::direct_sum(&[l(1), l(0).copies(2), SO3.natural()]).unwrap());
    let l = |l, odd| O3.irrep(l, odd).unwrap().representation().clone();
    check_metric(&O3.natural().copies(4));
    let mixed =
        [l(0, false), l(0, true).copies(2), l(1, false).copies(2), l(1, true), O3.natural()];
    check_metric(&Representation::direct_sum(&mixed).unwrap());
    let error = QuotientMetric::new(&l(2, false)).unwrap_err();
    assert!(
        error.to_string().contains("expected vectors and irreps of degrees 0 and 1"),
        "{error}"
    );
}

/// The metric of `O(d)` on points is that of Procrustes, and rotations alone tell mirror images apart.
#[test]
fn points_are_aligned_as_by_procrustes() {
    let mut rng = rng(5);
    for n in 1..6 {
        let draw = |rng: &mut ChaCha8Rng| -> Vec<f64> {
            (0..3 * n).map(|_| rng.random_range(-1.0..1.0)).collect()
        };
        let (z, w) = (draw(&mut rng), draw(&mut rng));
        let all = QuotientMetric::new(&O3.natural().copies(n)).unwrap();
        let proper = QuotientMetric::new(&SO3.natural().copies(n)).unwrap();
        assert!((all.distance(&z, &w) - procrustes(&z, &w, 3).unwrap().distance).abs() < 1e-12);
        assert!(all.distance(&z, &w) <= proper.distance(&z, &w) + 1e-12);
        let mirrored: Vec<f64> = z.iter().map(|v| -v).collect();
        assert!(all.distance(&z, &mirrored) < 1e-12);
        assert_eq!(proper.distance(&z, &mirrored) > 1e-3, n > 2, "{n}");
    }
}
